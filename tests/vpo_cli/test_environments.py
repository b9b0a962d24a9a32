"""`vpo envs`, `vpo play` and `vpo check-env`."""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import gymnasium as gym
import pytest
from typer.testing import CliRunner

import vpo_envs
from tests.vpo_cli.command_line import run
from vpo_cli import app

ROOT = Path(__file__).parents[2]
BASIS = """
import vpo_envs


class Basis(vpo_envs.Domain):
    objectives = (vpo_envs.Objective("a"),)

    def sample_task(self, rng):
        return vpo_envs.Task(f"Say {rng.integers(10**9)}.")

    def score(self, task, answer):
        return (0.5,)

"""


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_envs_shows_ids_in_full(columns):
    result = CliRunner().invoke(app, ["envs"], env={"COLUMNS": columns, "TERM": "dumb"})
    assert result.exit_code == 0
    assert set(result.output.split()) >= set(vpo_envs.registered_ids())


def test_envs_lists_the_registry():
    result = run("envs")
    assert result.exit_code == 0
    assert "  vpo/MazeSmall-v0 (compact prompts)\n" in result.output
    _, description, shown = result.output.partition("Routes through a maze")
    assert description and shown.index("Objectives: completion, gold") < shown.index("vpo/Maze-v0\n")


def test_play_scores_what_is_typed():
    task_route = "not a route"
    result = run(
        "play", "vpo/MazeSmall-v0", "--index", "3", "--turns", "2", input=f"{task_route}\n\nstill not\n\n"
    )
    assert result.exit_code == 0
    assert "task train/3" in result.output
    assert result.output.count("completion 0.00") >= 2
    assert "the best possible: " in result.output


def test_play_ends_at_the_end_of_input():
    result = run("play", "vpo/MazeSmall-v0", "--index", "0", input="")
    assert result.exit_code == 0 and "Your best: 0.000" in result.output


def test_check_env():
    result = run("check-env", "vpo/MazeSmall-v0")
    assert result.exit_code == 0 and "keeps the contract" in result.output


def test_rows_and_their_scorer_are_checked(tmp_path, monkeypatch):
    rows = [{"prompt": f"What is {n} + {n}?", "answer": str(2 * n)} for n in range(60)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "sum_scorers.py").write_text(
        "def right(completion, answer): return [answer in completion]\n"
        "def wrong(completion, answer): return [2.0]\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    result = run("check-env", "sums.jsonl", "--scorer", "sum_scorers:right", "--objectives", "right")
    assert result.exit_code == 0 and "sums.jsonl keeps the contract" in result.output, result.output
    for words, message in (
        (("--scorer", "sum_scorers:wrong", "--objectives", "right"), "every value must lie in [0, 1]"),
        (("--scorer", "sum_scorers:none", "--objectives", "right"), "must be a function"),
        ((), "holds rows; give --scorer"),
    ):
        result = run("check-env", "sums.jsonl", *words)
        assert result.exit_code == 2 and message in result.output.replace("\n", " "), result.output


@pytest.mark.parametrize("guarded", [True, False])
def test_the_example_of_the_guide_is_checked_wherever_it_checks_itself(guarded, tmp_path):
    """Case: a process that checked on import started another one, which imported the module."""
    guide = (ROOT / "docs" / "new_environment.md").read_text()
    program = re.search(r"^```python\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)[1]
    if not guarded:
        before, guard, checks = re.split(r"^(if __name__ == .*)$", program, flags=re.MULTILINE)
        assert "check_domain" in checks
        program = before + textwrap.dedent(checks)
    (tmp_path / "picnic.py").write_text(program)
    command = [sys.executable, "-m", "vpo_cli", "check-env", "my/Picnic-v0", "--import", "picnic"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (done.returncode, done.stdout) == (0, "my/Picnic-v0 keeps the contract\n"), done.stderr


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (
            "def score(self, task, answer): return {}['x']",
            r"Broken task train/0: score\(''\) raised KeyError\('x'\)",
        ),
        (
            "def score(self, task, answer): return (float('nan'),)",
            r"Broken task train/0: score\(''\) .*every value must lie in \[0, 1\].*",
        ),
        (
            "def sample_task(self, rng): return 'a text'",
            r"Broken task train/0: sample_task .*returned 'a text', not a Task.*",
        ),
    ],
)
def test_a_broken_domain_ends_in_one_line_with_task_file_and_line(method, message, tmp_path, monkeypatch):
    source = f"{BASIS}\nclass Broken(Basis):\n    {method}\n\nvpo_envs.register('test/Broken-v0', Broken)\n"
    (tmp_path / "broken_domain.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken_domain", raising=False)
    try:
        result = run("check-env", "test/Broken-v0", "--import", "broken_domain")
    finally:
        gym.registry.pop("test/Broken-v0", None)
    line = source[: source.index(method)].count("\n") + 1
    assert result.exit_code == 2
    assert re.fullmatch(rf"error: {message} \(\S+broken_domain.py, line {line}\)\n", result.output)


def test_a_scorer_that_raises_ends_in_one_line_with_file_and_line(tmp_path, monkeypatch):
    (tmp_path / "rows.jsonl").write_text("".join(f'{{"prompt": "Say {n}."}}\n' for n in range(60)))
    (tmp_path / "raising_scorer.py").write_text("def score(completion):\n    return {}['x']\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    result = run("check-env", "rows.jsonl", "--scorer", "raising_scorer:score", "--objectives", "a")
    assert result.exit_code == 2
    assert re.fullmatch(
        r"error: RowsDomain task train/0: score\(''\) raised KeyError\('x'\) "
        r"\(\S+raising_scorer.py, line 2\)\n",
        result.output,
    )


@pytest.mark.parametrize(
    ("name", "message"), [("none.jsonl", "none.jsonl' does not exist"), ("broken.jsonl", "line 2: not JSON")]
)
def test_the_file_of_rows_is_checked_before_the_objectives(name, message, tmp_path, monkeypatch):
    (tmp_path / "broken.jsonl").write_text('{"prompt": "a"}\n{"prompt": \n')
    monkeypatch.chdir(tmp_path)
    result = run("check-env", name, "--scorer", "json:dumps")
    assert result.exit_code == 2 and message in result.output
    if name == "none.jsonl":
        assert message in run("check-env", name, "--scorer", "no_such_module:score").output


def test_the_message_of_a_domain_is_shown_without_what_gymnasium_adds(tmp_path, monkeypatch):
    (tmp_path / "bare_names.py").write_text(
        f"{BASIS}\nclass Named(Basis):\n    objectives = ('a',)\n\n"
        "vpo_envs.register('test/Named-v0', Named, num_candidates=2)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    try:
        result = run("check-env", "test/Named-v0", "--import", "bare_names")
    finally:
        gym.registry.pop("test/Named-v0", None)
    assert result.output == "error: objectives=('a',) of Named must hold vpo_envs.Objective\n"


def test_play_keeps_the_knobs_of_the_environment():
    result = run("play", "vpo/MazeSmall-v0?split=test&max_turns=1", "--index", "3", input="no route\n\n")
    assert result.exit_code == 0
    assert "task test/3" in result.output and "Answer 1 of 1" in result.output


def test_objectives_without_a_scorer_are_refused():
    result = run("check-env", "vpo/MazeSmall-v0", "--objectives", "right")
    assert result.exit_code == 2 and "--objectives names those of --scorer" in result.output


def test_an_environment_that_cannot_be_made_is_listed_with_its_error(tmp_path):
    id = "broken/Rows-v0"
    vpo_envs.register(id, "vpo_envs:RowsDomain", rows=str(tmp_path / "none.jsonl"), scorer="json:loads")
    try:
        shown = " ".join(run("envs").output.split())
    finally:
        gym.registry.pop(id)
    assert "cannot be made: " in shown and id in shown and "vpo/MazeSmall-v0" in shown


@pytest.mark.parametrize("command", ["eval", "search"])
def test_the_measured_split_is_no_knob(tmp_path, command):
    result = run(command, str(tmp_path), "--env", "vpo/MazeSmall-v0?split=train")
    assert result.exit_code == 2 and "split is no knob here; give --split" in result.output
