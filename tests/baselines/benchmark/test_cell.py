"""One run of a benchmark: warm start, training, budget of tokens, resumption."""

import json
from types import SimpleNamespace

import gymnasium as gym
import pytest
import torch
import toys

import vpo_envs
from baselines import GRPO
from baselines.benchmark.cell import (
    CELL,
    POLICY,
    PROGRESS,
    RESULT,
    TokenBudget,
    check_log,
    keep_policy,
    resume,
    run,
)
from baselines.benchmark.record import POOLS, read_result
from vpo_agent.common.integrity import DamagedFileError
from vpo_agent.training.warm_start_state import WARM_START_STATE

ENV = "test/Cell-v0"
START = {
    "kind": "warm_start",
    "env": ENV,
    "seed": 0,
    "steps": 3,
    "sizes": [1],
    "policy_kwargs": {"width": 32, "layers": 1, "heads": 2},
}
TRAIN = {
    "kind": "train",
    "env": ENV,
    "label": "GRPO",
    "agent": "GRPO",
    "settings": {"group_size": 2, "prompts_per_step": 1, "max_new_tokens": 4, "warm_start_steps": 0},
    "seed": 0,
    "steps": 2,
    "start": "start",
    "evaluation": {"split": "test", "tasks": 1, "pool": 2},
    "temperatures": [1.0],
}


@pytest.fixture(scope="module", autouse=True)
def _registered():
    vpo_envs.register(ENV, "toys:TradeOff", prompt_style="compact")
    yield
    del gym.registry[ENV]


def make(folder, cell):
    folder.mkdir()
    (folder / CELL).write_text(json.dumps(cell))
    run(folder)
    return folder


def updates(folder):
    return [json.loads(line)["time/updates"] for line in (folder / PROGRESS).read_text().splitlines()]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    make(folder / "start", START)
    make(folder / "whole", TRAIN)
    return folder


def test_a_warm_start_leaves_a_model_a_log_and_a_result(bench):
    folder = bench / "start"
    result = read_result(folder)
    assert set(result) == {"loss", "parameters", "warnings"} and result["warnings"] == []
    assert result["parameters"] > 1000 and result["loss"] > 0
    assert updates(folder) == [1, 2, 3] and not (folder / WARM_START_STATE).exists()
    assert (folder / POLICY / "model.safetensors").exists()


@pytest.mark.parametrize(("settings", "threads"), [({}, 1), ({"threads": 2}, 2)])
def test_a_run_has_the_threads_of_its_plan(tmp_path, monkeypatch, settings, threads):
    found = []

    def keep(*arguments):
        found.append(torch.get_num_threads())
        keep_policy(*arguments)

    monkeypatch.setattr("baselines.benchmark.cell.keep_policy", keep)
    make(tmp_path / "start", {**START, "steps": 1, **settings})
    assert found == [threads]


def test_a_training_run_is_measured_and_keeps_its_model(bench):
    folder = bench / "whole"
    result = read_result(folder)
    assert result["budget"]["answers"] == 2 * 2 and len(result["history"]["best"]) == 2
    assert result["budget"]["evaluation_answers"] == 2 and len(result["examples"]) == 1
    assert updates(folder) == [1, 2] and (folder / POOLS).exists()
    assert (folder / POLICY / "model.safetensors").exists()


def test_a_run_without_steps_measures_the_start_and_keeps_no_model(bench):
    result = read_result(make(bench / "reference", {**TRAIN, "steps": 0}))
    assert result["budget"]["answers"] == result["budget"]["tokens"] == 0
    assert not (bench / "reference" / POLICY).exists()


@pytest.mark.parametrize("agent", ["Oracle"])
def test_an_oracle_is_measured_without_training(bench, agent):
    cell = {**TRAIN, "agent": agent, "settings": {"n": 2}}
    result = read_result(make(bench / agent, cell))
    assert result["measures"]["regret_scalar"] == [0] and result["budget"]["answers"] == 0


def test_tokens_end_the_run_with_the_step_that_reaches_them(bench):
    per_step = read_result(bench / "whole")["budget"]["tokens"] / 2
    for name, tokens, steps in (("one", 1, 1), ("some", int(per_step * 1.6) + 1, 2)):
        result = read_result(make(bench / name, {**TRAIN, "steps": 1, "tokens": tokens}))
        assert len(result["history"]["best"]) == steps and result["budget"]["tokens"] >= tokens


@pytest.mark.parametrize(("used", "goes_on"), [(0, True), (99, True), (100, False), (101, False)])
def test_a_budget_of_tokens_ends_training_when_it_is_reached(used, goes_on):
    assert TokenBudget(100).on_step(SimpleNamespace(num_tokens=used)) is goes_on


def test_a_finished_run_is_left_alone(tmp_path):
    (tmp_path / CELL).write_text("{}")  # would be no run
    (tmp_path / RESULT).write_text("kept")
    run(tmp_path)
    assert (tmp_path / RESULT).read_text() == "kept" and len(list(tmp_path.iterdir())) == 2


def test_without_a_checkpoint_the_run_begins_at_the_common_start(bench):
    folder = bench / "again"
    folder.mkdir()
    (folder / PROGRESS).write_text('{"time/updates": 1}\n')
    agent = resume(folder, TRAIN, GRPO)
    assert agent.num_updates == 0 and not (folder / PROGRESS).exists()
    assert agent.config.group_size == 2 and agent.source.env_id == ENV


def test_a_run_resumes_at_its_checkpoint_and_drops_later_lines(bench):
    folder = bench / "resumed"
    folder.mkdir()
    (folder / CELL).write_text(json.dumps(TRAIN))
    agent = resume(folder, TRAIN, GRPO)
    agent.learn(2)
    agent.save(folder / "checkpoints" / "step-000001")
    (folder / PROGRESS).write_text('{"time/updates": 1}\n{"time/updates": 2}\n')
    assert resume(folder, TRAIN, GRPO).num_updates == 1
    assert updates(folder) == [1]
    (folder / PROGRESS).write_text("")
    with pytest.raises(DamagedFileError, match="of the 1 steps before the checkpoint, 1 are missing"):
        resume(folder, TRAIN, GRPO)


def test_a_run_continues_another_at_its_end(bench):
    """Beyond the last checkpoint of every 20 steps, which is why such a run leaves one at its end."""
    whole = make(bench / "longer", {**TRAIN, "steps": 3})
    first = make(bench / "first", {**TRAIN, "goes_on": True})
    assert [path.name for path in (first / "checkpoints").glob("step-*")] == ["step-000002"]
    assert not (bench / "whole" / "checkpoints" / "step-000002").exists()
    second = make(bench / "second", {**TRAIN, "steps": 3, "continues": "first", "start": "none"})
    assert updates(second) == [1, 2, 3] and updates(first) == [1, 2]
    ends = [read_result(folder) for folder in (whole, second)]
    assert ends[0]["history"] == ends[1]["history"] and ends[0]["measures"] == ends[1]["measures"]


def test_a_run_whose_predecessor_left_no_checkpoint_begins_at_the_start(bench):
    third = make(bench / "third", {**TRAIN, "continues": "whole"})
    assert updates(third) == [1, 2]


def test_a_log_that_misses_or_doubles_a_step_is_named(tmp_path):
    def log(*steps):
        lines = (json.dumps({"time/updates": step}) + "\n" for step in steps)
        (tmp_path / "progress.jsonl").write_text("".join(lines))

    log(1, 2, 3)
    check_log(tmp_path, 3)
    for steps in ((1, 3), (1, 2, 2, 3), (2, 3), (1, 2), ()):
        log(*steps)
        with pytest.raises(DamagedFileError, match=r"progress\.jsonl is damaged: .* doubled; delete"):
            check_log(tmp_path, 3)


@pytest.mark.parametrize(
    ("logged", "named"),
    [
        ([1, 3, 5, 6, 7], "2, 4, 6"),
        ([1, 2, 2, 3, 4, 5], "1, 2, 2"),
        (["a", 2, 3, 4, 5], "1"),
        ([], "1, 2, 3"),
    ],
)
def test_the_first_three_wrong_steps_are_named(tmp_path, logged, named):
    text = "".join(json.dumps({"time/updates": step}) + "\n" for step in logged)
    (tmp_path / PROGRESS).write_text(text)
    with pytest.raises(DamagedFileError, match=f"of the 5 steps before the checkpoint, {named} are missing"):
        check_log(tmp_path, 5)


def test_the_model_of_an_earlier_try_is_replaced(tmp_path):
    policy = toys.small_policy(toys.Repeat(), layers=1)
    for _ in range(2):  # a kill between the model and the result
        keep_policy(policy, tmp_path / "policy")
    assert [path.name for path in tmp_path.iterdir()] == ["policy"]
    assert (tmp_path / "policy" / "model.safetensors").exists()
