"""The documentation is true: links lead somewhere, pages are current, the first example runs."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
REWARD = r"(?<=[\[ ])[01]\.\d\d(?=[,\]])"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(page):
    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_pages_of_environments_are_current():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    written = {path.name: path.read_text() for path in generate.FOLDER.glob("*.md")}
    pages = generate.pages()
    old, new = written.pop("Code.md"), pages.pop("Code.md")
    assert written == pages, "run: python docs/generate.py"
    # Instructions executed, and so the performance of code, differ by some percent from build to build.
    assert re.sub(REWARD, "#", old) == re.sub(REWARD, "#", new), "run: python docs/generate.py"
    rewards = [[float(number) for number in re.findall(REWARD, page)] for page in (old, new)]
    assert rewards[0] == pytest.approx(rewards[1], abs=0.05)


def test_the_quickstart_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.S)
    shorter = {
        "total_timesteps=4_000": "total_timesteps=1",
        "env, seed=0)": "env, seed=0, group_size=10, prompts_per_step=1)",
    }
    for long, short in shorter.items():
        assert long in block
        block = block.replace(long, short)
    exec(compile(block, "README.md", "exec"), {})
    assert "expected_best" in capsys.readouterr().out and (tmp_path / "runs/pool/agent").is_dir()


def test_other_libraries_take_the_environments_as_shown():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "agents.md").read_text(), flags=re.S)
    (block,) = (block for block in blocks if "stable_baselines3" in block)
    names = {}
    exec(compile(block, "agents.md", "exec"), names)
    names["recorded"].reset(seed=0)
    assert "episode" in names["recorded"].step("a1")[-1]


@pytest.mark.parametrize(
    ("page", "run", "env"),
    [
        ("search.md", "support", "vpo/SupportSmall-v0"),
        ("guides/customer_service.md", "support", "vpo/SupportSmall-v0"),
        ("guides/hypotheses.md", "science", "vpo/ScienceSmall-v0"),
        ("guides/coding_assistant.md", "code", "vpo/CodeSmall-v0"),
    ],
)
def test_guides_run(page, run, env, tmp_path, monkeypatch):
    from vpo_agent import VPO

    text = (ROOT / "docs" / page).read_text()
    assert f"vpo train VPO --env {env} " in text and f"--out runs/{run} " in text
    monkeypatch.chdir(tmp_path)
    untrained = VPO("tiny", env, warm_start_steps=0, max_new_tokens=4)
    untrained.save(f"runs/{run}/agent")
    names = {}
    for block in re.findall(r"```python\n(.*?)```", text, flags=re.S):
        exec(compile(block, page, "exec"), names)
    assert len(names["result"].pools) >= 16


def test_the_coding_guide_shows_what_every_processor_prints(capsys):
    text = (ROOT / "docs" / "guides" / "coding_assistant.md").read_text()
    shown = re.findall(r"```(?:python)?\n(.*?)```", text, flags=re.S)
    exec(compile(shown[0], "coding_assistant.md", "exec"), {})
    printed = capsys.readouterr().out
    # Instructions executed, and so the performance, differ by some percent from build to build.
    number = r"[01]\.(?:\d+)?"
    assert re.sub(number, "#", printed) == re.sub(number, "#", shown[1])
    rewards = [[float(each) for each in re.findall(number, output)] for output in (printed, shown[1])]
    assert rewards[0] == pytest.approx(rewards[1], abs=0.05)


def test_nothing_machine_specific_is_committed():
    for page in PAGES:
        assert not re.search(r"(?<![\w.])/(work|tmp|home|root)/", page.read_text()), page


def test_an_agent_of_ones_own_takes_part(tmp_path, monkeypatch):
    from baselines.registry import AgentSpec, agent_class
    from vpo_cli import app

    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "agents.md").read_text(), flags=re.S)
    (block,) = (block for block in blocks if "class WorstOfSet" in block)
    (tmp_path / "mine_of_the_docs.py").write_text(block)
    monkeypatch.syspath_prepend(tmp_path)
    spec = AgentSpec.parse("Worst@mine_of_the_docs.WorstOfSet:group_size=2")
    kind = agent_class(spec.agent)
    agent = kind(
        "tiny", "vpo/MazeSmall-v0", num_candidates=2, warm_start_steps=0, max_new_tokens=4, group_size=2
    )
    agent.learn(total_timesteps=1)
    rewards, weights = np.array([[[[0.2, 0.4], [1.0, 0.0]]]]), np.array([[[0.5, 0.5]]])
    assert agent.num_updates == 1 and agent.score(rewards, weights) == pytest.approx(0.3)
    agent.save(tmp_path / "agent")
    command = ["eval", str(tmp_path / "agent"), "--import", "mine_of_the_docs", "--tasks", "1", "--pool", "2"]
    measured = CliRunner().invoke(app, command)
    assert measured.exit_code == 0 and "WorstOfSet on" in measured.output, measured.output
    for name, message in (
        ("mine_of_the_docs.Nobody", "cannot be imported"),
        ("no_such_module.Mine", "cannot be imported"),
        ("mine_of_the_docs.np", "is not a subclass"),
    ):
        with pytest.raises(ValueError, match=message):
            agent_class(name)
