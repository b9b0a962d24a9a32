"""`vpo bench`: its plans, dry runs, an environment of one's own."""

import sys

import pytest

from baselines.benchmark.plan_file import SHIPPED
from tests.vpo_cli.command_line import run
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import task_source

PAPER = ("bench", "--config", "paper", "--env", "baselines.envs.paper:vpo-paper/Maze-v0")


def test_the_paper_s_maze_from_given_rates(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*PAPER, "--dry-run", "--rates", "3000,9000", "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "27 runs, 260.3 M tokens, 30.90 hours of one worker" in result.output
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


@pytest.mark.parametrize(("free", "warned"), [(10**12, False), (1000, True)])
def test_runs_that_do_not_fit_are_named_before_they_start(tmp_path, monkeypatch, free, warned):
    tiny_policy(task_source("vpo/MazeSmall-v0"), width=16, layers=1, heads=2).save_pretrained(
        tmp_path / "model"
    )
    monkeypatch.setattr("vpo_agent.agents.memory.free_bytes", lambda device: free)
    monkeypatch.setattr("baselines.benchmark.run.run_benchmark", lambda *_, **__: sys.exit(7))
    of = ("--policy", str(tmp_path / "model"), "--agents", "GRPO", "--seeds", "0,1", "--workers", "8")
    result = run("bench", *of, "--out", str(tmp_path / "runs"))
    shown = " ".join(result.output.split())
    assert result.exit_code == 7 and "GB with 2 side by side" in shown
    assert ("will not fit: lower --workers" in shown) == warned


def test_bench_lists_the_plans_that_come_with_it():
    shown = " ".join(run("bench", "--help").output.replace("│", " ").split())
    assert ", ".join(SHIPPED) in shown and "ablations" in SHIPPED


def test_a_report_that_is_none_is_not_replaced(tmp_path):
    (tmp_path / "results.json").write_text("[]")
    result = run("bench", "--out", str(tmp_path))
    assert result.exit_code == 2 and "is no report of a benchmark" in result.output.replace("\n", "")


POEMS = """
import vpo_envs
from vpo_envs import Domain, Objective, Task


class Letters(Domain):
    objectives = (Objective("many"), Objective("few"))

    def sample_task(self, rng):
        letter = "abcdefgh"[rng.integers(8)]
        return Task(letter * int(rng.integers(1, 9)), letter)

    def score(self, task, answer):
        share = min(answer.count(task.truth), 5) / 5
        return share, (1 - share) * (task.truth in answer)

    def demonstrations(self, task, rng):
        return [task.truth * n for n in (1, 3, 5)]


vpo_envs.register("my/Letters-v0", Letters)
"""


@pytest.mark.slow
def test_bench_takes_an_environment_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poems.py").write_text(POEMS)
    result = run(
        *("bench", "--env", "my/Letters-v0", "--import", "poems", "--agents", "VPO,GRPO", "--seeds", "0"),
        *("--steps", "1", "--warm-start-steps", "2", "--tasks", "2", "--pool", "3", "--out", "runs/letters"),
        *("--answers-per-task", "6", "--prompts-per-step", "2"),
    )
    assert result.exit_code == 0, result.output
    assert (tmp_path / "runs/letters/report.html").exists()
    again = run("report", "runs", "--out", "again")
    assert again.exit_code == 0, again.output  # without the module: what it needs is in the file
    for name in ("report.html", "report.md", "tables.tex", "best_at_k.png"):
        assert (tmp_path / "again" / name).exists()
    assert (tmp_path / "again/report.md").read_text() == (tmp_path / "runs/letters/report.md").read_text()
