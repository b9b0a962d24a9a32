"""When an answer solves a task."""

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
    """Which answers solve their task.

    With minimums: those that have them all. Else, where some answer can have every objective at 1, or the
    front is unknown: those that do. Where the objectives conflict: those whose fixed scalar is at least
    `share` of the best on the front.

    Args:
        rewards: Reward vectors of the answers, shape (n, d).
        front: The task's Pareto front as the domain knows it, shape (f, d), or None.
        weights: The fixed scalarization, shape (d,).
        share: What is asked of conflicting objectives, in (0, 1].
        minimums: The least of every objective, shape (d,), 0 where nothing is asked; then front, weights
            and share play no part.

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
