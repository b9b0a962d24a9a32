"""MaxRL: maximum likelihood of success by policy gradients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baselines.algorithms.grpo import GRPO
from vpo_agent.training.advantages import mean_normalize
from vpo_envs.scalarization import Weights


class MaxRL(GRPO):
    """Maximum Likelihood Reinforcement Learning (arXiv 2602.02710) on the fixed scalarization.

    A rollout's advantage is `(r - mean) / (mean + 1e-6)` with `r = w* . r` and the mean over its
    group; it is 0 where the mean is 0. Dividing by the mean instead of the standard deviation maximizes
    `log E[r]`, so tasks with a low success rate get the largest weight. The advantage is GRPO's times
    std / mean. For binary rewards it equals GRPO's where half of the group succeeds.
    """

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the scores, centred and divided by their mean over each group."""
        return mean_normalize(self.score(rewards, weights))
