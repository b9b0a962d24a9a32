"""GDPO: group normalization of each objective on its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.training.advantages import batch_normalize, decoupled_score
from vpo_envs.scalarization import Weights


class GDPO(Agent):
    """Group reward-Decoupled Normalization Policy Optimization (arXiv 2601.05242).

    Each objective's rewards are normalized over the group, `A_i = (r_i - mean) / std`. Their sum with
    the fixed weights, `sum_i w*_i A_i`, is whitened over the whole batch. Answers that reach the same
    scalar in different ways therefore get different advantages, unlike in GRPO. With one objective and
    non-constant rewards in every group, GDPO equals GRPO.
    """

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the weighted sum of normalized objectives."""
        return decoupled_score(rewards, weights)

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the scores, whitened over the batch."""
        return batch_normalize(self.score(rewards, weights))
