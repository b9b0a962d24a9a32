"""Best-of-N sampling from the warm-started model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from vpo_agent.agents.base import Agent, MaybeCallback, Self
from vpo_agent.agents.config import AgentConfig
from vpo_agent.common.settings import check_at_least
from vpo_agent.training.advantages import pool_credit
from vpo_envs.scalarization import Weights


@dataclass(frozen=True, kw_only=True)
class BestOfNConfig(AgentConfig):
    """Settings of best-of-N beside the shared ones; those of updates have no effect and are refused.

    Attributes:
        n: Answers that `predict` draws; the caller scores them and keeps the best.
    """

    unused: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (
            "group_size",
            "prompts_per_step",
            "learning_rate",
            "schedule",
            "warmup",
            "weight_decay",
            "max_grad_norm",
            "mini_batches",
            "clip",
            "dual_clip",
            "kl_coef",
            "entropy_coef",
            "resampling_rounds",
            "task_weights",
        ),
        "best-of-N performs no update after the warm start",
    )
    n: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_at_least(vars(self), n=1)


class BestOfN(Agent):
    """Independent answers of the warm-started model, the reference for the effect of training.

    `learn` performs the SFT warm start only, so its training budget is 0 answers. On its pools, best@k
    is best-of-k.
    """

    config_class = BestOfNConfig
    config: BestOfNConfig

    def learn(
        self: Self,
        total_timesteps: int = 0,
        callback: MaybeCallback = None,
        *,
        log_interval: int = 1,
        progress_bar: bool = False,
        reset_num_timesteps: bool = True,
    ) -> Self:
        """Performs the warm start; the other arguments of `Agent.learn` have no effect."""
        self.warm_start(progress_bar=progress_bar)
        return self

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the fixed scalar, which ranks the answers."""
        return pool_credit(rewards, weights)

    def predict(
        self, prompt: str, *, deterministic: bool = False, seed: int | None = None, **sampling: Any
    ) -> tuple[tuple[str, ...], None]:
        """Returns `n` independent draws for one prompt, see `Agent.predict`."""
        seeds = np.random.default_rng(self.config.seed if seed is None else seed).integers(
            2**31, size=self.config.n
        )
        draws = [
            super(BestOfN, self).predict(prompt, deterministic=deterministic, seed=int(own), **sampling)[0]
            for own in seeds
        ]
        return tuple(text for texts in draws for text in texts), None
