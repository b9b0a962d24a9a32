"""Random weighting: scalar RL with newly drawn weights for every prompt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.agents.config import AgentConfig
from vpo_agent.training.advantages import pool_credit
from vpo_envs.scalarization import Weights, check_alpha, sample_weights


@dataclass(frozen=True, kw_only=True)
class RandomWeightingConfig(AgentConfig):
    """Settings of random weighting beside the shared ones.

    Attributes:
        alpha: Concentration of the Dirichlet distribution of the weights; 1 is uniform on the simplex.
    """

    alpha: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_alpha(self.alpha)


class RandomWeighting(Agent):
    """GRPO under random weights, an ablation of arXiv 2605.22817.

    One answer per rollout, scored `w . r` with one `w ~ Dir(alpha)` per prompt and step. This is VPO with
    one answer and one weighting. With one objective it equals GRPO.
    """

    config_class = RandomWeightingConfig
    config: RandomWeightingConfig

    def draw_weights(self, rng: np.random.Generator, groups: int) -> Weights:
        """Draws one weight vector for every group."""
        return sample_weights(rng, (groups, 1), len(self.source.weights), self.config.alpha)

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the scalar of the rollout's answer under its group's weights."""
        return pool_credit(rewards, weights)
