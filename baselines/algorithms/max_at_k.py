"""Max@k: scalar RL for the best of k single answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.agents.config import AgentConfig
from vpo_agent.training.advantages import group_normalize, leave_two_out, max_at_k_score, pool_credit
from vpo_envs.scalarization import Weights

CENTRINGS = ("group", "leave_two_out")


@dataclass(frozen=True, kw_only=True)
class MaxAtKConfig(AgentConfig):
    """Settings of Max@k beside the shared ones.

    Attributes:
        pool_size: Answers per pool, k; None: max(2, group_size // 2). At most group_size - 1.
        centring: `group` normalizes the gradient weights over the group, as GRPO does. `leave_two_out`
            subtracts the baseline of arXiv 2606.06080, which keeps the gradient unbiased, without
            rescaling.
    """

    pool_size: int | None = None
    centring: str = "group"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.group_size < 3:
            raise ValueError(
                f"group_size={self.group_size} must be at least 3: pools hold 2 to group_size - 1"
            )
        if not 2 <= self.used_pool_size <= self.group_size - 1:
            raise ValueError(
                f"pool_size={self.used_pool_size} must lie between 2 and group_size - 1 = "
                f"{self.group_size - 1}"
            )
        if self.centring not in CENTRINGS:
            raise ValueError(f"centring={self.centring!r} must be one of {', '.join(CENTRINGS)}")

    @property
    def used_pool_size(self) -> int:
        """The pool size in use: the setting, or its default."""
        return max(2, self.group_size // 2) if self.pool_size is None else self.pool_size


class MaxAtK(Agent):
    """The unbiased max@k gradient (arXiv 2510.23393) on the fixed scalarization.

    With scalars sorted ascending, `A_i = [C(i-1, k-1) r_i + sum_{j>i} C(j-2, k-2) r_j] / C(n, k)`,
    normalized over the group. This is `pool_credit` with one fixed weighting.
    """

    config_class = MaxAtKConfig
    config: MaxAtKConfig

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the gradient weights of max@k."""
        return max_at_k_score(rewards, weights, self.config.used_pool_size)

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the centred scores, see `centring`."""
        if self.config.centring == "group":
            return group_normalize(self.score(rewards, weights))
        k = self.config.used_pool_size
        return leave_two_out(pool_credit(rewards, weights, k), k)
