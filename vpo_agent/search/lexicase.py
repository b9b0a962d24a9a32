"""Lexicase selection: parents that are best when objectives count in a random order."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def lexicase(
    rewards: ArrayLike, sets: int, size: int, rng: np.random.Generator, epsilon: ArrayLike | None = None
) -> NDArray[np.intp]:
    """Selects sets of parents; specialists win as readily as compromises.

    For every parent the objectives are put in random order, and by each in turn only answers within
    epsilon of the best that is left stay in the running; those left at the end draw lots. A parent
    leaves the running for its set. (Helmuth, Spector and Matheson 2015; epsilon of La Cava, Spector and
    Danai 2016, semi-dynamic.)

    Args:
        rewards: Reward vectors of the candidates, shape (n, d).
        sets: How many sets.
        size: Parents in each, at most n.
        rng: Source of randomness.
        epsilon: How far from the best an answer may be, a number or (d,); None: the median absolute
            deviation of each objective; 0 is plain lexicase.

    Returns:
        Indices, shape (sets, size), different within each row.

    Raises:
        ValueError: If there are fewer than `size` candidates.

    Example:
        >>> rewards = [[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]]
        >>> chosen = lexicase(rewards, 100, 1, np.random.default_rng(0), epsilon=0)
        >>> sorted(set(chosen[:, 0].tolist()))    # whichever objective counts first, a specialist wins
        [0, 1]
    """
    rewards = np.asarray(rewards, float)
    n, d = rewards.shape
    if size > n:
        raise ValueError(f"size={size} parents cannot be chosen from {n} candidates")
    if epsilon is None:
        epsilon = np.median(np.abs(rewards - np.median(rewards, axis=0)), axis=0)
    slack = np.broadcast_to(np.asarray(epsilon, float), d)
    chosen = np.zeros((sets, size), np.intp)
    free = np.ones((sets, n), bool)
    rows = np.arange(sets)
    for place in range(size):
        running = free.copy()
        for objective in rng.permuted(np.tile(np.arange(d), (sets, 1)), axis=1).T:
            values = np.where(running, rewards[:, objective].T, -np.inf)
            running &= values >= values.max(axis=1, keepdims=True) - slack[objective][:, None]
        chosen[:, place] = np.where(running, rng.random((sets, n)), -1.0).argmax(axis=1)
        free[rows, chosen[:, place]] = False
    return chosen
