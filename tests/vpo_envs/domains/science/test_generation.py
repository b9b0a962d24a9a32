"""Drawn problems: what is measured, what is held out, rivals that fit, and the ladder of references."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.vpo_envs.domains.science.by_hand import FAMILY, PROBLEM
from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.domain import FAMILIES
from vpo_envs.domains.science.expression import Number, complexity, walk
from vpo_envs.domains.science.fitting import significant
from vpo_envs.domains.science.generation import (
    _draw,
    _trades_off,
    build_ladder,
    draw_problem,
    misfit,
)
from vpo_envs.domains.science.laws import ONE, with_coefficients
from vpo_envs.domains.science.limits import Limit
from vpo_envs.domains.science.problem import Behaviour
from vpo_envs.domains.science.scoring import fit, measure
from vpo_envs.scalarization import spread_weights

NAMES = ("enzyme", "leaf", "cooling", "predation", "gas", "beam", "absorption")


def knobs_of(name, **settings):
    return ScienceDomain(families=[name], **settings).knobs


@pytest.fixture(scope="module")
def drawn():
    """Knobs, problem and template of some draws."""
    found = []
    for name in NAMES:
        knobs = knobs_of(name)
        found += [(knobs, *draw_problem(np.random.default_rng(seed), knobs)) for seed in range(6)]
    return found


def rounded(values, digits):
    return all(float(significant(value, digits)) == value for value in values)


def test_misfit_by_hand():
    """The law gives 1 and 16 where 2 and 16 were measured."""
    assert misfit(PROBLEM, PROBLEM.law) == pytest.approx(np.sqrt(0.5**2 / 2))
    assert misfit(PROBLEM, FAMILY.parse("2*x*t/T")) == pytest.approx(np.sqrt(1 / 2))


def test_the_same_generator_gives_the_same_problem():
    knobs = knobs_of("enzyme")
    first, again, other = (draw_problem(np.random.default_rng(seed), knobs)[0] for seed in (3, 3, 4))
    assert first.law == again.law and (first.observed == again.observed).all()
    assert not np.array_equal(first.observed, other.observed)


def test_measurements_are_spread_over_their_range(drawn):
    for knobs, problem, _ in drawn:
        assert len(problem.observed) == knobs.points
        for part in problem.family.inputs:
            values = problem.measured[part.quantity.symbol]
            assert len(values) == knobs.points and rounded(values, knobs.digits)
            ratios = values / problem.scales[part.quantity.symbol]
            places = np.log(ratios / part.low) / np.log(part.high / part.low)
            assert places.min() >= -0.01 and places.max() <= 1.01
            if len(problem.family.inputs) == 1:  # one in every slot, apart from its edges
                slots = places * knobs.points - np.arange(knobs.points)
                assert slots.min() >= 0.1 and slots.max() <= 0.9


def test_the_noise_is_as_stated(drawn):
    errors = []
    for knobs, problem, _ in drawn:
        assert problem.noise in knobs.noise and rounded(problem.observed, knobs.digits)
        exact = problem.predict(problem.law, problem.measured)
        errors += (np.log(problem.observed / exact) / problem.noise).tolist()
    assert np.mean(errors) == pytest.approx(0, abs=0.15)
    assert np.std(errors) == pytest.approx(1, abs=0.1)


def test_constants_lie_in_their_ranges(drawn):
    for _, problem, _ in drawn:
        for part in problem.family.constants:
            value = problem.constants[part.quantity.symbol]
            assert part.low * 0.99 <= value <= part.high * 1.01 and rounded([value], 3)


def test_held_out_points_lie_around_the_measured_range(drawn):
    for _, problem, _ in drawn:
        inside, sides = True, set()
        for part in problem.family.inputs:
            ratios = problem.probed[part.quantity.symbol] / problem.scales[part.quantity.symbol]
            assert len(set(ratios)) == 24
            assert part.low / 3 <= ratios.min() and ratios.max() <= part.reach
            inside &= (part.low <= ratios) & (ratios <= part.high)
            sides |= set(np.sign(ratios - part.low) + np.sign(ratios - part.high))
        assert not inside.any() and {-2, 2} <= sides


def test_held_out_points_by_hand():
    """Places are 1/2 and multiples of golden ratios, modulo 1, on a scale from 0.05 to 8, of 160 : 1."""
    knobs = replace(knobs_of("gas"), families=(FAMILY,))
    two, _ = draw_problem(np.random.default_rng(0), knobs)
    first = [two.probed[symbol][0] / two.scales[symbol] for symbol in "xt"]
    assert first == pytest.approx([0.05 * 160**0.2548776662, 0.05 * 160**0.0698402910])
    one, _ = draw_problem(np.random.default_rng(0), knobs_of("leaf"))
    (part,) = one.family.inputs
    span = 3 * part.reach / part.low
    first = next(iter(one.probed.values()))[0] / one.scales[part.quantity.symbol]
    assert first == pytest.approx(part.low / 3 * span**0.1180339887)


def test_dials_reach_the_end_of_the_held_out_range(drawn):
    rates = Counter()
    for knobs, problem, _ in drawn:
        for part, dial in zip(problem.family.inputs, problem.dials):
            reach = problem.scales[part.quantity.symbol] * part.reach
            assert dial.count == knobs.settings and rounded([dial.step], 3)
            assert dial.step * dial.count == pytest.approx(reach, rel=0.006)
            rates[dial.rate] += 1
    assert set(rates) == {1, 2, 4, 8, 16}


def test_rivals_explain_the_measurements_and_fail_outside(drawn):
    explained = []
    for knobs, problem, template in drawn:
        errors = [misfit(problem, rival) for rival in problem.rivals]
        assert 1 <= len(errors) <= knobs.rivals
        explained.append(errors[0] <= 2 * problem.noise)
        assert max(errors[1:], default=0) <= 6 * problem.noise * 1.02  # their coefficients are rounded
        assert (np.diff(errors) > -0.02 * problem.noise - 0.005).all(), "best first"
        assert max(fit(problem, rival) for rival in problem.rivals) <= 0.25
        forms = [form.template for form in problem.family.forms]
        assert problem.law not in problem.rivals and (template in forms) == (template in problem.family.laws)
    assert np.mean(explained) >= 0.95


def test_a_bad_fit_is_no_rival_unless_it_is_the_best():
    """With little noise hardly any law explains the measurements, so few are shown."""
    shown = {
        noise: np.mean(
            [
                len(draw_problem(np.random.default_rng(seed), knobs_of("enzyme", noise=(noise,)))[0].rivals)
                for seed in range(5)
            ]
        )
        for noise in (0.002, 0.1)
    }
    assert shown[0.002] < 2 and shown[0.1] == 3


def test_stated_limits_are_those_of_the_law(drawn):
    for _, problem, _ in drawn:
        assert problem.behaviours
        for behaviour in problem.behaviours:
            assert problem.limit(problem.law, behaviour.symbol, behaviour.end) == behaviour.limit


@pytest.mark.parametrize("coefficients", [0, 1, 2])
def test_the_law_has_at_most_so_many_coefficients(coefficients):
    shown = set()
    for seed in range(6):
        knobs = knobs_of("enzyme", coefficients=coefficients)
        problem, template = draw_problem(np.random.default_rng(seed), knobs)
        assert template in problem.family.hidden_laws
        numbers = {node.value for node in walk(problem.law) if isinstance(node, Number)} | {ONE}
        pairs = [
            (amplitude, shape)
            for amplitude in (numbers if coefficients > 0 else {ONE})
            for shape in (numbers if coefficients > 1 else {ONE})
            if problem.law == with_coefficients(template, amplitude, shape)
        ]
        assert any(0.2 <= amplitude <= 5 and 0.5 <= shape <= 2 for amplitude, shape in pairs)
        assert rounded(map(float, pairs[0]), 2)
        shown |= set(pairs)
    assert (len(shown) > 1) == (coefficients > 0)


def test_composed_laws_are_drawn_if_asked_for():
    for seed in range(3):
        problem, template = draw_problem(np.random.default_rng(seed), knobs_of("leaf", composed=True))
        assert template in problem.family.composed_laws and complexity(problem.law) >= 7


# The trade-off


def test_problems_trade_off(drawn):
    points = [len(build_ladder(problem, template, knobs.digits).front) for knobs, problem, template in drawn]
    assert np.mean(np.array(points) >= 3) >= 0.8


def test_coarse_fits_tell_laws_that_trade_off():
    """They agree with the ladder on nine in ten of the laws without coefficients."""
    weights = spread_weights(128, 4)
    agreed, kinds = [], set()
    for family in list(FAMILIES.values())[::4]:
        knobs = knobs_of(family.name)
        for template in family.hidden_laws:
            law = with_coefficients(template, ONE, ONE)
            problem = _draw(np.random.default_rng(0), family, template, law, knobs)
            front = np.array([credit for _, credit in build_ladder(problem, template, 3).front])
            credits = np.column_stack([front, np.minimum(1, front[:, 0] / 0.75)])  # the best experiment
            best = np.bincount((weights @ credits.T).argmax(axis=1)).max() / len(weights)
            expected = len(credits) >= 3 and best <= 0.9
            agreed.append(_trades_off(family, template, ONE, ONE) == expected)
            kinds.add(expected)
    assert kinds == {True, False} and np.mean(agreed) >= 0.9


@pytest.mark.parametrize("name", ["enzyme", "metabolism", "gas"])
def test_references_are_measured_as_the_scorer_does(name):
    knobs = knobs_of(name)
    problem, template = draw_problem(np.random.default_rng(1), knobs)
    ladder = build_ladder(problem, template, knobs.digits)
    hidden, *others = ladder.references
    assert (hidden.law, hidden.fit, hidden.soundness) == (problem.law, 1, 1)
    assert {peer.form for peer in others} == {form.template for form in problem.family.forms}
    for peer in ladder.references:
        raw = measure(problem, peer.law)
        assert (raw.soundness, raw.complexity) == (peer.soundness, peer.complexity), peer
        assert raw.fit == pytest.approx(peer.fit, abs=1e-9)


def test_the_exponent_of_a_fitted_power_is_that_of_its_limit():
    law = FAMILY.parse("x^2/L")
    rises = Behaviour("x", "zero", Limit("zero", Fraction(2)))
    probed = {"x": np.geomspace(0.1, 10, 8), "t": np.ones(8)}
    ladder = build_ladder(replace(PROBLEM, law=law, behaviours=(rises,), probed=probed), law, 3)
    power = FAMILY.parse("a*L*(x/L)^b")
    assert power in FAMILY.power_laws
    sound = {peer.shape: peer.soundness for peer in ladder.references if peer.form == power}
    assert sound == {Fraction(1): 0.5, Fraction(2): 1}


def test_a_composed_law_is_among_its_references():
    knobs = knobs_of("leaf", composed=True)
    problem, template = draw_problem(np.random.default_rng(0), knobs)
    assert template in {peer.form for peer in build_ladder(problem, template, 3).references[1:]}


@pytest.mark.parametrize(("digits", "tolerance"), [(2, 0.2), (3, 0.02), (4, 0.002)])
def test_the_tolerance_is_what_finer_coefficients_gain(drawn, digits, tolerance):
    """Half a unit of the last digit is up to 10^(1 - digits) / 2, and the deviation half of that."""
    _, problem, template = drawn[0]
    assert build_ladder(problem, template, digits).tolerance == pytest.approx(tolerance)
