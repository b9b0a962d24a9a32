"""Weightings: points on the simplex, their drawing, and scalars of reward vectors under them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, gammaln, softmax

Weights = NDArray[np.float64]


def check_weights(weights: ArrayLike, d: int) -> Weights:
    """Returns weights as a float array after checking that they lie on the simplex.

    Args:
        weights: One weighting (d,) or several (..., d).
        d: Number of objectives.

    Raises:
        ValueError: If the shape is wrong, an entry is negative or a weighting does not sum to 1.
    """
    array = np.asarray(weights, float)
    if array.ndim == 0 or array.shape[-1] != d:
        raise ValueError(f"weights={weights!r} must have {d} entries, one per objective")
    if not np.isfinite(array).all() or (array < 0).any() or not np.allclose(array.sum(-1), 1, atol=1e-6):
        raise ValueError(f"weights={weights!r} must be non-negative and sum to 1; divide by their sum")
    return array


def scalarize(rewards: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Returns the scalar `w . r` of reward vectors under weights.

    Args:
        rewards: Reward vectors, shape (..., d).
        weights: One weighting (d,) or several (K, d).

    Returns:
        Array of shape (...), or (..., K) under several weightings.

    Example:
        >>> scalarize([[1.0, 0.0], [0.5, 1.0]], [0.25, 0.75]).tolist()
        [0.25, 0.875]
    """
    rewards = np.asarray(rewards, float)
    return np.asarray(rewards @ check_weights(weights, rewards.shape[-1]).T)


def sample_weights(
    rng: np.random.Generator, shape: int | Sequence[int], d: int, alpha: float = 1.0
) -> Weights:
    """Draws independent weightings from the symmetric Dirichlet distribution.

    Args:
        rng: Source of randomness.
        shape: How many, for example 100 or (n_groups, 100).
        d: Number of objectives.
        alpha: Concentration, positive; 1 is uniform on the simplex, smaller favours its corners.

    Returns:
        Array of shape (*shape, d).
    """
    check_alpha(alpha)
    return rng.dirichlet(np.full(d, alpha), size=shape)


def spread_weights(n: int, d: int, alpha: float = 1.0, shift: ArrayLike = 0.5) -> Weights:
    """Returns low-discrepancy weightings that follow the symmetric Dirichlet distribution.

    A rank-1 additive recurrence on the generalized golden ratio (M. Roberts' R_d sequence, 2018)
    fills the unit cube evenly; inverse Gamma(alpha) and normalization carry it to the simplex.

    Args:
        n: How many, at least 1.
        d: Number of objectives.
        alpha: Concentration, positive.
        shift: Offset of the sequence in the cube, a number or (d,): a random shift makes averages
            over the weightings unbiased.

    Returns:
        Array of shape (n, d); the first rows of a longer set are the shorter set.

    Example:
        >>> spread_weights(4096, 3).mean(axis=0).round(2).tolist()
        [0.33, 0.33, 0.33]
    """
    check_alpha(alpha)
    if n < 1 or d < 1:
        raise ValueError(f"n={n} and d={d} must be at least 1")
    golden = _generalised_golden_ratio(d)
    steps = golden ** -np.arange(1.0, d + 1)
    cube = (np.asarray(shift) + np.arange(1, n + 1)[:, None] * steps) % 1.0
    return np.asarray(softmax(_log_gamma_quantile(alpha, np.maximum(cube, 1e-12)), axis=-1))


def _log_gamma_quantile(alpha: float, u: Weights) -> Weights:
    """Returns the logarithm of the Gamma(alpha) quantile, which itself underflows where alpha is small.

    Near 0 the distribution function is x^alpha / Gamma(alpha + 1), up to a factor 1 + O(x).
    """
    quantile = gammaincinv(alpha, u)
    near_zero = (np.log(u) + gammaln(alpha + 1)) / alpha
    return np.log(quantile, out=near_zero, where=quantile > 1e-20)


def _generalised_golden_ratio(d: int) -> float:
    """Returns the root of x^(d+1) = x + 1 above 1, by fixed-point iteration (a contraction there)."""
    x = 2.0
    for _ in range(64):
        x = (1.0 + x) ** (1.0 / (d + 1))
    return x


def check_alpha(alpha: float) -> float:
    """Returns a Dirichlet concentration after checking that it is positive and finite.

    Raises:
        ValueError: If it is not.
    """
    if not 0 < alpha < math.inf:
        raise ValueError(f"alpha={alpha!r} must be positive and finite; 1 is uniform on the simplex")
    return alpha
