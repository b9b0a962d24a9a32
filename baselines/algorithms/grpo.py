"""GRPO: the scalar baseline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.training.advantages import pool_credit
from vpo_envs.scalarization import Weights


class GRPO(Agent):
    """Group Relative Policy Optimization (arXiv 2402.03300) on the fixed scalarization.

    One answer per rollout, scored `w* . r` and normalized over the group. This is `pool_credit` with one
    answer, one fixed weighting and k = 1.
    """

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the fixed scalar of the rollout's answer."""
        return pool_credit(rewards, weights)
