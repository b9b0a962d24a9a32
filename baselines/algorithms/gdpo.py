"""GDPO: every objective normalised by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.training.advantages import batch_normalize, decoupled_score
from vpo_envs.scalarization import Weights


class GDPO(Agent):
    """Group reward-Decoupled Normalization Policy Optimization (arXiv 2601.05242).

    Each objective's rewards are normalised over the group, `A_i = (r_i - mean) / std`; their sum with
    the fixed weights, `sum_i w*_i A_i`, is whitened over the whole batch. So answers that reach one
    scalar in different ways are told apart, where GRPO's scalar would merge them. With one objective,
    and a signal in every group, it is GRPO.
    """

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the weighted sum of normalised objectives."""
        return decoupled_score(rewards, weights)

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the scores, whitened over the batch."""
        return batch_normalize(self.score(rewards, weights))
