"""GRPO by hand, under the fixed scalarization of its domain."""

import numpy as np
import toys

from baselines import GRPO
from tests.baselines.algorithms.by_hand import REWARDS


def test_the_fixed_scalarization_is_the_domain_s(make):
    class Skewed(toys.Repeat):
        objectives = (toys.Objective("right", weight=3.0), toys.Objective("word"))

    agent = GRPO(toys.small_policy(toys.Repeat()), toys.make_env(Skewed()), warm_start_steps=0)
    weights = agent.draw_weights(np.random.default_rng(0), 5)
    assert weights.shape == (5, 1, 2) and (weights == [0.75, 0.25]).all()
    np.testing.assert_allclose(agent.score(REWARDS, weights[:1]), [[0.65, 0.15, 0.0, 1.0]], rtol=1e-6)


def test_grpo_by_hand(make):
    agent = make(GRPO)
    weights = agent.draw_weights(np.random.default_rng(0), 1)
    np.testing.assert_allclose(agent.score(REWARDS, weights), [[0.5, 0.1, 0.0, 1.0]], rtol=1e-6)
    # Mean .4; squares .01 .09 .16 .36, mean .155.
    expected = np.array([[0.1, -0.3, -0.4, 0.6]]) / (np.sqrt(0.155) + 1e-6)
    np.testing.assert_allclose(agent.advantages(REWARDS, weights), expected, rtol=1e-5)
