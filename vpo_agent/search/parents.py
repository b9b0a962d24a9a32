"""Tasks with parents: prompts that ask for improvements on earlier answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vpo_agent.tasks.source import TaskSource
from vpo_envs.task import Reward


@dataclass(frozen=True, eq=False)
class Request:
    """A task with the parents that its prompt shows.

    Attributes:
        task: A task of the underlying source.
        answers: The parents; if empty, the prompt is the plain one.
        rewards: Reward vectors of the parents, shape (len(answers), d).
    """

    task: Any
    answers: Sequence[str] = ()
    rewards: Reward | None = None


class ParentTasks(TaskSource):
    """A task source whose prompts show parents in the format of an episode's further turns.

    Policies trained with `max_turns > 1` have seen this format in training.

    Args:
        source: Underlying source of tasks and rewards.
    """

    def __init__(self, source: TaskSource) -> None:
        self.source = source
        self.objective_names = source.objective_names
        self.weights = source.weights
        self.style = source.style
        self.max_turns = 1

    def draw(self, rng: np.random.Generator, n: int) -> list[Request]:
        """Draws random tasks, without parents."""
        return [Request(task) for task in self.source.draw(rng, n)]

    def prompts(self, tasks: Sequence[Request]) -> list[str]:
        """Returns the prompt of each task, with its parents."""
        return [
            self.turn_prompt(request, request.answers, request.rewards) if request.answers else plain
            for request, plain in zip(tasks, self.source.prompts([request.task for request in tasks]))
        ]

    def score(self, tasks: Sequence[Request], answers: Sequence[str]) -> Reward:
        """Returns reward vectors, which do not depend on the parents."""
        return self.source.score([request.task for request in tasks], answers)

    def answer_key(self, task: Request, answer: str) -> str:
        """Returns the underlying source's key."""
        return self.source.answer_key(task.task, answer)

    def turn_prompt(self, task: Request, answers: Sequence[str], rewards: Any) -> str:
        """Returns the underlying source's prompt with the answers, their rewards and feedback."""
        return self.source.turn_prompt(task.task, answers, rewards)
