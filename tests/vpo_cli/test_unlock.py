"""`vpo unlock`: its options as an experiment, its output, and its errors."""

import sys

import pytest

import baselines.unlock
from baselines.benchmark.launcher import BenchmarkError
from baselines.unlock import Unlock, UnlockFile
from tests.baselines.unlock.by_hand import file
from tests.vpo_cli.command_line import run
from vpo_cli.unlock import read_labels


@pytest.fixture
def asked(monkeypatch):
    """The experiments that would be run; each has the results written by hand."""
    found = []

    def record(experiment, folder, workers, *, command, overwrite):
        found.append((experiment, folder, workers, overwrite))
        return UnlockFile.model_validate(file(command=command))

    monkeypatch.setattr(baselines.unlock, "run_unlock", record)
    return found


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("VPO", ("VPO",)),
        (" VPO , GRPO,", ("VPO", "GRPO")),
        ("VPO:alpha=0.3,pool_size=2;", ("VPO:alpha=0.3,pool_size=2",)),
        ("VPO:alpha=0.3,pool_size=2; GRPO", ("VPO:alpha=0.3,pool_size=2", "GRPO")),
        (";", ()),
        ("", ()),
    ],
)
def test_labels_stand_between_commas_or_semicolons(text, labels):
    assert read_labels(text) == labels


def test_the_defaults_of_the_command_are_those_of_the_experiment(asked, tmp_path):
    bench = tmp_path / "bench"
    result = run("unlock", str(bench))
    assert result.exit_code == 0, result.output
    assert asked == [(Unlock(str(bench)), bench / "unlock", 2, False)]


def test_every_option_reaches_the_experiment(asked, tmp_path):
    options = (
        *("--out", str(tmp_path / "out"), "--env", "my/Some-v0", "--agents", "VPO,GRPO", "--tasks", "9"),
        *("--pool", "4", "--hard", "3", "--budget", "50", "--strategy", "evolution", "--set", "population=8"),
        *("--set", "fresh=0.5", "--solved", "0.9", "--context", "upset", "--temperature", "0.7"),
        *("--workers", "3", "--overwrite"),
    )
    result = run("unlock", "runs/x", *options)
    assert result.exit_code == 0, result.output
    expected = Unlock(
        bench="runs/x",
        env="my/Some-v0",
        agents=("VPO", "GRPO"),
        tasks=9,
        pool=4,
        hard=3,
        budget=50,
        strategy="evolution",
        how={"population": 8, "fresh": 0.5},
        share=0.9,
        weights="upset",
        temperature=0.7,
    )
    assert asked == [(expected, tmp_path / "out", 3, True)]


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        (("--weights", "0.2,0.8"), "weights", (0.2, 0.8)),
        (("--require", "gold=1", "--require", "speed=0.5"), "require", {"gold": 1.0, "speed": 0.5}),
    ],
)
def test_solutions_are_defined_by_weights_or_minimums(asked, tmp_path, options, field, value):
    result = run("unlock", "runs/x", "--out", str(tmp_path), *options)
    assert result.exit_code == 0 and getattr(asked[0][0], field) == value


def test_the_tables_are_shown_and_the_report_named(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["vpo", "unlock", "runs/my bench"])
    result = run("unlock", "runs/x", "--out", str(tmp_path))
    assert "Share of the 3 hard tasks solved after k answers" in result.output
    assert (
        "that no other agent solves" in result.output and f"report: {tmp_path / 'unlock.md'}" in result.output
    )
    assert "`vpo unlock 'runs/my bench'`" in (tmp_path / "unlock.md").read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--context", "upset", "--weights", "1,0"), "--context upset and --weights 1,0 exclude each other"),
        (("--weights", "1;0"), "--weights: '1;0' is not a number"),
        (("--context", "upset", "--require", "gold=1"), "exclude each other"),
        (("--pool", "0"), "pool=0 must be at least 1"),
    ],
)
def test_mistakes_end_before_anything_is_run(asked, tmp_path, options, message):
    result = run("unlock", "runs/x", "--out", str(tmp_path / "out"), *options)
    assert result.exit_code == 2 and message in result.output.replace("\n", " ")
    assert not asked and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (BenchmarkError("a search failed"), 2, "error: a search failed"),
        (ValueError("no such agent"), 2, "error: no such agent"),
        (OSError("disk full"), 2, "error: disk full"),
        (KeyboardInterrupt(), 130, "error: interrupted; the same command resumes"),
    ],
)
def test_an_experiment_that_ends_early_says_why(monkeypatch, tmp_path, error, code, message):
    def fail(*arguments, **settings):
        raise error

    monkeypatch.setattr(baselines.unlock, "run_unlock", fail)
    result = run("unlock", "runs/x", "--out", str(tmp_path))
    assert result.exit_code == code and message in result.output and "Traceback" not in result.output
    assert not list(tmp_path.iterdir())
