"""Vector Policy Optimization (VPO), as published, and its variant for pools (PoolVPO)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.agents.config import AgentConfig
from vpo_agent.training.advantages import pool_credit
from vpo_agent.training.weightings import Weighting
from vpo_envs.scalarization import Weights


@dataclass(frozen=True, kw_only=True)
class VPOConfig(AgentConfig):
    """The settings of VPO, in addition to the shared ones.

    Attributes:
        anytime: Whether a set's value is the expected best of j of its answers, averaged over j = 1..m,
            instead of its best answer. With the best alone, answers that never win earn nothing.
        pool_size: Rollouts per pool, k; 1 is the paper's VPO.
        n_weights: Weightings per group, K.
        alpha: Concentration of the weightings' Dirichlet distribution.
        weighting: `random` or `spread`, see `vpo_agent.training.weightings.Weighting`.
    """

    num_candidates: int = 3
    anytime: bool = False
    pool_size: int = 1
    n_weights: int = 100
    alpha: float = 1.0
    weighting: str = "random"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.pool_size < self.group_size:
            # In a pool of the whole group, all rollouts would get the same credit.
            raise ValueError(
                f"pool_size={self.pool_size} must lie between 1 and group_size - 1 = {self.group_size - 1}"
            )
        _ = self.weights

    @property
    def weights(self) -> Weighting:
        """Distribution of the weightings."""
        return Weighting(self.n_weights, self.alpha, self.weighting)  # type: ignore[arg-type]


class VPO(Agent):
    """Vector Policy Optimization (arXiv 2605.22817).

    A rollout is a set S of m answers. Its score is `E_{w ~ Dir(alpha)}[max_{y in S} w . r(y)]`, estimated
    with weightings that the rollouts of a group share. Advantages are scores normalised over the group.
    With `pool_size=k` the score is the expected share of the rollout in pools of k rollouts instead
    (`vpo_agent.training.advantages.pool_credit`).

    Example:
        >>> import vpo_envs
        >>> from vpo_agent import VPO
        >>> agent = VPO("tiny", "vpo/MazeSmall-v0", num_candidates=2, group_size=2,
        ...             prompts_per_step=2, warm_start_steps=2)
        >>> agent = agent.learn(total_timesteps=8)
        >>> agent.num_timesteps, agent.num_updates
        (8, 1)
    """

    config_class = VPOConfig
    config: VPOConfig

    def draw_weights(self, rng: np.random.Generator, groups: int) -> Weights:
        """Draws new weightings (groups, K, d), one set per group."""
        return self.config.weights.draw(rng, groups, len(self.source.weights))

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the set scores (P, G), or the expected shares in pools of `pool_size` rollouts."""
        return pool_credit(rewards, weights, self.config.pool_size, self.config.anytime)


@dataclass(frozen=True, kw_only=True)
class PoolVPOConfig(VPOConfig):
    """The settings of PoolVPO: VPO's number of answers per step, as single answers in pools of eight."""

    num_candidates: int = 1
    group_size: int = 24
    pool_size: int = 8


class PoolVPO(VPO):
    """VPO for pools: single answers, scored by their expected share in pools of `pool_size` answers."""

    config_class = PoolVPOConfig
