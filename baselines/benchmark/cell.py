"""One run (cell) of a benchmark, in a separate process."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from baselines.algorithms.oracle import Oracle
from baselines.benchmark.launcher import CELL, RESULT
from baselines.registry import agent_class
from vpo_agent import CheckpointCallback, Evaluation, evaluate, latest_checkpoint
from vpo_agent.agents.base import Agent
from vpo_agent.agents.callbacks import Callback, Learner
from vpo_agent.common.atomic_io import write_atomically
from vpo_agent.common.logger import PROGRESS, configure, forget_after, read_progress
from vpo_agent.models.policy import Policy
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import task_source
from vpo_agent.training.sft import warm_start

POLICY, POOLS = "policy", "pools.npz"
CHECKPOINT_EVERY = 20
SHOWN_TASKS = 8
PARTS = ("sampling", "advantages", "updating")


def run(folder: Path) -> None:
    """Runs the cell described in `folder/cell.json`; an interrupted run is resumed."""
    cell = json.loads((folder / CELL).read_text())
    if (folder / RESULT).exists():
        return
    result = run_warm_start(folder, cell) if cell["kind"] == "warm_start" else run_training(folder, cell)
    write_atomically(folder / RESULT, json.dumps(result))


def run_warm_start(folder: Path, cell: dict[str, Any]) -> dict[str, Any]:
    """Builds or loads the common initial policy, warm-starts it and saves it in `folder/policy`."""
    source = task_source(cell["env"])
    if "policy" in cell:
        policy = Policy.from_pretrained(cell["policy"])
    else:
        sizes = {"candidates": max(cell["sizes"]), **cell.get("policy_kwargs", {})}
        policy = tiny_policy(source, seed=cell["seed"], **sizes)
    with open(folder / PROGRESS, "w") as log:

        def report(step: int, loss: float) -> None:
            if step % 10 == 0 or step == cell["steps"]:
                log.write(json.dumps({"time/updates": step, "loss": loss}) + "\n")
                log.flush()

        loss = warm_start(
            policy,
            source,
            steps=cell["steps"],
            sizes=cell["sizes"],
            goals=cell.get("goals", False),
            seed=cell["seed"],
            on_step=report,
        )
    policy.save_pretrained(folder / POLICY)
    return {"loss": loss, "parameters": policy.model.num_parameters()}


def run_training(folder: Path, cell: dict[str, Any]) -> dict[str, Any]:
    """Trains an agent from the common initial policy and evaluates it."""
    kind = agent_class(cell["agent"])
    if not issubclass(kind, Agent):
        return measure(folder, cell, kind(cell["env"], **cell["settings"]))
    agent = resume(folder, cell, kind)
    per_step = agent.config.answers_per_step * agent.source.max_turns
    callbacks: list[Callback] = [CheckpointCallback(folder / "checkpoints", every=CHECKPOINT_EVERY, keep=1)]
    total, going = cell["steps"] * per_step, True
    if "tokens" in cell:
        budget = TokenBudget(cell["tokens"], spent_tokens(folder))
        callbacks.append(budget)
        # Every step generates at least one token, so the token budget ends the run before this limit.
        total, going = (agent.num_updates + cell["tokens"]) * per_step, budget.left
    agent.set_logger(configure(folder, ("json",)))
    if going and agent.num_timesteps < total:
        agent.learn(total - agent.num_timesteps, callbacks, reset_num_timesteps=False)
    if cell["steps"]:
        keep_policy(agent, folder / POLICY)
    return measure(folder, cell, agent)


def measure(folder: Path, cell: dict[str, Any], generator: Agent | Oracle) -> dict[str, Any]:
    """Evaluates a trained agent or an oracle and returns the content of `result.json`."""
    # All agents are decoded alike, including those that use nucleus sampling in training.
    evaluation = evaluate(generator, seed=cell["seed"], top_p=1.0, **cell["evaluation"])
    np.savez_compressed(folder / POOLS, rewards=evaluation.rewards)
    history = read_progress(folder)
    trained = generator if isinstance(generator, Agent) else None
    return {
        "measures": {**measures(evaluation), **greedy_measures(generator, cell)},
        "examples": examples(evaluation),
        "history": {
            name: [round(line[f"rollout/{name}"], 5) for line in history]
            for name in ("diversity", "expected_best", "best", "scalar", "well_formed", "repeated")
        },
        "budget": {
            "answers": trained.num_timesteps if trained else 0,
            "tokens": spent_tokens(folder),
            "gradient_steps": trained.gradient_steps if trained else 0,
            "seconds": round(sum(sum(line[f"time/{part}"] for part in PARTS) for line in history), 1),
            "evaluation_answers": int(evaluation.rewards.shape[0] * evaluation.rewards.shape[1]),
            "evaluation_tokens": evaluation.tokens,
        },
    }


def keep_policy(agent: Agent, folder: Path) -> None:
    """Saves the trained policy atomically, unless an earlier try of this run saved it."""
    if not folder.exists():
        fresh = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        agent.policy.save_pretrained(fresh)
        os.replace(fresh, folder)


class TokenBudget(Callback):
    """Callback that stops training after the step that reaches a number of tokens.

    Args:
        tokens: The budget.
        spent: Tokens of earlier steps.
    """

    def __init__(self, tokens: int, spent: int) -> None:
        self.tokens = tokens
        self.spent = spent

    @property
    def left(self) -> bool:
        """True while some of the budget is left."""
        return self.spent < self.tokens

    def on_step(self, agent: Learner) -> bool:
        """Adds the tokens of the step; returns False when the budget is used up."""
        self.spent += int(agent.logger.name_to_value["rollout/tokens"])
        return self.left


def spent_tokens(folder: Path) -> int:
    """Returns the number of tokens that the logged steps generated."""
    return int(sum(line["rollout/tokens"] for line in read_progress(folder)))


def resume(folder: Path, cell: dict[str, Any], kind: type[Agent]) -> Agent:
    """Returns the agent at its latest checkpoint, or with the common initial policy."""
    latest = latest_checkpoint(folder / "checkpoints")
    if latest is None:
        (folder / PROGRESS).unlink(missing_ok=True)
        start = Policy.from_pretrained(folder.parent / cell["start"] / POLICY)
        return kind(start, cell["env"], **cell["settings"])
    agent = kind.load(latest, cell["env"])
    forget_after(folder, agent.num_updates)
    return agent


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
    kept = {"greedy_best": f"best@{size}", "greedy_expected_best": "expected_best"}
    return {name: np.round(found[measure], 5).tolist() for name, measure in kept.items()}


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


def main() -> None:
    """Runs the cell whose folder is the only argument of the process."""
    torch.set_num_threads(1)
    run(Path(sys.argv[1]))
