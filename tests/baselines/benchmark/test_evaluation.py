"""Temperatures of the evaluation: each agent's is chosen on tasks that are not measured."""

import numpy as np
import pytest

from baselines import AgentSpec, Plan
from baselines.benchmark import evaluation
from baselines.benchmark import plan as plan_module
from baselines.benchmark.evaluation import evaluate_at, measure
from baselines.benchmark.plan import same_tasks
from baselines.benchmark.plan_file import make_plans
from baselines.benchmark.results import AtTemperature
from vpo_agent import Evaluation
from vpo_envs.core import Objective
from vpo_envs.datasets import DatasetDomain

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
        AtTemperature.model_validate(record)
        assert record["temperature"] == temperature and record["choice"] == pytest.approx(temperature)
        assert record["measures"]["expected_best"] == pytest.approx(1 - temperature)
    greedy = [call for call in recorded.calls if call[2] == 0.0]
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


def test_data_without_other_tasks_is_measured_at_one_temperature(monkeypatch):
    asked = []

    def same(domain, split, other):
        asked.append((split, other))
        return split == "validation" or len(asked) > 2

    monkeypatch.setattr(plan_module, "same_tasks", same)
    assert plan().choice == {"split": "train", "tasks": 32} and plan().used_temperatures == (1.0,)
    assert asked[:2] == [("validation", "test"), ("train", "test")]
    with pytest.raises(ValueError, match="the data has none; give a single temperature"):
        plan(temperatures=(0.7, 1.0))


def test_one_file_without_splits_has_the_same_tasks_in_all(tmp_path):
    class Rows(DatasetDomain):
        objectives = (Objective("any"),)
        sample_example = row_reader = make_task = score = None

    Rows.__abstractmethods__ = frozenset()
    (tmp_path / "rows.jsonl").write_text("{}\n")
    for name in ("train", "test"):
        (tmp_path / f"{name}.jsonl").write_text("{}\n")
    assert same_tasks(Rows(tmp_path / "rows.jsonl"), "validation", "test")
    assert not same_tasks(Rows(tmp_path), "train", "test") and not same_tasks(Rows(), "validation", "test")
