"""Estimators of the further baselines: values worked out by hand, definitions by brute force, reductions."""

from itertools import combinations

import numpy as np
import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from baselines import GDPO, GRPO, GoalConditioned, MaxAtK, MaxRL, RandomWeighting
from vpo_agent import VPO
from vpo_agent.training.advantages import group_normalize, leave_two_out, pool_credit

HALF = np.array([[[0.5, 0.5]]])
unit = st.floats(0, 1, width=32)


@pytest.fixture(scope="module")
def make():
    policy = toys.small_policy(toys.Repeat())
    env = toys.make_env(toys.Repeat())
    return lambda kind, **settings: kind(policy, env, warm_start_steps=0, **settings)


def single(*vectors):
    """Rewards (1, G, 1, d) of single answers."""
    return np.array(vectors, np.float32)[None, :, None]


def test_random_weighting_by_hand(make):
    agent = make(RandomWeighting)
    scores = agent.score(single([1, 0], [0, 1], [0.5, 0.5]), np.array([[[0.9, 0.1]]]))
    np.testing.assert_allclose(scores, [[0.9, 0.1, 0.5]], rtol=1e-6)
    # Mean .5, population deviation .4 sqrt(2/3).
    expected = np.array([[0.4, -0.4, 0.0]]) / (0.4 * np.sqrt(2 / 3) + 1e-6)
    advantages = agent.advantages(single([1, 0], [0, 1], [0.5, 0.5]), np.array([[[0.9, 0.1]]]))
    np.testing.assert_allclose(advantages, expected, atol=1e-6)


def test_random_weighting_draws_one_weighting_a_group_as_vpo_would(make):
    drawn = make(RandomWeighting).draw_weights(np.random.default_rng(3), 5)
    assert drawn.shape == (5, 1, 2) and len({w.tobytes() for w in drawn}) == 5
    vpo = make(VPO, num_candidates=1, n_weights=1)
    np.testing.assert_array_equal(drawn, vpo.draw_weights(np.random.default_rng(3), 5))
    rewards = np.random.default_rng(0).random((5, 8, 1, 2))
    np.testing.assert_array_equal(
        make(RandomWeighting).advantages(rewards, drawn), vpo.advantages(rewards, drawn)
    )
    sharp = make(RandomWeighting, alpha=0.01).draw_weights(np.random.default_rng(0), 200)
    assert (sharp.max(axis=-1) > 0.99).mean() > 0.8


def test_gdpo_by_hand(make):
    # Objective one: .0 .2 .4 .6, deviation .1 sqrt(5); objective two: 0 0 1 1, deviation .5.
    rewards = single([0, 0], [0.2, 0], [0.4, 1], [0.6, 1])
    one = np.array([-0.3, -0.1, 0.1, 0.3]) / (0.1 * np.sqrt(5) + 1e-6)
    two = np.array([-1.0, -1.0, 1.0, 1.0]) / (1 + 2e-6)
    agent = make(GDPO)
    np.testing.assert_allclose(agent.score(rewards, HALF), [(one + two) / 2], rtol=1e-5)
    total = (one + two) / 2
    expected = total / (total.std() + 1e-6)
    np.testing.assert_allclose(agent.advantages(rewards, HALF), [expected], rtol=1e-5)


def test_gdpo_tells_apart_what_one_scalar_merges(make):
    # The paper's example: totals (0, 1) and (0, 2) are one pair to GRPO, and two to GDPO's sum.
    rewards = np.concatenate([single([0, 0], [0, 1]), single([0, 0], [1, 1])])
    weights = np.repeat(HALF, 2, axis=0)
    scalar = make(GRPO).advantages(rewards, weights)
    np.testing.assert_allclose(scalar[0], scalar[1], atol=1e-5)
    decoupled = make(GDPO).advantages(rewards, weights)
    np.testing.assert_allclose(decoupled[1], 2 * decoupled[0], rtol=1e-5)


def test_gdpo_whitens_over_the_batch(make):
    rewards = np.random.default_rng(0).random((6, 5, 1, 2))
    advantages = make(GDPO).advantages(rewards, np.repeat(HALF, 6, axis=0))
    assert advantages.mean() == pytest.approx(0, abs=1e-12)
    assert advantages.std() == pytest.approx(1, abs=1e-5)


@given(arrays(np.float32, (3, 5, 1, 1), elements=st.integers(0, 10).map(lambda n: n / 10)))
def test_gdpo_with_one_objective_is_grpo_where_every_group_has_a_signal(make, rewards):
    one = np.ones((3, 1, 1))
    expected = make(GRPO).advantages(rewards, one)
    share = (expected.std(axis=1) > 0).mean()  # groups without a signal shrink the deviation
    scale = np.sqrt(share) if share else 1.0
    np.testing.assert_allclose(make(GDPO).advantages(rewards, one) * scale, expected, atol=1e-3)


def test_max_rl_by_hand(make):
    # Scalars 1, .5, 0, .5: mean .5. And a group that earns nothing.
    rewards = np.concatenate([single([1, 1], [1, 0], [0, 0], [0, 1]), single(*[[0, 0]] * 4)])
    advantages = make(MaxRL).advantages(rewards, np.repeat(HALF, 2, axis=0))
    np.testing.assert_allclose(advantages, [[1, 0, -1, 0], [0, 0, 0, 0]], atol=1e-5)


@given(st.integers(1, 7))
def test_max_rl_weighs_a_success_by_how_rare_it_is(make, successes):
    # K of N: a success is worth (N - K) / K, a failure -1 (the paper's estimator of grad log p).
    rewards = single(*([[1, 1]] * successes + [[0, 0]] * (8 - successes)))
    advantages = make(MaxRL).advantages(rewards, HALF)[0]
    np.testing.assert_allclose(advantages[:successes], (8 - successes) / successes, rtol=1e-5)
    np.testing.assert_allclose(advantages[successes:], -1, rtol=1e-5)
    # GRPO's times deviation over mean; equal to it where half succeed.
    p = successes / 8
    grpo = make(GRPO).advantages(rewards, HALF)[0]
    np.testing.assert_allclose(advantages, grpo * np.sqrt(p * (1 - p)) / p, rtol=1e-4)


def leave_two_out_by_definition(r, k):
    """Improvement on k - 1 others, less the others' mean improvement in the group without oneself."""
    n = len(r)

    def improvement(i, others):
        return np.mean([max(r[i] - max(r[j] for j in J), 0.0) for J in combinations(others, k - 1)])

    advantages = []
    for i in range(n):
        rest = [j for j in range(n) if j != i]
        baseline = np.mean([improvement(j, [h for h in rest if h != j]) for j in rest])
        advantages.append(improvement(i, rest) - baseline)
    return advantages


@given(arrays(float, st.integers(3, 6), elements=unit), st.data())
def test_leave_two_out_is_its_definition_and_centred(scalars, data):
    k = data.draw(st.integers(2, len(scalars) - 1))
    credit = pool_credit(scalars.reshape(1, -1, 1, 1), [[[1.0]]], k)
    advantages = leave_two_out(credit, k)
    np.testing.assert_allclose(advantages[0], leave_two_out_by_definition(scalars, k), atol=1e-9)
    assert advantages.sum() == pytest.approx(0, abs=1e-9)


def test_leave_two_out_by_hand(make):
    agent = make(MaxAtK, group_size=3, k=2, centring="leave_two_out")
    # Scalars 0, .5, 1 in pairs: improvements 0, .25, .75. Without 0 the others' are 0, .5: .25; without
    # .5 they are 0, 1: .5; without 1 they are 0, .5: .25.
    rewards = single([0, 0], [0.5, 0.5], [1, 1])
    np.testing.assert_allclose(agent.advantages(rewards, HALF), [[-0.25, -0.25, 0.5]], atol=1e-6)


@given(arrays(np.float32, (2, 5, 1, 2), elements=unit))
def test_leave_two_out_differs_from_group_centring_in_scale_alone(make, rewards):
    weights = np.repeat(HALF, 2, axis=0)
    unscaled = make(MaxAtK, group_size=5, k=3, centring="leave_two_out").advantages(rewards, weights)
    scaled = make(MaxAtK, group_size=5, k=3).advantages(rewards, weights)
    visible = unscaled.std(axis=1) > 1e-2
    np.testing.assert_allclose(group_normalize(unscaled)[visible], scaled[visible], atol=1e-2)


def test_leave_two_out_gradient_is_unbiased():
    """Two answers worth 0 and 1, the second with chance p: d/dp of max@k = 1 - (1-p)^k is k (1-p)^(k-1)."""
    p, n, k = 0.3, 4, 2
    gradient = 0.0
    for outcome in np.ndindex(*(2,) * n):
        r = np.array(outcome, float)
        chance = np.prod(np.where(r == 1, p, 1 - p))
        advantages = leave_two_out(pool_credit(r.reshape(1, n, 1, 1), [[[1.0]]], k), k)[0]
        gradient += chance * k / n * (advantages * np.where(r == 1, 1 / p, -1 / (1 - p))).sum()
    assert gradient == pytest.approx(k * (1 - p) ** (k - 1))


@pytest.mark.parametrize(
    "kind, settings, message",
    [
        (MaxAtK, dict(centring="median"), "centring='median' must be one of group, leave_two_out"),
        (RandomWeighting, dict(alpha=0.0), "alpha=0.0 must be positive"),
        (GoalConditioned, dict(pools="all"), "pools='all' must be one of drawn, fixed"),
    ],
)
def test_wrong_settings_are_refused(make, kind, settings, message):
    with pytest.raises(ValueError, match=message):
        make(kind, **settings)
