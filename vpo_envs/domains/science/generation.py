"""Drawing a problem: a law, its constants, its data, rivals that fit them, and a real trade-off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.science.experiments import Dial
from vpo_envs.domains.science.expression import Expr, complexity, evaluate
from vpo_envs.domains.science.fitting import (
    coarse_curves,
    coarse_fit,
    fit_measurements,
    fit_target,
    significant,
)
from vpo_envs.domains.science.laws import ONE, Family, Form, with_coefficients
from vpo_envs.domains.science.limits import Limit
from vpo_envs.domains.science.problem import Behaviour, Problem
from vpo_envs.domains.science.scoring import FIT_IN_FULL, FIT_SLOPE, Ladder, Reference, fit, fit_of, soundness
from vpo_envs.metrics import pareto_mask
from vpo_envs.scalarization import spread_weights

Array = NDArray[np.float64]

PROBES = 24
"""Held-out points."""
MAX_SHARE = 0.9
"""Largest share of the weightings under which one answer may be best."""
MIN_FRONT = 3
RIVAL_MISFIT = 2.0
"""Largest error of the best rival on the measurements, in units of the noise."""
WORST_MISFIT = 6.0
"""Largest error of any rival on the measurements, in units of the noise."""
RIVAL_FIT = 0.25
"""Largest fit of a rival on the held-out range: a rival copied from the prompt earns little."""
ATTEMPTS = 48
REDRAWS = 2
RATES = (1, 2, 4, 8, 16)
AMPLITUDES, SHAPES = (0.2, 5.0), (0.5, 2.0)
"""Ranges of the hidden law's prefactor, wide so that no constant text fits many tasks, and of the coefficient
inside; one that is rounded to 1 is not written."""

_WEIGHTS = spread_weights(128, 4)


@dataclass(frozen=True)
class Knobs:
    """Difficulty of the problems; see `ScienceDomain`."""

    families: tuple[Family, ...]
    coefficients: int
    noise: tuple[float, ...]
    points: int
    rivals: int
    settings: int
    digits: int
    composed: bool
    forms: bool


def draw_problem(rng: np.random.Generator, knobs: Knobs) -> tuple[Problem, Expr]:
    """Returns a problem and the template of its hidden law.

    A law is drawn until the true front holds about three points and none of them is best under more than
    nine tenths of the weightings, by coarse fits. Constants and measurements are drawn until a rival
    explains the measurements. The last draws stand as they are.
    """
    family = knobs.families[rng.integers(len(knobs.families))]
    laws = family.composed_laws if knobs.composed else family.hidden_laws
    for _ in range(ATTEMPTS):
        template = laws[rng.integers(len(laws))]
        amplitude, shape = (
            significant(_log_uniform(rng, *bounds), 2) if knobs.coefficients >= wanted else ONE
            for wanted, bounds in ((1, AMPLITUDES), (2, SHAPES))
        )
        if not _trades_off(family, template, amplitude, shape):
            continue
        for _ in range(REDRAWS):
            problem = _draw(rng, family, template, with_coefficients(template, amplitude, shape), knobs)
            if _well_posed(problem):
                return problem, template
    return _draw(rng, family, template, with_coefficients(template, amplitude, shape), knobs), template


def _draw(rng: np.random.Generator, family: Family, template: Expr, law: Expr, knobs: Knobs) -> Problem:
    constants = {
        part.quantity.symbol: float(significant(_log_uniform(rng, part.low, part.high), 3))
        for part in family.constants
    }
    scales = {symbol: float(evaluate(scale, constants)) for symbol, scale in family.scales.items()}
    noise = float(knobs.noise[rng.integers(len(knobs.noise))])
    measured = _measured(rng, family, scales, knobs)
    exact = np.broadcast_to(evaluate(law, {**constants, **measured}), (knobs.points,))
    observed = _rounded(exact * np.exp(noise * rng.standard_normal(knobs.points)), knobs.digits)
    dials = tuple(
        Dial(
            float(significant(scales[part.quantity.symbol] * part.reach / knobs.settings, 3)),
            knobs.settings,
            int(RATES[rng.integers(len(RATES))]),
        )
        for part in family.inputs
    )
    draft = Problem(
        family, law, constants, scales, measured, observed, _probed(family, scales), noise, (), (), dials
    )
    return _with_rivals(draft, template, knobs)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _rounded(values: Array, digits: int) -> Array:
    return np.array([float(f"{value:.{digits - 1}e}") for value in values.tolist()])


def _measured(
    rng: np.random.Generator, family: Family, scales: dict[str, float], knobs: Knobs
) -> dict[str, Array]:
    """Returns settings of the measurements: evenly spread in the logarithm, or random for several inputs."""
    measured = {}
    for part in family.inputs:
        if len(family.inputs) == 1:
            places = (np.arange(knobs.points) + rng.uniform(0.2, 0.8, knobs.points)) / knobs.points
        else:
            places = rng.uniform(size=knobs.points)
        symbol = part.quantity.symbol
        measured[symbol] = _rounded(scales[symbol] * _between(part.low, part.high, places), knobs.digits)
    return measured


def _between(low: float, high: float, places: Array) -> Array:
    return low * (high / low) ** places


def _probed(family: Family, scales: dict[str, float]) -> dict[str, Array]:
    """Returns held-out points, spread evenly in the logarithm around, but not within, the measured range."""
    inputs = family.inputs
    cube = _spread(len(inputs), 8 * PROBES)
    ratios = [_between(part.low / 3, part.reach, places) for part, places in zip(inputs, cube)]
    inside = np.all([(part.low <= r) & (r <= part.high) for part, r in zip(inputs, ratios)], axis=0)
    outside = np.flatnonzero(~inside)[:PROBES]
    return {
        part.quantity.symbol: scales[part.quantity.symbol] * r[outside] for part, r in zip(inputs, ratios)
    }


def _spread(dimension: int, n: int) -> Array:
    """Returns points in the unit cube, shape (dimension, n): additive recurrences on golden ratios."""
    steps = (0.6180339887,) if dimension == 1 else (0.7548776662, 0.5698402910)
    return np.array([(0.5 + np.arange(1, n + 1) * step) % 1.0 for step in steps])


def _with_rivals(draft: Problem, hidden: Expr, knobs: Knobs) -> Problem:
    """Adds the rivals and the stated limits.

    Rivals are laws fitted to the measurements that fail on the held-out range, the best fitted first.
    """
    values: dict[str, float | Array] = {**draft.constants, **draft.measured}
    fitted = fit_measurements(draft.family.program, values, draft.observed, knobs.digits)
    order = np.argsort([error for *_, error in fitted], kind="stable").tolist()
    rivals: list[Expr] = []
    for number in order:
        template = draft.family.forms[number].template
        *coefficients, error = fitted[number]
        if template == hidden or not np.isfinite(error):
            continue
        if len(rivals) == knobs.rivals or (rivals and error > WORST_MISFIT * draft.noise):
            break
        law = with_coefficients(template, *coefficients)
        if fit(draft, law) <= RIVAL_FIT:
            rivals.append(law)
    behaviours = [
        Behaviour(*place, limit)
        for place, limit in draft.family.limits_of(hidden).items()
        if limit is not None
    ]
    return replace(draft, rivals=tuple(rivals), behaviours=tuple(behaviours))


def misfit(problem: Problem, law: Expr) -> float:
    """Returns the root mean square of a law's relative error on the measurements."""
    predicted = problem.predict(law, problem.measured)
    return float(np.sqrt(np.mean(np.square(predicted / problem.observed - 1))))


def _well_posed(problem: Problem) -> bool:
    """Returns whether the law is positive and finite and a rival fits within the noise."""
    target = problem.target
    if not (np.isfinite(target).all() and target.min() > 0 and problem.rivals and problem.behaviours):
        return False
    return misfit(problem, problem.rivals[0]) <= RIVAL_MISFIT * problem.noise


def build_ladder(problem: Problem, template: Expr, digits: int) -> Ladder:
    """Returns the hidden law, then the known ones with none, one or both coefficients fitted."""
    values: dict[str, float | Array] = {**problem.constants, **problem.probed}
    references = [_hidden(problem)]
    forms = problem.family.forms_beside(template)
    fitted = fit_target([form.template for form in forms], values, problem.target, digits)
    for form, found in zip(forms, fitted):
        met = _limits_met(problem, form, ONE)
        for (amplitude, shape), off in found.items():
            sound = soundness("", _limits_met(problem, form, shape) if form.power else met)
            size = form.size(amplitude, shape)
            references.append(Reference(form.template, fit_of(off), sound, size, amplitude, shape))
    return Ladder(tuple(references), FIT_SLOPE * 10.0 ** (1 - digits) / 4)


def _hidden(problem: Problem) -> Reference:
    return Reference(problem.law, fit(problem, problem.law), 1.0, complexity(problem.law))


@lru_cache
def _unit_curves(family: Family) -> tuple[dict[str, float | Array], Array]:
    """Returns held-out points where all constants are 1, and there the forms for some shapes.

    In natural units, laws do not depend on the constants.
    """
    ones: dict[str, float | Array] = dict.fromkeys(family.quantities, 1.0)
    unit = {symbol: float(evaluate(scale, ones)) for symbol, scale in family.scales.items()}
    values = {**ones, **_probed(family, unit), "pi": np.pi}
    return values, coarse_curves(family.program, values, PROBES)


@lru_cache
def _standing(family: Family, template: Expr) -> tuple[Array, Array]:
    """Returns soundness and complexity of each form with no, one or both coefficients, shapes (forms, 4)."""
    limits = family.limits_of(template)
    behaviours = [Behaviour(*place, limit) for place, limit in limits.items() if limit is not None]
    rows, sizes = [], []
    for form in family.forms:
        met = [behaviour.holds(form.limits[behaviour.symbol, behaviour.end]) for behaviour in behaviours]
        sound = soundness("", met) if met else 0.5
        # The exponents of a fitted power are hardly those of the limits.
        rows.append([sound, sound, *[0.5 if form.power else sound] * 2])
        sizes.append([form.sizes[a, b] for b in (True, False) for a in (True, False)])
    return np.array(rows), np.array(sizes, float)


def _trades_off(family: Family, template: Expr, amplitude: Fraction, shape: Fraction) -> bool:
    """Returns whether the front holds enough points, and none of them is best too often, by coarse fits."""
    law = with_coefficients(template, amplitude, shape)
    values, curves = _unit_curves(family)
    target = np.broadcast_to(evaluate(law, values), (PROBES,))
    if not (np.isfinite(target).all() and target.min() > 0):
        return False
    sound, sizes = _standing(family, template)
    hidden = complexity(law)
    fits = np.maximum(0.0, 1.0 - FIT_SLOPE * coarse_fit(curves, target)).ravel()
    shares = np.minimum(1.0, fits / FIT_IN_FULL)
    short = np.clip(1.5 - sizes.ravel() / hidden, 0.0, 1.0)
    credits = np.stack([fits, sound.ravel() * shares, short * shares, shares], axis=1)
    credits = np.unique(np.concatenate([credits, [[1.0, 1.0, 0.5, 1.0]]]), axis=0)
    front = credits[pareto_mask(credits)]
    if len(front) < MIN_FRONT:
        return False
    winners = (_WEIGHTS @ front.T).argmax(axis=1)
    return bool(np.bincount(winners).max() <= MAX_SHARE * len(_WEIGHTS))


def _limits_met(problem: Problem, form: Form, shape: Fraction) -> list[bool]:
    power = shape if form.power else ONE
    return [
        behaviour.holds(_raised(form.limits[behaviour.symbol, behaviour.end], power))
        for behaviour in problem.behaviours
    ]


def _raised(limit: Limit | None, power: Fraction) -> Limit | None:
    """Returns the limit of a positive power of what has this limit."""
    if power == 1 or limit is None or limit.exponent is None:
        return limit
    return Limit(limit.kind, limit.exponent * power)
