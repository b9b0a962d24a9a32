"""`vpo envs`, `vpo play` and `vpo check-env`."""

import json

import pytest
from typer.testing import CliRunner

import vpo_envs
from tests.vpo_cli.command_line import run
from vpo_cli import app


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
