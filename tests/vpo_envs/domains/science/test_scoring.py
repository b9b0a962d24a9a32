"""Fit, soundness and shortness by hand, and the ladder of references that shortness is measured by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.answers import write_answer
from vpo_envs.domains.science.expression import complexity
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.scoring import Ladder, Measures, Reference, measure, parsimony


def test_fit_is_what_the_formula_says(enzyme, saturation):
    problem = saturation.truth.problem
    s, v, k = problem.probed["S"], problem.constants["V"], problem.constants["K"]
    assert len(s) == 24
    assert not ((0.2 * k <= s) & (s <= k)).any()  # none lies in the measured range
    q = v * s / (s + k)
    p = 1.2 * v * s / k
    expected = max(0.0, 1 - 8 * np.mean(np.abs(p - q) / (p + q)))
    assert measure(problem, parse_formula("1.2*V*S/K", "VSK")).fit == pytest.approx(expected)
    assert enzyme.score(saturation, "v = 1.1*V*S/(S + K)")[0] == pytest.approx(1 - 8 * 0.1 / 2.1)


def test_soundness_is_half_units_and_half_limits(saturation):
    problem = saturation.truth.problem
    assert len(problem.behaviours) == 2

    def soundness(text):
        return measure(problem, parse_formula(text, problem.family.quantities)).soundness

    assert soundness("3*V*tanh(S/K)") == 1.0
    assert soundness("V*S/K") == 0.75  # grows without bound
    assert soundness("V*S^2/(S^2 + K^2)") == 0.75  # not in proportion to S at 0
    assert soundness("V") == 0.75  # does not vanish at 0
    assert soundness("V*exp(-S/K)") == 0.5
    assert soundness("S/(S + 3)") == 0.5  # limits without units
    assert soundness("log(S)") == 0.0


def test_parsimony_falls_with_the_number_of_nodes(enzyme, saturation):
    assert [parsimony(n, 10) for n in (1, 5, 8, 10, 15, 30)] == pytest.approx([1, 1, 0.7, 0.5, 0, 0])
    assert enzyme.score(saturation, "v = V*S/(S + K)")[2] == 0.5
    assert enzyme.score(saturation, "v = V*S/(S + K) + 0")[2] == pytest.approx(1.5 - 9 / 7)
    assert enzyme.score(saturation, "v = V*S/(S + K) + 0*V")[2] == 0.0


def test_what_fits_nothing_earns_nothing_for_being_short(enzyme, saturation):
    experiment = write_answer(saturation.truth.problem, parse_formula("V", "V"), (0,), compact=False)
    assert enzyme.score(saturation, experiment.replace("v = V", "v = K")) == (0.0, 0.0, 0.0, 0.0)
    best = experiment.replace("v = V", "v = V*S/(S + K)")
    feasibility = enzyme.score(saturation, best)[3]
    assert 0 < feasibility <= 1
    fit = 1 - 8 * 0.2 / 2.2  # two fifths of it, in the place of three quarters
    earned = enzyme.score(saturation, best.replace("V*S", "1.2*V*S"))
    gate = fit / 0.75
    assert earned == pytest.approx((fit, gate, (1.5 - 9 / 7) * gate, feasibility * gate))


def test_no_formula_counts_fewer_nodes_than_the_shortest_reference_as_good():
    law = parse_formula("x", "x")
    references = (
        Reference(law, 1.0, 1.0, 10),
        Reference(law, 0.8, 0.5, 4),
        Reference(law, 0.3, 0.75, 2),
    )
    ladder = Ladder(references, 0.02)

    def credit(fit, soundness, nodes):
        return ladder.credit(Measures(fit, soundness, nodes, "", ()))

    assert credit(1.0, 1.0, 10) == (1.0, 1.0, 0.5)
    assert credit(0.8, 0.5, 4) == (0.8, 0.5, 1.0)
    assert credit(0.78, 0.5, 4) == (0.78, 0.5, 1.0)
    assert credit(0.9, 0.5, 7) == (0.9, 0.5, 0.5)  # only the reference of 10 nodes fits as well
    assert credit(0.9, 1.0, 4) == (0.9, 1.0, 0.5)  # no fewer nodes than the sound reference
    # Finer coefficients than the reference's cost no nodes and gain no fit.
    assert credit(0.815, 0.5, 4) == (0.8, 0.5, 1.0)
    assert credit(0.815, 0.5, 10) == (0.815, 0.5, 0.5)
    assert credit(0.825, 0.5, 4) == (0.825, 0.5, 0.5)
    assert credit(0.15, 0.75, 1) == pytest.approx((0.15, 0.15, 0.2))
    assert credit(0.8, 0.5, 12) == pytest.approx((0.8, 0.5, 0.3))


SAME = (
    *("{0}*exp(-{1})", "{0}/exp({1})", "{0}*e^(-{1})", "1/exp({1})*{0}", "{0}*exp(-{1}) + 0*{0}"),
    *("{0}*exp(-{1}*1)", "{0}/(cosh({1}) + sinh({1}))", "{0}*(exp(-{1}/2))^2", "{0}*{0}/({0}*exp({1}))"),
)


def test_equal_formulas_fit_alike_and_the_shorter_never_earns_less():
    domain = ScienceDomain(families=["decay"])
    task = domain.task("train", 0)
    formulas = [parse_formula(form.format("c0", "(k*t)"), ("c0", "k", "t")) for form in SAME]
    measures = [measure(task.truth.problem, formula) for formula in sorted(formulas, key=complexity)]
    assert len({raw.complexity for raw in measures}) > 4
    assert [raw.fit for raw in measures] == pytest.approx([measures[0].fit] * len(measures), abs=1e-9)
    shortness = [task.truth.ladder.credit(raw)[2] for raw in measures]
    assert shortness == sorted(shortness, reverse=True)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 0.5, 1]), st.integers(1, 30)), max_size=6),
    st.floats(0, 1),
    st.sampled_from([0, 0.25, 0.5, 1]),
    st.integers(1, 40),
    st.integers(0, 10),
)
def test_padding_never_pays(others, fit, soundness, nodes, padding):
    law = parse_formula("x", "x")
    references = [Reference(law, 1.0, 1.0, 12), *(Reference(law, *measures) for measures in others)]
    ladder = Ladder(tuple(references), 0.02)
    short = ladder.credit(Measures(fit, soundness, nodes, "", ()))
    long = ladder.credit(Measures(fit, soundness, nodes + padding, "", ()))
    assert short[1] <= long[1] and short[2] >= long[2] * short[1] / max(long[1], 1e-9) - 1e-9
    assert fit - 0.02 <= short[0] <= long[0] <= fit
    # No credit lies beyond the references' own.
    front = [credit for _, credit in ladder.front]
    for earned in (short, long):
        assert any(all(a >= b - 1e-9 for a, b in zip(credit, earned)) for credit in front)
