"""Multi-RLVR: several answers per rollout without vector rewards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.agents.config import AgentConfig
from vpo_agent.training.advantages import REDUCTIONS, set_score
from vpo_envs.scalarization import Weights


@dataclass(frozen=True, kw_only=True)
class MultiRLVRConfig(AgentConfig):
    """Settings of Multi-RLVR beside the shared ones.

    Attributes:
        reduction: Reduction of the candidates' scalars to one rollout score: `sum`, `max` or `mean`.
    """

    num_candidates: int = 3
    reduction: str = "sum"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.reduction not in REDUCTIONS:
            raise ValueError(f"reduction={self.reduction!r} must be one of {', '.join(REDUCTIONS)}")


class MultiRLVR(Agent):
    """Multi-answer RL with the fixed scalarization, an ablation of arXiv 2605.22817.

    A rollout of m answers scores the sum (or maximum, or mean) of `w* . r` over them.
    """

    config_class = MultiRLVRConfig
    config: MultiRLVRConfig

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the reduced fixed scalars of the rollout's answers."""
        return set_score(rewards, weights, self.config.reduction)
