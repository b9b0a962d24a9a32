"""When an answer solves a task."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs import metrics


def solved(
    rewards: ArrayLike, front: ArrayLike | None, weights: ArrayLike, share: float = 1.0
) -> NDArray[np.bool_]:
    """Which answers solve their task.

    Where some answer can have every objective at 1, or the true front is unknown: those that do. Where
    the objectives conflict: those whose fixed scalar is at least `share` of the best on the front.

    Args:
        rewards: Reward vectors of the answers, shape (n, d).
        front: The task's true Pareto front, shape (f, d), or None.
        weights: The fixed scalarization, shape (d,).
        share: What is asked of conflicting objectives, in (0, 1].

    Returns:
        Shape (n,).

    Example:
        >>> solved([[1, 1], [1, 0]], front=[[1, 1]], weights=[0.5, 0.5]).tolist()
        [True, False]
        >>> solved([[1, 0], [0.3, 0.8]], front=[[1, 0], [0.4, 0.8]], weights=[0.5, 0.5], share=0.9).tolist()
        [False, True]
    """
    if front is None or metrics.solved(front).any():
        return metrics.solved(rewards)
    best = (np.asarray(front, float) @ np.asarray(weights, float)).max()
    return np.asarray(np.asarray(rewards, float) @ np.asarray(weights, float) >= share * best - 1e-6)
