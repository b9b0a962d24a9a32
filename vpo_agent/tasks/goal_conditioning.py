"""Goal conditioning: preference weights written into prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from vpo_agent.tasks.source import TaskSource
from vpo_envs.core import Reward
from vpo_envs.scalarization import Weights
from vpo_envs.wrappers import describe_weights

LEVELS = 10
TAGS = tuple(f"<weight_{level}>" for level in range(LEVELS + 1))
"""One token for every tenth of a weight, in the tokenizers of tiny models."""


@dataclass(frozen=True, eq=False)
class GoalTask:
    """A task and what counts in it.

    Attributes:
        task: A task of the source that `GoalTaskSource` shows.
        weights: A point on the simplex, shape (d,).
    """

    task: Any
    weights: Weights


class GoalTaskSource(TaskSource):
    """Shows the tasks of another source with a line that says what counts.

    Tokenizers of tiny models have a token for every tenth of a weight (`TAGS`), one of which is written
    for each objective, in order; for all others weights are written in words, as by
    `vpo_envs.RandomScalarization`.

    Args:
        source: Where tasks come from, and who scores.
        tagged: Whether the policy has a token for each of `TAGS`.
    """

    def __init__(self, source: TaskSource, tagged: bool) -> None:
        self.source = source
        self.objective_names = source.objective_names
        self.weights = source.weights
        self.style = source.style
        self.max_turns = source.max_turns
        self.tagged = tagged

    def word(self, prompt: str, weights: ArrayLike) -> str:
        """The prompt with the line added."""
        weights = np.asarray(weights, float)
        if self.tagged:
            line = "".join(TAGS[level] for level in np.rint(weights * LEVELS).astype(int))
        else:
            line = describe_weights(self.objective_names, weights)
        return f"{prompt}\n{line}"

    def draw(self, rng: np.random.Generator, n: int) -> list[GoalTask]:
        """Random tasks under the fixed scalarization."""
        return [GoalTask(task, self.weights) for task in self.source.draw(rng, n)]

    def prompts(self, tasks: Sequence[GoalTask]) -> list[str]:
        """The prompt of each task, with its weights."""
        texts = self.source.prompts([goal.task for goal in tasks])
        return [self.word(text, goal.weights) for text, goal in zip(texts, tasks)]

    def score(self, tasks: Sequence[GoalTask], answers: Sequence[str]) -> Reward:
        """Reward vectors, which do not depend on the weights."""
        return self.source.score([goal.task for goal in tasks], answers)

    def answer_key(self, task: GoalTask, answer: str) -> str:
        """Returns the source's own."""
        return self.source.answer_key(task.task, answer)

    def turn_prompt(self, task: GoalTask, answers: Sequence[str], rewards: Reward) -> str:
        """The source's own wording of the pool so far, with the weights."""
        return self.word(self.source.turn_prompt(task.task, answers, rewards), task.weights)
