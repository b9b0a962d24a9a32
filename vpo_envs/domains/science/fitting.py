"""Fitting a law's two coefficients, by search: small, exact to the digits printed, no iteration to fail."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.science.expression import Expr, evaluate
from vpo_envs.domains.science.laws import AMPLITUDE, ONE, SHAPE

Array = NDArray[np.float64]

SHAPES = np.geomspace(0.2, 5.0, 41)
"""Values tried for the coefficient inside a law."""
PLAIN = (ONE,)


def significant(value: float, digits: int) -> Fraction:
    """A positive number to so many significant digits, exactly that decimal.

    Example:
        >>> significant(0.012345, 3), significant(1999.9, 2)
        (Fraction(123, 10000), Fraction(2000, 1))
    """
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    shift = int(exponent) - (digits - 1)
    whole = int(mantissa.replace(".", ""))
    return Fraction(whole * 10**shift) if shift >= 0 else Fraction(whole, 10**-shift)


def deviation(predicted: Array, target: Array) -> Array:
    """Mean over the last axis of `|p - q| / (|p| + |q|)`, in [0, 1].

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
    law: Expr, values: Mapping[str, float | Array], target: Array, digits: int
) -> tuple[Fraction, Fraction]:
    """The coefficients with the least squared relative error on the measurements.

    Args:
        law: A law in the quantities and the coefficients.
        values: Constants, and inputs of shape (n,).
        target: Measured values, shape (n,).
        digits: Significant digits of the coefficients.

    Returns:
        Amplitude and shape.
    """
    shapes, curves = _curves(law, values, target, digits)
    ratios = curves / target
    with np.errstate(all="ignore"):
        amplitudes = ratios.sum(axis=1) / np.square(ratios).sum(axis=1)
        errors = np.square(amplitudes[:, None] * ratios - 1).sum(axis=1)
    best = int(np.argmin(np.where(np.isfinite(errors), errors, np.inf)))
    return significant(float(amplitudes[best]), digits), shapes[best]


def fit_target(
    law: Expr, values: Mapping[str, float | Array], target: Array, digits: int, shaped: bool
) -> dict[tuple[Fraction, Fraction], float]:
    """The coefficients with the least `deviation` from a target, with and without each of them.

    Args:
        law: A law in the quantities and the coefficients.
        values: Constants, and inputs of shape (n,).
        target: Values without noise, shape (n,).
        digits: Significant digits of the coefficients.
        shaped: Whether the coefficient inside the law may be other than 1.

    Returns:
        The deviation for every pair of amplitude and shape: both 1, the amplitude free, then (`shaped`)
        the shape free, and both. Equal pairs are listed once.
    """
    shapes, curves = _curves(law, values, target, digits, shaped)
    with np.errstate(all="ignore"):
        # The best amplitude lies among the ratios: a weighted median.
        ratios = np.sort(target / curves, axis=1)[:, ::2]
    amplitudes = np.concatenate([np.ones((len(shapes), 1)), ratios], axis=1)
    errors = deviation(amplitudes[:, :, None] * curves[:, None, :], target)
    plain = shapes.index(ONE)
    places = [(plain, 0), (plain, int(errors[plain].argmin()))]
    if len(shapes) > 1:
        places += [(int(errors[:, 0].argmin()), 0), divmod(int(errors.argmin()), errors.shape[1])]
    rows = [row for row, _ in places]
    rounded = [significant(float(amplitudes[place]), digits) if place[1] else ONE for place in places]
    offs = deviation(np.array(rounded, float)[:, None] * curves[rows], target)
    return dict(zip(zip(rounded, (shapes[row] for row in rows)), offs.tolist()))


def _curves(
    law: Expr, values: Mapping[str, float | Array], target: Array, digits: int, shaped: bool = True
) -> tuple[tuple[Fraction, ...], Array]:
    """The shapes to try, and the law with amplitude 1 for each of them, (shapes, n)."""
    shapes, column = _rounded_shapes(digits) if shaped else (PLAIN, np.ones((1, 1)))
    curves = evaluate(law, {**values, AMPLITUDE: 1.0, SHAPE: column})
    if curves.ndim < 2:  # the law has no such coefficient
        shapes = PLAIN
    return shapes, np.broadcast_to(curves, (len(shapes), len(target)))


@lru_cache
def _rounded_shapes(digits: int) -> tuple[tuple[Fraction, ...], Array]:
    shapes = tuple(significant(shape, digits) for shape in SHAPES)
    column = np.array(shapes, float)[:, None]
    column.setflags(write=False)
    return shapes, column
