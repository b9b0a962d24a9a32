"""Vector Policy Optimization (VPO), as published, and its variant for pools (PoolVPO)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent
from vpo_agent.agents.config import AgentConfig
from vpo_agent.training.advantages import answer_advantages, answer_credit, pool_credit
from vpo_agent.training.weightings import Weighting
from vpo_envs.scalarization import Weights

CREDITS = ("rollout", "answer")


@dataclass(frozen=True, kw_only=True)
class VPOConfig(AgentConfig):
    """The settings of VPO, in addition to the shared ones.

    Attributes:
        anytime: Whether a set's value is the expected best of j of its answers, averaged over j = 1..m,
            instead of its best answer. With the best alone, answers that never win earn nothing.
        credit: Unit of credit: `rollout`, whose tokens have the same advantage; or `answer`, whose tokens
            have that of their own answer.
        later_credit: With `credit="answer"`, the weight of later answers in an answer's advantage, in [0, 1].
        pool_size: Rollouts per pool, k; or answers per pool with `credit="answer"`. None: 1, the paper's
            VPO, or a third of the group's answers.
        n_weights: Weightings per group, K.
        alpha: Concentration of the weightings' Dirichlet distribution.
        weighting: `random` or `spread`, see `vpo_agent.training.weightings.Weighting`.
    """

    num_candidates: int = 3
    anytime: bool = False
    credit: str = "rollout"
    later_credit: float = 0.5
    pool_size: int | None = None
    n_weights: int = 100
    alpha: float = 1.0
    weighting: str = "random"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.credit not in CREDITS:
            raise ValueError(f"credit={self.credit!r} must be one of {', '.join(CREDITS)}")
        if self.credit == "answer" and self.anytime:
            raise ValueError('anytime=True weighs the answers of a set, and credit="answer" has no sets')
        if not 0 <= self.later_credit <= 1:
            raise ValueError(f"later_credit={self.later_credit} must lie in [0, 1]")
        # In a pool of the whole group, all rollouts would get the same credit.
        most, meaning = self.group_size - 1, "group_size - 1"
        if self.credit == "answer":
            most, meaning = most * self.num_candidates, f"({meaning}) * num_candidates"
        if not 1 <= self.used_pool_size <= most:
            raise ValueError(f"pool_size={self.used_pool_size} must lie between 1 and {meaning} = {most}")
        _ = self.weights

    @property
    def used_pool_size(self) -> int:
        """The pool size in use: the setting, or its default."""
        if self.pool_size is not None:
            return self.pool_size
        return 1 if self.credit == "rollout" else max(1, self.group_size * self.num_candidates // 3)

    @property
    def weights(self) -> Weighting:
        """Distribution of the weightings."""
        return Weighting(self.n_weights, self.alpha, self.weighting)  # type: ignore[arg-type]


class VPO(Agent):
    """Vector Policy Optimization (arXiv 2605.22817).

    A rollout is a set S of m answers. Its score is `E_{w ~ Dir(alpha)}[max_{y in S} w . r(y)]`, estimated
    with weightings that the rollouts of a group share. Advantages are scores normalized over the group.
    With `pool_size=k` the score is the expected share of the rollout in pools of k rollouts instead
    (`vpo_agent.training.advantages.pool_credit`). With `credit="answer"` each answer of a rollout has an
    advantage of its own (`vpo_agent.training.advantages.answer_advantages`).

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
        """Returns the set scores (P, G), the expected shares in pools, or the answers' mean shares."""
        if self.config.credit == "answer":
            return answer_credit(rewards, weights, self.config.used_pool_size).mean(axis=2)
        return pool_credit(rewards, weights, self.config.used_pool_size, self.config.anytime)

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the scores normalized over each group (P, G), or answers' advantages (P, G, 1 + M)."""
        if self.config.credit == "answer":
            return answer_advantages(rewards, weights, self.config.used_pool_size, self.config.later_credit)
        return super().advantages(rewards, weights)


@dataclass(frozen=True, kw_only=True)
class PoolVPOConfig(VPOConfig):
    """The settings of PoolVPO: VPO's number of answers per step, as single answers in pools of eight."""

    num_candidates: int = 1
    group_size: int = 24
    pool_size: int | None = 8


class PoolVPO(VPO):
    """VPO for pools: single answers, scored by their expected share in pools of `pool_size` answers."""

    config_class = PoolVPOConfig


@dataclass(frozen=True, kw_only=True)
class AnswerVPOConfig(VPOConfig):
    """The settings of AnswerVPO: VPO's rollouts of three answers, in pools of eight answers."""

    credit: str = "answer"
    pool_size: int | None = 8


class AnswerVPO(VPO):
    """VPO with credit per answer: each answer of a rollout has its own share in pools of `pool_size` answers.

    Half of an answer's credit is that of the answers after it (`later_credit`). Malformed and repeated
    answers have the credit of a zero vector. With one answer per rollout it is PoolVPO.
    """

    config_class = AnswerVPOConfig
