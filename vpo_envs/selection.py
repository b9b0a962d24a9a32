"""Choice from a pool by weights, by constraints, at the knee or by vote, and the satisfaction it gives.

Pure functions of arrays. Shapes: `rewards` (n, d) are the reward vectors of a pool's n answers, at least
one; `weights` are a point on the simplex (d,) or several (K, d). An answer that is chosen by its rewards is
dominated by no other of the pool, and of equal ones the earliest is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.metrics import CHUNK, best_utilities, pareto_mask
from vpo_envs.scalarization import check_weights

TOLERANCE = 1e-6  # rewards are float32


def select(rewards: ArrayLike, weights: ArrayLike) -> NDArray[np.intp]:
    """Returns the answer that is best under each weighting.

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
    # BLAS rounds a column differently at another place, by so much at most. So it finds the rivals of the
    # best, and `_best` decides between them.
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
    """Returns the answer that is best in one objective among those good enough in others.

    The epsilon-constraint method (Haimes, Lasdon and Wismer 1971); ties go to the larger sum of all
    objectives (augmented as by Mavrotas 2009). If no answer meets all minimums, the choice is
    among those that miss them by least in sum.

    Args:
        rewards: Shape (n, d).
        minimums: Least values of some objectives, by name or index.
        then: The objective to maximize, by name or index, or weights (d,).
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
    if isinstance(then, (str, Integral)):
        then = np.eye(rewards.shape[1])[_index(then, names, rewards.shape[1])]
    weights = check_weights(then, rewards.shape[1])
    return _best(rewards.T, weights, np.flatnonzero(missing == missing.min()))


def knee(rewards: ArrayLike) -> int:
    """Returns the answer at the front's knee: a small gain in one objective costs much in others.

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
    """Returns the first answer with the most frequent key; rewards play no part.

    Self-consistency (Wang et al., arXiv 2203.11171). Of keys that are equally frequent the first
    wins.

    Args:
        keys: A key for each answer, the same for answers that count as one; empty for no vote.

    Returns:
        Its index; 0 if all keys are empty.

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
    """Returns the best utility of each member of a population in a pool, as a share of the best on the front.

    Each member takes the answer that is best under their own weights. A pool of one answer gives the
    satisfaction when all must take the same.

    Args:
        rewards: Shape (n, d).
        population: Weights of its members, shape (K, d).
        front: The true front, or the best that is known, shape (f, d).

    Returns:
        Shares, shape (K,); 1 where the front is worth nothing.

    Raises:
        ValueError: If the pool or the front is empty or weights are not on the simplex.

    Example:
        >>> front = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
        >>> satisfaction([[0.5, 0.5]], [[1.0, 0.0], [0.5, 0.5]], front).tolist()
        [0.5, 1.0]
    """
    rewards, front = _checked(rewards), _checked(front)
    members = check_weights(population, rewards.shape[1])
    gets, could = best_utilities(rewards, members), best_utilities(front, members)
    return np.divide(gets, could, out=np.ones_like(gets), where=could > 0)


def _distinct(rewards: NDArray[np.float64]) -> NDArray[np.intp]:
    """Returns the first of each kind of equal rows, ascending."""
    order = np.lexsort(rewards.T)  # stable
    new = np.ones(len(order), bool)
    new[1:] = (rewards[order[1:]] != rewards[order[:-1]]).any(axis=1)
    return np.sort(order[new])


def _best(columns: NDArray[np.float64], weights: NDArray[np.float64], left: NDArray[np.intp]) -> int:
    """Returns the best of the columns in `left`; ties go to the larger sum, then to the first.

    Products and sums are rounded in the same order for all. So a column that dominates another is never
    rounded below it, only to the same; the mask then removes the dominated one.
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
    if isinstance(index, bool) or not isinstance(index, Integral) or not 0 <= index < d:
        raise ValueError(
            f"there is no objective {objective!r}; there are {', '.join(names) or f'0 to {d - 1}'}"
        )
    return int(index)
