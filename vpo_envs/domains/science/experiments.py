"""The next experiment: what a measurement costs, and how well it tells rival laws apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Dial:
    """The settings of one input: the multiples of a step, up to `count` steps.

    Attributes:
        step: Distance of neighbouring settings, in the input's unit.
        count: Number of settings; the largest is `count * step`.
        rate: What the largest setting adds to the cost of a measurement, in credits.
    """

    step: float
    count: int
    rate: int

    @property
    def settings(self) -> Array:
        """All settings, ascending, shape (count,)."""
        return np.asarray(self.step * np.arange(1, self.count + 1), float)

    def nearest(self, value: float) -> int | None:
        """Returns the index of the setting that a value is rounded to; None if it is off the dial."""
        steps = value / self.step
        if not 0.5 <= steps < self.count + 0.5:
            return None
        return min(int(steps + 0.5), self.count) - 1


def cost(dials: tuple[Dial, ...], settings: tuple[ArrayLike, ...]) -> Array:
    """Returns the credits of a measurement: 1, and for every input its rate in proportion to the setting."""
    shares = [dial.rate * np.asarray(x) / (dial.count * dial.step) for dial, x in zip(dials, settings)]
    return np.asarray(1.0 + sum(shares), float)


def discrimination(predictions: Array, noise: float) -> Array:
    """Returns the power of measurements to tell laws apart, in [0, 1].

    For a pair of laws that predict p and q it is `1 - exp(-z^2 / 2)`, with z the difference p - q in
    standard deviations of a difference, `noise * sqrt(p^2 + q^2)`; the mean is taken over all pairs.
    A law without a finite prediction is told from any that has one.

    Args:
        predictions: Of each law for each measurement, shape (laws, ...), at least two laws.
        noise: Relative standard deviation of a measurement.

    Returns:
        Shape (...).
    """
    first, second = np.triu_indices(len(predictions), k=1)
    with np.errstate(all="ignore"):
        p, q = predictions[first], predictions[second]
        spread = noise * np.hypot(p, q)
        z = np.where(p == q, 0.0, (p - q) / spread)
        power = -np.expm1(-0.5 * np.square(z))
    finite = np.isfinite(p) & np.isfinite(q)
    either = np.isfinite(p) | np.isfinite(q)
    return np.asarray(np.where(finite, power, either.astype(float)).mean(axis=0))


def worth(power: Array, credits: Array) -> Array:
    """Returns the power per credit, as a share of the best setting's: the feasibility of every experiment.

    Example:
        >>> worth(np.array([0.1, 0.8, 0.9]), np.array([1.0, 2.0, 9.0])).tolist()
        [0.25, 1.0, 0.25]
    """
    ratio = power / credits
    best = ratio.max()
    return ratio / best if best > 0 else np.zeros_like(ratio)
