"""MaxRL: by hand, and the worth of a rare success."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from baselines import GRPO, MaxRL
from tests.baselines.algorithms.by_hand import HALF, single


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
