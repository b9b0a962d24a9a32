"""Goal conditioning: preference weights written into prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from vpo_agent.tasks.source import TaskSource
from vpo_envs.scalarization import Weights
from vpo_envs.task import Reward
from vpo_envs.wrappers import describe_weights

LEVELS = 10
TAGS = tuple(f"<weight_{level}>" for level in range(LEVELS + 1))
"""Tags for weights in tenths; single tokens in the tokenizers of tiny models."""


@dataclass(frozen=True, eq=False)
class GoalTask:
    """A task with preference weights.

    Attributes:
        task: A task of the underlying source.
        weights: Preference weights, shape (d,).
    """

    task: Any
    weights: Weights


class GoalTaskSource(TaskSource):
    """A task source whose prompts end with a line of preference weights.

    Tokenizers of tiny models have a token for every tenth of a weight (`TAGS`); the line holds one for each
    objective, in order. For all other models the line states the weights in words, as
    `vpo_envs.RandomScalarization` does.

    Args:
        source: Underlying source of tasks and rewards.
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
        """Returns the prompt with the line of weights added."""
        weights = np.asarray(weights, float)
        if self.tagged:
            line = "".join(TAGS[level] for level in np.rint(weights * LEVELS).astype(int))
        else:
            line = describe_weights(self.objective_names, weights)
        return prompt + f"\n{line}"

    def draw(self, rng: np.random.Generator, n: int) -> list[GoalTask]:
        """Draws random tasks, with the weights of the fixed scalarization."""
        return [GoalTask(task, self.weights) for task in self.source.draw(rng, n)]

    def prompts(self, tasks: Sequence[GoalTask]) -> list[str]:
        """Returns the prompt of each task, with its weights."""
        texts = self.source.prompts([goal.task for goal in tasks])
        return [self.word(text, goal.weights) for text, goal in zip(texts, tasks)]

    def score(self, tasks: Sequence[GoalTask], answers: Sequence[str]) -> Reward:
        """Returns reward vectors, which do not depend on the weights."""
        return self.source.score([goal.task for goal in tasks], answers)

    def answer_key(self, task: GoalTask, answer: str) -> str:
        """Returns the underlying source's key."""
        return self.source.answer_key(task.task, answer)

    def turn_prompt(self, task: GoalTask, answers: Sequence[str], rewards: Reward) -> str:
        """Returns the underlying source's prompt of a further turn, with the weights."""
        return self.word(self.source.turn_prompt(task.task, answers, rewards), task.weights)
