"""Intervals, profiles and tests against values by hand, brute force and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from vpo_envs import intervals

unit = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, width=32)
tables = st.tuples(st.integers(1, 4), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=unit)
)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_rejects_what_the_stepwise_rule_rejects(values):
    order = np.argsort(values, kind="stable")
    rejected = set()
    for i, place in enumerate(order):
        if values[place] * (len(values) - i) >= 0.05:
            break
        rejected.add(int(place))
    adjusted = intervals.holm(values)
    assert set(np.flatnonzero(adjusted < 0.05).tolist()) == rejected
    assert (adjusted >= values).all() and (adjusted <= 1).all()


def test_values_that_are_no_number_do_not_count_as_tests():
    found = intervals.holm([0.02, float("nan"), 0.04])
    assert found[[0, 2]].tolist() == [0.04, 0.04] and np.isnan(found[1])


def interquartile_mean(values):
    return intervals.iqm(np.atleast_2d(np.asarray(values, float)), resamples=2).value


def test_interquartile_mean_by_hand():
    assert interquartile_mean([7]) == 7
    assert interquartile_mean([0, 10]) == 5
    assert interquartile_mean(range(8)) == pytest.approx((2 + 3 + 4 + 5) / 4)
    # n = 5: the middle 2.5 values, hence 3/4 of the second, all of the third, 3/4 of the fourth.
    assert interquartile_mean([0, 1, 2, 4, 100]) == pytest.approx((0.75 * 1 + 2 + 0.75 * 4) / 2.5)
    assert interquartile_mean([[100, 4], [2, 1]]) == pytest.approx(3)


@given(st.lists(unit, min_size=1, max_size=9))
def test_interquartile_mean_lies_between_the_extremes_and_ignores_order(values):
    value = interquartile_mean(values)
    assert min(values) - 1e-12 <= value <= max(values) + 1e-12
    assert interquartile_mean(values[::-1]) == value


def test_intervals_are_deterministic_and_follow_their_seed():
    values = np.random.default_rng(0).random((3, 20))
    assert intervals.mean(values) == intervals.mean(values)
    assert intervals.mean(values) != intervals.mean(values, seed=1)


def test_the_interval_of_a_constant_is_a_point():
    found = intervals.mean(np.full((2, 5), 0.3), resamples=50)
    assert (found.low, found.high) == pytest.approx((0.3, 0.3))


def test_the_interval_of_a_mean_is_that_of_the_normal_approximation():
    values = np.random.default_rng(0).random((1, 400))
    found = intervals.mean(values, resamples=4000)
    half = 1.96 * values.std() / 20
    assert (found.low, found.high) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=half / 20
    )


def test_intervals_cover_the_mean_as_often_as_they_say():
    rng = np.random.default_rng(0)
    hits = 0
    for seed in range(150):
        found = intervals.mean(rng.normal(0.5, 1.0, size=(1, 60)), resamples=400, seed=seed)
        hits += found.low <= 0.5 <= found.high
    # Three standard errors of a share of 150 around the nominal coverage.
    assert hits / 150 == pytest.approx(0.95, abs=0.054)


def test_intervals_see_the_spread_between_seeds():
    within, between = np.tile([0.0, 1.0], (2, 40)), np.array([[0.0] * 80, [1.0] * 80])

    def width(values):
        found = intervals.mean(values, resamples=500)
        return found.high - found.low

    assert width(between) == pytest.approx(1)  # all the range: both seeds drawn alike, either way
    assert width(within) < 0.5


# Resampling


def test_every_resample_draws_as_many_seeds_and_tasks_as_there_are():
    of_seeds, of_tasks = intervals.resampling_weights(3, 7, 50)
    assert of_seeds.shape == (50, 3) and of_tasks.shape == (50, 7)
    assert np.allclose(of_seeds.sum(1), 1) and np.allclose(of_tasks.sum(1), 1)
    assert np.allclose(of_seeds * 3, np.round(of_seeds * 3))


@given(tables)
def test_resampled_means_are_those_of_the_repeated_rows_and_columns(values):
    of_seeds, of_tasks = intervals.resampling_weights(*values.shape, 3)
    for row, column, mean in zip(of_seeds, of_tasks, intervals.bootstrap_means(values, 3)):
        rows = np.repeat(np.arange(len(row)), np.rint(row * len(row)).astype(int))
        columns = np.repeat(np.arange(len(column)), np.rint(column * len(column)).astype(int))
        assert mean == pytest.approx(values[np.ix_(rows, columns)].mean())


def test_environments_count_alike_however_many_tasks_they_have():
    small, large = np.zeros((2, 3)), np.ones((2, 300))
    assert intervals.mean([small, large]).value == 0.5
    assert intervals.mean([small, large]).low == pytest.approx(0.5)  # none is left out
    assert intervals.iqm([small, large]).value == pytest.approx(0.5)


def test_resampling_is_paired_between_agents():
    rng = np.random.default_rng(0)
    common, level = rng.random((3, 20)), 0.1
    a, b = (intervals.bootstrap_means(values) for values in (common + level, common))
    assert np.allclose(a - b, level)


def test_interval_of_an_interquartile_mean_resamples_it():
    values = np.random.default_rng(1).random((4, 30))
    of_seeds, of_tasks = intervals.resampling_weights(4, 30, 1000)
    samples = []
    for row, column in zip(of_seeds, of_tasks):
        rows = np.repeat(np.arange(4), np.rint(row * 4).astype(int))
        columns = np.repeat(np.arange(30), np.rint(column * 30).astype(int))
        samples.append(interquartile_mean(values[np.ix_(rows, columns)]))
    estimate = intervals.iqm(values)
    assert (estimate.low, estimate.high) == pytest.approx(tuple(np.quantile(samples, [0.025, 0.975])))
    assert estimate.value == pytest.approx(interquartile_mean(values))


# Improvement, profiles, trend


@pytest.mark.parametrize(
    ("first", "second"),
    [([np.ones((2, 3)), np.zeros((2, 3))], [np.zeros((2, 3))]), (np.ones((2, 3)), np.zeros((3, 3)))],
)
def test_improvement_needs_the_same_runs(first, second):
    with pytest.raises(ValueError, match="compare the same seeds and tasks"):
        intervals.improvement(first, second)


def test_improvement_by_hand():
    # Task 0: 1 and 2 against 0 and 2: wins 1, 0, 1 and a tie. Task 1: all equal.
    a, b = np.array([[1.0, 5.0], [2.0, 5.0]]), np.array([[0.0, 5.0], [2.0, 5.0]])
    assert intervals.improvement(a, b).value == pytest.approx((2.5 / 4 + 0.5) / 2)
    expected = stats.mannwhitneyu(a[:, 0], b[:, 0]).statistic / 4
    assert intervals.improvement(a[:, :1], b[:, :1]).value == pytest.approx(expected)


@given(tables, st.integers(0, 5))
def test_improvement_of_one_is_the_decline_of_the_other(values, seed):
    other = np.random.default_rng(seed).permutation(values.ravel()).reshape(values.shape)
    there = intervals.improvement(values, other, 20)
    back = intervals.improvement(other, values, 20)
    assert there.value + back.value == pytest.approx(1)
    assert there.low + back.high == pytest.approx(1)
    assert 0 <= there.low <= there.high <= 1


def test_profile_by_hand():
    share, low, high = intervals.performance_profile(np.array([[0.1, 0.5], [0.5, 0.9]]), [0, 0.5, 0.8, 1])
    assert share.tolist() == [1, 0.25, 0.25, 0]
    assert (low <= share).all() and (share <= high).all() and low[0] == high[0] == 1


def test_slope_is_that_of_a_line_fit():
    rng, budgets = np.random.default_rng(0), [1, 2, 4, 8, 30]
    values = rng.random((3, 5))
    expected = [np.polyfit(np.log(budgets), row, 1)[0] for row in values]
    assert np.allclose(intervals.log_slope(values, budgets), expected)
    with pytest.raises(ValueError, match="two different budgets"):
        intervals.log_slope([1.0, 2.0], [3, 3])


# The paired test


def test_with_one_seed_it_is_the_t_test_over_tasks():
    differences = np.random.default_rng(0).normal(0.1, 1, size=20)
    expected = stats.ttest_1samp(differences, 0, alternative="greater").pvalue
    assert intervals.paired_test(differences) == pytest.approx(expected)
    assert intervals.paired_test(differences[:, None]) == pytest.approx(expected)


def test_where_tasks_are_alike_it_is_the_t_test_over_seeds():
    by_seed = np.array([0.1, 0.3, 0.2, -0.1])
    expected = stats.ttest_1samp(by_seed, 0, alternative="greater").pvalue
    assert intervals.paired_test(np.tile(by_seed[:, None], 50)) == pytest.approx(expected)


def test_two_seeds_and_two_tasks_by_hand():
    # Mean 3.5; mean squares 16 (seeds: -2, +2), 9 (tasks: -1.5, +1.5) and 4 (rest: +1, -1, -1, +1).
    expected = stats.t.sf(3.5 / np.sqrt((16 + 9 - 4) / 4), 21**2 / (16**2 + 9**2 + 4**2))
    assert intervals.paired_test([[1, 2], [3, 8]]) == pytest.approx(expected, rel=1e-12)


def test_constant_differences_leave_no_doubt():
    for value, p in ((0.1, 0.0), (0.0, 0.5), (-0.1, 1.0)):
        assert intervals.paired_test(np.full((3, 4), value)) == p
    assert np.isnan(intervals.paired_test([[0.3]]))


@given(tables.filter(lambda values: values.size > 1))
def test_the_two_directions_share_one_certainty(values):
    there, back = intervals.paired_test(values), intervals.paired_test(-values)
    assert there + back == pytest.approx(1)


@pytest.mark.parametrize("seeds", [3, 5])
@pytest.mark.parametrize(
    ("of_seed", "of_task", "rest"), [(0.03, 0.05, 0.2), (0.03, 0, 0.1), (0, 0.05, 0.2), (0.01, 0.1, 0.1)]
)
def test_a_true_null_is_rejected_as_rarely_as_promised(seeds, of_seed, of_task, rest):
    rng, rejected, trials = np.random.default_rng(seeds), 0, 600
    for _ in range(trials):
        luck = of_seed * rng.normal(size=(seeds, 1)) + of_task * rng.normal(size=(1, 64))
        rejected += intervals.paired_test(luck + rest * rng.normal(size=(seeds, 64))) <= 0.05
    # Three standard errors above the level.
    assert rejected / trials < 0.05 + 3 * np.sqrt(0.05 * 0.95 / trials)


def test_a_true_difference_is_found():
    rng = np.random.default_rng(0)
    luck = 0.01 * rng.normal(size=(5, 1)) + 0.05 * rng.normal(size=(1, 128))
    assert intervals.paired_test(0.05 + luck + 0.1 * rng.normal(size=(5, 128))) < 0.01


def test_bounded_intervals_are_exact_where_all_values_are_the_same():
    zeros, ones = np.zeros((3, 20)), np.ones((3, 20))
    for seen, hits in ((zeros, 0), (ones, 20)):
        exact = stats.binomtest(hits, 20).proportion_ci(method="exact")
        np.testing.assert_allclose(intervals.bounded_interval(seen), exact, atol=1e-12)
    mixed = ones.copy()
    mixed[0, 0] = 0
    plain = intervals.mean(mixed)
    assert intervals.bounded_mean(mixed) == plain
    both = intervals.bounded_interval(np.stack([zeros, mixed], axis=-1))
    np.testing.assert_allclose(both, [[0.0, plain.low], [1 - 0.025 ** (1 / 20), plain.high]])


def test_a_single_difference_has_no_bounds():
    assert str(intervals.paired_interval([[0.3]])) == "0.300 [-inf, inf]"
