from math import comb

import numpy as np
import pytest
import toys

from baselines import GRPO, MaxAtK, MultiRLVR
from vpo_agent import VPO

REWARDS = np.array([[[[0.8, 0.2]], [[0.2, 0.0]], [[0.0, 0.0]], [[1.0, 1.0]]]], np.float32)  # (1, 4, 1, 2)


@pytest.fixture(scope="module")
def make():
    policy = toys.small_policy(toys.Repeat())
    env = toys.make_env(toys.Repeat())
    return lambda kind, **settings: kind(policy, env, warm_start_steps=0, **settings)


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


def test_max_at_k_by_hand(make):
    agent = make(MaxAtK, group_size=4)
    assert agent.config.pool_size == 2
    weights = agent.draw_weights(np.random.default_rng(0), 1)
    # Scalars .5 .1 .0 1; all pairs of four: 6.
    # Rank 4: 3 * 1; rank 3: 2 * .5 + 1; rank 2: .1 + .5 + 1; rank 1: .1 + .5 + 1.
    expected = np.array([[2 * 0.5 + 1, 0.1 + 0.5 + 1, 0.1 + 0.5 + 1, 3.0]]) / comb(4, 2)
    np.testing.assert_allclose(agent.score(REWARDS, weights), expected, rtol=1e-6)


@pytest.mark.parametrize("group_size, k", [(4, 2), (5, 2), (8, 4), (48, 24)])
def test_the_default_k_is_half_the_group(make, group_size, k):
    assert make(MaxAtK, group_size=group_size).config.pool_size == k


@pytest.mark.parametrize("k", [1, 8, 9, -1])
def test_max_at_k_refuses_what_leaves_no_signal(make, k):
    with pytest.raises(ValueError, match=f"k={k} must lie between 2 and group_size - 1 = 7"):
        make(MaxAtK, k=k, group_size=8)


@pytest.mark.parametrize("reduction", ["sum", "mean", "max"])
def test_multi_rlvr_with_one_answer_is_grpo(make, reduction):
    grpo, agent = make(GRPO), make(MultiRLVR, num_candidates=1, reduction=reduction)
    weights = grpo.draw_weights(np.random.default_rng(0), 1)
    assert (agent.draw_weights(np.random.default_rng(0), 1) == weights).all()
    assert (agent.advantages(REWARDS, weights) == grpo.advantages(REWARDS, weights)).all()


@pytest.mark.parametrize(
    "reduction, expected", [("sum", [1.1, 0.5]), ("mean", [1.1 / 3, 0.5 / 3]), ("max", [0.6, 0.5])]
)
def test_multi_rlvr_by_hand(make, reduction, expected):
    rewards = np.array([[[[0.6, 0.6], [1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]]])
    agent = make(MultiRLVR, reduction=reduction)
    assert agent.config.num_candidates == 3
    weights = agent.draw_weights(np.random.default_rng(0), 1)
    np.testing.assert_allclose(agent.score(rewards, weights), [expected])
    np.testing.assert_allclose(agent.advantages(rewards, weights), [[1.0, -1.0]], atol=1e-4)


def test_vpo_comes_down_to_the_best_of_the_set_where_nothing_trades_off(make):
    rng = np.random.default_rng(0)
    alike = np.repeat(rng.random((2, 4, 3, 1)), 2, axis=-1)
    vpo, best = make(VPO, n_weights=16), make(MultiRLVR, reduction="max")
    scores = [agent.score(alike, agent.draw_weights(rng, 2)) for agent in (vpo, best)]
    np.testing.assert_allclose(*scores, rtol=1e-6)
    trading = rng.random((2, 4, 3, 2))
    assert not np.allclose(*(agent.score(trading, agent.draw_weights(rng, 2)) for agent in (vpo, best)))


def test_multi_rlvr_refuses_other_reductions(make):
    with pytest.raises(ValueError, match="reduction='median' must be one of sum, max, mean"):
        make(MultiRLVR, reduction="median")
