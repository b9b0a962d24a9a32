"""Fitting a law's two coefficients, by search: small, exact to the digits printed, no iteration to fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.domains.science.expression import Expr, Symbol, evaluate, walk
from vpo_envs.domains.science.laws import AMPLITUDE, ONE, SHAPE
from vpo_envs.domains.science.program import Program

Array = NDArray[np.float64]

SHAPES = np.geomspace(0.2, 5.0, 41)
"""Values tried for the coefficient inside a law that is fitted to measurements."""
COARSE = np.geomspace(0.2, 5.0, 21)
"""Values tried first for the coefficient inside a law that is fitted to the hidden one."""
FINER = (1.17 ** np.linspace(-1, 1, 13), 1.025 ** np.linspace(-1, 1, 13))
"""Factors tried after that, two times."""


def significant(value: float, digits: int) -> Fraction:
    """Returns a positive number to so many significant digits, exactly that decimal.

    Example:
        >>> significant(0.012345, 3), significant(1999.9, 2)
        (Fraction(123, 10000), Fraction(2000, 1))
    """
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    shift = int(exponent) - (digits - 1)
    whole = int(mantissa.replace(".", ""))
    return Fraction(whole * 10**shift) if shift >= 0 else Fraction(whole, 10**-shift)


def deviation(predicted: Array, target: Array) -> Array:
    """Returns the mean over the last axis of `|p - q| / (|p| + |q|)`, in [0, 1].

    For small differences, half the relative difference. A prediction that is not finite, or of the
    wrong sign, counts in full.
    """
    with np.errstate(all="ignore"):
        parts = predicted - target
        np.abs(parts, out=parts)  # in place: fresh memory costs more than the arithmetic
        sizes = np.abs(predicted)
        sizes += np.abs(target)
        parts /= sizes
    means = np.asarray(parts.mean(axis=-1))
    if np.isfinite(means).all():
        return means
    return np.asarray(np.where(np.isfinite(parts), parts, predicted != target).mean(axis=-1))


def fit_measurements(
    forms: Program, values: Mapping[str, float | Array], target: Array, digits: int
) -> list[tuple[Fraction, Fraction, float]]:
    """Returns the coefficients with the least squared relative error on the measurements.

    Args:
        forms: Laws in the quantities and the coefficients.
        values: Constants, and inputs of shape (n,).
        target: Measured values, shape (n,).
        digits: Significant digits of the coefficients.

    Returns:
        Amplitude, shape and root mean square of the relative error of every law. A law without a
        coefficient inside has the shape 1.
    """
    shapes = _rounded(SHAPES, digits)
    ratios = _stacked(forms.run({**values, AMPLITUDE: 1.0, SHAPE: shapes[:, None]}), len(shapes), len(target))
    ratios /= target
    with np.errstate(all="ignore"):
        squares = np.square(ratios).sum(axis=2)
        sums = ratios.sum(axis=2)
        amplitudes = sums / squares
        errors = np.sqrt(np.maximum(1.0 - sums * amplitudes / len(target), 0.0))
    errors[~np.isfinite(errors)] = np.inf
    # Of laws without a coefficient inside, all errors are equal, and the shape is 1.
    best = np.where(np.ptp(ratios[:, ::8, 0], axis=1) == 0, len(SHAPES) // 2, errors.argmin(axis=1))
    rows = np.arange(len(best))
    found = zip(amplitudes[rows, best].tolist(), shapes[best].tolist(), errors[rows, best].tolist())
    return [
        (_readable(amplitude, digits), _fraction(shape, digits), error) for amplitude, shape, error in found
    ]


def coarse_curves(forms: Program, values: Mapping[str, float | Array], n: int) -> Array:
    """Returns laws with the amplitude 1 and few shapes, (laws, shapes, n), for `coarse_fit`."""
    shapes = COARSE[::2]
    return _stacked(forms.run({**values, AMPLITUDE: 1.0, SHAPE: shapes[:, None]}), len(shapes), n)


def coarse_fit(curves: Array, target: Array) -> Array:
    """Returns about the least `deviation` from a target, with none, one or both coefficients free.

    Args:
        curves: From `coarse_curves`.
        target: Values without noise, shape (n,).

    Returns:
        Shape (laws, 4): both coefficients 1, the amplitude free, the shape free, both.
    """
    first, second = _errors(curves, target)
    middle = curves.shape[1] // 2
    return np.stack([first[:, middle], second[:, middle], first.min(axis=1), second.min(axis=1)], axis=1)


def fit_target(
    laws: Sequence[Expr], values: Mapping[str, float | Array], target: Array, digits: int
) -> list[dict[tuple[Fraction, Fraction], float]]:
    """Returns the coefficients with the least `deviation` from a target, with and without each of them.

    The best amplitude makes the law exact at one of the points: between these, the deviation is a concave
    function of the amplitude's logarithm. Shapes are searched on a coarse grid, then twice on a finer one.

    Args:
        laws: Laws in the quantities and the coefficients.
        values: Constants, and inputs of shape (n,).
        target: Values without noise, shape (n,).
        digits: Significant digits of the coefficients.

    Returns:
        For every law the deviation by pair of amplitude and shape: both 1, the amplitude free, the shape
        free, and both. Equal pairs are listed once.
    """
    count, n = len(laws), len(target)
    grid = np.broadcast_to(COARSE, (count, len(COARSE)))
    first, second = _errors(_curves(laws, values, grid, n), target)
    free = np.stack([COARSE[first.argmin(axis=1)], COARSE[second.argmin(axis=1)]], axis=1)
    for finer in FINER:
        grid = (free[:, :, None] * finer).reshape(count, -1)
        first, second = _errors(_curves(laws, values, grid, n), target)
        half = len(finer)
        places = np.stack([first[:, :half].argmin(axis=1), half + second[:, half:].argmin(axis=1)], axis=1)
        free = np.take_along_axis(grid, places, axis=1)
    free = _rounded(free, digits)
    shapes = np.stack([np.ones(count), np.ones(count), free[:, 0], free[:, 1]], axis=1)
    curves = _curves(laws, values, shapes, n)
    with np.errstate(all="ignore"):
        kinks = target / curves[:, 1::2]
    errors = deviation(kinks[:, :, :, None] * curves[:, 1::2, None, :], target)
    scales = np.take_along_axis(kinks, errors.argmin(axis=2)[:, :, None], axis=2)[:, :, 0]
    amplitudes = np.ones((count, 4))
    amplitudes[:, 1::2] = _rounded(np.where(scales > 0, scales, 1.0), digits)
    offs = deviation(amplitudes[:, :, None] * curves, target).tolist()
    return [
        {
            (_fraction(amplitude, digits), ONE if _fixed(law) else _fraction(shape, digits)): off
            for amplitude, shape, off in zip(*columns)
        }
        for law, *columns in zip(laws, amplitudes.tolist(), shapes.tolist(), offs)
    ]


def _errors(curves: Array, target: Array) -> tuple[Array, Array]:
    """Returns the deviations of curves (laws, shapes, n), as they are and with a good amplitude."""
    with np.errstate(all="ignore"):
        scales = np.sort(target / curves, axis=2)[:, :, 2::4]
        scaled = deviation(scales[:, :, :, None] * curves[:, :, None, :], target)
    return deviation(curves, target), scaled.min(axis=2)


def _stacked(curves: Sequence[ArrayLike], shapes: int, n: int) -> Array:
    stacked = np.empty((len(curves), shapes, n))
    for curve, into in zip(curves, stacked):
        into[:] = curve
    return stacked


def _curves(laws: Sequence[Expr], values: Mapping[str, float | Array], shapes: Array, n: int) -> Array:
    """Returns the laws with amplitude 1 and each of their shapes (laws, shapes); shape (laws, shapes, n)."""
    curves = np.empty((*shapes.shape, n))
    for law, own, into in zip(laws, shapes, curves):
        into[:] = evaluate(law, {**values, AMPLITUDE: 1.0, SHAPE: own[:, None]})
    return curves


@lru_cache(maxsize=4096)
def _fixed(law: Expr) -> bool:
    """Returns whether a law has no coefficient inside."""
    return Symbol(SHAPE) not in walk(law)


def _rounded(values: Array, digits: int) -> Array:
    """Rounds positive values to so many significant digits."""
    with np.errstate(all="ignore"):
        steps = 10.0 ** (digits - 1 - np.floor(np.log10(values)))
        return np.asarray(np.round(values * steps) / steps)


def _readable(value: float, digits: int) -> Fraction:
    return significant(value, digits) if 0 < value < np.inf else ONE


@lru_cache(maxsize=65536)
def _fraction(value: float, digits: int) -> Fraction:
    return significant(float(value), digits)
