"""Goals: weightings written into prompts, for policies that are told what counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from vpo_agent.policy import Policy
from vpo_agent.tasks import TaskSource
from vpo_envs.core import Reward
from vpo_envs.scalarization import Weights
from vpo_envs.wrappers import describe_weights

LEVELS = 10
TAGS = tuple(f"<weight_{level}>" for level in range(LEVELS + 1))
"""One token for every tenth of a weight, in the tokenizers of tiny models."""


@dataclass(frozen=True, eq=False)
class Goal:
    """A task and what counts in it.

    Attributes:
        task: A task of the source that `GoalTasks` shows.
        weights: A point on the simplex, shape (d,).
    """

    task: Any
    weights: Weights


class GoalTasks(TaskSource):
    """Shows the tasks of another source with a line that says what counts.

    Tokenizers of tiny models have a token for every tenth of a weight (`TAGS`), one of which is written
    for each objective, in order; for all others weights are written in words, as by
    `vpo_envs.RandomScalarization`.

    Args:
        source: Where tasks come from, and who scores.
        policy: Who will read the prompts.
    """

    def __init__(self, source: TaskSource, policy: Policy) -> None:
        self.source = source
        self.objective_names = source.objective_names
        self.weights = source.weights
        self.style = source.style
        self.max_turns = source.max_turns
        self.tagged = knows_tags(policy)

    def word(self, prompt: str, weights: ArrayLike) -> str:
        """The prompt with the line added."""
        weights = np.asarray(weights, float)
        if self.tagged:
            line = "".join(TAGS[level] for level in np.rint(weights * LEVELS).astype(int))
        else:
            line = describe_weights(self.objective_names, weights)
        return f"{prompt}\n{line}"

    def draw(self, rng: np.random.Generator, n: int) -> list[Goal]:
        """Random tasks under the fixed scalarization."""
        return [Goal(task, self.weights) for task in self.source.draw(rng, n)]

    def prompts(self, tasks: Sequence[Goal]) -> list[str]:
        """The prompt of each task, with its weights."""
        texts = self.source.prompts([goal.task for goal in tasks])
        return [self.word(text, goal.weights) for text, goal in zip(texts, tasks)]

    def score(self, tasks: Sequence[Goal], answers: Sequence[str]) -> Reward:
        """Reward vectors, which do not depend on the weights."""
        return self.source.score([goal.task for goal in tasks], answers)

    def turn_prompt(self, task: Goal, answers: Sequence[str], rewards: Reward) -> str:
        """The source's own wording of the pool so far, with the weights."""
        return self.word(self.source.turn_prompt(task.task, answers, rewards), task.weights)


def knows_tags(policy: Policy) -> bool:
    """Whether the policy's tokenizer has the tokens for weights."""
    return all(policy.decode(ids[:-1]) == tag for tag, ids in zip(TAGS, policy.encode_completions(TAGS)))
