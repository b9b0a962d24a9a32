"""A problem by hand: predictions, limits, and the worth of its experiments."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.vpo_envs.domains.science.by_hand import FAMILY, PROBLEM
from vpo_envs.domains.science.limits import Limit
from vpo_envs.domains.science.problem import Behaviour


def limit(kind, exponent=None):
    return Limit(kind, None if exponent is None else Fraction(exponent))


@pytest.mark.parametrize(
    ("stated", "proportional", "met", "missed"),
    [
        (limit("zero", 1), True, [limit("zero", 1)], [limit("zero", 2), limit("zero"), limit("infinite", 1)]),
        (limit("infinite", "1/2"), True, [limit("infinite", "1/2")], [limit("infinite", "1/3")]),
        (limit("zero", "-3/2"), True, [limit("zero", "-3/2")], [limit("zero", "-1"), limit("finite", 0)]),
        (limit("zero", "1/3"), False, [limit("zero", "1/3"), limit("zero", 1), limit("zero")], []),
        (limit("finite", 0), False, [limit("finite", 0)], [limit("zero", 1), limit("infinite", 1)]),
        (limit("infinite"), False, [limit("infinite"), limit("infinite", 2)], [limit("zero")]),
    ],
)  # fmt: skip
def test_of_powers_only_whole_and_half_ones_are_told_apart(stated, proportional, met, missed):
    behaviour = Behaviour("x", "zero", stated)
    assert behaviour.proportional == proportional
    assert all(behaviour.holds(one) for one in met)
    assert not any(behaviour.holds(one) for one in [*missed, None])


def test_predictions_have_the_shape_of_the_inputs():
    assert PROBLEM.target == pytest.approx([0.2, 30.0])
    inputs = {"x": np.array([[1.0, 2.0]]), "t": np.array([[3.0, 4.0]])}
    assert PROBLEM.predict(FAMILY.parse("x*t/T"), inputs).tolist() == [[3, 8]]
    assert PROBLEM.predict(FAMILY.parse("L"), inputs).tolist() == [[2, 2]]
    assert PROBLEM.predict(FAMILY.parse("pi*x"), inputs) == pytest.approx(np.pi * inputs["x"])
    assert np.isnan(PROBLEM.predict(FAMILY.parse("log(-x)"), inputs)).all()


def test_names_of_what_can_be_set_and_of_what_comes_out():
    assert PROBLEM.inputs == ("x", "t") and PROBLEM.output.symbol == "y"


def test_experiments_are_all_pairs_of_settings():
    x, t = PROBLEM.settings
    assert x.tolist() == [[1, 1, 1], [2, 2, 2]]
    assert t.tolist() == [[0.5, 1, 1.5]] * 2
    # 1 credit, up to 2 for x and up to 1 for t
    assert PROBLEM.credits == pytest.approx(np.array([[7, 8, 9], [10, 11, 12]]) / 3)


def test_the_worth_of_experiments():
    """The laws give x*t and x, so z^2 = (t - 1)^2 / (0.25 * (t^2 + 1)), which is 0.8, 0 and 4/13."""
    power = [1 - np.exp(-0.4), 0, 1 - np.exp(-2 / 13)]
    assert PROBLEM.power == pytest.approx(np.array([power] * 2))
    best = power[0] * 3 / 7
    expected = [[1, 0, power[2] * 3 / 9 / best], [0.7, 0, power[2] * 3 / 12 / best]]
    assert PROBLEM.feasibility == pytest.approx(np.array(expected))
    assert PROBLEM.best_settings == (0, 0)


def test_the_best_experiment_is_the_first_of_the_most_feasible():
    equal = replace(PROBLEM, rivals=(PROBLEM.law,))
    assert equal.best_settings == (0, 0) and not equal.feasibility.any()
    later = replace(PROBLEM, rivals=(FAMILY.parse("x*t/T + x*(t/T)^9"),))  # unlike at large t, which is cheap
    assert later.best_settings == (0, 2)


def test_every_rival_counts_for_the_power():
    """Of three pairs one is not told apart."""
    three = replace(PROBLEM, rivals=(FAMILY.parse("x"), FAMILY.parse("1*x")))
    assert three.power == pytest.approx(2 / 3 * PROBLEM.power)


@pytest.mark.parametrize(
    ("law", "symbol", "end", "expected"),
    [
        ("x*t/T", "x", "zero", limit("zero", 1)),
        ("x*t/T", "t", "infinity", limit("infinite", 1)),
        ("L*exp(-x/L)", "x", "infinity", limit("zero")),
        ("L*x/(x + L)", "x", "infinity", limit("finite", 0)),
        ("x*sin(x/L)", "x", "infinity", None),
        # the other input is at the middle of its range, which is 2 between 1 and 4
        ("L*(x/L)^(t/T)", "x", "zero", limit("zero", 2)),
        ("L*(x/L)^(t/T)", "x", "infinity", limit("infinite", 2)),
        ("L*(t/T)^(x/L)", "t", "zero", limit("zero", 1)),
        ("L*(x/L)^cos(pi)", "x", "zero", limit("infinite", -1)),
    ],
)
def test_limits_in_one_input(law, symbol, end, expected):
    assert PROBLEM.limit(FAMILY.parse(law), symbol, end) == expected
