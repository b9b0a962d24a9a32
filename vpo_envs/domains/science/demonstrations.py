"""Answers of mixed quality for warm starts: laws fitted to the measurements, rough and wrong ones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.science.answers import write_answer
from vpo_envs.domains.science.expression import Expr, Symbol, substitute
from vpo_envs.domains.science.fitting import fit_measurements, significant
from vpo_envs.domains.science.laws import ONE, with_coefficients
from vpo_envs.domains.science.problem import Problem

Fits = list[tuple[Fraction, Fraction, float]]

COUNT = 8
FITTED = 0.15
"""Share of laws that are fitted to the measurements, at full quality."""
SPREAD = 0.7
"""Standard deviation of the logarithm of a fitted law's prefactor: nobody reads a coefficient off exactly."""
GOOD, GOOD_FEASIBILITY = 0.1, 0.6
"""Share of good experiments at full quality, and the least feasibility of these."""
MUDDLED = 0.1


def demonstrate(
    problem: Problem, rng: np.random.Generator, digits: int, quality: float, *, compact: bool
) -> list[str]:
    """Returns `COUNT` answers.

    Args:
        problem: The problem.
        rng: Source of randomness.
        digits: Significant digits of the coefficients.
        quality: Scales the shares of fitted laws and of good experiments, from 0 (the form alone) to 1.
        compact: Form of the answers.
    """
    fitted = fit_measurements(
        problem.family.program, {**problem.constants, **problem.measured}, problem.observed, digits
    )
    # Laws that explain the measurements better are proposed more often.
    errors = np.array([error for *_, error in fitted])
    odds = 1.0 / (1.0 + np.square(errors / problem.noise))
    odds /= odds.sum()
    return [
        write_answer(
            problem,
            _law(problem, rng, digits, quality, fitted, odds),
            _settings(problem, rng, quality),
            compact=compact,
        )
        for _ in range(COUNT)
    ]


def _law(
    problem: Problem,
    rng: np.random.Generator,
    digits: int,
    quality: float,
    fitted: Fits,
    odds: NDArray[np.float64],
) -> Expr:
    forms = problem.family.forms
    kind = rng.random()
    if kind < FITTED * quality:
        number = int(rng.choice(len(forms), p=odds))
        amplitude, shape, _ = fitted[number]
        factor = np.exp(SPREAD * rng.standard_normal())
        return with_coefficients(
            forms[number].template, significant(float(amplitude) * factor, digits), shape
        )
    if kind < 1 - MUDDLED:
        template = forms[rng.integers(len(forms))].template
        amplitude, shape = (significant(float(np.exp(rng.uniform(-1.6, 1.6))), digits) for _ in range(2))
        return with_coefficients(template, amplitude, ONE if rng.random() < 0.5 else shape)
    return _muddled(problem, rng)


def _settings(problem: Problem, rng: np.random.Generator, quality: float) -> tuple[int, ...] | None:
    kind = rng.random()
    if kind > 0.9:
        return None
    least = GOOD_FEASIBILITY if kind < GOOD * quality else 0.0
    places = np.argwhere(problem.feasibility >= least)
    return tuple(int(index) for index in places[rng.integers(len(places))])


def _muddled(problem: Problem, rng: np.random.Generator) -> Expr:
    """The law with one symbol taken for another, which most often spoils its units."""
    symbols = sorted(problem.family.quantities)
    wrong, taken = symbols[rng.integers(len(symbols))], symbols[rng.integers(len(symbols))]
    return substitute(problem.law, {wrong: Symbol(taken)})
