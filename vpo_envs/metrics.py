"""Measures of a pool of answers: best@k, pass@k, expected_best, diversity, Pareto measures.

Pure functions of arrays. Shapes: `scores` (..., n) are scalars of the n answers of a pool;
`rewards` (n, d) are their reward vectors; `weights` (K, d) are points on the simplex. Values must be
finite: NaN in an array is a `ValueError`, never a silent result.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

HYPERVOLUME_OBJECTIVES = 31
"""Most objectives of a hypervolume; with more it is left out (NaN)."""
EXACT_POINTS = ((5, float("inf")), (8, 64), (10, 32), (HYPERVOLUME_OBJECTIVES, 12))
"""Most objectives, and most points of a front whose hypervolume is computed exactly, in under a second."""
CHUNK = 500_000
"""Utilities at a time: a cache is faster than memory, which a large pool would fill."""
DIRECTIONS = 1 << 16
"""Directions of an approximate hypervolume: some 0.2 s for a pool of 100."""


def max_at_k_weights(n: int, k: int) -> Array:
    """Returns the chance that the i-th smallest of n scores is the maximum of a random k-subset.

    C(i-1, k-1) / C(n, k) for rank i = 1..n, by a stable recurrence instead of large binomials.

    Args:
        n: Size of the pool.
        k: Size of the subsets, 1..n.

    Returns:
        Shape (n,); the entries sum to 1.

    Raises:
        ValueError: If k is not in 1..n.

    Example:
        >>> max_at_k_weights(4, 2).round(3).tolist()    # of 6 pairs 0, 1, 2, 3
        [0.0, 0.167, 0.333, 0.5]
    """
    if not 1 <= k <= n:
        raise ValueError(f"k={k} must lie between 1 and the pool size n={n}; draw more answers")
    weights = np.zeros(n)
    weights[n - 1] = k / n
    for i in range(n - 1, k - 1, -1):
        weights[i - 1] = weights[i] * (i - k + 1) / i
    return weights


def best_at_k(scores: ArrayLike, k: int) -> Array:
    """Returns the expected maximum over a uniformly random k-subset of the pool, exactly.

    Args:
        scores: Shape (..., n).
        k: Subset size, 1..n.

    Returns:
        Shape (...).

    Raises:
        ValueError: If k is not in 1..n or a score is not finite.

    Example:
        >>> float(best_at_k([0.0, 0.0, 1.0], 2))    # 2 of the 3 pairs hold the one
        0.6666666666666666
    """
    scores = np.sort(_finite("scores", scores), axis=-1)
    return np.asarray(scores @ max_at_k_weights(scores.shape[-1], k))


def pass_at_k(solved: ArrayLike, k: int) -> Array:
    """Returns unbiased pass@k: the chance that a random k-subset holds a solved answer (Chen et al. 2021).

    Args:
        solved: Booleans, shape (..., n).
        k: Subset size, 1..n.

    Returns:
        Shape (...).

    Raises:
        ValueError: If k is not in 1..n.

    Example:
        >>> float(pass_at_k([True, False, False, False], 2))    # 3 of the 6 pairs
        0.5
    """
    return best_at_k(np.asarray(solved, bool), k)


def solved(rewards: ArrayLike, tolerance: float = 1e-6) -> NDArray[np.bool_]:
    """Returns a mask of the answers that have every objective at 1.

    Args:
        rewards: Shape (..., n, d).
        tolerance: What an objective may lack.

    Returns:
        Shape (..., n).

    Raises:
        ValueError: If a reward is not finite.
    """
    return np.asarray((_finite("rewards", rewards) >= 1 - tolerance).all(axis=-1))


def expected_best(rewards: ArrayLike, weights: ArrayLike) -> Array:
    """Returns `E_w[max over the pool of w . r]`, the VPO objective (arXiv 2605.22817) at test time.

    Args:
        rewards: Shape (..., n, d), at least one answer.
        weights: Shape (K, d); a fixed low-discrepancy set makes comparisons exact.

    Returns:
        Shape (...).

    Raises:
        ValueError: If a pool is empty or a value is not finite.

    Example:
        >>> float(expected_best([[1, 0], [0, 1]], [[0.5, 0.5], [1, 0]]))
        0.75
    """
    rewards = _finite("rewards", rewards)
    if rewards.ndim < 2 or not rewards.shape[-2]:
        raise ValueError(
            f"rewards has shape {rewards.shape}; it must be (..., n, d) with at least one answer"
        )
    weights = _finite("weights", weights)
    pools = rewards.reshape(-1, *rewards.shape[-2:])
    values = [best_utilities(pool, weights).mean() for pool in pools]
    return np.asarray(np.reshape(values, rewards.shape[:-2]))


def best_utilities(pool: Array, weights: Array) -> Array:
    """Returns the best utility of a pool under each weighting, `max w . r`.

    Args:
        pool: Reward vectors, shape (n, d), at least one.
        weights: Shape (K, d).

    Returns:
        Shape (K,).

    Example:
        >>> best_utilities(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.5, 0.5], [1.0, 0.0]])).tolist()
        [0.5, 1.0]
    """
    step = max(1, CHUNK // len(weights))
    return np.max([(pool[i : i + step] @ weights.T).max(axis=0) for i in range(0, len(pool), step)], axis=0)


def diversity(rewards: ArrayLike, nonzero_only: bool = False) -> float:
    """Returns the mean L1 distance between the reward vectors of two different answers of the pool.

    Args:
        rewards: Shape (n, d).
        nonzero_only: Leave out answers with the zero vector: failures inflate the measure.

    Returns:
        A value in [0, d]; 0 for fewer than two answers.

    Raises:
        ValueError: If a reward is not finite.

    Example:
        >>> diversity([[1, 0], [0, 1], [0, 0]])    # distances 2, 1, 1
        1.3333333333333333
        >>> diversity([[1, 0], [0, 1], [0, 0]], nonzero_only=True)
        2.0
    """
    rewards = _finite("rewards", rewards)
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
    """Returns a mask of the rows that no other row dominates: all objectives as good, one better.

    Equal rows do not dominate one another.

    Args:
        rewards: Shape (n, d).

    Returns:
        Shape (n,).

    Raises:
        ValueError: If a reward is not finite.

    Example:
        >>> pareto_mask([[1, 0], [0.5, 0], [0, 1], [0, 1]]).tolist()
        [True, False, True, True]
    """
    # Imported late, as below: the C library is only needed here.
    import moocore

    rewards = _finite("rewards", rewards)
    if not rewards.size:
        return np.ones(len(rewards), bool)
    return np.asarray(moocore.is_nondominated(rewards, maximise=True, keep_weakly=True))


def hypervolume(rewards: ArrayLike, ref_point: ArrayLike | None = None) -> float:
    """Returns the volume that the pool dominates above the reference point.

    Exact up to 5 objectives, and for the small fronts in `EXACT_POINTS`; exact computation of 30 points
    takes milliseconds at 8 objectives and half a minute at 16. Else approximate, always by the same
    directions (moocore's `hv_approx`), in a fraction of a second. Its relative error on random pools is
    below 1% up to 10 objectives, 6% at 16 and 20% at 20. NaN beyond 31 objectives.

    Args:
        rewards: Shape (n, d).
        ref_point: Shape (d,); default: the origin.

    Raises:
        ValueError: If a value is not finite.

    Example:
        >>> hypervolume([[1.0, 0.5], [0.5, 1.0]])
        0.75
    """
    rewards = _finite("rewards", rewards)
    if not rewards.size:
        return 0.0
    d = rewards.shape[-1]
    reference = np.zeros(d) if ref_point is None else _finite("ref_point", ref_point)
    front = _front(rewards)
    return _volume(front, reference, exact=_is_exact(front))


def hypervolume_ratio(rewards: ArrayLike, front: ArrayLike) -> float:
    """Returns the share of the true front's hypervolume that the pool attains.

    Seen from the origin an answer that is 0 in one objective spans no volume, however good it is in
    the others. So the reference point lies 0.1 below the origin, and the volume that the zero vector
    then spans is subtracted from both. Exact or approximate, as `hypervolume`, alike for both.

    Args:
        rewards: Shape (n, d).
        front: The true front, shape (f, d).

    Returns:
        0 for failures, 1 for the front; 1 if the front holds nothing but the zero vector. Above 1 where
        an answer beats a front that is only the best known. NaN beyond 31 objectives.

    Raises:
        ValueError: If a value is not finite or the numbers of objectives differ.
    """
    rewards, front = _with_front(rewards, front)
    if not front.any():
        return 1.0
    d = front.shape[-1]
    reference = np.full(d, -0.1)
    sets = [_front(rewards), _front(front), np.zeros((1, d))]
    exact = all(map(_is_exact, sets[:2]))
    attained, attainable, failure = (_volume(points, reference, exact) for points in sets)
    return (max(attained, failure) - failure) / (attainable - failure)


def front_share(rewards: ArrayLike, front: ArrayLike, tolerance: float = 1e-6) -> float:
    """Returns the share of the true front's points that some answer of the pool attains.

    Args:
        rewards: Shape (n, d).
        front: The true front, shape (f, d).
        tolerance: What an objective may lack.

    Raises:
        ValueError: If a value is not finite or the numbers of objectives differ.
    """
    rewards, front = _with_front(rewards, front)
    attained = (rewards[None] >= front[:, None] - tolerance).all(axis=-1).any(axis=-1)
    return float(attained.mean())


def regret(rewards: ArrayLike, front: ArrayLike, weights: ArrayLike) -> float:
    """Returns `E_w[best on the true front - best in the pool]`; 0 means a perfect pool.

    Below 0 only where an answer beats the front, which is then no true one but the best known.

    Args:
        rewards: Shape (n, d).
        front: The true front, shape (f, d).
        weights: Shape (K, d).

    Raises:
        ValueError: If a value is not finite or the numbers of objectives differ.
    """
    rewards, front = _with_front(rewards, front)
    return float(expected_best(front, weights) - expected_best(rewards, weights))


def _front(rewards: Array) -> Array:
    """Returns the different undominated rows."""
    distinct = np.unique(rewards, axis=0)
    return distinct[pareto_mask(distinct)] if distinct.size else distinct


def _is_exact(front: Array) -> bool:
    """Returns True where the exact hypervolume of the points is cheap."""
    points = next((points for most, points in EXACT_POINTS if front.shape[-1] <= most), 0)
    return len(front) <= points


def _volume(front: Array, reference: Array, exact: bool) -> float:
    import moocore

    d = len(reference)
    if d > HYPERVOLUME_OBJECTIVES:
        return float("nan")
    if not len(front):
        return 0.0
    if d == 1:
        return float(max(0.0, front.max() - reference[0]))
    if exact:
        return float(moocore.hypervolume(front, ref=reference, maximise=True))
    return float(moocore.hv_approx(front, ref=reference, maximise=True, nsamples=DIRECTIONS))


def _with_front(rewards: ArrayLike, front: ArrayLike) -> tuple[Array, Array]:
    rewards, front = _finite("rewards", rewards), _finite("front", front)
    if rewards.ndim != 2 or front.ndim != 2 or not len(front) or rewards.shape[1] != front.shape[1]:
        raise ValueError(
            f"rewards has shape {rewards.shape} and front {front.shape}; they must be (n, d) and (f, d) "
            "with the same d and at least one point on the front"
        )
    return rewards, front


def _finite(name: str, values: ArrayLike) -> Array:
    array = np.asarray(values, float)
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}{list(place)} is {array[place]}; every value must be finite")
    return array
