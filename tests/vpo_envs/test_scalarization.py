"""Weightings lie on the simplex, follow the Dirichlet law and integrate better than chance."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from vpo_envs import sample_weights, scalarize, spread_weights
from vpo_envs.scalarization import check_weights


def dirichlet_moments(alpha, d):
    """Mean, variance and covariance of the entries of Dir(alpha, ..., alpha)."""
    variance = (d - 1) / (d**2 * (d * alpha + 1))
    return 1 / d, variance, -variance / (d - 1)


def two_answers(first, second):
    """`E[max(w . first, w . second)]` for w uniform on the simplex of two objectives.

    The utilities are straight lines in w_1; where they cross inside, two trapezia.
    """
    at_0 = first[1] - second[1]
    at_1 = first[0] - second[0]
    means = sum(first) / 2, sum(second) / 2
    if at_0 * at_1 >= 0:
        return max(means)
    crossing = at_0 / (at_0 - at_1)
    height = first[1] + crossing * (first[0] - first[1])
    left, right = max(first[1], second[1]), max(first[0], second[0])
    return crossing * (left + height) / 2 + (1 - crossing) * (height + right) / 2


# Scalarize and its checks


def test_scalarize_by_hand():
    assert scalarize([0.5, 1.0], [0.25, 0.75]) == pytest.approx(0.875)
    assert scalarize(np.ones((2, 3, 4)), [0.1, 0.2, 0.3, 0.4]).shape == (2, 3)


def test_scalarize_under_several_weightings_pairs_each_with_its_own_entries():
    rewards, weights = [[1.0, 0.0], [0.5, 1.0]], [[1.0, 0.0], [0.25, 0.75]]
    assert scalarize(rewards, weights).tolist() == [[1.0, 0.25], [0.5, 0.875]]
    assert scalarize(rewards, [*weights, [0.5, 0.5]]).shape == (2, 3)


@pytest.mark.parametrize(
    "weights, problem",
    [
        ([0.5, 0.6], "sum to 1"),
        ([1.5, -0.5], "non-negative"),
        ([float("nan"), 1.0], "non-negative and sum to 1"),
        ([float("inf"), 0.0], "non-negative and sum to 1"),
        ([0.0, 0.0], "sum to 1"),
        ([1.0], "must have 2 entries"),
        ([0.2, 0.3, 0.5], "must have 2 entries"),
        (1.0, "must have 2 entries"),
        ([[0.5, 0.5], [0.5, 0.4]], "sum to 1"),
        ([], "must have 2 entries"),
    ],
)
def test_weights_off_the_simplex_are_named(weights, problem):
    with pytest.raises(ValueError, match=problem) as error:
        check_weights(weights, 2)
    assert "weights=" in str(error.value)
    with pytest.raises(ValueError, match=problem):
        scalarize([0.5, 0.5], weights)


def test_weights_in_float32_and_in_lists_are_fine():
    assert check_weights(np.full(3, 1 / 3, np.float32), 3).dtype == np.float64
    assert check_weights([[1, 0], [0, 1]], 2).shape == (2, 2)


# Drawing weightings


@pytest.mark.parametrize("alpha", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("d", [2, 3, 6])
@pytest.mark.parametrize("draw", [spread_weights, "iid"])
def test_weightings_have_the_moments_of_the_dirichlet_law(draw, d, alpha):
    n = 20_000
    weights = draw(n, d, alpha) if callable(draw) else sample_weights(np.random.default_rng(0), n, d, alpha)
    mean, variance, covariance = dirichlet_moments(alpha, d)
    found = np.cov(weights.T)
    assert weights.mean(axis=0) == pytest.approx(mean, abs=0.01)
    assert found.diagonal() == pytest.approx(variance, rel=0.05)
    assert found[~np.eye(d, dtype=bool)] == pytest.approx(covariance, rel=0.12)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 3.0])
def test_spread_weights_have_beta_marginals(alpha):
    weights = spread_weights(4096, 4, alpha)
    for column in weights.T:
        assert stats.kstest(column, stats.beta(alpha, 3 * alpha).cdf).statistic < 0.02


@pytest.mark.parametrize("alpha", [1e-300, 1e-8, 1e-4, 1e-3, 0.01, 0.1, 10.0, 1e4, 1e9, 1e15])
def test_spread_weights_follow_the_law_at_extreme_concentrations(alpha):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        weights = spread_weights(4096, 3, alpha)
    _, variance, _ = dirichlet_moments(alpha, 3)
    assert check_weights(weights, 3).mean(axis=0) == pytest.approx(1 / 3, abs=0.01)
    if alpha < 1e9:  # beyond it the spread is at the resolution of a float
        assert weights.var(axis=0) == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("alpha", [1e-6, 1e-2, 1.0, 1e6])
def test_sampled_weights_lie_on_the_simplex_at_extreme_concentrations(alpha):
    weights = sample_weights(np.random.default_rng(0), (5, 40), 3, alpha)
    assert check_weights(weights, 3).shape == (5, 40, 3)


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 17),
    st.sampled_from([0.3, 1.0, 3.0]),
    st.floats(0, 1),
)
def test_the_first_rows_of_a_longer_set_are_the_shorter_set(n, more, d, alpha, shift):
    short, long = (spread_weights(size, d, alpha, shift) for size in (n, n + more))
    assert short.shape == (n, d)
    assert np.array_equal(long[:n], short)
    check_weights(short, d)


def test_the_first_spread_weighting_by_hand():
    # The root of x^3 = x + 1 is 1.3247179572; its first two negative powers are the first point.
    point = np.array([0.7548776662, 0.5698402910])
    exponential = -np.log(1 - point)  # the quantile of Gamma(1)
    expected = exponential / exponential.sum()
    assert spread_weights(1, 2, shift=0.0)[0] == pytest.approx(expected, abs=1e-8)


def test_one_objective_has_one_weighting():
    assert (spread_weights(5, 1) == 1).all()
    assert (sample_weights(np.random.default_rng(0), 5, 1) == 1).all()


def test_a_shift_may_differ_per_axis_and_changes_the_set():
    assert not np.allclose(spread_weights(8, 3, shift=[0.1, 0.2, 0.3]), spread_weights(8, 3))
    assert np.allclose(spread_weights(8, 3, shift=1.5), spread_weights(8, 3, shift=0.5))


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_spread_weights_integrate_two_answers(values):
    first, second = values[:2], values[2:]
    utilities = scalarize([first, second], spread_weights(2000, 2))
    assert utilities.max(axis=0).mean() == pytest.approx(two_answers(first, second), abs=2e-3)


@pytest.mark.parametrize("n", [64, 512, 4096])
def test_spread_weights_converge_faster_than_independent_draws(n):
    """Root mean square error over answers and shifts against i.i.d. weightings of the same number."""
    rng = np.random.default_rng(0)
    errors = {"spread": [], "iid": []}
    for _ in range(100):
        pair = rng.random((2, 2))
        exact = two_answers(*pair)
        sets = {"spread": spread_weights(n, 2, shift=rng.random(2)), "iid": sample_weights(rng, n, 2)}
        for kind, weights in sets.items():
            errors[kind].append(scalarize(pair, weights).max(axis=0).mean() - exact)
    spread, iid = (np.sqrt(np.mean(np.square(errors[kind]))) for kind in ("spread", "iid"))
    # Nearly 1 / n against 1 / sqrt(n): 1.6 times better at the least n, 12.8 times at the greatest.
    assert spread < iid / (0.2 * np.sqrt(n))


@pytest.mark.parametrize("alpha", [0, -1.0, float("nan"), float("inf")])
@pytest.mark.parametrize(
    "draw", [spread_weights, lambda n, d, a: sample_weights(np.random.default_rng(), n, d, a)]
)
def test_a_concentration_must_be_positive_and_finite(draw, alpha):
    with pytest.raises(ValueError, match=r"alpha=.* must be positive and finite"):
        draw(3, 2, alpha)


@pytest.mark.parametrize("n, d", [(0, 2), (3, 0), (-1, 2)])
def test_a_set_of_no_weightings_is_an_error(n, d):
    with pytest.raises(ValueError, match=f"n={n} and d={d} must be at least 1"):
        spread_weights(n, d)
