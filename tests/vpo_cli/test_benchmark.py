"""The command `vpo bench --dry-run`."""

import pytest
from typer.testing import CliRunner

from vpo_cli import app

PAPER = ("bench", "--config", "paper", "--env", "baselines.envs.paper:vpo-paper/Maze-v0")


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "TERM": "dumb"})


def test_the_paper_s_maze_from_given_rates(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*PAPER, "--dry-run", "--rates", "3000,9000", "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "27 runs, 258.6 M tokens, 30.74 hours of one worker" in result.output
    assert "hours rest on the given rates" in result.output and "memory are not estimated" in result.output
    assert not list(tmp_path.iterdir()), "nothing is trained or written"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dry-run", "--rates", "fast"), "rates='fast' must be two numbers"),
        (("--dry-run", "--rates", "3000"), "must be two numbers"),
        (("--dry-run", "--rates", "0,5"), "must be above 0"),
        (("--rates", "3000,9000"), "goes with --dry-run"),
    ],
)
def test_bad_rates_are_an_error_of_one_line(arguments, message):
    result = run(*PAPER, *arguments)
    assert result.exit_code == 2 and message in result.output
