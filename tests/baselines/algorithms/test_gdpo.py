"""GDPO: by hand, and where it meets and leaves GRPO."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from baselines import GDPO, GRPO
from tests.baselines.algorithms.by_hand import HALF, single


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
