"""Choices: rules that select one answer from a pool. The first four use rewards, the last two do not.

A choice is bound to a task source before sampling starts, so that an unknown name fails early.
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
from vpo_envs.scalarization import check_weights
from vpo_envs.task import Task

Chooser = Callable[[Pool, Any], int]
"""A function of a pool and its task that returns the index of the chosen answer."""


class Choice(Protocol):
    """A rule that selects one answer from a pool; `str` returns its description."""

    def bind(self, source: TaskSource) -> Chooser:
        """Returns the rule for tasks of this source.

        Raises:
            ValueError: If the source lacks a name that the rule uses.
        """


@dataclass(frozen=True)
class ByWeights:
    """A choice of the answer with the best scalar reward.

    Attributes:
        weights: Preference weights, shape (d,); None: the fixed scalarization `w*`.
    """

    weights: Sequence[float] | None = None

    def __str__(self) -> str:
        return "scalar" if self.weights is None else f"weights {', '.join(f'{w:g}' for w in self.weights)}"

    def bind(self, source: TaskSource) -> Chooser:
        """Implements `Choice.bind`."""
        weights = source.weights if self.weights is None else self.weights
        weights = check_weights(weights, len(source.weights))
        return lambda pool, task: int(selection.select(pool.rewards, weights))


@dataclass(frozen=True)
class ByContext:
    """A choice of the answer with the best scalar reward in one of the domain's contexts.

    Attributes:
        name: A key of `Domain.contexts`.
    """

    name: str

    def __str__(self) -> str:
        return f"context {self.name}"

    def bind(self, source: TaskSource) -> Chooser:
        """Implements `Choice.bind`."""
        return ByWeights(context_weights(source, self.name)).bind(source)


@dataclass(frozen=True)
class ByConstraints:
    """A choice with minimums for some objectives, see `selection.select_by_constraints`.

    Attributes:
        minimums: Minimums of objectives, by name.
        then: Objective or preference weights to maximize among answers that meet them; None: the fixed
            scalarization `w*`.
    """

    minimums: Mapping[str, float]
    then: str | Sequence[float] | None = None

    def __str__(self) -> str:
        least = ", ".join(f"{name} >= {value:g}" for name, value in self.minimums.items())
        return f"{least}; then {'scalar' if self.then is None else self.then}"

    def bind(self, source: TaskSource) -> Chooser:
        """Implements `Choice.bind`."""
        names = source.objective_names
        then: str | ArrayLike = source.weights if self.then is None else self.then
        # A call on a dummy pool checks the names.
        selection.select_by_constraints(np.zeros((1, len(names))), self.minimums, then, names)
        return lambda pool, task: selection.select_by_constraints(pool.rewards, self.minimums, then, names)


@dataclass(frozen=True)
class ByKnee:
    """A choice of the knee of the pool's Pareto front, see `selection.knee`."""

    def __str__(self) -> str:
        return "knee"

    def bind(self, source: TaskSource) -> Chooser:
        """Implements `Choice.bind`."""
        return lambda pool, task: selection.knee(pool.rewards)


@dataclass(frozen=True)
class ByVote:
    """A choice by majority vote, for use without a verifier; the domain's `vote_key` groups answers."""

    def __str__(self) -> str:
        return "vote"

    def bind(self, source: TaskSource) -> Chooser:
        """Implements `Choice.bind`."""
        return lambda pool, task: selection.vote([source.vote_key(task, answer) for answer in pool.answers])


@dataclass(frozen=True)
class ByScorer:
    """A choice of the answer with the highest rating by a scorer, for use without a verifier.

    Attributes:
        scorer: Function `(task, answer) -> number`, higher is better. If it has a method
            `rate_many(prompts, answers)` or else `score_many(tasks, answers)`, this is called with the whole
            pool. `integrations.reward_model.ClassifierScorer` has both.
        name: Name of the choice in results.
    """

    scorer: Callable[[Any, str], float]
    name: str = "scorer"

    def __str__(self) -> str:
        return self.name

    def bind(self, source: TaskSource) -> Chooser:
        """Implements `Choice.bind`."""
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
            # Scorers read the full prompt in any prompt style; plain environments have only one prompt.
            prompt = task.prompt if isinstance(task, Task) else source.prompts([task])[0]
            ratings: ArrayLike = self.scorer.rate_many([prompt] * n, answers)
            return ratings
        if hasattr(self.scorer, "score_many"):
            scores: ArrayLike = self.scorer.score_many([task] * n, answers)
            return scores
        return [self.scorer(task, answer) for answer in answers]


def make_choice(choose: str | Sequence[float] | Choice) -> Choice:
    """Converts `scalar`, `knee`, `vote`, a context's name or weights to a choice; keeps a choice as is."""
    if isinstance(choose, str):
        named: dict[str, Choice] = {"scalar": ByWeights(), "knee": ByKnee(), "vote": ByVote()}
        return named.get(choose, ByContext(choose))
    return choose if hasattr(choose, "bind") else ByWeights(tuple(choose))


def contexts_of(source: TaskSource) -> Mapping[str, Sequence[float]]:
    """Returns the contexts of a source's domain: preference weights by name; empty if there are none."""
    return source.domain.contexts if isinstance(source, DomainTasks) else {}


def context_weights(source: TaskSource, name: str) -> Sequence[float]:
    """Returns the preference weights of one of the domain's contexts.

    Raises:
        ValueError: If the domain has no such context.
    """
    contexts = contexts_of(source)
    if name not in contexts:
        known = ", ".join(contexts) or "none; give weights instead"
        raise ValueError(
            f"context={name!r} is unknown; contexts of this domain: {known}. Choices without a context are "
            "scalar, knee and vote"
        )
    return contexts[name]
