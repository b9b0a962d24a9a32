"""Estimators: values by hand, definitions by brute force, reductions, exact unbiasedness in a bandit."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.vpo_agent.training.bandit import Bandit, best_of
from vpo_agent.training.advantages import (
    answer_advantages,
    answer_credit,
    batch_normalize,
    decoupled_score,
    group_normalize,
    leave_two_out,
    max_at_k_score,
    mean_normalize,
    pool_credit,
    set_score,
    utilities,
)
from vpo_agent.training.weightings import Weighting

LEFT, RIGHT, BOTH, NONE = [1.0, 0.0], [0.0, 1.0], [0.6, 0.6], [0.0, 0.0]


unit = st.floats(0, 1, width=32)


@st.composite
def groups(draw, max_g=6, max_m=3):
    """Rewards (P, G, m, d) and weights (P, K, d); few distinct values, so that ties are common."""
    p, g, m, d, n = (draw(st.integers(1, high)) for high in (2, max_g, max_m, 3, 4))
    level = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), unit)
    rewards = draw(arrays(np.float32, (p, g, m, d), elements=level))
    weights = draw(arrays(float, (p, n, d), elements=st.floats(0.01, 1)))
    return rewards, weights / weights.sum(-1, keepdims=True)


def brute_force(rewards, weights, k):
    """The definition: average the maximum over all k-subsets of the group that contain the rollout."""
    p, g = rewards.shape[:2]
    scores = np.zeros((p, g))
    for i in range(p):
        for own in range(g):
            pools = [pool for pool in combinations(range(g), k) if own in pool]
            worth = [
                max(float(w @ answer) for rollout in pool for answer in rewards[i, rollout])
                for w in weights[i]
                for pool in pools
            ]
            scores[i, own] = np.mean(worth)
    return scores


def test_utilities_by_hand():
    rewards = [[[LEFT, RIGHT], [BOTH, NONE]]]
    assert utilities(rewards, [[[0.75, 0.25], [0.1, 0.9]]]).tolist() == [[[0.75, 0.9], [0.6, 0.6]]]


def test_anytime_utilities_by_hand():
    # A single answer is worth .5 on average and both are worth .75; the same for .1 and .9.
    rewards = [[[LEFT, RIGHT], [BOTH, NONE]]]
    found = utilities(rewards, [[[0.75, 0.25], [0.1, 0.9]]], anytime=True)
    np.testing.assert_allclose(found, [[[(0.5 + 0.75) / 2, (0.5 + 0.9) / 2], [0.45, 0.45]]])


@given(groups())
def test_anytime_utilities_are_those_of_all_parts_of_the_set(group):
    rewards, weights = group
    p, g, m, _ = rewards.shape
    expected = np.zeros((p, g, weights.shape[1]))
    for size in range(1, m + 1):
        parts = list(combinations(range(m), size))
        for part in parts:
            expected += utilities(rewards[:, :, list(part)], weights) / len(parts) / m
    np.testing.assert_allclose(utilities(rewards, weights, anytime=True), expected, atol=1e-12)


def test_a_repeated_answer_costs_an_anytime_set():
    both, repeated = [LEFT, RIGHT, BOTH], [LEFT, RIGHT, NONE]  # repeated answers are rows of zeros
    weights = [[[1.0, 0.0], [0.0, 1.0]]]  # under which the compromise never wins
    assert np.ptp(pool_credit([[both, repeated]], weights)) == 0
    better, worse = pool_credit([[both, repeated]], weights, anytime=True)[0]
    assert better > worse


def test_set_score_by_hand():
    # Under (1, 0), (.5, .5) and (0, 1) the specialists offer 1, .5, 1 and the compromise .6 each time.
    rewards = [[[LEFT, RIGHT], [BOTH, BOTH], [LEFT, NONE]]]
    weights = [[[1, 0], [0.5, 0.5], [0, 1]]]
    np.testing.assert_allclose(pool_credit(rewards, weights), [[2.5 / 3, 0.6, 0.5]])


def test_pool_credit_by_hand():
    # Four single answers worth .1 .2 .4 .8, pairs: each with every other one, the larger of the two.
    rewards = np.array([0.8, 0.1, 0.4, 0.2]).reshape(1, 4, 1, 1)
    of_pairs = [[(0.8 * 3) / 3, (0.2 + 0.4 + 0.8) / 3, (0.4 * 2 + 0.8) / 3, (0.2 + 0.4 + 0.8) / 3]]
    np.testing.assert_allclose(pool_credit(rewards, [[[1.0]]], 2), of_pairs)
    # Triples that hold the best are worth .8; the one that does not, .4.
    of_triples = [[0.8, (0.8 * 2 + 0.4) / 3, (0.8 * 2 + 0.4) / 3, (0.8 * 2 + 0.4) / 3]]
    np.testing.assert_allclose(pool_credit(rewards, [[[1.0]]], 3), of_triples)
    np.testing.assert_allclose(pool_credit(rewards, [[[1.0]]], 4), [[0.8] * 4])


def test_pool_credit_ranks_under_each_weighting():
    # Under (1, 0) LEFT leads, under (0, 1) RIGHT does; a pair with BOTH misses one of them.
    rewards = [[[LEFT], [RIGHT], [BOTH]]]
    weights = [[[1, 0], [0, 1]]]
    first = [1.0, (1 + 0.6) / 2, (1 + 0.6) / 2]  # under (1, 0): pairs with LEFT 1, else .6
    second = [(1 + 0.6) / 2, 1.0, (1 + 0.6) / 2]
    np.testing.assert_allclose(pool_credit(rewards, weights, 2), [np.mean([first, second], axis=0)])


@given(groups(), st.data())
def test_pool_credit_is_the_mean_over_all_subsets(group, data):
    rewards, weights = group
    k = data.draw(st.integers(1, rewards.shape[1]))
    rewards = rewards - data.draw(st.sampled_from([0.0, 0.5, 3.0]))  # other people's rewards may be negative
    np.testing.assert_allclose(pool_credit(rewards, weights, k), brute_force(rewards, weights, k), atol=1e-9)


@given(groups())
def test_pools_of_one_are_the_set_score(group):
    rewards, weights = group
    direct = np.stack([(r @ w.T).max(axis=1).mean(axis=-1) for r, w in zip(rewards.astype(float), weights)])
    np.testing.assert_allclose(pool_credit(rewards, weights, 1), direct, atol=1e-12)


@given(arrays(float, st.integers(2, 9), elements=st.floats(0, 1)), st.data())
def test_single_answers_and_one_weighting_are_max_at_k(scalars, data):
    n = len(scalars)
    k = data.draw(st.integers(2, n))
    # arXiv 2510.23393: A_i = [C(i-1, k-1) r_i + sum_{j>i} C(j-2, k-2) r_j] / C(n, k), ranks from 1.
    order = np.argsort(scalars, kind="stable")
    ranked = scalars[order]
    weights = np.zeros(n)
    for i in range(1, n + 1):
        above = sum(comb(j - 2, k - 2) * ranked[j - 1] for j in range(i + 1, n + 1))
        weights[order[i - 1]] = (comb(i - 1, k - 1) * ranked[i - 1] + above) / comb(n, k)
    credit = pool_credit(scalars.reshape(1, n, 1, 1), [[[1.0]]], k)
    np.testing.assert_allclose(credit[0] * k / n, weights, atol=1e-12)
    # Those weights are the gradient of the unbiased estimate of E[max of k], so they add up to it k-fold.
    from vpo_envs.metrics import best_at_k

    np.testing.assert_allclose(weights.sum(), k * best_at_k(scalars, k), atol=1e-9)


def test_one_answer_one_weighting_and_no_pool_is_grpo():
    rewards = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 0.0], [0.0, 1.0]]).reshape(1, 4, 1, 2)
    scores = pool_credit(rewards, [[[0.25, 0.75]]])
    np.testing.assert_allclose(scores, [[0.25, 0.5, 0.0, 0.75]])
    # Mean .375, population variance (.0156 + .0156 + .1406 + .1406) / 4 = .078125.
    expected = (np.array([0.25, 0.5, 0.0, 0.75]) - 0.375) / (np.sqrt(0.078125) + 1e-6)
    np.testing.assert_allclose(group_normalize(scores), [expected])


@given(arrays(np.float32, (3, 5, 1, 1), elements=unit))
def test_one_objective_and_one_answer_need_no_weights(rewards):
    weights = Weighting(7).draw(np.random.default_rng(0), 3, 1)
    np.testing.assert_allclose(weights, 1.0)
    np.testing.assert_allclose(pool_credit(rewards, weights), rewards[..., 0, 0], atol=1e-6)


@given(groups(), st.data())
def test_one_hot_weights_reduce_to_one_objective(group, data):
    rewards, _ = group
    p, g, _, d = rewards.shape
    objective, k = data.draw(st.integers(0, d - 1)), data.draw(st.integers(1, g))
    one_hot = np.broadcast_to(np.eye(d)[objective], (p, 1, d))
    alone = pool_credit(rewards[..., objective : objective + 1], np.ones((p, 1, 1)), k)
    np.testing.assert_allclose(pool_credit(rewards, one_hot, k), alone)


@given(groups(), st.randoms(use_true_random=False))
def test_order_of_answers_and_rollouts_does_not_matter(group, random):
    rewards, weights = group
    answers, rollouts = (random.sample(range(n), n) for n in (rewards.shape[2], rewards.shape[1]))
    for k in range(1, rewards.shape[1] + 1):
        credit = pool_credit(rewards, weights, k)
        np.testing.assert_allclose(pool_credit(rewards[:, :, answers], weights, k), credit, atol=1e-12)
        np.testing.assert_allclose(
            pool_credit(rewards[:, rollouts], weights, k), credit[:, rollouts], atol=1e-12
        )


@given(groups(max_g=4))
def test_a_duplicate_adds_nothing(group):
    rewards, weights = group
    doubled = np.concatenate([rewards, rewards[:, :, :1]], axis=2)
    padded = np.concatenate([rewards, np.zeros_like(rewards[:, :, :1])], axis=2)
    for k in range(1, rewards.shape[1] + 1):
        credit = pool_credit(rewards, weights, k)
        np.testing.assert_allclose(pool_credit(doubled, weights, k), credit, atol=1e-12)
        np.testing.assert_allclose(pool_credit(padded, weights, k), credit, atol=1e-12)


@given(groups(max_g=4), st.data())
def test_a_better_answer_never_lowers_the_score_of_its_rollout(group, data):
    rewards, weights = group
    p, g, m, d = rewards.shape
    own, answer, objective = (data.draw(st.integers(0, n - 1)) for n in (g, m, d))
    better = rewards.copy()
    better[:, own, answer, objective] = np.maximum(better[:, own, answer, objective], data.draw(unit))
    for k in range(1, g + 1):
        before, after = pool_credit(rewards, weights, k), pool_credit(better, weights, k)
        assert (after >= before - 1e-12).all()  # and it only helps the pools of the others


def test_group_normalize_by_hand():
    assert group_normalize([[3.0, 1.0]]) == pytest.approx(np.array([[1.0, -1.0]]), abs=1e-5)
    # Mean 1, population standard deviation sqrt(2): (0 - 1, 0 - 1, 3 - 1) / sqrt(2).
    expected = np.array([[-1.0, -1.0, 2.0]]) / (np.sqrt(2) + 1e-6)
    np.testing.assert_allclose(group_normalize([[0.0, 0.0, 3.0]]), expected)


def test_group_normalize_leaves_constant_groups_alone():
    scores = [[0.3, 0.3, 0.3], [0.0, 1.0, 0.5], [1e-8, 0.0, 0.0]]
    advantages = group_normalize(scores)
    assert not advantages[0].any() and not advantages[2].any()
    assert advantages[1].any()


@given(arrays(float, (2, 5), elements=st.floats(0, 1)), st.floats(0.1, 10), st.floats(-5, 5))
def test_advantages_are_centred_and_do_not_see_scale_or_shift(scores, scale, shift):
    advantages = group_normalize(scores)
    np.testing.assert_allclose(advantages.sum(axis=1), 0, atol=1e-9)
    visible = scores.std(axis=1) > 1e-2
    moved = group_normalize(scores * scale + shift)
    np.testing.assert_allclose(moved[visible], advantages[visible], atol=2e-3)


@pytest.mark.parametrize("k", [0, 4, -1])
def test_pools_larger_than_the_group_are_refused(k):
    with pytest.raises(ValueError, match=f"pool_size={k} must lie between 1 and group_size=3"):
        pool_credit(np.zeros((1, 3, 1, 2)), np.full((1, 1, 2), 0.5), k)


def test_credit_of_nothing_and_of_ties_is_exact():
    rewards = np.zeros((1, 5, 2, 3))
    weights = np.full((1, 4, 3), 1 / 3)
    assert not pool_credit(rewards, weights, 3).any()
    assert np.allclose(pool_credit(rewards + 0.5, weights, 3), 0.5, atol=1e-13)
    assert (group_normalize(pool_credit(rewards + 0.5, weights, 3)) == 0).all()


@pytest.mark.parametrize("k", [2, 24])
def test_a_group_without_any_reward_earns_exactly_nothing_beside_others(k):
    rewards = np.zeros((2, 24, 1, 2))
    rewards[0, 3] = [0.0, 1e-30]
    nothing, other = np.zeros((1, 100, 2)), np.full((1, 100, 2), 0.5)
    weights = np.concatenate([other, other])
    first, second = pool_credit(rewards, weights, k)
    # The rollout that is worth 5e-31 is in every pool of 24, and in one of another rollout's 23 pairs.
    others = np.delete(first, 3)
    np.testing.assert_allclose(first[3], 5e-31)
    np.testing.assert_allclose(others, 5e-31 * (k - 1) / 23)
    assert not second.any() and not pool_credit(rewards, nothing.repeat(2, axis=0), k).any()


@pytest.mark.parametrize(
    "estimator",
    [
        lambda r, w: group_normalize(pool_credit(r, w, 1)),
        lambda r, w: group_normalize(pool_credit(r, w, 4)),
        lambda r, w: group_normalize(max_at_k_score(r, w, 4)),
        lambda r, w: group_normalize(set_score(r, w)),
        lambda r, w: mean_normalize(pool_credit(r, w)),
        lambda r, w: leave_two_out(pool_credit(r, w, 3), 3),
        lambda r, w: batch_normalize(decoupled_score(r, w)),
    ],
)
def test_nan_in_one_group_stays_there(estimator):
    rng = np.random.default_rng(0)
    rewards, weights = rng.random((4, 8, 2, 3)), rng.dirichlet(np.ones(3), (4, 10))
    broken = rewards.copy()
    broken[1, 3, 0] = np.nan
    got, others = estimator(broken, weights), [0, 2, 3]
    assert np.isfinite(got[others]).all() and np.isnan(got[1]).any()
    # Whitening over the batch leaves the broken group out, too.
    np.testing.assert_allclose(got[others], estimator(rewards[others], weights[others]), rtol=1e-9)


@given(groups(max_g=3), st.data())
def test_answer_credit_is_the_mean_over_all_subsets_of_the_groups_answers(group, data):
    rewards, weights = group
    p, g, m, d = rewards.shape
    k = data.draw(st.integers(1, g * m))
    expected = brute_force(rewards.reshape(p, g * m, 1, d), weights, k).reshape(p, g, m)
    np.testing.assert_allclose(answer_credit(rewards, weights, k), expected, atol=1e-9)


@given(groups(max_g=3), st.data())
def test_answer_advantages_are_what_pools_lose_without_the_answers(group, data):
    rewards, weights = group
    p, g, m, d = rewards.shape
    if g == 1:
        return
    k, n = data.draw(st.integers(1, (g - 1) * m)), g * m
    later = data.draw(st.sampled_from([0.0, 0.3, 1.0]))
    found = answer_advantages(rewards, weights, k, later)
    assert found.shape == (p, g, 1 + m)
    for i in range(p):
        pool = rewards[i].reshape(n, d)

        alone, onwards = np.zeros((2, g, m))
        for r, j in np.ndindex(g, m):
            alone[r, j] = best_of(np.delete(pool, r * m + j, axis=0), weights[i], k)
            onwards[r, j] = best_of(np.delete(pool, range(r * m + j, r * m + m), axis=0), weights[i], k)
        without = np.column_stack([onwards[:, 0], (1 - later) * alone + later * onwards])
        lost = (n - k) / k * (without.mean(axis=0) - without)  # compared with the same part of all rollouts
        spread = np.sqrt((lost[:, 1:] ** 2).mean())
        if spread < 1e-5:
            assert np.abs(lost[:, 1:]).max() < 1e-3
        else:
            np.testing.assert_allclose(found[i], lost / spread, rtol=2e-2, atol=1e-3)


def test_answer_advantages_by_hand():
    # Two rollouts: LEFT twice, and RIGHT with nothing. Pairs under (1, 0) and (0, 1), which are averaged:
    # LEFT 1 or 1/2 (with RIGHT; with LEFT or NONE), RIGHT 1 or 1/2 (with LEFT; with NONE), NONE 1/2.
    rewards, weights = np.array([[[LEFT, LEFT], [RIGHT, NONE]]]), [[[1.0, 0.0], [0.0, 1.0]]]
    left, right, none = (1 + 0.5 + 0.5) / 3, (1 + 1 + 0.5) / 3, 0.5
    credit = answer_credit(rewards, weights, 2)
    np.testing.assert_allclose(credit, [[[left, left], [right, none]]])
    # First answers 2/3 and 5/6, second answers 2/3 and 1/2: each a twelfth away from their mean. The pair of
    # either rollout alone is worth 1/2, so neither one's shared tokens stand out.
    scale = (1 / 12) / (1 / 12 + 1e-6)
    expected = [[[0, -scale, scale], [0, scale, -scale]]]
    np.testing.assert_allclose(answer_advantages(rewards, weights, 2, later=0), expected, atol=1e-9)
    # The first answers together with the second ones are worth as much as those of the other rollout.
    numerators = np.array([[0, -1 / 12, 1 / 12], [0, 1 / 12, -1 / 12]]) * [1, 0.5, 1]
    spread = np.sqrt(np.mean(numerators[:, 1:] ** 2)) + 1e-6
    np.testing.assert_allclose(answer_advantages(rewards, weights, 2, 0.5), [numerators / spread], atol=1e-9)


@given(groups(max_m=1), st.data())
def test_answer_advantages_of_single_answers_are_those_of_rollouts_to_the_bit(group, data):
    rewards, weights = group
    if rewards.shape[1] > 1:
        k = data.draw(st.integers(1, rewards.shape[1] - 1))
        found = answer_advantages(rewards, weights, k)
        single = group_normalize(pool_credit(rewards, weights, k))
        assert (found == single[..., None]).all()


def test_repeated_and_malformed_answers_get_what_a_zero_vector_gets():
    rewards = np.random.default_rng(0).random((1, 4, 3, 2))
    rewards[0, 1, 2] = rewards[0, 2, 0] = 0  # the rows of answers that repeat others or cannot be read
    weights = np.full((1, 1, 2), 0.5)
    credit = answer_credit(rewards, weights, 4)[0]
    found = answer_advantages(rewards, weights, 4, later=0)[0, :, 1:]
    assert credit[1, 2] == credit[2, 0] == credit.min()
    assert found[1, 2] == found[:, 2].min() < 0 and found[2, 0] == found[:, 0].min() < 0


@pytest.mark.parametrize("k", [0, 5])
def test_pools_that_need_every_rollout_are_refused(k):
    with pytest.raises(
        ValueError, match=f"pool_size={k} must lie between 1 and 4, the answers of all rollouts"
    ):
        answer_advantages(np.zeros((1, 3, 2, 2)), np.full((1, 1, 2), 0.5), k)


def test_answer_advantages_are_unbiased_in_a_bandit():
    """Exactly, over all outcomes: the gradient of the expected best of k without one such part."""
    bandit = Bandit()
    for part, later, missing in ((0, 0, [0, 1]), (1, 0, [0]), (2, 0, [1]), (1, 1, [0, 1]), (2, 1, [1])):
        assert bandit.bias(part, later, missing) < 1e-8


def test_only_credit_with_all_later_answers_is_unbiased_where_answers_depend_on_earlier_ones():
    bandit = Bandit(influence=1.0)
    assert bandit.bias(1, 1, [0, 1]) < 1e-8 < 1e-5 < bandit.bias(1, 0, [0])


# Normalisations by hand


def test_a_decoupled_score_sums_the_normalised_maxima_of_objectives():
    # Two rollouts of two answers: the best of objective 1 are .4 and .8, those of objective 2 .9 and .1.
    rewards = np.array([[[[0.4, 0.9], [0.1, 0.2]], [[0.8, 0.1], [0.0, 0.1]]]])
    got = decoupled_score(rewards, np.array([[[0.3, 0.7]]]))
    np.testing.assert_allclose(got, [[-0.3 + 0.7, 0.3 - 0.7]], atol=1e-4)


def test_batch_normalisation_has_one_mean_and_one_deviation_for_all_groups():
    scores = np.array([[0.0, 2.0], [4.0, 6.0]])  # mean 3, deviation sqrt(5)
    np.testing.assert_allclose(batch_normalize(scores), (scores - 3) / np.sqrt(5), atol=1e-5)
    assert np.isnan(batch_normalize(np.array([[0.0, np.nan]]))).all()


def test_mean_normalisation_divides_by_the_mean_of_the_group():
    got = mean_normalize(np.array([[0.1, 0.3], [0.0, 0.0], [2.0, 2.0]]))
    np.testing.assert_allclose(got, [[-0.5, 0.5], [0.0, 0.0], [0.0, 0.0]], atol=1e-5)
