"""Lexicase selection: parents that are best under a random order of the objectives."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def lexicase(
    rewards: ArrayLike, sets: int, size: int, rng: np.random.Generator, epsilon: ArrayLike | None = None
) -> NDArray[np.intp]:
    """Selects sets of parents by epsilon-lexicase selection, which favours specialists.

    Each parent is selected under its own random order of the objectives. Each objective in turn keeps only
    the candidates within epsilon of the best remaining one. A remaining tie is broken at random. A set
    holds no candidate twice. (Helmuth, Spector and Matheson 2015; semi-dynamic epsilon of La Cava, Spector
    and Danai 2016.)

    Args:
        rewards: Reward vectors of the candidates, shape (n, d).
        sets: Number of sets.
        size: Parents per set, at most n.
        rng: Random generator.
        epsilon: Largest distance from the best, a number or shape (d,); None: the median absolute
            deviation of each objective; 0: plain lexicase selection.

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
