"""Every measure against values worked out by hand, by brute force, and by its properties."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vpo_envs import metrics, spread_weights

SIMPLEX = spread_weights(64, 3)

unit = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, width=32)
scores = st.lists(unit, min_size=1, max_size=7)
pools = st.integers(1, 6).flatmap(lambda n: arrays(np.float64, (n, 3), elements=unit))


def over_subsets(values, k):
    """Mean of the maximum over all k-subsets, the definition of best@k."""
    return np.mean([max(subset) for subset in combinations(values, k)])


# Best of k


def test_best_at_k_by_hand():
    # Of the 6 pairs of {1, 2, 3, 4}: the maximum is 4 three times, 3 twice, 2 once.
    assert metrics.best_at_k([3, 1, 4, 2], 2) == pytest.approx((3 * 4 + 2 * 3 + 2) / 6)
    assert metrics.best_at_k([0.2, 0.4, 0.9], 1) == pytest.approx(0.5)
    assert metrics.best_at_k([0.2, 0.4, 0.9], 3) == pytest.approx(0.9)


@given(scores)
def test_best_at_k_is_the_mean_over_all_subsets(values):
    for k in range(1, len(values) + 1):
        assert metrics.best_at_k(values, k) == pytest.approx(over_subsets(values, k), abs=1e-12)


@given(scores, st.randoms(use_true_random=False))
def test_best_at_k_ignores_order_and_grows_with_k(values, random):
    shuffled = values.copy()
    random.shuffle(shuffled)
    curve = [float(metrics.best_at_k(values, k)) for k in range(1, len(values) + 1)]
    assert curve == [float(metrics.best_at_k(shuffled, k)) for k in range(1, len(values) + 1)]
    assert (np.diff(curve) >= -1e-12).all()
    assert curve[0] == pytest.approx(np.mean(values))
    assert curve[-1] == max(values)


@given(scores, st.integers(0, 6), unit)
def test_a_better_answer_never_lowers_best_at_k(values, position, better):
    position %= len(values)
    improved = values.copy()
    improved[position] = max(values[position], better)
    for k in range(1, len(values) + 1):
        assert metrics.best_at_k(improved, k) >= metrics.best_at_k(values, k) - 1e-12


def test_best_at_k_works_along_the_last_axis():
    batch = np.random.default_rng(0).random((2, 3, 5))
    curve = metrics.best_at_k(batch, 2)
    assert curve.shape == (2, 3)
    assert curve[1, 2] == pytest.approx(over_subsets(batch[1, 2], 2))


@pytest.mark.parametrize("n, k", [(1, 1), (7, 3), (30, 8), (30, 30), (2000, 1000)])
def test_max_at_k_weights_are_a_distribution_without_overflow(n, k):
    weights = metrics.max_at_k_weights(n, k)
    assert weights.sum() == pytest.approx(1)
    assert (weights[: k - 1] == 0).all() and (weights[k - 1 :] > 0).all() | (n == 2000)
    assert weights[-1] == pytest.approx(k / n)
    assert weights[k - 1] == pytest.approx(1 / comb(n, k), rel=1e-9)


@pytest.mark.parametrize("k", [0, -1, 4])
def test_k_outside_the_pool_is_an_error(k):
    with pytest.raises(ValueError, match=f"k={k} must lie between 1 and the pool size n=3"):
        metrics.best_at_k([0.1, 0.2, 0.3], k)


def test_an_empty_pool_is_an_error():
    with pytest.raises(ValueError, match="n=0"):
        metrics.best_at_k([], 1)


@given(st.lists(st.booleans(), min_size=1, max_size=7))
def test_pass_at_k_is_the_share_of_subsets_that_hold_a_solution(solved):
    n, c = len(solved), sum(solved)
    for k in range(1, n + 1):
        value = metrics.pass_at_k(solved, k)
        assert value == pytest.approx(np.mean([any(subset) for subset in combinations(solved, k)]))
        assert value == pytest.approx(1 - comb(n - c, k) / comb(n, k))


def test_solved_needs_every_objective():
    rewards = np.array([[[1, 1], [1, 0.99]], [[1, np.float32(1 - 1e-7)], [0, 0]]])
    assert metrics.solved(rewards).tolist() == [[True, False], [True, False]]


# Expected best and regret


def test_expected_best_by_hand():
    pool, weights = [[1, 0], [0.2, 0.8], [0.5, 0.5]], [[1, 0], [0, 1], [0.5, 0.5]]
    assert metrics.expected_best(pool, weights) == pytest.approx((1 + 0.8 + 0.5) / 3)
    assert metrics.expected_best([pool, pool], weights).shape == (2,)


def test_expected_best_of_two_specialists_is_three_quarters():
    # E[max(w, 1 - w)] for w uniform on [0, 1].
    assert metrics.expected_best([[1, 0], [0, 1]], spread_weights(4096, 2)) == pytest.approx(0.75, abs=1e-3)


@given(pools, st.integers(0, 5), arrays(np.float64, 3, elements=unit))
def test_expected_best_is_a_value_of_the_set(pool, position, other):
    value = metrics.expected_best(pool, SIMPLEX)
    row = pool[position % len(pool)]
    assert metrics.expected_best(pool[::-1], SIMPLEX) == value
    assert metrics.expected_best([*pool, row], SIMPLEX) == value, "a duplicate adds nothing"
    assert metrics.expected_best([*pool, row * 0.5], SIMPLEX) == value, "a dominated answer adds nothing"
    assert metrics.expected_best([*pool, other], SIMPLEX) >= value
    assert metrics.expected_best([*pool, np.ones(3)], SIMPLEX) == pytest.approx(1)


@given(pools)
def test_regret_is_zero_for_the_front_and_positive_for_less(rewards):
    front = rewards[metrics.pareto_mask(rewards)]
    assert metrics.regret(rewards, front, SIMPLEX) == pytest.approx(0, abs=1e-12)
    assert metrics.regret(rewards[:1], front, SIMPLEX) >= -1e-12
    assert metrics.regret(rewards * 0.5, front, SIMPLEX) == pytest.approx(
        metrics.expected_best(front, SIMPLEX) / 2
    )


# Diversity


def test_diversity_by_hand():
    assert metrics.diversity([[1, 0], [0, 1]]) == 2
    # Pairs: (0, .5) and (.5, 1) at 0.5, (0, 1) at 1.
    assert metrics.diversity([[0.0], [0.5], [1.0]]) == pytest.approx(2 / 3)
    assert metrics.diversity([[0.3, 0.4]]) == metrics.diversity(np.zeros((0, 2))) == 0


def test_diversity_without_failures():
    pool = [[0, 0], [1, 0], [0, 0], [0.5, 0.5]]
    assert metrics.diversity(pool, nonzero_only=True) == 1
    assert metrics.diversity(pool) == pytest.approx((1 + 0 + 1 + 1 + 1 + 1) / 6)
    assert metrics.diversity(np.zeros((4, 2)), nonzero_only=True) == 0


@given(pools)
def test_diversity_is_the_mean_distance_of_all_pairs(pool):
    distances = [np.abs(a - b).sum() for a, b in combinations(pool, 2)]
    assert metrics.diversity(pool) == pytest.approx(np.mean(distances) if distances else 0, abs=1e-12)


# Pareto measures


def test_pareto_mask_by_hand():
    rewards = [[1, 0], [0.5, 0.5], [0.5, 0.5], [0.5, 0.4], [0, 1], [0, 0.9]]
    assert metrics.pareto_mask(rewards).tolist() == [True, True, True, False, True, False]
    assert metrics.pareto_mask(np.zeros((0, 2))).shape == (0,)


@given(pools)
def test_pareto_mask_is_the_definition(pool):
    def dominates(a, b):
        return all(x >= y for x, y in zip(a, b)) and any(x > y for x, y in zip(a, b))

    expected = [not any(dominates(other, row) for other in pool) for row in pool]
    assert metrics.pareto_mask(pool).tolist() == expected


def test_hypervolume_by_hand():
    assert metrics.hypervolume([[0.5, 0.4]]) == pytest.approx(0.2)
    # Two rectangles less their overlap.
    assert metrics.hypervolume([[0.8, 0.3], [0.2, 0.9]]) == pytest.approx(0.24 + 0.18 - 0.06)
    # Three boxes of 1 x 1 x 0.5 that overlap in pairs in 1 x 0.5 x 0.5 and all in 0.5^3.
    boxes = [[1, 1, 0.5], [1, 0.5, 1], [0.5, 1, 1]]
    assert metrics.hypervolume(boxes) == pytest.approx(3 * 0.5 - 3 * 0.25 + 0.125)
    assert metrics.hypervolume([[0.8, 0.3]], ref_point=[0.3, 0.1]) == pytest.approx(0.1)
    assert metrics.hypervolume([[0.2], [0.7]]) == pytest.approx(0.7)
    assert metrics.hypervolume([[0.2]], ref_point=[0.5]) == 0
    assert metrics.hypervolume([[0.7]]) == pytest.approx(0.7)
    assert metrics.hypervolume(np.zeros((0, 3))) == metrics.hypervolume([]) == 0


@given(pools)
def test_hypervolume_is_inclusion_and_exclusion(pool):
    volume = 0.0
    for size in range(1, len(pool) + 1):
        for subset in combinations(pool, size):
            volume -= (-1) ** size * np.min(subset, axis=0).prod()
    assert metrics.hypervolume(pool) == pytest.approx(volume, abs=1e-9)


def test_hypervolume_ratio_by_hand():
    # Seen from (-0.1, -0.1) each specialist spans 1.1 x 0.1; they share 0.1 x 0.1, all that a failure spans.
    specialists = [[1, 0], [0, 1]]
    assert metrics.hypervolume_ratio(specialists, specialists) == 1
    assert metrics.hypervolume_ratio([[1, 0]], specialists) == pytest.approx(0.5)
    assert metrics.hypervolume_ratio([[0.5, 0], [0, 0]], specialists) == pytest.approx(0.25)
    assert metrics.hypervolume_ratio([[0, 0]], specialists) == 0
    assert metrics.hypervolume_ratio(np.zeros((0, 2)), specialists) == 0
    assert metrics.hypervolume_ratio([[0.5, 0.5]], [[1, 1]]) == pytest.approx((0.36 - 0.01) / (1.21 - 0.01))


def test_hypervolume_ratio_where_an_objective_or_everything_is_out_of_reach():
    assert metrics.hypervolume_ratio([[0.5, 0]], [[1, 0]]) == pytest.approx(0.5)
    assert metrics.hypervolume_ratio([[0, 0]], [[0, 0]]) == 1


@given(pools, pools)
def test_hypervolume_ratio_grows_to_one(pool, more):
    union = np.concatenate([pool, more])
    ratio = metrics.hypervolume_ratio(pool, union)
    assert 0 <= ratio <= 1 + 1e-9
    assert metrics.hypervolume_ratio(union, union) == pytest.approx(1)


def test_front_share_by_hand():
    front = [[1, 0], [0.5, 0.5], [0, 1]]
    assert metrics.front_share([[1, 0], [0.5, 0.4]], front) == pytest.approx(1 / 3)
    assert metrics.front_share([[0.5, 1]], front) == pytest.approx(2 / 3), "an answer may attain two points"
    assert metrics.front_share(np.zeros((0, 2)), front) == 0


@given(pools)
def test_front_share_of_the_front_itself_is_one_in_float32_too(pool):
    front = pool[metrics.pareto_mask(pool)]
    assert metrics.front_share(front.astype(np.float32), front) == 1


# Edges


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "measure",
    [
        lambda bad: metrics.best_at_k(bad[:, 1], 1),
        metrics.solved,
        lambda bad: metrics.expected_best(bad, SIMPLEX),
        lambda bad: metrics.expected_best(np.eye(3), bad),
        metrics.diversity,
        metrics.pareto_mask,
        metrics.hypervolume,
        lambda bad: metrics.hypervolume(np.eye(3), bad[1]),
        lambda bad: metrics.hypervolume_ratio(bad, np.eye(3)),
        lambda bad: metrics.hypervolume_ratio(np.eye(3), bad),
        lambda bad: metrics.front_share(bad, np.eye(3)),
        lambda bad: metrics.front_share(np.eye(3), bad),
        lambda bad: metrics.regret(bad, np.eye(3), SIMPLEX),
        lambda bad: metrics.regret(np.eye(3), bad, SIMPLEX),
    ],
)
def test_values_that_are_not_finite_are_refused(measure, value):
    bad = np.eye(3)
    bad[1, 1] = value
    with pytest.raises(ValueError, match=rf"\[1(, 1)?\] is {value}; every value must be finite"):
        measure(bad)


def test_pools_without_answers_and_fronts_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"rewards has shape \(0, 2\); .* at least one answer"):
        metrics.expected_best(np.zeros((0, 2)), [[0.5, 0.5]])
    with pytest.raises(ValueError, match=r"rewards has shape \(2,\)"):
        metrics.expected_best([0.5, 0.5], [[0.5, 0.5]])
    for measure in (
        metrics.front_share,
        metrics.hypervolume_ratio,
        lambda *sets: metrics.regret(*sets, SIMPLEX),
    ):
        for front in (np.ones((1, 1)), np.ones(3), np.zeros((0, 3))):
            with pytest.raises(ValueError, match="with the same d and at least one point on the front"):
                measure(np.eye(3), front)


def test_forty_objectives_have_every_measure_but_the_hypervolume():
    """Case: evaluation raised an error."""
    pool = np.eye(40)
    weights = spread_weights(64, 40)
    assert np.isnan(metrics.hypervolume(pool)) and np.isnan(metrics.hypervolume_ratio(pool, pool))
    assert metrics.pareto_mask(pool).all() and not metrics.pareto_mask([*pool, pool[0] / 2])[-1]
    assert metrics.front_share(pool[:10], pool) == 0.25
    assert metrics.regret(pool, pool, weights) == 0
    assert metrics.regret(pool[:1], pool, weights) == pytest.approx(
        float((weights.max(axis=1) - weights[:, 0]).mean())
    )
    assert not np.isnan(metrics.hypervolume(np.eye(metrics.HYPERVOLUME_OBJECTIVES)))


def test_the_hypervolume_of_few_points_is_exact_up_to_31_objectives():
    # A box, less a corner that no point reaches: two points that differ in the first two objectives.
    points = np.ones((2, 31))
    points[0, 0] = points[1, 1] = 0.5
    assert metrics.hypervolume(points) == pytest.approx(0.75, abs=1e-12)
    for d, most in metrics.EXACT_POINTS[1:]:
        front = np.random.default_rng(0).random((1000, d))
        front = front[metrics.pareto_mask(front)]
        assert metrics._is_exact(front[:most]) and not metrics._is_exact(front[: most + 1])
    assert metrics._is_exact(np.ones((10_000, 5))) and not metrics._is_exact(np.ones((65, 6)))


@pytest.mark.parametrize(("d", "n", "tolerance"), [(8, 65, 0.01), (9, 33, 0.01), (16, 13, 0.08)])
def test_the_approximate_hypervolume_is_near_the_exact_one(d, n, tolerance):
    import moocore

    pool = np.random.default_rng(1).random((4 * n, d))
    pool = pool[metrics.pareto_mask(pool)][:n]
    exact = moocore.hypervolume(pool, ref=np.zeros(d), maximise=True)
    assert metrics.hypervolume(pool) != exact
    assert metrics.hypervolume(pool) == pytest.approx(exact, rel=tolerance)


def test_twenty_objectives_are_measured_in_bounded_time_and_ratios_stay_in_order():
    rng = np.random.default_rng(0)
    front = rng.random((100, 20))
    whole = metrics.hypervolume(front)
    assert metrics.hypervolume(front) == whole > 0
    ratios = [
        metrics.hypervolume_ratio(front[:n] if n else np.zeros((1, 20)), front) for n in (0, 20, 60, 100)
    ]
    assert ratios[0] == 0 and ratios[-1] == 1 and ratios == sorted(ratios)
    small = metrics.hypervolume_ratio(front[:3], front)  # few answers, measured as the front is
    assert 0 < small < ratios[1]
    assert metrics.hypervolume_ratio(front * 0.5, front) < 0.01


def test_large_pools_are_worth_the_same_piece_by_piece(monkeypatch):
    rng = np.random.default_rng(0)
    pools, weights = rng.random((2, 3, 50, 4)), rng.dirichlet(np.ones(4), 16)
    whole = (pools @ weights.T).max(axis=-2).mean(axis=-1)
    monkeypatch.setattr(metrics, "CHUNK", 64)
    np.testing.assert_allclose(metrics.expected_best(pools, weights), whole, rtol=1e-12)
