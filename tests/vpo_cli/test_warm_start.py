"""`vpo warm-start`: the model it saves, resumption, and mistakes."""

import json

import pytest
import torch
from typer.testing import CliRunner

from vpo_agent import Policy
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.models.warm_starts import START, environment_digest
from vpo_agent.tasks.source import task_source
from vpo_agent.training import warm_start_state
from vpo_agent.training.sft import warm_start
from vpo_agent.training.warm_start_state import WARM_START_STATE
from vpo_cli import app


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "TERM": "dumb"})


def test_a_start_is_the_warm_start_of_the_library(tmp_path):
    done = run("warm-start", "--steps", "2", "--seed", "3", "--num-candidates", "2", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    source = task_source("vpo/MazeSmall-v0")
    policy = tiny_policy(source, seed=3, candidates=2)
    loss = warm_start(policy, source, steps=2, sizes=[2], seed=3)
    saved = Policy.from_pretrained(tmp_path)
    for name, weights in policy.model.named_parameters():
        assert torch.equal(weights.bfloat16().float(), saved.model.get_parameter(name))
    note = json.loads((tmp_path / START).read_text())
    assert note == {
        "env": "vpo/MazeSmall-v0",
        "environment": environment_digest(source),
        "steps": 2,
        "candidates": [2],
        "seed": 3,
        "loss": round(loss, 4),
    }
    again = ("warm-start", "--seed", "3", "--num-candidates", "2", "--out", str(tmp_path))
    assert "holds this start already" in run(*again, "--steps", "2").output
    refused = run(*again, "--steps", "1")
    assert refused.exit_code == 2 and "holds another start: steps=1 (was 2)" in refused.output
    assert json.loads((tmp_path / START).read_text()) == note
    (tmp_path / START).write_text(json.dumps({**note, "model": "another", "learning_rate": 0.1}))
    refused = run(*again, "--steps", "2")
    assert refused.exit_code == 2 and "holds another start" in refused.output
    assert "model=None (was 'another')" in refused.output


def test_a_folder_of_something_else_is_not_written_to(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    refused = run("warm-start", "--steps", "1", "--out", str(tmp_path))
    assert refused.exit_code == 2 and "holds other files; choose another --out" in refused.output
    assert [file.name for file in tmp_path.iterdir()] == ["run.json"]


def test_a_start_of_a_given_model_keeps_its_precision_or_holds_its_adapters(tmp_path):
    first, second, adapters = (str(tmp_path / name) for name in ("first", "second", "adapters"))
    for arguments in (
        ("--steps", "1", "--out", first),
        ("--steps", "2", "--policy", first, "--learning-rate", "1e-3", "--out", second),
        ("--steps", "2", "--policy", first, "--lora-rank", "2", "--out", adapters),
    ):
        done = run("warm-start", "--num-candidates", "1", *arguments)
        assert done.exit_code == 0, done.output
    policy, source = Policy.from_pretrained(first), task_source("vpo/MazeSmall-v0")
    warm_start(policy, source, steps=2, learning_rate=1e-3)
    saved = Policy.from_pretrained(second)
    for name, weights in policy.model.named_parameters():
        assert torch.equal(weights, saved.model.get_parameter(name))
    note = json.loads((tmp_path / "second" / START).read_text())
    assert (note["model"], note["learning_rate"], note["lora_rank"]) == (first, 1e-3, 0)
    assert Policy.from_pretrained(adapters).adapters.peft_config["default"].r == 2


def test_an_interrupted_start_resumes_to_the_bit(tmp_path, monkeypatch):
    monkeypatch.setattr(warm_start_state, "SAVE_SECONDS", 0.0)

    def interrupted(*arguments, on_step, **settings):
        def stop(step, loss):
            on_step(step, loss)
            if step == 2:
                raise KeyboardInterrupt

        return warm_start(*arguments, on_step=stop, **settings)

    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    assert run("warm-start", "--steps", "3", "--out", str(whole)).exit_code == 0
    with monkeypatch.context() as patch:
        patch.setattr("vpo_agent.training.sft.warm_start", interrupted)
        assert run("warm-start", "--steps", "3", "--out", str(resumed)).exit_code != 0
    assert [path.name for path in resumed.iterdir()] == [WARM_START_STATE]
    assert run("warm-start", "--steps", "3", "--out", str(resumed)).exit_code == 0
    for name in ("model.safetensors", START):
        assert (whole / name).read_bytes() == (resumed / name).read_bytes()
    assert not (resumed / WARM_START_STATE).exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--num-candidates", "0"), "num_candidates=0"),
        (("--env", "vpo/Nope-v0"), "env='vpo/Nope-v0' cannot be made"),
        (("--policy", "no/such/folder"), "could not be loaded"),
        (("--lora-rank", "4"), "lora_rank=4: a tiny policy"),
    ],
)
def test_mistakes_end_with_a_message(arguments, message, tmp_path):
    done = run("warm-start", "--out", str(tmp_path / "start"), *arguments)
    assert done.exit_code == 2 and message in done.output and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--num-candidates", "3", "--num-candidates", "-1"), "num_candidates=-1 must be at least 1"),
        (("--steps", "0"), "--steps"),
        (("--seed", "-1"), "--seed"),
        (("--lora-rank", "-1"), "--lora-rank"),
        (("--import", "nowhere_at_all"), "there is no module 'nowhere_at_all'"),
    ],
)
def test_numbers_out_of_range_are_named(arguments, message, tmp_path):
    done = run("warm-start", "--out", str(tmp_path / "start"), *arguments)
    assert done.exit_code == 2 and message in done.output and not list(tmp_path.iterdir())
