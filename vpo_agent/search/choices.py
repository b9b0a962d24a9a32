"""Choices: how one answer is taken from a pool. The first four look at rewards, the last two do not.

A choice is bound to a source of tasks before anything is sampled, so that a wrong name is told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from vpo_agent.search.result import Pool
from vpo_agent.tasks.source import DomainTasks, TaskSource
from vpo_envs import selection
from vpo_envs.core import Task
from vpo_envs.scalarization import check_weights

Chooser = Callable[[Pool, Any], int]
"""The index that is chosen from the pool of a task."""


class Choice(Protocol):
    """A way of choosing; `str` describes it."""

    def bind(self, source: TaskSource) -> Chooser:
        """The choice among answers to tasks of this source.

        Raises:
            ValueError: If it names what the source does not have.
        """


@dataclass(frozen=True)
class ByWeights:
    """The best scalar.

    Attributes:
        weights: A point on the simplex, shape (d,); None: the fixed scalarization `w*`.
    """

    weights: Sequence[float] | None = None

    def __str__(self) -> str:
        return "scalar" if self.weights is None else f"weights {', '.join(f'{w:g}' for w in self.weights)}"

    def bind(self, source: TaskSource) -> Chooser:
        """See `Choice.bind`."""
        weights = source.weights if self.weights is None else self.weights
        weights = check_weights(weights, len(source.weights))
        return lambda pool, task: int(selection.select(pool.rewards, weights))


@dataclass(frozen=True)
class ByContext:
    """The best scalar under the weights of a context of the domain.

    Attributes:
        name: A key of `Domain.contexts`.
    """

    name: str

    def __str__(self) -> str:
        return f"context {self.name}"

    def bind(self, source: TaskSource) -> Chooser:
        """See `Choice.bind`."""
        return ByWeights(context_weights(source, self.name)).bind(source)


@dataclass(frozen=True)
class ByConstraints:
    """Good enough in some objectives, then best in one thing, see `selection.select_by_constraints`.

    Attributes:
        minimums: The least value of some objectives, by name.
        then: An objective's name, or weights; None: the fixed scalarization `w*`.
    """

    minimums: Mapping[str, float]
    then: str | Sequence[float] | None = None

    def __str__(self) -> str:
        least = ", ".join(f"{name} >= {value:g}" for name, value in self.minimums.items())
        return f"{least}; then {'scalar' if self.then is None else self.then}"

    def bind(self, source: TaskSource) -> Chooser:
        """See `Choice.bind`."""
        names = source.objective_names
        then: str | ArrayLike = source.weights if self.then is None else self.then
        # On any pool, to have the names checked.
        selection.select_by_constraints(np.zeros((1, len(names))), self.minimums, then, names)
        return lambda pool, task: selection.select_by_constraints(pool.rewards, self.minimums, then, names)


@dataclass(frozen=True)
class ByKnee:
    """The knee of the pool's front, see `selection.knee`."""

    def __str__(self) -> str:
        return "knee"

    def bind(self, source: TaskSource) -> Chooser:
        """See `Choice.bind`."""
        return lambda pool, task: selection.knee(pool.rewards)


@dataclass(frozen=True)
class ByVote:
    """The answer given most often, for want of a verifier; what counts as the same, the domain says."""

    def __str__(self) -> str:
        return "vote"

    def bind(self, source: TaskSource) -> Chooser:
        """See `Choice.bind`."""
        return lambda pool, task: selection.vote([source.vote_key(task, answer) for answer in pool.answers])


@dataclass(frozen=True)
class ByScorer:
    """The answer that a scorer rates highest, for want of a verifier.

    Attributes:
        scorer: `(task, answer) -> number`, higher is better. Where it also has `rate_many(prompts, answers)`
            or `score_many(tasks, answers)`, the first of these is called with the whole pool.
            `integrations.reward_model.ClassifierScorer` has both.
        name: How results call it.
    """

    scorer: Callable[[Any, str], float]
    name: str = "scorer"

    def __str__(self) -> str:
        return self.name

    def bind(self, source: TaskSource) -> Chooser:
        """See `Choice.bind`."""
        return lambda pool, task: self._choose(pool, task, source)

    def _choose(self, pool: Pool, task: Any, source: TaskSource) -> int:
        answers = pool.answers
        ratings = np.asarray(self._rate(task, answers, source), float)
        if ratings.shape != (len(answers),) or np.isnan(ratings).any():
            raise ValueError(f"{self.name} rated {len(answers)} answers {ratings}; give one number each")
        given = np.flatnonzero([bool(answer) for answer in answers])
        return int(given[ratings[given].argmax()]) if len(given) else 0

    def _rate(self, task: Any, answers: Sequence[str], source: TaskSource) -> ArrayLike:
        n = len(answers)
        if hasattr(self.scorer, "rate_many"):
            # Written for people, whatever style the policy reads; a plain environment has one wording.
            prompt = task.prompt if isinstance(task, Task) else source.prompts([task])[0]
            ratings: ArrayLike = self.scorer.rate_many([prompt] * n, answers)
            return ratings
        if hasattr(self.scorer, "score_many"):
            scores: ArrayLike = self.scorer.score_many([task] * n, answers)
            return scores
        return [self.scorer(task, answer) for answer in answers]


def make_choice(choose: str | Sequence[float] | Choice) -> Choice:
    """Reads a choice: `scalar`, `knee`, `vote`, a context's name, weights, or a choice itself."""
    if isinstance(choose, str):
        named: dict[str, Choice] = {"scalar": ByWeights(), "knee": ByKnee(), "vote": ByVote()}
        return named.get(choose, ByContext(choose))
    return choose if hasattr(choose, "bind") else ByWeights(tuple(choose))


def contexts_of(source: TaskSource) -> Mapping[str, Sequence[float]]:
    """The named weightings of a source's domain; empty if it has none."""
    return source.domain.contexts if isinstance(source, DomainTasks) else {}


def context_weights(source: TaskSource, name: str) -> Sequence[float]:
    """The weights of one of the domain's contexts.

    Raises:
        ValueError: If the domain does not have it.
    """
    contexts = contexts_of(source)
    if name not in contexts:
        known = ", ".join(contexts) or "none; give weights instead"
        raise ValueError(f"context={name!r} is unknown; contexts of this domain: {known}")
    return contexts[name]
