"""Uncertainty of a comparison: intervals, interquartile means, improvement, profiles, a paired test.

Pure functions of arrays of one agent's values, shape (seeds, tasks): every training run (seed) is
measured on the same tasks. Several environments are strata: a list of such arrays, resampled each on
its own and weighted alike. For a paired comparison give differences, or the same seeds and tasks for
both agents: the same arguments always resample the same seeds and tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]
Strata: TypeAlias = Array | Sequence[Array]

CONFIDENCE = 0.95
RESAMPLES = 1000


@dataclass(frozen=True)
class Estimate:
    """A value with its interval.

    Attributes:
        value: The estimate.
        low: Lower end of the 95% interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, samples: Array) -> Estimate:
        """Returns a value with the interval of its resampled copies (R,)."""
        low, high = percentiles(samples)
        return cls(float(value), float(low), float(high))

    def __str__(self) -> str:
        # Sums differ in their last bits between processors, which must not decide between .037 and .038.
        value, low, high = (round(number, 9) for number in (self.value, self.low, self.high))
        return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def percentiles(samples: Array) -> Array:
    """Returns lower and upper end of the 95% percentile interval; (R, ...) -> (2, ...)."""
    return np.quantile(samples, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)


@lru_cache(maxsize=64)
def resampling_weights(
    seeds: int, tasks: int, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[Array, Array]:
    """Returns the shares of seeds (R, seeds) and of tasks (R, tasks) in the resamples, drawn apart."""
    rng = np.random.default_rng([seed, seeds, tasks])
    drawn = [rng.multinomial(n, np.full(n, 1 / n), size=resamples) / n for n in (seeds, tasks)]
    return drawn[0], drawn[1]


def bootstrap_means(values: Strata, resamples: int = RESAMPLES, seed: int = 0) -> Array:
    """Returns means of resampled seeds and tasks; (seeds, tasks, ...) or strata of such -> (R, ...)."""
    means = []
    for stratum, table in enumerate(_strata(values)):
        of_seeds, of_tasks = resampling_weights(*table.shape[:2], resamples, seed + stratum)
        rest = table.shape[2:]
        by_task = np.moveaxis(table, 1, 0).reshape(table.shape[1], -1)
        by_seed = (of_tasks @ by_task).reshape(resamples, table.shape[0], -1)
        means.append((of_seeds[:, None] @ by_seed).reshape(resamples, *rest))
    return np.asarray(np.mean(means, axis=0))


def mean(values: Strata, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Returns the mean over seeds and tasks (over strata: the mean of their means), with its interval.

    Example:
        >>> str(mean(np.full((3, 10), 0.5)))
        '0.500 [0.500, 0.500]'
    """
    value = float(np.mean([table.mean() for table in _strata(values)]))
    return Estimate.of(value, bootstrap_means(values, resamples, seed))


def bounded_interval(
    values: Array, low: float = 0.0, high: float = 1.0, resamples: int = RESAMPLES, seed: int = 0
) -> Array:
    """Returns the ends of the interval of the mean of values that can be anything in [low, high].

    The interval is the bootstrap's unless all values are the same: then it would have no width. If all of
    n tasks are the same, then at the 95% level at most a share `1 - 0.025 ** (1 / n)` of all
    tasks differs (Clopper and Pearson, Biometrika 26, 1934), and those may lie at either bound. Seeds do
    not count, since they share the tasks.

    Args:
        values: Shape (seeds, tasks, ...).
        low: Lower bound of a value.
        high: Upper bound of a value.
        resamples: Bootstrap samples.
        seed: Seed of the resampling.

    Returns:
        Shape (2, ...).

    Example:
        >>> bounded_interval(np.zeros((3, 32))).round(3).tolist()    # about 3.7 / n
        [0.0, 0.109]
    """
    ends = percentiles(bootstrap_means(values, resamples, seed))
    value, same = values[0, 0], (values == values[0, 0]).all(axis=(0, 1))
    share = 1 - ((1 - CONFIDENCE) / 2) ** (1 / values.shape[1])
    widest = np.array([value - share * (value - low), value + share * (high - value)])
    return np.where(same, widest, ends)


def bounded_mean(values: Array, low: float = 0.0, high: float = 1.0) -> Estimate:
    """Returns the mean over seeds and tasks of values in [low, high], see `bounded_interval`.

    Example:
        >>> str(bounded_mean(np.ones((2, 10))))
        '1.000 [0.692, 1.000]'
        >>> str(bounded_mean(np.zeros((2, 10)), low=-1.0))    # a difference of two shares
        '0.000 [-0.308, 0.308]'
    """
    return Estimate(float(values.mean()), *map(float, bounded_interval(values, low, high)))


def iqm(values: Strata, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Returns the interquartile mean over all runs and tasks with its interval (Agarwal et al., 2108.13264).

    Example:
        >>> iqm(np.array([[0.0, 1.0, 2.0, 100.0]])).value
        1.5
    """
    tables = _strata(values)
    flat = np.concatenate([table.ravel() for table in tables])
    plain = np.concatenate([np.full(table.size, 1 / table.size / len(tables)) for table in tables])
    weights = []
    for stratum, table in enumerate(tables):
        of_seeds, of_tasks = resampling_weights(*table.shape, resamples, seed + stratum)
        weights.append((of_seeds[:, :, None] * of_tasks[:, None]).reshape(resamples, -1) / len(tables))
    samples = _middle_means(flat, np.concatenate(weights, axis=1))
    return Estimate.of(float(_middle_means(flat, plain[None])[0]), samples)


def _middle_means(values: Array, weights: Array) -> Array:
    """Returns the mean of the middle half of the mass for every row of weights (R, n) that sum to 1."""
    order = np.argsort(values, kind="stable")
    upper = weights[:, order].cumsum(axis=1)
    inside = np.diff(np.clip(upper, 0.25, 0.75), axis=1, prepend=0.25)
    return np.asarray(inside @ values[order] / inside.sum(axis=1))


def improvement(first: Strata, second: Strata, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Returns the probability that a run of the first agent beats one of the second on a random task.

    Mean over tasks of the share of pairs of seeds in which the first scores higher, ties counting
    one half (the Mann-Whitney statistic, as in Agarwal et al., 2108.13264). Both agents are
    resampled alike.

    Raises:
        ValueError: If the agents differ in strata, seeds or tasks.

    Example:
        >>> improvement(np.array([[1.0, 0.0]]), np.array([[0.5, 0.0]])).value    # a win and a tie
        0.75
    """
    pairs = _strata(first), _strata(second)
    shapes = [[table.shape for table in tables] for tables in pairs]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"first has the shapes {shapes[0]}, second {shapes[1]}; compare the same seeds and tasks"
        )
    values, samples = [], []
    for stratum, (a, b) in enumerate(zip(*pairs)):
        wins = (np.sign(a[:, None] - b[None]) + 1) / 2  # (seeds, seeds, tasks)
        of_seeds, of_tasks = resampling_weights(*a.shape, resamples, seed + stratum)
        by_pair = np.tensordot(of_tasks, wins, axes=(1, 2))
        values.append(wins.mean())
        samples.append(np.einsum("rij,ri,rj->r", by_pair, of_seeds, of_seeds, optimize=True))
    return Estimate.of(float(np.mean(values)), np.mean(samples, axis=0))


def performance_profile(
    values: Strata, thresholds: ArrayLike, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[Array, Array, Array]:
    """Returns the share of runs and tasks that score above each threshold, and the ends of its interval.

    Args:
        values: Shape (seeds, tasks), or strata of such.
        thresholds: Shape (n,).
        resamples: Bootstrap samples.
        seed: Seed of the resampling.

    Returns:
        Share, lower and upper end, each of shape (n,).
    """
    thresholds = np.asarray(thresholds, float)
    above = [(table[..., None] > thresholds).astype(float) for table in _strata(values)]
    low, high = percentiles(bootstrap_means(above, resamples, seed))
    return np.mean([table.mean(axis=(0, 1)) for table in above], axis=0), low, high


def log_slope(values: ArrayLike, budgets: ArrayLike) -> Array:
    """Returns the least-squares slope of values (..., n) against the natural logarithm of budgets (n,).

    For a gap between two agents it is the trend: the gain of the gap when the budget grows e-fold.

    Raises:
        ValueError: If there are fewer than two different budgets.

    Example:
        >>> round(float(log_slope([0.0, 1.0, 2.0], [1, np.e, np.e**2])), 12)
        1.0
    """
    x = np.log(np.asarray(budgets, float))
    x = x - x.mean()
    if not x.any():
        raise ValueError(f"budgets={np.asarray(budgets).tolist()}: a slope needs two different budgets")
    return np.asarray(np.asarray(values, float) @ (x / (x @ x)))


def paired_test(differences: ArrayLike) -> float:
    """Returns the one-sided p-value of "the mean difference is above 0", for new seeds and new tasks.

    Differences between two agents are paired by seed (same warm start, same prompts) and task. All
    tasks of a seed share its training run, and all seeds share the tasks. So the differences are not
    independent: at the 5% level, flipping their signs at random has rejected a true null in up to 32
    of 100 simulated comparisons, and resampling 3 seeds in up to 12.
    Here the variance of the mean is that of a two-way random-effects layout, `(MS_seed + MS_task -
    MS_rest) / (seeds * tasks)` and never less than either of the first two alone, with Satterthwaite's
    degrees of freedom (Biometrics Bulletin 2, 1946); it keeps its level from 3 seeds on. With one seed
    only the tasks vary, and the result holds for that pair of runs alone.

    Args:
        differences: First agent minus second, shape (seeds, tasks).

    Returns:
        A value in [0, 1]; NaN for a single value.

    Example:
        >>> paired_test([[0.1, 0.2, 0.3], [0.2, 0.3, 0.1], [0.3, 0.2, 0.1]]) < 0.01
        True
    """
    table = np.atleast_2d(np.asarray(differences, float))
    if table.size < 2:
        return float("nan")
    centre, error, freedom = two_way(table)
    if error <= 1e-12 / np.sqrt(table.size):  # constant differences
        return {1: 0.0, 0: 0.5, -1: 1.0}[int(np.sign(np.round(centre, 12)))]
    return float(stats.t.sf(centre / error, freedom))


def holm(p_values: ArrayLike) -> Array:
    """Returns p-values adjusted for their number by Holm's step-down method (Scand. J. Stat. 6, 1979).

    If all tests with an adjusted p-value below 5% are rejected, the chance of rejecting any true null
    hypothesis is at most 5%, however the tests depend on one another.

    Args:
        p_values: Shape (n,); those that are NaN stay so, and do not count.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
        [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, float)
    adjusted = np.full(given.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(given))
    order = tested[np.argsort(given[tested], kind="stable")]
    steps = given[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted


def paired_interval(differences: ArrayLike) -> Estimate:
    """Returns the mean difference with the 95% t-interval that belongs to `paired_test`.

    Args:
        differences: First agent minus second, shape (seeds, tasks). The interval of a single value is
            infinite.

    Example:
        >>> str(paired_interval([[0.1, 0.2, 0.3], [0.2, 0.3, 0.1], [0.3, 0.2, 0.1]]))
        '0.200 [0.117, 0.283]'
    """
    table = np.atleast_2d(np.asarray(differences, float))
    if table.size < 2:
        return Estimate(float(table[0, 0]), float("-inf"), float("inf"))
    centre, error, freedom = two_way(table)
    half = float(stats.t.isf((1 - CONFIDENCE) / 2, freedom)) * error
    return Estimate(centre, centre - half, centre + half)


def two_way(table: Array) -> tuple[float, float, float]:
    """Returns mean, standard error and degrees of freedom of a two-way random-effects layout.

    Args:
        table: Values, shape (seeds, tasks), see `paired_test`.
    """
    (seeds, tasks), centre = table.shape, table.mean()
    of_seed, of_task = table.mean(axis=1) - centre, table.mean(axis=0) - centre
    rest = table - centre - of_seed[:, None] - of_task
    squares = np.array([tasks * (of_seed**2).sum(), seeds * (of_task**2).sum(), (rest**2).sum()])
    degrees = np.array([seeds - 1, tasks - 1, (seeds - 1) * (tasks - 1)])
    of_seed_ms, of_task_ms, rest_ms = parts = squares / np.maximum(degrees, 1)
    total = of_seed_ms + of_task_ms - rest_ms
    largest = int(parts[:2].argmax())
    if total > parts[largest]:
        freedom = total**2 / (parts**2 / np.maximum(degrees, 1)).sum()
    else:
        total, freedom = parts[largest], max(degrees[largest], 1)
    return float(centre), float(np.sqrt(max(total, 0.0) / table.size)), float(freedom)


def _strata(values: Strata) -> list[Array]:
    return [values] if isinstance(values, np.ndarray) else list(values)
