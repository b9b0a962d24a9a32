"""One search of an unlock experiment."""

import json
from types import SimpleNamespace

import gymnasium as gym
import numpy as np
import pytest
import toys

import vpo_envs
from baselines import GRPO
from baselines.benchmark.record import RESULT
from baselines.unlock import cell
from vpo_agent.models.sampling import Sampling
from vpo_agent.search import EvolutionSearch, Pool, SamplingSearch
from vpo_agent.tasks.source import DomainTasks, task_source


def test_a_search_counts_what_is_best_under_the_weights_it_is_told(tmp_path, monkeypatch):
    source = task_source("vpo/MazeSmall-v0")
    tasks = [source.domain.task("test", i) for i in range(20)]
    fronts = [np.asarray(source.domain.pareto_front(task), float) for task in tasks]
    indices = [i for i, front in enumerate(fronts) if not (front >= 1).all(axis=1).any()]

    class FindsTheFront:
        def search(self, generator, source, tasks, budget, **how):
            return [SimpleNamespace(rewards=fronts[i], tokens=np.array([7])) for i in indices]

    monkeypatch.setattr(cell, "load", lambda told: SimpleNamespace(source=source, sampling=Sampling()))
    monkeypatch.setattr(cell, "make", lambda told, folder: FindsTheFront())
    found = {}
    for name, weights in (("fixed", None), ("gold", [0.0, 1.0, 0.0, 0.0]), ("diamond", [0.0, 0.0, 1.0, 0.0])):
        told = {"split": "test", "tasks": indices, "seed": 0, "steps": 99, "share": 1.0, "temperature": 1.0}
        (tmp_path / name).mkdir()
        (tmp_path / name / "cell.json").write_text(
            json.dumps(told | ({"weights": weights} if weights else {}))
        )
        cell.run(tmp_path / name)
        found[name] = json.loads((tmp_path / name / RESULT).read_text())["solved_at"]
        scalars = [fronts[i] @ (source.weights if weights is None else weights) for i in indices]
        assert found[name] == [int(np.flatnonzero(s >= s.max() - 1e-6)[0]) + 1 for s in scalars]
    assert len(indices) > 5 and found["fixed"] != found["gold"] != found["diamond"]


class Listed:
    """Finds the same three answers to every task."""

    def search(self, generator, source, tasks, budget, *, sampling, seed, on_answers):
        self.asked = (len(tasks), budget, sampling, seed)
        on_answers(2 * len(tasks))
        on_answers(3 * len(tasks))
        rewards = [[0.6, 0.6], [0.0, 1.0], [1.0, 0.0]]
        return [Pool.of(task, ["both", "right", "left"], rewards, [4, 5, 6], budget=3) for task in tasks]


@pytest.fixture
def search(tmp_path, monkeypatch):
    """Runs a cell on `toys.TradeOff` with listed answers; returns the strategy and the folder."""
    source = DomainTasks(toys.TradeOff(), "train")
    agent = SimpleNamespace(source=source, sampling=Sampling(9, temperature=0.3, top_p=0.4))
    strategy = Listed()
    monkeypatch.setattr(cell, "load", lambda told: agent)
    monkeypatch.setattr(cell, "make", lambda told, folder: strategy)

    def run(**changes):
        told = {"split": "test", "tasks": [3, 5], "seed": 1, "steps": 3, "share": 1.0, "temperature": 0.7}
        (tmp_path / "cell.json").write_text(json.dumps({**told, **changes}))
        cell.run(tmp_path)
        return json.loads((tmp_path / RESULT).read_text())

    return SimpleNamespace(run=run, strategy=strategy, folder=tmp_path)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({}, 1),  # 0.6 is the best of the fixed scalar
        ({"weights": [0.1, 0.9]}, 2),
        ({"weights": [0.9, 0.1]}, 3),
        ({"weights": [0.9, 0.1], "share": 0.6}, 1),  # 0.6 of 0.9
        ({"require": {"left": 0.7}}, 3),
        ({"require": {"right": 0.7}}, 2),
        ({"require": {"left": 0.5, "right": 0.5}}, 1),
        ({"require": {"left": 0.7, "right": 0.7}}, None),
    ],
)
def test_the_first_answer_that_solves_a_task_counts(search, changes, at):
    result = search.run(**changes)
    assert result["solved_at"] == [at, at] and result["tokens"] == 2 * (4 + 5 + 6)


def test_a_search_ends_at_the_first_solution(search, monkeypatch):
    class Asks(SamplingSearch):
        def search(self, generator, source, tasks, budget, *, until, **how):
            self.ends = [until(tasks[0], np.array(rows)) for rows in ([[0, 1.0]], [[0, 1.0], [0.6, 0.6]])]
            return [Pool.of(task, ["left"], [[1, 0]], [7], budget=budget) for task in tasks]

    strategy = Asks()
    monkeypatch.setattr(cell, "make", lambda told, folder: strategy)
    found = search.run()
    assert (found["solved_at"], found["tokens"]) == ([None, None], 14)
    assert strategy.ends == [False, True]


def test_all_agents_are_decoded_alike_with_a_seed_for_each_budget(search):
    search.run()
    tasks, budget, sampling, seed = search.strategy.asked
    assert (tasks, budget) == (2, 3)
    assert sampling == Sampling(9, temperature=0.7, top_p=1.0)
    lines = (search.folder / "progress.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"time/updates": 2}, {"time/updates": 3}]
    (search.folder / RESULT).unlink()
    search.run(steps=4)
    assert search.strategy.asked[3] != seed


def test_a_finished_search_is_left_alone(tmp_path):
    (tmp_path / "cell.json").write_text("{}")
    (tmp_path / RESULT).write_text("kept")
    cell.run(tmp_path)
    assert (tmp_path / RESULT).read_text() == "kept"


def test_a_strategy_that_resumes_keeps_its_state_with_the_cell(tmp_path):
    made = cell.make({"strategy": "evolution", "how": {"population": 8}}, tmp_path)
    assert made == EvolutionSearch(population=8, folder=str(tmp_path / "search"))
    assert cell.make({"strategy": "sampling", "how": {}}, tmp_path) == SamplingSearch()


def test_the_trained_agent_is_loaded_from_the_bench(tmp_path):
    policy = toys.small_policy(toys.TradeOff(), layers=1)
    policy.save_pretrained(tmp_path / "cells" / "run" / "policy")
    vpo_envs.register("test/Unlocked-v0", "toys:TradeOff", prompt_style="compact")
    told = {
        "bench": str(tmp_path),
        "policy": "cells/run/policy",
        "agent": "GRPO",
        "env": "test/Unlocked-v0",
        "settings": {"max_new_tokens": 5},
    }
    try:
        agent = cell.load(told)
    finally:
        del gym.registry["test/Unlocked-v0"]
    assert type(agent) is GRPO and agent.policy.digest() == policy.digest()
    assert agent.config.max_new_tokens == 5 and agent.source.env_id == "test/Unlocked-v0"
