"""Choosing from a pool: by weights, by constraints, at the knee, by vote; and whom the choice satisfies.

Pure functions of arrays. Shapes: `rewards` (n, d) are the reward vectors of a pool's n answers, at least
one; `weights` are a point on the simplex (d,) or several (K, d). An answer that is chosen by its rewards is
dominated by no other of the pool, and of equal ones the earliest is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.metrics import pareto_mask
from vpo_envs.scalarization import check_weights

CHUNK = 500_000  # utilities at a time: a cache is faster than memory
TOLERANCE = 1e-6  # rewards are float32


def select(rewards: ArrayLike, weights: ArrayLike) -> NDArray[np.intp]:
    """The answer that is best under each weighting.

    Args:
        rewards: Shape (n, d).
        weights: Shape (d,) or (K, d).

    Returns:
        Indices, shape () or (K,).

    Raises:
        ValueError: If the pool is empty or the weights are not on the simplex.

    Example:
        >>> pool = [[1.0, 0.0], [0.6, 0.6], [0.0, 1.0]]
        >>> int(select(pool, [0.5, 0.5]))
        1
        >>> select(pool, [[0.9, 0.1], [0.2, 0.8]]).tolist()
        [0, 2]
    """
    rewards = _checked(rewards)
    weights = check_weights(weights, rewards.shape[1])
    first = _distinct(rewards)
    columns = np.ascontiguousarray(rewards[first].T)
    rows = weights.reshape(-1, len(columns))
    # What BLAS makes of a column depends on its place, by so much at most: it nominates, `_best` decides.
    slack = 8 * len(columns) * np.finfo(float).eps * np.abs(columns).max()
    step = max(1, CHUNK // len(first))
    chosen = []
    for start in range(0, len(rows), step):
        utilities = rows[start : start + step] @ columns
        near = np.flatnonzero(utilities >= utilities.max(axis=1, keepdims=True) - slack)
        owners, places = np.divmod(near, len(first))
        ends = np.cumsum(np.bincount(owners))
        best = places[ends - 1]
        for k in np.flatnonzero(np.diff(ends, prepend=0) > 1):
            rivals = places[ends[k - 1] if k else 0 : ends[k]]
            best[k] = _best(columns, rows[start + k], rivals)
        chosen.append(best)
    return np.asarray(first[np.concatenate(chosen)].reshape(weights.shape[:-1]))


def select_by_constraints(
    rewards: ArrayLike,
    minimums: Mapping[str, float] | Mapping[int, float],
    then: str | int | ArrayLike,
    names: Sequence[str] = (),
) -> int:
    """The answer that is best in one thing among those good enough in others.

    The epsilon-constraint method (Haimes, Lasdon and Wismer 1971); ties go to the larger sum of all
    objectives (augmented as by Mavrotas 2009). If no answer meets all minimums, those are compared that
    miss them by least in sum.

    Args:
        rewards: Shape (n, d).
        minimums: The least value of some objectives, by name or index.
        then: What is best among those: an objective, by name or index, or weights (d,).
        names: Names of the d objectives, where they are used.

    Raises:
        ValueError: If the pool is empty, an objective is unknown, a minimum is not finite or the weights
            are not on the simplex.

    Example:
        >>> pool = [[1.0, 0.2], [1.0, 0.5], [0.8, 0.9]]
        >>> names = ("correctness", "performance")
        >>> select_by_constraints(pool, {"correctness": 1.0}, "performance", names)
        1
    """
    rewards = _checked(rewards)
    missing = np.zeros(len(rewards))
    for objective, least in minimums.items():
        if not np.isfinite(least):
            raise ValueError(f"the minimum {least} of {objective!r} must be finite")
        column = rewards[:, _index(objective, names, rewards.shape[1])]
        missing += np.maximum(0.0, least - TOLERANCE - column)
    if isinstance(then, (str, int)):
        then = np.eye(rewards.shape[1])[_index(then, names, rewards.shape[1])]
    weights = check_weights(then, rewards.shape[1])
    return _best(rewards.T, weights, np.flatnonzero(missing == missing.min()))


def knee(rewards: ArrayLike) -> int:
    """The answer where the front bulges most: to gain a little in one objective costs much in others.

    The objectives of the undominated answers are scaled to [0, 1]; the knee lies farthest beyond the
    hyperplane through the d points that have all of one objective and nothing of the others: for two
    objectives the line through the front's extremes (Das 1999; Branke et al. 2004).

    Args:
        rewards: Shape (n, d).

    Raises:
        ValueError: If the pool is empty.

    Example:
        >>> knee([[1.0, 0.0], [0.9, 0.7], [0.3, 0.8], [0.0, 1.0]])
        1
    """
    rewards = _checked(rewards)
    undominated = np.flatnonzero(pareto_mask(rewards))
    front = rewards[undominated]
    span = np.ptp(front, axis=0)
    scaled = (front - front.min(axis=0)) / np.where(span > 0, span, 1.0)
    return int(undominated[scaled.sum(axis=1).argmax()])


def vote(keys: Sequence[str]) -> int:
    """The first answer of the kind that is most frequent, without a look at rewards.

    Self-consistency (Wang et al., arXiv 2203.11171). Of kinds that are equally frequent the one that came
    first is taken.

    Args:
        keys: For each answer what makes it count as the same as another; empty for no vote.

    Returns:
        Its index; 0 if nobody votes.

    Raises:
        ValueError: If there are no answers.

    Example:
        >>> vote(["", "paris", "rome", "rome"])
        2
    """
    if not keys:
        raise ValueError("keys is empty; a vote needs at least one answer")
    votes = Counter(filter(None, keys))
    return keys.index(max(votes, key=votes.__getitem__)) if votes else 0


def satisfaction(rewards: ArrayLike, population: ArrayLike, front: ArrayLike) -> NDArray[np.float64]:
    """What each member of a population gets from a pool, as a share of what there is to get.

    Everyone takes the answer that is best under their own weights; for what they all get from one answer,
    give a pool of one.

    Args:
        rewards: Shape (n, d).
        population: Weights of its members, shape (K, d).
        front: What there is to get, shape (f, d): the true front, or the best that is known.

    Returns:
        Shares, shape (K,); 1 where there is nothing to get.

    Raises:
        ValueError: If the pool or the front is empty or weights are not on the simplex.

    Example:
        >>> front = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
        >>> satisfaction([[0.5, 0.5]], [[1.0, 0.0], [0.5, 0.5]], front).tolist()
        [0.5, 1.0]
    """
    rewards, front = _checked(rewards), _checked(front)
    members = check_weights(population, rewards.shape[1]).T
    gets, could = (rewards @ members).max(axis=0), (front @ members).max(axis=0)
    return np.divide(gets, could, out=np.ones_like(gets), where=could > 0)


def _distinct(rewards: NDArray[np.float64]) -> NDArray[np.intp]:
    """The first of each kind of equal rows, ascending."""
    order = np.lexsort(rewards.T)  # stable
    new = np.ones(len(order), bool)
    new[1:] = (rewards[order[1:]] != rewards[order[:-1]]).any(axis=1)
    return np.sort(order[new])


def _best(columns: NDArray[np.float64], weights: NDArray[np.float64], left: NDArray[np.intp]) -> int:
    """The best of the columns that are left, dominated by none; ties go to the larger sum, then the first.

    Products and sums, each rounded, in the same order for all: so what dominates is never rounded below
    what it dominates, only to the same; then the mask tells.
    """
    for factors in (weights, np.ones_like(weights)):
        value = np.zeros(len(left))
        for factor, column in zip(factors, columns):
            value += factor * column[left]
        left = left[value == value.max()]
    return int(left[np.flatnonzero(pareto_mask(columns[:, left].T))[0]])


def _checked(rewards: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(rewards, float)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"rewards has the shape {array.shape}; it must be (n, d) with at least one answer")
    if not np.isfinite(array).all():
        raise ValueError("rewards must be finite")
    return array


def _index(objective: str | int, names: Sequence[str], d: int) -> int:
    index = names.index(objective) if objective in names else objective
    if isinstance(index, (bool, str)) or not 0 <= index < d:
        raise ValueError(
            f"there is no objective {objective!r}; there are {', '.join(names) or f'0 to {d - 1}'}"
        )
    return int(index)
