"""`vpo export`: files and packages it writes, and mistakes."""

import json

import pytest
from typer.testing import CliRunner

from vpo_agent.tasks import export
from vpo_agent.tasks.export import task_rows
from vpo_cli import app


def run(*arguments):
    return CliRunner().invoke(app, ["export", *arguments], env={"COLUMNS": "200", "TERM": "dumb"})


def test_the_command_writes_the_same(tmp_path):
    out = tmp_path / "maze.jsonl"
    options = ("--split", "test", "--tasks", "2", "--start", "5", "--num-candidates", "3", "--layout", "chat")
    result = run("vpo/Maze-v0", "--out", str(out), *options, "--set", "size=7")
    assert result.exit_code == 0 and "rows: 2" in result.output
    rows = task_rows("vpo/Maze-v0", 2, split="test", start=5, num_candidates=3, layout="chat", size=7)
    assert [json.loads(line) for line in out.read_text().splitlines()] == list(rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("vpo/Maze-v0", "--out", "maze.csv"), ".jsonl or .parquet"),
        (("vpo/Mase-v0", "--out", "maze.jsonl"), "Maze"),
        (("vpo/Maze-v0", "--out", "maze.jsonl", "--set", "size"), "setting=value"),
        (("vpo/Maze-v0", "--out", "maze.jsonl", "--set", "split=test"), "split"),
    ],
)
def test_the_command_explains_mistakes_in_one_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2 and message in result.output and "Traceback" not in result.output


def test_the_command_writes_a_package(tmp_path):
    runner, folder = CliRunner(), tmp_path / "vpo_maze"
    arguments = ["export", "vpo/Maze-v0", "--set", "size=7", "--layout", "verifiers", "--agent", "grpo"]
    result = runner.invoke(app, [*arguments, "--out", str(folder)])
    assert result.exit_code == 0 and f"pip install -e {folder}" in result.output.replace("\n", "")
    assert "agent='grpo'" in (folder / "vpo_maze" / "__init__.py").read_text()
    again = runner.invoke(app, [*arguments, "--out", str(folder)])
    assert again.exit_code == 2 and "holds other files" in again.output
    other = runner.invoke(
        app, ["export", "vpo/Maze-v0", "--agent", "grpo", "--out", str(tmp_path / "a.jsonl")]
    )
    assert other.exit_code == 2 and "--layout verifiers" in other.output


def test_the_defaults_are_a_thousand_plain_tasks_of_training_from_the_first(tmp_path, monkeypatch):
    asked = []

    def rows(*arguments, **settings):
        asked.append((arguments, settings))
        return task_rows("vpo/MazeSmall-v0", 1)

    monkeypatch.setattr(export, "task_rows", rows)
    out = tmp_path / "deep" / "maze.jsonl"
    assert run("vpo/MazeSmall-v0", "--out", str(out)).exit_code == 0
    plain = {"split": "train", "start": 0, "num_candidates": None, "layout": "plain"}
    assert asked == [(("vpo/MazeSmall-v0", 1000), plain)]
    (row,) = map(json.loads, out.read_text().splitlines())
    assert row["id"] == "train/0"


def test_a_package_has_the_rule_of_vpo_unless_told_otherwise(tmp_path):
    folder = tmp_path / "vpo_maze"
    result = run("vpo/MazeSmall-v0", "--layout", "verifiers", "--tasks", "3", "--out", str(folder))
    assert result.exit_code == 0, result.output
    text = (folder / "vpo_maze" / "__init__.py").read_text()
    assert "agent='vpo'" in text and "tasks: int = 3" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--layout", "trl"), "layout='trl' must be one of plain, chat, verl, verifiers"),
        (("--agent", "grpo"), "agent='grpo' belongs to --layout verifiers; other trainers choose it"),
        (("--tasks", "0"), "tasks=0"),
        (("--split", "dev"), "split='dev'"),
        (("--num-candidates", "0"), "0"),
        (("--import", "nowhere_at_all"), "there is no module 'nowhere_at_all'"),
    ],
)
def test_mistakes_write_nothing(tmp_path, arguments, message):
    result = run("vpo/MazeSmall-v0", "--out", str(tmp_path / "out.jsonl"), *arguments)
    assert result.exit_code == 2 and message in result.output.replace("\n", "")
    assert "Traceback" not in result.output and not list(tmp_path.iterdir())


def test_an_interruption_writes_nothing(tmp_path, monkeypatch):
    def interrupt(*arguments, **settings):
        yield {"id": "train/0"}
        raise KeyboardInterrupt

    monkeypatch.setattr(export, "task_rows", interrupt)
    result = run("vpo/MazeSmall-v0", "--out", str(tmp_path / "out.jsonl"))
    assert result.exit_code == 130 and "interrupted; nothing was written" in result.output
    assert not list(tmp_path.iterdir())
