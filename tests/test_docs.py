"""The documentation is true: links lead somewhere, pages are current, the first example runs."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from fake_server import Fake, body
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
    printed = capsys.readouterr().out
    assert "'completion': 1.0" in printed  # the first answer that a reader sees scores
    assert "expected_best" in printed and (tmp_path / "runs/pool/agent").is_dir()


def blocks(page):
    """Python blocks of a page, in order."""
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(), flags=re.S)


# Where a page asks for minutes, a GPU, a hub or a server: what stands there, and what runs here.
SHORTER = {
    "agents.md": {
        "group_size=16, seed=0": "group_size=2, seed=0, max_new_tokens=8, warm_start_steps=1",
        "total_timesteps=50_000": "total_timesteps=1",
        "tasks=128, pool=30": "tasks=2, pool=3",
        'Policy.from_pretrained("Qwen/Qwen3-1.7B", device="cuda")': "agent.policy",
        '"vpo/Maze-v0", num_candidates=3, group_size=8, max_new_tokens=1024': '"vpo/MazeSmall-v0"',
        "max(0, 50_000 - agent.num_timesteps)": "1",
    },
    "benchmark.md": {
        "seeds=(0, 1, 2), steps=50": "seeds=(0,), steps=1, warm_start_steps=1, tasks=2, pool=3, "
        "prompts_per_step=2, answers_per_task=6, policy_kwargs={'width': 32, 'layers': 1, 'heads': 2}",
    },
    "evolution.md": {
        "budget=256, tasks=16": "budget=64, tasks=1",
        "(32, 64, 128, 256)": "(32, 64)",
        "budget=60, tasks=1": "budget=4, tasks=1, max_new_tokens=4",
    },
    "real_models.md": {
        '"Qwen/Qwen3-1.7B"': '"model"',
        "max_new_tokens=1024": "max_new_tokens=8, group_size=2, prompts_per_step=1, num_candidates=1",
        "total_timesteps=50_000": "total_timesteps=1",
    },
    "guides/your_data.md": {
        "warm_start_steps=120": "warm_start_steps=2, max_new_tokens=8",
        "10 * 8 * 8": "8 * 8",
        "tasks=16, pool=8": "tasks=2, pool=8",
    },
    "served_models.md": {'"http://localhost:8000"': "server.url"},
}
# What commands of a page, shown above its Python, have written.
AGENTS = {
    "evolution.md": ("PoolVPO", "vpo/MazeSmall-v0", "runs/evolve/agent"),
    "real_models.md": ("VPO", "vpo/Maze-v0", "trained"),
}
SLOW = ("benchmark.md", "evolution.md", "real_models.md", "agents.md")
ELSEWHERE = {  # beside what the pages are about
    "search.md": "test_guides_run",
    "guides/customer_service.md": "test_guides_run",
    "guides/hypotheses.md": "test_guides_run",
    "guides/coding_assistant.md": "test_guides_run",
    "hub.md": "tests/vpo_agent/agents/test_hub.py",
    "verifiers.md": "tests/helpers/in_verifiers.py",
    "trl.md": "tests/vpo_agent/integrations/test_trl.py",
    "export.md": "tests/vpo_agent/tasks/test_export.py",
    "new_environment.md": "tests/vpo_envs/test_registration.py",
}
SHOWN = [
    name
    for name in (str(page.relative_to(ROOT / "docs")) for page in PAGES if ROOT / "docs" in page.parents)
    if not name.startswith("environments/")  # their blocks are answers, and scored
    and name not in ELSEWHERE
    and blocks(name)
]


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.slow if page in SLOW else ()) for page in SHOWN]
)
def test_the_blocks_of_a_page_run_in_order_from_an_empty_session(page, tmp_path, monkeypatch, capsys):
    import vpo_agent

    monkeypatch.chdir(tmp_path)
    if page.startswith("results/"):  # such a page reads its own data, from the repository's root
        (tmp_path / "docs").symlink_to(ROOT / "docs")
    if page in AGENTS:
        kind, env, folder = AGENTS[page]
        untrained = getattr(vpo_agent, kind)("tiny", env, warm_start_steps=0, max_new_tokens=8)
        untrained.save(folder)
        untrained.policy.save_pretrained("model")
    shown = blocks(page)
    for long, short in SHORTER.get(page, {}).items():
        assert any(long in block for block in shown), long
        shown = [block.replace(long, short) for block in shown]
    with Fake(lambda request, handler: body("a1 a2")) as server:
        names = {"server": server} if page == "served_models.md" else {}
        for block in shown:
            exec(compile(block, page, "exec"), names)
    if page.startswith("results/"):
        printed = capsys.readouterr().out.splitlines()
        assert printed == re.findall(r"^print\(.*\)  # (.*)$", "\n".join(shown), re.M)


def test_no_block_of_a_page_goes_untested():
    for page, where in ELSEWHERE.items():
        assert blocks(page), page
        tested = Path(__file__) if where.startswith("test_") else ROOT / where
        assert Path(page).name in tested.read_text(), where
    assert set(SHORTER) | set(AGENTS) <= set(SHOWN)


@pytest.mark.parametrize(
    ("page", "agent", "run", "env"),
    [
        ("search.md", "VPO", "support", "vpo/SupportSmall-v0"),
        ("guides/customer_service.md", "PoolVPO", "support", "vpo/SupportSmall-v0"),
        ("guides/hypotheses.md", "PoolVPO", "science", "vpo/ScienceSmall-v0"),
        ("guides/coding_assistant.md", "VPO", "code", "vpo/CodeSmall-v0"),
    ],
)
def test_guides_run(page, agent, run, env, tmp_path, monkeypatch):
    import vpo_agent

    text = (ROOT / "docs" / page).read_text()
    assert re.search(rf"vpo train {agent} (--policy tiny-warm )?--env {env} .*--out runs/{run} ", text)
    monkeypatch.chdir(tmp_path)
    untrained = getattr(vpo_agent, agent)("tiny", env, warm_start_steps=0, max_new_tokens=4)
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
