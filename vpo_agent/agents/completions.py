"""Tables of sampled completions with their reward vectors, in the log of a run."""

from __future__ import annotations

import json
from typing import Any

from vpo_agent.agents.callbacks import Callback, Learner
from vpo_agent.common.logger import log_rows
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.tasks.source import TaskSource

NAME = "completions"


class CompletionsCallback(Callback):
    """A callback that logs a table of completions every `every` updates, beginning with the first.

    Outputs are those of `vpo_agent.common.logger.log_rows`: a file `completions.jsonl`, TensorBoard, wandb.

    Args:
        every: Updates between two tables.
        tasks: Maximum number of tasks in a table, each with its whole group.

    Raises:
        ValueError: If an argument is below 1.
    """

    def __init__(self, every: int = 25, tasks: int = 2) -> None:
        if every < 1 or tasks < 1:
            raise ValueError(f"every={every} and tasks={tasks} must be at least 1")
        self.every = every
        self.tasks = tasks

    def on_step(self, agent: Learner) -> bool:
        """Logs the completions of the last update, if it is due."""
        if (agent.num_updates - 1) % self.every == 0 and agent.last_rollouts is not None:
            rows = completion_rows(agent.last_rollouts, agent.source, self.tasks)
            rows = [{"updates": agent.num_updates, **row} for row in rows]
            log_rows(agent.logger, NAME, rows, agent.num_timesteps)
        return True


def completion_rows(rollouts: Rollouts, source: TaskSource, tasks: int) -> list[dict[str, Any]]:
    """Returns one row per completion of the first tasks.

    Columns: `task` (its place in the batch, or its id), `prompt`, `completion`, `scalar` (the best fixed
    scalarization of its answers) and `reward_vectors` (JSON: the objectives of each answer by name).

    Args:
        rollouts: Rollouts of P tasks, with G rollouts each.
        source: Source of the tasks.
        tasks: Maximum number of tasks.
    """
    rows = []
    for p, task in enumerate(rollouts.tasks[:tasks]):
        for g, _ in enumerate(rollouts.answers[p]):
            place = p * rollouts.rewards.shape[1] + g
            rewards = rollouts.rewards[p, g]
            named = [dict(zip(source.objective_names, _rounded(row))) for row in rewards.tolist()]
            turns = [turn[place].text for turn in rollouts.completions] or rollouts.answers[p][g]
            rows.append(
                {
                    "task": str(getattr(task, "id", p)),
                    "prompt": _prompt(rollouts, p, place),
                    "completion": "\n\n".join(turns),
                    "scalar": round(float((rewards @ source.weights).max()), 4),
                    "reward_vectors": json.dumps(named),
                }
            )
    return rows


def _prompt(rollouts: Rollouts, p: int, place: int) -> str:
    """Returns the prompt of a rollout; that of the task where an agent without a language model saw it."""
    if not rollouts.prompts:
        return str(getattr(rollouts.tasks[p], "prompt", ""))
    alone = len(rollouts.prompts) == len(rollouts.tasks)  # later turns have one prompt per rollout
    return str(rollouts.prompts[p if alone else place])


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 4) for value in values]
