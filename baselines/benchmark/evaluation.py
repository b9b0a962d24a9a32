"""Evaluation of a trained agent: pools at every temperature, one of which is chosen on other tasks."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from baselines.algorithms.oracle import Oracle
from baselines.benchmark.record import POOLS
from vpo_agent import Evaluation, evaluate
from vpo_agent.agents.base import Agent
from vpo_agent.common.atomic_io import write_bytes_atomically
from vpo_agent.common.logger import read_progress

SHOWN_TASKS = 8
LOGGED = (
    *(
        f"rollout/{name}"
        for name in ("diversity", "expected_best", "best", "scalar", "well_formed", "repeated")
    ),
    "train/entropy",
)
PARTS = ("sampling", "advantages", "updating")
GREEDY = {"greedy_best": "best@{}", "greedy_expected_best": "expected_best"}
"""Measures of the answers of one greedy completion; {} stands for their number."""
CHOICE = "expected_best"
"""Measure by which the temperature is chosen."""


@dataclass(frozen=True)
class AtTemperature:
    """An evaluation at one sampling temperature.

    Attributes:
        temperature: The temperature.
        choice: Mean of `CHOICE` on the tasks of the choice; 0 where there is no choice.
        evaluation: Pools of the measured tasks.
        used: All evaluations at this temperature, those of the choice included.
    """

    temperature: float
    choice: float
    evaluation: Evaluation
    used: list[Evaluation]

    def describe(self) -> dict[str, Any]:
        """Returns the record for `result.json`, with the mean of every measure."""
        means = {name: float(np.mean(values)) for name, values in self.evaluation.per_task().items()}
        return {"temperature": self.temperature, "choice": self.choice, "measures": means}


def evaluate_at(generator: Agent | Oracle, cell: dict[str, Any]) -> list[AtTemperature]:
    """Evaluates at every temperature of a cell.

    With several of them, each is also tried on the tasks of the choice, which are not those measured
    unless the measured ones are validation tasks themselves.
    """
    # All agents are decoded alike, including those that use nucleus sampling in training.
    shared = {"seed": cell["seed"], "top_p": cell.get("top_p", 1.0)}
    found = []
    for temperature in cell["temperatures"]:
        evaluation = evaluate(generator, temperature=temperature, **shared, **cell["evaluation"])
        choice, used = 0.0, [evaluation]
        if (other := cell.get("choice")) is not None:
            tried = evaluate(
                generator,
                temperature=temperature,
                fronts=False,
                **shared,
                **{**cell["evaluation"], **other},
            )
            choice = float(np.mean(tried.per_task()[CHOICE]))
            used.append(tried)
        elif len(cell["temperatures"]) > 1:
            choice = float(np.mean(evaluation.per_task()[CHOICE]))
        found.append(AtTemperature(temperature, choice, evaluation, used))
    return found


def measure(folder: Path, cell: dict[str, Any], generator: Agent | Oracle) -> dict[str, Any]:
    """Evaluates a trained agent or an oracle and returns the content of `result.json`."""
    tried = evaluate_at(generator, cell)
    chosen = max(tried, key=lambda one: one.choice)
    evaluation, every = chosen.evaluation, [used for one in tried for used in one.used]
    pools = io.BytesIO()
    np.savez_compressed(pools, rewards=evaluation.rewards)
    write_bytes_atomically(folder / POOLS, pools.getvalue())
    history = read_progress(folder)
    trained = generator if isinstance(generator, Agent) else None
    return {
        "measures": {**measures(evaluation), **greedy_measures(generator, cell)},
        "temperature": chosen.temperature,
        "temperatures": [one.describe() for one in tried],
        "examples": examples(evaluation),
        "history": {
            name.partition("/")[2]: [round(line[name], 5) for line in history]
            for name in LOGGED
            if all(name in line for line in history)  # agents of Stable-Baselines3 log no entropy
        },
        "budget": {
            "answers": trained.num_timesteps if trained else 0,
            "tokens": trained.num_tokens if trained else 0,
            "gradient_steps": trained.gradient_steps if trained else 0,
            "seconds": round(sum(sum(line[f"time/{part}"] for part in PARTS) for line in history), 1),
            "evaluation_answers": sum(used.rewards.shape[0] * used.rewards.shape[1] for used in every),
            "evaluation_tokens": sum(used.tokens or 0 for used in every),
        },
    }


def measures(evaluation: Evaluation) -> dict[str, list[float]]:
    """Returns every measure of every task."""
    return {name: np.round(values, 5).tolist() for name, values in evaluation.per_task().items()}


def greedy_measures(generator: Agent | Oracle, cell: dict[str, Any]) -> dict[str, list[float]]:
    """Returns measures of the answers of one greedy completion per task.

    `greedy_best` is the best fixed scalar among them, `greedy_expected_best` their `expected_best`.
    """
    size = generator.num_candidates * generator.source.max_turns
    one = {**cell["evaluation"], "pool": size, "temperature": 0.0}
    found = evaluate(generator, seed=cell["seed"], top_p=1.0, fronts=False, **one).per_task((size,))
    return {name: np.round(found[measure.format(size)], 5).tolist() for name, measure in GREEDY.items()}


def examples(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Returns the pools of the first tasks with texts, for the plots."""
    shown = []
    for i in range(min(SHOWN_TASKS, len(evaluation.tasks))):
        front = None if evaluation.fronts is None else np.round(evaluation.fronts[i], 5).tolist()
        shown.append(
            {
                "task": evaluation.tasks[i],
                "rewards": np.round(evaluation.rewards[i], 5).tolist(),
                "answers": evaluation.answers[i],
                "front": front,
            }
        )
    return shown
