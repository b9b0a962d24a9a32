"""Criterion of a solved task."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs import metrics
from vpo_envs.selection import TOLERANCE


def solved(
    rewards: ArrayLike,
    front: ArrayLike | None,
    weights: ArrayLike,
    share: float = 1.0,
    minimums: ArrayLike | None = None,
) -> NDArray[np.bool_]:
    """Returns for each answer whether it solves its task.

    With minimums, an answer solves the task if it reaches all of them. Without, if a solution with every
    objective at 1 exists or the front is unknown, an answer must have every objective at 1. Where the
    objectives conflict, its scalar must be at least `share` of the best on the front.

    Args:
        rewards: Reward vectors of the answers, shape (n, d).
        front: The task's Pareto front according to the domain, shape (f, d), or None.
        weights: Preference weights, shape (d,).
        share: Required share of the best scalar for conflicting objectives, in (0, 1].
        minimums: Minimum of every objective, shape (d,), 0 where there is none. If given, front, weights and
            share have no effect.

    Returns:
        Shape (n,).

    Example:
        >>> solved([[1, 1], [1, 0]], front=[[1, 1]], weights=[0.5, 0.5]).tolist()
        [True, False]
        >>> solved([[1, 0], [0.3, 0.8]], front=[[1, 0], [0.4, 0.8]], weights=[0.5, 0.5], share=0.9).tolist()
        [False, True]
        >>> solved([[1, 0], [0.3, 0.8]], None, weights=[0.5, 0.5], minimums=[0, 0.8]).tolist()
        [False, True]
    """
    if minimums is not None:
        enough = np.asarray(rewards, float) >= np.asarray(minimums, float) - TOLERANCE
        return np.asarray(enough.all(axis=-1))
    if front is None or metrics.solved(front).any():
        return metrics.solved(rewards)
    best = (np.asarray(front, float) @ np.asarray(weights, float)).max()
    return np.asarray(np.asarray(rewards, float) @ np.asarray(weights, float) >= share * best - TOLERANCE)
