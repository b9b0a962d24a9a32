"""GDPO: every objective normalised by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.training.advantages import group_normalize
from vpo_envs.scalarization import Weights


class GDPO(Agent):
    """Group reward-Decoupled Normalization Policy Optimization (arXiv 2601.05242).

    Each objective's rewards are normalised over the group, `A_i = (r_i - mean) / std`; their sum with
    the fixed weights, `sum_i w*_i A_i`, is whitened over the whole batch. So answers that reach one
    scalar in different ways are told apart, where GRPO's scalar would merge them. With one objective,
    and a signal in every group, it is GRPO.
    """

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """The weighted sum of normalised objectives, each taken at the rollout's best answer in it."""
        per_objective = group_normalize(np.asarray(rewards, float).max(axis=2))
        return np.einsum("pgd,pd->pg", per_objective, weights.mean(axis=1))

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Scores, whitened over the batch as if it were one group."""
        scores = self.score(rewards, weights)
        return group_normalize(scores.reshape(1, -1)).reshape(scores.shape)
