"""`vpo train`: runs that go on, interruptions, damaged and foreign folders."""

import json
import os
import signal

import pytest

from tests.vpo_cli.command_line import run
from vpo_agent import Agent
from vpo_agent.common.lock import sole_writer
from vpo_agent.training.trainer import Trainer


@pytest.mark.parametrize("text", ["", "[]", "{", pytest.param("[" * 100_000, id="deep")])
def test_a_damaged_note_of_a_run_is_named(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    result = run("train", "VPO", "--out", str(tmp_path))
    shown = result.output.replace("\n", "")
    assert result.exit_code == 2 and f"{tmp_path / 'run.json'} " in shown and "Traceback" not in shown


def test_agents_without_the_note_of_their_run_are_not_gone_on_with(tmp_path):
    (tmp_path / "checkpoints" / "step-000001").mkdir(parents=True)
    result = run("train", "VPO", "--out", str(tmp_path))
    assert result.exit_code == 2 and "holds agents without the run's run.json" in result.output.replace(
        "\n", " "
    )


@pytest.mark.slow
def test_agents_of_stable_baselines3_train_and_log_their_answers(tmp_path):
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=2", "max_new_tokens=4")]
    common = ["--steps", "1", "--policy", "tiny-warm", "--out", str(tmp_path / "run")]
    result = run("train", "SB3PPO", *common, *small)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "run" / "completions.jsonl").read_text()


@pytest.mark.slow
def test_train_resumes_and_eval_measures(tmp_path):
    out = tmp_path / "run"
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=2", "warm_start_steps=2")]
    common = ["train", "VPO", "--out", str(out), "--checkpoint-every", "1", *small]
    first = run(*common, "--steps", "1")
    assert first.exit_code == 0, first.output
    second = run(*common, "--steps", "2")
    assert second.exit_code == 0 and "going on from" in second.output
    lines = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert [line["time/updates"] for line in lines] == [1, 2]
    other = run(*common, "--steps", "2", "--seed", "1")
    assert other.exit_code == 2 and "seed=1 (was 0); choose another --out" in other.output
    measured = run("eval", str(out), "--tasks", "2", "--pool", "3", "--json", str(tmp_path / "m.json"))
    assert measured.exit_code == 0, measured.output
    measures = json.loads((tmp_path / "m.json").read_text())
    assert "best@3" in measures and measures["evaluation"]["env"] == "vpo/MazeSmall-v0"
    assert [measures["evaluation"][name] for name in ("tasks", "pool", "split")] == [2, 3, "test"]
    again = run("eval", str(out), "--env", "vpo/MazeSmall-v0?walls=4", "--tasks", "2", "--pool", "3")
    assert "vpo/MazeSmall-v0?walls=4, test" in again.output


def test_an_interrupted_warm_start_promises_no_checkpoint(tmp_path, monkeypatch):
    def interrupt(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(Agent, "warm_start", interrupt)
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=1", "max_new_tokens=4")]
    result = run("train", "GRPO", "--out", str(tmp_path / "run"), "--steps", "1", *small)
    assert result.exit_code == 130
    assert "interrupted; no checkpoint has been written yet" in result.output.replace("\n", "")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_saves_the_step_that_it_was_in(tmp_path, monkeypatch, signum):
    update, updates = Trainer.update, []

    def interrupted(self, *arguments):
        updates.append(len(updates))
        if len(updates) == 2:
            os.kill(os.getpid(), signum)
        return update(self, *arguments)

    monkeypatch.setattr(Trainer, "update", interrupted)
    small = [
        f"--set={item}"
        for item in ("group_size=2", "prompts_per_step=1", "max_new_tokens=4", "warm_start_steps=0")
    ]
    command = ("train", "GRPO", "--out", str(tmp_path / "run"), "--steps", "4", *small)
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    result = run(*command)
    assert result.exit_code == 128 + signum and len(updates) == 2, result.output
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
    shown = result.output.replace("\n", "")
    assert "finishing the running step" in shown and "resumes from" in shown and "step-000002" in shown
    again = run(*command)
    assert again.exit_code == 0 and len(updates) == 4, again.output
    steps = (tmp_path / "run" / "progress.csv").read_text().splitlines()
    assert len(steps) == 5, "a head and a line for each step"


@pytest.mark.slow
def test_finished_runs_go_on_without_a_checkpoint_of_their_own(tmp_path):
    out = tmp_path / "run"
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=2", "warm_start_steps=0")]
    common = ["train", "GRPO", "--out", str(out), *small]
    assert run(*common, "--steps", "1").exit_code == 0
    second = run(*common, "--steps", "2")
    assert second.exit_code == 0 and f"going on from {out}" in second.output.replace("\n", "")
    lines = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert [line["time/updates"] for line in lines] == [1, 2]


def test_train_over_several_turns(tmp_path):
    out = tmp_path / "run"
    small = [f"--set={item}" for item in ("group_size=2", "prompts_per_step=1", "warm_start_steps=0")]
    common = ["train", "GRPO", "--env", "vpo/SupportSmall-v0", "--out", str(out), "--steps", "1", *small]
    first = run(*common, "--turns", "2", "--set=max_new_tokens=4")
    assert first.exit_code == 0, first.output
    [line] = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert line["time/timesteps"] == 2 * 2
    other = run(*common, "--set=max_new_tokens=4")
    assert other.exit_code == 2 and "turns=1 (was 2); choose another --out" in other.output
    more = run(*common[:-5], "--steps", "2", *small, "--turns", "2", "--set=max_new_tokens=4")
    assert more.exit_code == 0 and "going on from" in more.output


def test_a_second_training_in_the_same_folder_is_refused(tmp_path):
    with sole_writer(tmp_path):
        result = run("train", "VPO", "--out", str(tmp_path), "--steps", "1")
    assert result.exit_code == 2 and "is in use by process" in result.output.replace("\n", "")
    assert not list(tmp_path.iterdir())


def test_agents_in_a_row_with_settings_name_the_separator():
    result = run("bench", "--agents", "PoolVPO,GRPO:learning_rate=1e-3", "--dry-run")
    said = " ".join(result.output.split())
    assert result.exit_code == 2 and "semicolons part them: PoolVPO;GRPO" in said
