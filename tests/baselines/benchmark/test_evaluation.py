"""Temperatures of the evaluation: each agent's is chosen on tasks that are not measured."""

import dataclasses
import json

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from baselines import AgentSpec, Plan
from baselines.benchmark import evaluation
from baselines.benchmark.evaluation import evaluate_at, measure
from baselines.benchmark.plan_file import make_plans
from baselines.benchmark.results import TemperatureRecord
from baselines.benchmark.tuning import trials
from baselines.benchmark.tuning_grid import TuningGrid
from vpo_agent import Evaluation
from vpo_agent.common.settings import differences
from vpo_agent.tasks.source import task_source

MAZE = "vpo/MazeSmall-v0"


class Recorded:
    """Stands for `evaluate`: answers that are worth their temperature on validation, its opposite on test."""

    def __init__(self):
        self.calls = []

    def __call__(self, generator, *, temperature, tasks, pool, split, seed, top_p=1.0, fronts=True):
        self.calls.append((split, tasks, temperature))
        worth = temperature if split == "validation" else 1 - temperature
        return Evaluation(
            rewards=np.full((tasks, pool, 2), worth, np.float32),
            answers=[["x"] * pool] * tasks,
            fronts=None,
            weights=np.array([0.5, 0.5]),
            tasks=[f"{split}/{i}" for i in range(tasks)],
            tokens=1,
        )


class Writer:
    """As much of an agent as the greedy completion needs."""

    num_candidates = 1

    class source:
        max_turns = 1


@pytest.fixture
def recorded(monkeypatch):
    found = Recorded()
    monkeypatch.setattr(evaluation, "evaluate", found)
    return found


def plan(**settings):
    return Plan(MAZE, (AgentSpec("GRPO", "GRPO"),), warm_start_steps=1, tasks=40, pool=3, **settings)


def test_a_temperature_is_chosen_on_validation_and_measured_on_test(recorded, tmp_path):
    cell = plan(temperatures=(0.2, 0.9, 0.5)).cells()[-1]
    assert cell["choice"] == {"split": "validation", "tasks": 32}
    result = measure(tmp_path, cell, Writer())
    assert result["temperature"] == 0.9
    assert result["measures"]["expected_best"] == pytest.approx([0.1] * 40)  # its own pools, bad on test
    for record, temperature in zip(result["temperatures"], (0.2, 0.9, 0.5)):
        TemperatureRecord.model_validate(record)
        assert record["temperature"] == temperature and record["choice"] == pytest.approx(temperature)
        assert record["measures"]["expected_best"] == pytest.approx(1 - temperature)
    greedy = [call for call in recorded.calls if call[2] == 0.0]
    assert result["budget"]["evaluation_answers"] == 3 * 3 * (40 + 32)
    assert greedy == [("test", 40, 0.0)] and result["measures"]["greedy_best"] == pytest.approx([1.0] * 40)


def test_one_temperature_needs_no_choice(recorded):
    cell = plan(temperatures=(0.7,)).cells()[-1]
    assert "choice" not in cell
    (only,) = evaluate_at(Writer(), cell)
    assert recorded.calls == [("test", 40, 0.7)] and only.temperature == 0.7


def test_on_validation_tasks_the_measured_pools_choose(recorded):
    found = evaluate_at(Writer(), plan(split="validation").cells()[-1])
    assert [(one.temperature, one.choice) for one in found] == [(0.7, pytest.approx(0.7)), (1.0, 1.0)]
    assert len(recorded.calls) == 2


def test_plan_files_have_temperatures():
    settings = {"envs": [MAZE], "agents": ["GRPO"], "warm_start_steps": 1}
    assert make_plans(settings)[0].used_temperatures == (0.7, 1.0)
    (one,) = make_plans({**settings, "temperatures": ["0.5", 1]})
    assert one.used_temperatures == (0.5, 1.0) == Plan.restore(one.describe()).temperatures


@pytest.mark.parametrize(
    ("temperatures", "message"),
    [
        ((), "must be one or more"),
        ((1.0, 1.0), "all distinct"),
        ((0.7, -1.0), "at least 0"),
    ],
)
def test_wrong_temperatures_are_refused(temperatures, message):
    with pytest.raises(ValueError, match=message):
        plan(temperatures=temperatures)


SQUARES = [{"prompt": f"{n} times {n}?", "answer": str(n * n)} for n in range(40)]


def right(completion, answer):
    return {"right": float(completion == answer), "short": 1.0 / (1 + len(completion))}


@pytest.fixture
def squares(tmp_path):
    """A function that writes files of rows by name and returns the id of an environment on them."""

    def make(**files):
        for name, size in files.items():
            text = "".join(json.dumps(row) + "\n" for row in SQUARES[:size])
            (tmp_path / f"{name}.jsonl").write_text(text)
        vpo_envs.register(
            "my/Squares-v0",
            "vpo_envs.datasets:RowsDomain",
            rows=str(tmp_path),
            scorer=f"{__name__}:right",
            objectives=["right", "short"],
        )
        return "my/Squares-v0"

    yield make
    gym.registry.pop("my/Squares-v0", None)


@pytest.mark.parametrize(
    ("files", "choice"),
    [
        ({"train": 30, "validation": 20, "test": 10}, {"split": "validation", "tasks": 5}),
        ({"train": 30, "validation": 3, "test": 10}, {"split": "validation", "tasks": 3}),
        ({"train": 30, "test": 10}, {"split": "train", "tasks": 5}),
        ({"train": 30, "validation": 10}, {"split": "train", "tasks": 5}),  # which stands for the test split
        ({"test": 10}, None),
    ],
)
def test_the_choice_falls_on_rows_that_are_not_measured(squares, files, choice):
    env = squares(**files)
    made = Plan(env, (AgentSpec("GRPO", "GRPO"),), warm_start_steps=0, tasks=5, pool=2)
    assert made.choice == choice
    assert made.used_temperatures == ((1.0,) if choice is None else (0.7, 1.0))
    if choice is None:
        with pytest.raises(ValueError, match="the data has none; give a single temperature"):
            dataclasses.replace(made, temperatures=(0.7, 1.0))
    else:
        domain = made_domain(env)
        tried = {domain.task(choice["split"], i).prompt for i in range(choice["tasks"])}
        names = (domain.rows_of(choice["split"]), domain.rows_of("test"))
        assert len(tried) == choice["tasks"] and names[0] != names[1]


def made_domain(env):
    return task_source(env).domain


def test_tuning_is_refused_where_validation_rows_are_those_measured(squares):
    env = squares(train=30, validation=10)
    grid = TuningGrid({"learning_rate": [1e-4, 3e-4]})
    made = Plan(env, (AgentSpec("GRPO", "GRPO"),), warm_start_steps=0, tasks=5, pool=2, tuning=grid)
    with pytest.raises(ValueError, match="validation split of my/Squares-v0 is its test split"):
        trials(made)


def test_a_plan_of_an_earlier_version_is_refused_with_a_remedy():
    old = plan().describe()
    del old["temperatures"]
    assert differences(old, plan().describe()) == "temperatures=[0.7, 1.0] (was None)"
    with pytest.raises(ValueError, match="earlier version, .* run its command again"):
        Plan.restore({**old, "temperature": 1.0})
