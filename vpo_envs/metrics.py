"""What a pool of answers is worth: best@k, pass@k, diversity, Pareto measures.

Pure functions of arrays. Shapes: `scores` (..., n) are scalars of the n answers of a pool;
`rewards` (n, d) are their reward vectors; `weights` (K, d) are points on the simplex.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def max_at_k_weights(n: int, k: int) -> Array:
    """Chance that the i-th smallest of n scores is the maximum of a random k-subset, shape (n,).

    C(i-1, k-1) / C(n, k) for rank i = 1..n, by a stable recurrence instead of large binomials.

    Raises:
        ValueError: If k is not in 1..n.
    """
    if not 1 <= k <= n:
        raise ValueError(f"k={k} must lie between 1 and the pool size n={n}; draw more answers")
    weights = np.zeros(n)
    weights[n - 1] = k / n
    for i in range(n - 1, k - 1, -1):
        weights[i - 1] = weights[i] * (i - k + 1) / i
    return weights


def best_at_k(scores: ArrayLike, k: int) -> Array:
    """Expected maximum over a uniformly random k-subset of the pool, exactly.

    Args:
        scores: Shape (..., n).
        k: Subset size, 1..n.

    Returns:
        Shape (...).

    Example:
        >>> float(best_at_k([0.0, 0.0, 1.0], 2))    # 2 of the 3 pairs hold the one
        0.6666666666666666
    """
    scores = np.sort(np.asarray(scores, float), axis=-1)
    return np.asarray(scores @ max_at_k_weights(scores.shape[-1], k))


def pass_at_k(solved: ArrayLike, k: int) -> Array:
    """Unbiased pass@k: chance that a random k-subset holds a solved answer (Chen et al. 2021).

    Args:
        solved: Booleans, shape (..., n).
        k: Subset size, 1..n.
    """
    return best_at_k(np.asarray(solved, bool), k)


def solved(rewards: ArrayLike, tolerance: float = 1e-6) -> NDArray[np.bool_]:
    """Which answers have every objective at 1; (..., n, d) -> (..., n)."""
    return np.asarray((np.asarray(rewards) >= 1 - tolerance).all(axis=-1))


def expected_best(rewards: ArrayLike, weights: ArrayLike) -> Array:
    """`E_w[max over the pool of w . r]`, the VPO objective (arXiv 2605.22817) at test time.

    Args:
        rewards: Shape (..., n, d).
        weights: Shape (K, d); a fixed low-discrepancy set makes comparisons exact.

    Returns:
        Shape (...).

    Example:
        >>> float(expected_best([[1, 0], [0, 1]], [[0.5, 0.5], [1, 0]]))
        0.75
    """
    utilities = np.asarray(rewards, float) @ np.asarray(weights, float).T
    return np.asarray(utilities.max(axis=-2).mean(axis=-1))


def diversity(rewards: ArrayLike, nonzero_only: bool = False) -> float:
    """Mean L1 distance between the reward vectors of two different answers of the pool.

    Args:
        rewards: Shape (n, d).
        nonzero_only: Leave out answers with the zero vector: failures inflate the measure.

    Returns:
        A value in [0, d]; 0 for fewer than two answers.
    """
    rewards = np.asarray(rewards, float)
    if nonzero_only:
        rewards = rewards[rewards.any(axis=-1)]
    n = len(rewards)
    if n < 2:
        return 0.0
    # Sorted per objective, the sum of |a - b| over pairs is a weighted sum: no n x n matrix.
    order = np.sort(rewards, axis=0)
    rank_weights = 2 * np.arange(n) - n + 1
    return float((rank_weights @ order).sum() / (n * (n - 1) / 2))


def pareto_mask(rewards: ArrayLike) -> NDArray[np.bool_]:
    """Which rows no other row dominates (all objectives as good, one better); (n, d) -> (n,).

    Equal rows do not dominate one another.
    """
    # Imported late, as below: the C library is only needed here.
    import moocore

    rewards = np.asarray(rewards, float)
    if not rewards.size:
        return np.ones(len(rewards), bool)
    return np.asarray(moocore.is_nondominated(rewards, maximise=True, keep_weakly=True))


def hypervolume(rewards: ArrayLike, ref_point: ArrayLike | None = None) -> float:
    """Volume that the pool dominates above the reference point (default: the origin), exactly.

    The cost grows steeply with d: 30 distinct answers take milliseconds at d = 8 and half a minute
    at d = 16.

    Args:
        rewards: Shape (n, d).
        ref_point: Shape (d,).
    """
    import moocore

    rewards = np.unique(np.asarray(rewards, float), axis=0)
    if rewards.size == 0:
        return 0.0
    reference = np.zeros(rewards.shape[-1]) if ref_point is None else np.asarray(ref_point, float)
    if rewards.shape[-1] == 1:
        return float(max(0.0, rewards.max() - reference[0]))
    return float(moocore.hypervolume(rewards, ref=reference, maximise=True))


def hypervolume_ratio(rewards: ArrayLike, front: ArrayLike) -> float:
    """Share of the true front's hypervolume that the pool attains: 0 for failures, 1 for the front.

    Seen from the origin an answer that is 0 in one objective spans no volume, however good it is in
    the others. So the reference point lies a little below the origin, and the volume that the zero
    vector then spans is taken off both sides. 1 if the front holds nothing but the zero vector; above 1
    where an answer beats a front that is only the best known.
    """
    front = np.asarray(front, float)
    if not front.any():
        return 1.0
    margin, d = 0.1, front.shape[-1]
    failure = margin**d
    reference = np.full(d, -margin)
    attained = max(0.0, hypervolume(rewards, reference) - failure)
    return attained / (hypervolume(front, reference) - failure)


def front_share(rewards: ArrayLike, front: ArrayLike, tolerance: float = 1e-6) -> float:
    """Share of the true front's points that some answer of the pool attains."""
    rewards, front = np.asarray(rewards, float), np.asarray(front, float)
    attained = (rewards[None] >= front[:, None] - tolerance).all(axis=-1).any(axis=-1)
    return float(attained.mean())


def regret(rewards: ArrayLike, front: ArrayLike, weights: ArrayLike) -> float:
    """`E_w[best on the true front - best in the pool]`; 0 means a perfect pool.

    Below 0 only where an answer beats the front, which is then no true one but the best known.
    """
    return float(expected_best(front, weights) - expected_best(rewards, weights))
