"""Asking a policy to improve on earlier answers: tasks whose prompts show parents with their rewards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vpo_agent.tasks.source import TaskSource
from vpo_envs.core import Reward


@dataclass(frozen=True, eq=False)
class Request:
    """A task, and the answers to it that its prompt shows.

    Attributes:
        task: A task of the source that `ParentTasks` shows.
        answers: The parents; without any the prompt is the plain one.
        rewards: Their reward vectors, shape (len(answers), d).
    """

    task: Any
    answers: Sequence[str] = ()
    rewards: Reward | None = None


class ParentTasks(TaskSource):
    """Shows the tasks of another source with parents, worded as the further turns of an episode are.

    So a policy that was trained with `max_turns > 1` knows these prompts.

    Args:
        source: Where tasks come from, and who scores.
    """

    def __init__(self, source: TaskSource) -> None:
        self.source = source
        self.objective_names = source.objective_names
        self.weights = source.weights
        self.style = source.style
        self.max_turns = 1

    def draw(self, rng: np.random.Generator, n: int) -> list[Request]:
        """Random tasks, without parents."""
        return [Request(task) for task in self.source.draw(rng, n)]

    def prompts(self, tasks: Sequence[Request]) -> list[str]:
        """The prompt of each task, with its parents."""
        return [
            self.turn_prompt(request, request.answers, request.rewards) if request.answers else plain
            for request, plain in zip(tasks, self.source.prompts([request.task for request in tasks]))
        ]

    def score(self, tasks: Sequence[Request], answers: Sequence[str]) -> Reward:
        """Reward vectors, which do not depend on the parents."""
        return self.source.score([request.task for request in tasks], answers)

    def answer_key(self, task: Request, answer: str) -> str:
        """Returns the source's own."""
        return self.source.answer_key(task.task, answer)

    def turn_prompt(self, task: Request, answers: Sequence[str], rewards: Any) -> str:
        """The source's own wording of the answers, their rewards and its feedback."""
        return self.source.turn_prompt(task.task, answers, rewards)
