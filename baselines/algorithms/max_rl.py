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
    group; 0 where the mean is 0. Dividing by the mean instead of the deviation climbs `log E[r]`, so
    tasks that seldom succeed weigh most. It is GRPO's advantage times std / mean: for rewards of 0 and
    1, GRPO itself where half of the group succeeds.
    """

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the scores, centred and divided by their mean over each group."""
        return mean_normalize(self.score(rewards, weights))
