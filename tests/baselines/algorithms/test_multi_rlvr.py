"""Multi-answer RLVR: by hand, its reductions, and where it meets GRPO and VPO."""

import numpy as np
import pytest

from baselines import GRPO, MultiRLVR
from tests.baselines.algorithms.by_hand import REWARDS
from vpo_agent import VPO


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
