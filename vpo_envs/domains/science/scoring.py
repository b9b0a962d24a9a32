"""The credit of a formula, and the reason why none earns more than the reference laws.

Raw measures of a formula: its fit on the held-out range, its soundness, its complexity. Complexity is
counted against the task's reference laws: the hidden law itself, every law of its family, and the common
ones (constants, powers, saturation, decay), with and without coefficients, fitted to the held-out range. A
formula is credited

1. with its own soundness;
2. with no fewer nodes than the shortest reference that is as sound and fits as well, within a tolerance;
3. with its own fit, but no more than that of the best reference as sound and of no more nodes than (2).

So every credited vector is matched or dominated by that of a reference, and the references that no other
dominates are the true Pareto front. The hidden law is a reference, so there always is one as sound that
fits as well. References have coefficients of few digits. Finer ones fit better by at most the tolerance:
by (2) they cost no nodes, and by (3) they gain nothing. No formula earns less for being shorter or more
for being longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.science.dimensions import DimensionError, dimension_of
from vpo_envs.domains.science.expression import Expr, complexity
from vpo_envs.domains.science.fitting import deviation
from vpo_envs.domains.science.laws import ONE, with_coefficients
from vpo_envs.domains.science.problem import Problem
from vpo_envs.metrics import pareto_mask

FIT_SLOPE = 8.0
"""Fit lost per unit of `deviation`; a law that is off by 30% everywhere has no fit left."""
FIT_IN_FULL = 0.75
"""Fit from which the other objectives count in full: below it, a formula is no law of these data."""


@dataclass(frozen=True)
class Measures:
    """A formula by itself.

    Attributes:
        fit: In [0, 1], on the held-out range.
        soundness: In [0, 1]: half for homogeneous dimensions, half for the share of limits met.
        complexity: Number of nodes.
        dimension_error: Why the dimensions do not match; empty if they do.
        limits_met: For every stated behaviour, whether the formula has it.
    """

    fit: float
    soundness: float
    complexity: int
    dimension_error: str
    limits_met: tuple[bool, ...]


def measure(problem: Problem, formula: Expr) -> Measures:
    """Returns the raw measures of a formula."""
    error = dimension_error(problem, formula)
    met = tuple(
        behaviour.holds(problem.limit(formula, behaviour.symbol, behaviour.end))
        for behaviour in problem.behaviours
    )
    return Measures(fit(problem, formula), soundness(error, met), complexity(formula), error, met)


def fit(problem: Problem, formula: Expr) -> float:
    """Returns 1 - `FIT_SLOPE` * deviation from the hidden law on the held-out range, at least 0."""
    return fit_of(float(deviation(problem.predict(formula, problem.probed), problem.target)))


def fit_of(deviation: float) -> float:
    """Returns the fit of a law with this deviation on the held-out range."""
    return max(0.0, 1.0 - FIT_SLOPE * deviation)


def soundness(dimension_error: str, limits_met: Sequence[bool]) -> float:
    """Returns half for homogeneous dimensions, and half for the share of the stated limits that are met."""
    return 0.5 * (not dimension_error) + 0.5 * sum(limits_met) / len(limits_met)


def dimension_error(problem: Problem, formula: Expr) -> str:
    """Returns why a formula does not have the dimension of the output; empty if it has."""
    try:
        found = dimension_of(formula, problem.family.dimensions)
    except DimensionError as error:
        return str(error)
    if found != problem.output.dimension:
        return f"the formula is in {found}, but {problem.output.symbol} is in {problem.output.dimension}"
    return ""


@dataclass(frozen=True)
class Reference:
    """A known law of the task, as a form and its coefficients, with its fit, soundness and complexity."""

    form: Expr
    fit: float
    soundness: float
    complexity: int
    amplitude: Fraction = ONE
    shape: Fraction = ONE

    @property
    def law(self) -> Expr:
        """The law with its coefficients filled in."""
        return with_coefficients(self.form, self.amplitude, self.shape)


@dataclass(frozen=True)
class Ladder:
    """The reference laws of a task; the first is the hidden law.

    Attributes:
        references: Known laws, fitted to the held-out points.
        tolerance: Gain in fit that finer coefficients than the references' can bring.
    """

    references: tuple[Reference, ...]
    tolerance: float

    @property
    def complexity(self) -> int:
        """Number of nodes of the hidden law."""
        return self.references[0].complexity

    @cached_property
    def _measures(self) -> NDArray[np.float64]:
        """Fit, soundness and complexity of the references, shape (3, n)."""
        return np.array([(peer.fit, peer.soundness, peer.complexity) for peer in self.references]).T

    def credit(self, raw: Measures) -> tuple[float, float, float]:
        """Returns the credited fit, soundness and parsimony of a formula with these measures."""
        fits, soundnesses, nodes = self._measures
        sound = soundnesses >= raw.soundness
        counted = max(raw.complexity, int(nodes[sound & (fits >= raw.fit - self.tolerance)].min()))
        best = float(fits[sound & (nodes <= counted)].max())
        return self._credit(min(raw.fit, best), raw.soundness, counted)

    @cached_property
    def front(self) -> tuple[tuple[Reference, tuple[float, float, float]], ...]:
        """References that no other dominates, with their credit; equals are listed once."""
        credits: dict[tuple[float, float, float], Reference] = {}
        for peer in self.references:
            credits.setdefault(self._credit(peer.fit, peer.soundness, peer.complexity), peer)
        mask = pareto_mask(np.array(list(credits)))
        return tuple((credits[credit], credit) for credit, best in zip(credits, mask) if best)

    def _credit(self, fit: float, soundness: float, nodes: int) -> tuple[float, float, float]:
        share = gate(fit)
        return fit, soundness * share, parsimony(nodes, self.complexity) * share


def gate(fit: float) -> float:
    """Returns the share in which a formula with this fit earns the other objectives.

    Example:
        >>> gate(0.0), gate(0.375), gate(0.9)
        (0.0, 0.5, 1.0)
    """
    return min(1.0, fit / FIT_IN_FULL)


def parsimony(nodes: int, hidden: int) -> float:
    """Returns 1 up to half the hidden law's nodes, 1/2 for as many, 0 from 3/2 on."""
    return min(1.0, max(0.0, 1.5 - nodes / hidden))
