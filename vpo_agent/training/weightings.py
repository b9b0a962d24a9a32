"""Weightings of an update: one set of preference weights per group, shared by its rollouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from vpo_agent.common.settings import check_at_least
from vpo_envs.scalarization import Weights, check_alpha, check_weights, sample_weights, spread_weights


@dataclass(frozen=True)
class Weighting:
    """The distribution of a group's weightings.

    Attributes:
        count: Weightings per group, K.
        alpha: Concentration of the symmetric Dirichlet distribution, positive.
        kind: `random` for independent draws, as in the paper; `spread` for a low-discrepancy set with a
            random shift per group, which has the same expectation and less variance.

    Raises:
        ValueError: If a value is out of range.
    """

    count: int = 100
    alpha: float = 1.0
    kind: Literal["random", "spread"] = "random"

    def __post_init__(self) -> None:
        check_at_least({"n_weights": self.count}, n_weights=1)
        check_alpha(self.alpha)
        if self.kind not in ("random", "spread"):
            raise ValueError(f"weighting={self.kind!r} must be 'random' or 'spread'")

    def draw(self, rng: np.random.Generator, groups: int, d: int) -> Weights:
        """Draws weightings of shape (groups, count, d)."""
        if self.kind == "random":
            return sample_weights(rng, (groups, self.count), d, self.alpha)
        return np.stack(
            [spread_weights(self.count, d, self.alpha, shift=rng.random(d)) for _ in range(groups)]
        )


def with_task_weights(weights: Weights, tasks: Sequence[Any]) -> Weights:
    """Returns the weightings with those of tasks that have preference weights replaced by these.

    Args:
        weights: Weightings of each task, shape (P, K, d).
        tasks: P tasks; `Task.weights` is None, or a point on the simplex. Tasks without that attribute
            (seeds of other environments) have none.

    Raises:
        ValueError: If the weights of a task are not a point on the simplex with d entries.
    """
    return with_known_weights(weights, [getattr(task, "weights", None) for task in tasks])


def with_known_weights(weights: Weights, known: Sequence[ArrayLike | None]) -> Weights:
    """Returns the weightings (P, K, d) with those of some groups replaced by the P known ones, each (d,).

    Raises:
        ValueError: If known weights are not a point on the simplex with d entries.
    """
    replaced = np.array(weights)
    for group, own in zip(replaced, known):
        if own is not None:
            group[:] = check_weights(own, group.shape[-1])
    return replaced
