"""Coefficients fitted to measurements and to the held-out points."""

from fractions import Fraction

import numpy as np
import pytest

from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.domain import FAMILIES
from vpo_envs.domains.science.expression import evaluate
from vpo_envs.domains.science.fitting import deviation, fit_measurements, fit_target, significant
from vpo_envs.domains.science.laws import with_coefficients

ONE = Fraction(1)


def test_deviation_counts_what_is_not_a_number_in_full():
    target = np.array([1.0, 1.0, 1.0, 1.0])
    assert deviation(np.array([1.0, 3.0, np.nan, np.inf]), target) == pytest.approx((0 + 0.5 + 1 + 1) / 4)
    assert deviation(-target, target) == 1.0
    assert deviation(np.zeros(4), np.zeros(4)) == 0.0


def test_fits_find_the_coefficients():
    family = FAMILIES["enzyme"]
    template = family.laws[1]
    place = [form.template for form in family.forms].index(template)
    law = with_coefficients(template, Fraction(17, 10), ONE)
    values = {"V": 3.0, "K": 20.0, "S": np.linspace(3, 90, 15)}
    target = evaluate(law, values)
    amplitude, shape, error = fit_measurements(family.program, values, target, 3)[place]
    assert (amplitude, shape) == (Fraction(17, 10), ONE) and error < 1e-6
    (found,) = fit_target([template], values, target, 3)
    plain, scaled, shaped = found  # with both free, the same as with the amplitude free
    assert plain == (ONE, ONE)
    assert scaled == (Fraction(17, 10), ONE)
    assert shaped[0] == 1 and shaped[1] < 1
    for (amplitude, shape), off in found.items():
        fitted = evaluate(with_coefficients(template, amplitude, shape), values)
        assert off == pytest.approx(deviation(fitted, target), abs=1e-12)
    assert significant(0.99996, 3) == 1


@pytest.mark.parametrize("name", ["enzyme", "leaf", "cooling", "gas"])
def test_no_coefficients_fit_better_than_the_references(name):
    """A dense search finds nothing that is better by more than the tolerance."""
    domain = ScienceDomain(families=[name])
    task = domain.task("test", 1)
    problem, ladder = task.truth.problem, task.truth.ladder
    values = {**problem.constants, **problem.probed}
    best = {}
    for peer in ladder.references[1:]:
        best[peer.form] = max(peer.fit, best.get(peer.form, 0.0))
    for form in list(best)[:6]:
        for shape in np.geomspace(0.2, 5, 120):
            curve = np.broadcast_to(evaluate(form, {**values, "a": 1.0, "b": shape}), (24,))
            amplitudes = np.sort(problem.target / curve)[:, None]
            fits = 1 - 8 * deviation(amplitudes * curve, problem.target)
            assert fits.max() <= best[form] + ladder.tolerance
