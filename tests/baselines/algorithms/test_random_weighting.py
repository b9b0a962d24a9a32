"""Random weighting: by hand, and drawn as VPO draws."""

import numpy as np
import pytest

from baselines import RandomWeighting
from tests.baselines.algorithms.by_hand import single
from vpo_agent import VPO


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


def test_alpha_must_be_positive(make):
    with pytest.raises(ValueError, match=r"alpha=0.0 must be positive"):
        make(RandomWeighting, alpha=0.0)
