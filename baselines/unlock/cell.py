"""One search of the experiment, in a separate process: one trained agent, some tasks, one budget."""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from baselines.benchmark.launcher import CELL
from baselines.benchmark.record import RESULT, write_result
from baselines.benchmark.user_envs import register_again
from baselines.registry import agent_class
from baselines.unlock.goal import solved
from vpo_agent.agents.base import Agent
from vpo_agent.common.logger import PROGRESS
from vpo_agent.models.policy import Policy
from vpo_agent.search.strategies import Strategy, make_strategy
from vpo_agent.tasks.source import DomainTasks, task_id


def run(folder: Path) -> None:
    """Runs the search described in `folder/cell.json`."""
    cell = json.loads((folder / CELL).read_text())
    if (folder / RESULT).exists():
        return
    register_again(cell)
    agent = load(cell)
    assert isinstance(agent.source, DomainTasks)  # guaranteed by the bench
    domain, weights = agent.source.domain, cell.get("weights", agent.source.weights)
    tasks = [domain.task(cell["split"], index) for index in cell["tasks"]]
    asked = cell.get("require")
    minimums = [asked.get(name, 0.0) for name in domain.objective_names] if asked else None
    fronts = {task_id(task): domain.pareto_front(task) for task in tasks}

    def hits(task: Any, rewards: NDArray[np.float32]) -> NDArray[np.bool_]:
        return solved(rewards, fronts[task_id(task)], weights, cell["share"], minimums)

    with open(folder / PROGRESS, "w") as log:

        def report(answers: int) -> None:
            log.write(json.dumps({"time/updates": answers // len(tasks)}) + "\n")
            log.flush()

        strategy = make(cell, folder)
        # Screening and search use different seeds, so that the search does not repeat the screening.
        seed = int(np.random.default_rng([cell["seed"], cell["steps"]]).integers(2**31))
        # All agents are decoded alike, including those that use nucleus sampling in training.
        how = dataclasses.replace(agent.sampling, temperature=cell["temperature"], top_p=1.0)
        # What comes after a task's first solution does not count, so its search ends there.
        early: dict[str, Any] = {}
        if "until" in inspect.signature(strategy.search).parameters:
            early["until"] = lambda task, rewards: bool(hits(task, rewards).any())
        pools = strategy.search(
            agent, agent.source, tasks, cell["steps"], sampling=how, seed=seed, on_answers=report, **early
        )
    found = [np.flatnonzero(hits(task, pool.rewards)) for task, pool in zip(tasks, pools)]
    result = {
        "solved_at": [int(places[0]) + 1 if len(places) else None for places in found],
        "tokens": sum(int(pool.tokens[-1]) for pool in pools),
    }
    write_result(folder, result)


def load(cell: dict[str, Any]) -> Agent:
    """Returns the trained agent."""
    policy = Policy.from_pretrained(Path(cell["bench"]) / cell["policy"])
    kind = agent_class(cell["agent"])
    assert issubclass(kind, Agent)  # the experiment excludes oracles
    return kind(policy, cell["env"], **cell["settings"])


def make(cell: dict[str, Any], folder: Path) -> Strategy:
    """Returns the strategy; a resumable one keeps its state in the cell's folder."""
    strategy = make_strategy(cell["strategy"], cell["how"])
    if hasattr(strategy, "folder"):
        strategy = make_strategy(cell["strategy"], {**cell["how"], "folder": str(folder / "search")})
    return strategy


def main() -> None:
    """Runs the search whose folder is the only argument of the process."""
    torch.set_num_threads(1)
    run(Path(sys.argv[1]))
