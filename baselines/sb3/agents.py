"""Stable-Baselines3's PPO, A2C and DQN with the interface of all agents.

They learn on the token-level view of an environment (`vpo_envs.TokenView`) and train the same language
model as the other agents. Its hidden state after the last token is the feature vector, its output layer the
head. The initial model, the sampler and the evaluation are therefore the same for all agents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.vec_env import DummyVecEnv

from baselines.sb3.learner import SB3Agent, SB3Config
from baselines.sb3.view import TokenActorCritic, TokenQ
from vpo_agent.common.settings import check_at_least


@dataclass(frozen=True, kw_only=True)
class SB3PPOConfig(SB3Config):
    """Settings of PPO.

    Attributes:
        n_epochs: Gradient passes over each token.
    """

    unused: ClassVar[Mapping[str, str]] = {
        name: why for name, why in SB3Config.unused.items() if name != "clip"
    }
    n_epochs: int = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_at_least(vars(self), n_epochs=1)


class SB3PPO(SB3Agent):
    """Proximal Policy Optimization (arXiv 1707.06347): a learned critic instead of a group baseline.

    Example:
        >>> from baselines import SB3PPO
        >>> agent = SB3PPO("tiny", "vpo/MazeSmall-v0", group_size=2, prompts_per_step=2,
        ...                batch_size=16, warm_start_steps=2)
        >>> agent = agent.learn(total_timesteps=2)
        >>> agent.num_updates
        1
    """

    config_class = SB3PPOConfig
    config: SB3PPOConfig

    def make_algorithm(self, view: DummyVecEnv, steps: int, **common: Any) -> BaseAlgorithm:
        """Returns PPO, which learns from all tokens of a step in random batches."""
        common["policy_kwargs"]["ortho_init"] = False
        return PPO(
            TokenActorCritic,
            view,
            n_steps=steps,
            batch_size=self.config.batch_size,
            n_epochs=self.config.n_epochs,
            clip_range=self.config.clip,
            **common,
        )


class SB3A2C(SB3Agent):
    """Synchronous Advantage Actor-Critic (arXiv 1602.01783): one gradient step per sampled batch."""

    def make_algorithm(self, view: DummyVecEnv, steps: int, **common: Any) -> BaseAlgorithm:
        """Returns A2C with a gradient step per `batch_size` tokens of all environments together."""
        common["policy_kwargs"]["ortho_init"] = False
        n_steps = max(1, self.config.batch_size // view.num_envs)
        return A2C(
            TokenActorCritic, view, n_steps=n_steps, use_rms_prop=False, normalize_advantage=True, **common
        )


@dataclass(frozen=True, kw_only=True)
class SB3DQNConfig(SB3Config):
    """Settings of DQN.

    Attributes:
        n_epochs: Average number of gradient passes over each token.
        buffer_size: Tokens in the replay buffer; at least `batch_size`. The default is small because targets
            are observed returns: older ones come from a worse policy.
        target_update_interval: Tokens between two updates of the target network.
        softness: Temperature of the policy: tokens have probabilities proportional to `exp(Q / softness)`.
    """

    n_epochs: int = 1
    buffer_size: int = 2_000
    target_update_interval: int = 1_000
    softness: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.buffer_size < self.batch_size:
            raise ValueError(
                f"buffer_size={self.buffer_size} must be at least batch_size={self.batch_size}: DQN needs a "
                "batch of remembered tokens"
            )
        if self.n_epochs < 1 or self.target_update_interval < 1 or not self.softness > 0:
            raise ValueError(
                f"n_epochs={self.n_epochs} and target_update_interval={self.target_update_interval} must be "
                f"at least 1, softness={self.softness} above 0"
            )


class SB3DQN(SB3Agent):
    """Deep Q-learning (arXiv 1312.5602) with `Q = V + softness * log p` for token probabilities p.

    With this parametrization, DQN starts from the warm-started model as well. Sampling from the model is
    sampling from `exp(Q / softness)`, both in training, instead of random exploration, and in evaluation.
    Targets are returns of whole answers (n-step, with n the longest answer). The first step only samples,
    and V starts at the mean return of that step.
    """

    config_class = SB3DQNConfig
    config: SB3DQNConfig

    def make_algorithm(self, view: DummyVecEnv, steps: int, **common: Any) -> BaseAlgorithm:
        """Returns DQN with a gradient step on the replay buffer per `batch_size / n_epochs` new tokens."""
        config = self.config
        assert config.max_new_tokens is not None
        common["policy_kwargs"]["softness"] = config.softness
        return DQN(
            TokenQ,
            view,
            buffer_size=config.buffer_size,
            learning_starts=0,
            gradient_steps=0,  # the learner sets it to 1 after the first step
            n_steps=config.max_new_tokens,
            batch_size=config.batch_size,
            train_freq=max(1, config.batch_size // (view.num_envs * config.n_epochs)),
            target_update_interval=config.target_update_interval,
            exploration_initial_eps=0.0,
            exploration_final_eps=0.0,
            **common,
        )
