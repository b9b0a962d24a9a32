"""Answers of mixed quality for warm starts: laws fitted to the measurements, rough and wrong ones."""

from __future__ import annotations

import numpy as np

from vpo_envs.domains.science.answers import write_answer
from vpo_envs.domains.science.expression import Apply, Expr, Number, Symbol, substitute
from vpo_envs.domains.science.fitting import fit_measurements, significant
from vpo_envs.domains.science.laws import with_coefficients
from vpo_envs.domains.science.problem import Problem

COUNT = 8
KNOWN, MUDDLED = 0.7, 0.1
"""Shares of laws that explain the measurements, at full quality, and of laws with symbols mixed up."""
OFF = (0.15, 0.3)
"""Range of the error of a law's prefactor, as a logarithm: fitted laws are not as good as can be."""
GOOD = 0.4
"""Share of experiments that are better than half of all, at full quality."""


def demonstrate(
    problem: Problem, rng: np.random.Generator, digits: int, quality: float, *, compact: bool
) -> list[str]:
    """Returns `COUNT` answers.

    Args:
        problem: The problem.
        rng: Source of randomness.
        digits: Significant digits of the coefficients.
        quality: Scales the shares of laws that explain the measurements and of good experiments, from 0
            (the form alone) to 1.
        compact: Form of the answers.
    """
    fitted = fit_measurements(
        problem.family.program, {**problem.constants, **problem.measured}, problem.observed, digits
    )
    # Laws that explain the measurements better are proposed more often.
    errors = np.array([error for *_, error in fitted])
    odds = 1.0 / (1.0 + np.square(errors / problem.noise))
    explaining = [
        with_coefficients(form.template, *coefficients)
        for form, (*coefficients, _) in zip(problem.family.forms, fitted)
    ]
    answers = []
    for number in range(COUNT):
        if number == 0 and quality > 0:  # so that one of the answers scores
            law = _off(problem.law, rng, (OFF[0], 1.5 * OFF[0]), digits)
        elif (kind := rng.random()) < KNOWN * quality:
            place = int(rng.choice(len(explaining), p=odds / odds.sum()))
            law = _off(explaining[place], rng, OFF, digits)
        else:
            law = _muddled(problem, rng) if kind > 1 - MUDDLED else _any(problem, rng, digits)
        answers.append(write_answer(problem, law, _settings(problem, rng, quality), compact=compact))
    return [answers[place] for place in rng.permutation(COUNT)]


def _off(law: Expr, rng: np.random.Generator, bounds: tuple[float, float], digits: int) -> Expr:
    """Returns the law with its prefactor off, upwards or downwards."""
    factor = float(np.exp(rng.choice((-1.0, 1.0)) * rng.uniform(*bounds)))
    return _scaled(law, factor, digits)


def _scaled(law: Expr, factor: float, digits: int) -> Expr:
    if isinstance(law, Apply) and law.op in "*/":
        return Apply(law.op, (_scaled(law.args[0], factor, digits), law.args[1]))
    if isinstance(law, Number):
        return Number(significant(float(law.value) * factor, digits))
    return Apply("*", (Number(significant(factor, digits)), law))


def _any(problem: Problem, rng: np.random.Generator, digits: int) -> Expr:
    """Returns a known law with coefficients drawn at random."""
    template = problem.family.forms[rng.integers(len(problem.family.forms))].template
    amplitude, shape = (significant(float(np.exp(rng.uniform(-1.6, 1.6))), digits) for _ in range(2))
    return with_coefficients(template, amplitude, shape)


def _settings(problem: Problem, rng: np.random.Generator, quality: float) -> tuple[int, ...] | None:
    kind = rng.random()
    if kind > 0.9:
        return None
    least = float(np.median(problem.feasibility)) if kind < GOOD * quality else 0.0
    places = np.argwhere(problem.feasibility >= least)
    return tuple(int(index) for index in places[rng.integers(len(places))])


def _muddled(problem: Problem, rng: np.random.Generator) -> Expr:
    """Returns the law with one symbol taken for another, which most often spoils its units.

    Both may be the same symbol, or the law may not contain it. Then the law stays as it is, which makes three
    in a hundred demonstrations of full quality exact.
    """
    symbols = sorted(problem.family.quantities)
    wrong, taken = symbols[rng.integers(len(symbols))], symbols[rng.integers(len(symbols))]
    return substitute(problem.law, {wrong: Symbol(taken)})
