"""Max@k: by hand, and leave-two-out centring by its definition."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from baselines import MaxAtK
from tests.baselines.algorithms.by_hand import HALF, REWARDS, single
from vpo_agent.training.advantages import group_normalize, leave_two_out, pool_credit


def test_max_at_k_by_hand(make):
    agent = make(MaxAtK, group_size=4)
    assert agent.config.used_pool_size == 2
    weights = agent.draw_weights(np.random.default_rng(0), 1)
    # Scalars .5 .1 .0 1; all pairs of four: 6.
    # Rank 4: 3 * 1; rank 3: 2 * .5 + 1; rank 2: .1 + .5 + 1; rank 1: .1 + .5 + 1.
    expected = np.array([[2 * 0.5 + 1, 0.1 + 0.5 + 1, 0.1 + 0.5 + 1, 3.0]]) / comb(4, 2)
    np.testing.assert_allclose(agent.score(REWARDS, weights), expected, rtol=1e-6)


@pytest.mark.parametrize("group_size, k", [(4, 2), (5, 2), (8, 4), (48, 24)])
def test_the_default_pool_size_is_half_the_group(make, group_size, k):
    assert make(MaxAtK, group_size=group_size).config.used_pool_size == k


@pytest.mark.parametrize("k", [1, 8, 9, -1])
def test_max_at_k_refuses_what_leaves_no_signal(make, k):
    with pytest.raises(ValueError, match=f"pool_size={k} must lie between 2 and group_size - 1 = 7"):
        make(MaxAtK, pool_size=k, group_size=8)


unit = st.floats(0, 1, width=32)


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
    agent = make(MaxAtK, group_size=3, pool_size=2, centring="leave_two_out")
    # Scalars 0, .5, 1 in pairs: improvements 0, .25, .75. Without 0 the others' are 0, .5: .25; without
    # .5 they are 0, 1: .5; without 1 they are 0, .5: .25.
    rewards = single([0, 0], [0.5, 0.5], [1, 1])
    np.testing.assert_allclose(agent.advantages(rewards, HALF), [[-0.25, -0.25, 0.5]], atol=1e-6)


@given(arrays(np.float32, (2, 5, 1, 2), elements=unit))
def test_leave_two_out_differs_from_group_centring_in_scale_alone(make, rewards):
    weights = np.repeat(HALF, 2, axis=0)
    unscaled = make(MaxAtK, group_size=5, pool_size=3, centring="leave_two_out").advantages(rewards, weights)
    scaled = make(MaxAtK, group_size=5, pool_size=3).advantages(rewards, weights)
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


def test_unknown_centring_is_refused(make):
    with pytest.raises(ValueError, match="centring='median' must be one of group, leave_two_out"):
        make(MaxAtK, centring="median")
