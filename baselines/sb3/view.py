"""Token-level view of a text environment, and networks of a language model, for Stable-Baselines3."""

from __future__ import annotations

import copy
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.dqn.policies import DQNPolicy, QNetwork
from torch import Tensor, nn

from vpo_agent.generation.rollout import score
from vpo_agent.models.policy import Policy
from vpo_agent.models.prefix_attention import PrefixReader, SharedPrefix
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.source import TaskSource
from vpo_envs.spaces import FreeText
from vpo_envs.tokens import TokenView


class WritingEnv(gym.Env[str, str]):
    """Environment whose episode is one completion to `task`; the reward is its fixed scalar `w* . r`.

    Args:
        source: Source of prompts and scores.
        answer_format: Answer format of the completions.
    """

    def __init__(self, source: TaskSource, answer_format: AnswerFormat) -> None:
        self.source = source
        self.answer_format = answer_format
        self.task: Any = None
        self.observation_space = FreeText()
        self.action_space = FreeText()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Returns the prompt of `task`."""
        super().reset(seed=seed)
        return self.source.prompts([self.task])[0], {}

    def step(self, completion: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Scores the completion's answer; the vector is in `info["rewards"]`, shape (m, d)."""
        found = self.answer_format.parse(completion)
        rewards = score(self.source, [self.task], [found], 1)[0, 0]
        earned = float(rewards[0] @ self.source.weights)
        well_formed = found[0] is not None
        return (
            "",
            earned,
            True,
            False,
            {"rewards": rewards, "texts": (found[0] or "",), "well_formed": well_formed, "return": earned},
        )


class PolicyView(TokenView):
    """`TokenView` in a policy's tokens, with its end-of-text token as action 0 and token 0 in its place.

    Args:
        env: The environment.
        policy: The policy that defines the tokens.
        prompt_length: Maximum tokens in a prompt.
        answer_length: Maximum tokens in a completion.
    """

    def __init__(self, env: WritingEnv, policy: Policy, prompt_length: int, answer_length: int) -> None:
        size = vocabulary_size(policy)
        super().__init__(env, [str(token) for token in range(1, size)], prompt_length, answer_length)
        # Plain numbers, because Stable-Baselines3 would one-hot encode a MultiDiscrete space.
        self.observation_space = gym.spaces.Box(0, size - 1, (prompt_length + answer_length,), np.int32)
        self.policy = policy
        self.writer = env

    def encode(self, text: str) -> list[int]:
        """Returns the actions of the prompt with its answer-format request.

        Raises:
            ValueError: If the prompt is longer than `prompt_length`.
        """
        ids = self.policy.encode_prompt(self.writer.answer_format.instruct(text, self.writer.source.style))
        if len(ids) > self.prompt_length:
            raise ValueError(
                f"the prompt {text[:40]!r}... has {len(ids)} tokens and prompt_length={self.prompt_length}; "
                "give the agent a larger prompt_length"
            )
        return [swapped(id, self.policy) for id in ids]

    def decode(self, ids: Any) -> str:
        """Returns the text of actions."""
        return self.policy.decode([swapped(int(id), self.policy) for id in ids])

    def _observation(self) -> NDArray[np.int64]:
        return super()._observation().astype(np.int32)

    def step(self, action: int | np.int64) -> tuple[NDArray[np.int64], Any, bool, bool, dict[str, Any]]:
        """Performs `TokenView.step`; `info["terminated"]` is True if an end-of-text token ended the text."""
        *outcome, info = super().step(action)
        return (*outcome, {**info, "terminated": int(action) == 0})


class Reader(BaseFeaturesExtractor):
    """Feature extractor: the language model's hidden state after the last token of prompt and answer.

    Args:
        observation_space: Observation space of `PolicyView`.
        policy: Policy with the language model, which is shared, not copied.
        prompt_length: Position at which the answer begins in an observation.
    """

    def __init__(self, observation_space: gym.spaces.Box, policy: Policy, prompt_length: int) -> None:
        super().__init__(observation_space, policy.model.config.get_text_config().hidden_size)
        self.model = policy.model
        self.policy = policy
        self.prompt_length = prompt_length

    def forward(self, observations: Tensor) -> Tensor:
        """Returns features (B, width) of observations (B, L)."""
        seen = observations.long()
        filled = seen != 0
        order = torch.arange(1, self.prompt_length + 1, device=seen.device)
        # A prompt may hold the end-of-text token, so its length is the position of its last other token.
        prompt = (filled[:, : self.prompt_length] * order).amax(dim=1, keepdim=True)
        length = prompt + filled[:, self.prompt_length :].sum(dim=1, keepdim=True)
        place = torch.arange(int(length.max()), device=seen.device)[None]
        source = torch.where(place < prompt, place, place - prompt + self.prompt_length)
        ids = swapped(seen.gather(1, source.clamp(max=seen.shape[1] - 1)), self.policy)
        extra: dict[str, Any] = {}
        if self.policy.attention == "prefix":
            extra["shared_prefix"] = PrefixReader(SharedPrefix(length[:, 0]))
        with self.policy.autocast():
            # Padding is on the right and attention is causal, so no mask is needed.
            hidden = self.model.base_model(
                input_ids=ids, position_ids=place, use_cache=False, return_dict=True, **extra
            ).last_hidden_state
        return hidden[torch.arange(len(ids), device=ids.device), length[:, 0] - 1].float()

    def train(self, mode: bool = True) -> Reader:
        """Keeps evaluation mode: with dropout, sampler and learner would disagree."""
        return super().train(False)


class Head(nn.Module):
    """Output layer of the language model, with its columns in the order of actions."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        actions = torch.arange(vocabulary_size(reader.policy), device=reader.policy.device)
        self.register_buffer("tokens", swapped(actions, reader.policy))

    def forward(self, features: Tensor) -> Tensor:
        """Returns logits (B, actions) of features (B, width)."""
        with self.reader.policy.autocast():
            logits = self.reader.model.get_output_embeddings()(features)
        return logits.float()[:, self.tokens]


class TokenActorCritic(ActorCriticPolicy):
    """Actor and critic with a shared `Reader`; the actor is the language model."""

    def _build(self, lr_schedule: Any) -> None:
        super()._build(lr_schedule)
        assert isinstance(self.features_extractor, Reader)
        self.action_net = Head(self.features_extractor)
        self.optimizer = self.optimizer_class(  # type: ignore[call-arg]
            self.parameters(), lr=lr_schedule(1), **self.optimizer_kwargs
        )


class SoftHead(Head):
    """Head for Q-values `V + softness * log p`, with a value V and the token probabilities p."""

    def __init__(self, reader: Reader, softness: float) -> None:
        super().__init__(reader)
        self.softness = softness
        self.value = nn.Linear(reader.features_dim, 1)
        nn.init.zeros_(self.value.weight)

    def forward(self, features: Tensor) -> Tensor:
        """Returns Q-values (B, actions) of features (B, width)."""
        return self.value(features) + self.softness * super().forward(features).log_softmax(-1)


class TokenQ(DQNPolicy):
    """Q-network on the language model, with exploration by sampling from `exp(Q / softness)`.

    Args:
        *args: See `DQNPolicy`.
        softness: See `SoftHead`.
        **kwargs: See `DQNPolicy`.
    """

    def __init__(self, *args: Any, softness: float, **kwargs: Any) -> None:
        self.softness = softness
        super().__init__(*args, **kwargs)

    def make_q_net(self) -> QNetwork:
        """Returns the network on the language model; the second call returns a copy as target network."""
        if hasattr(self, "q_net"):
            return copy.deepcopy(self.q_net)
        network = super().make_q_net()
        assert isinstance(network.features_extractor, Reader)
        network.q_net = SoftHead(network.features_extractor, self.softness)  # type: ignore[assignment]
        return network.to(self.device)

    def _predict(self, obs: Any, deterministic: bool = True) -> Tensor:
        values = self.q_net(obs)
        if deterministic:
            return values.argmax(dim=1)
        return torch.distributions.Categorical(logits=values / self.softness).sample()


def vocabulary_size(policy: Policy) -> int:
    """Returns the size of the output vocabulary of the policy's model."""
    return int(policy.model.get_output_embeddings().weight.shape[0])


def swapped(tokens: Any, policy: Policy) -> Any:
    """Maps tokens to actions and actions to tokens: swaps 0 and the end-of-text token."""
    if isinstance(tokens, Tensor):
        ended = torch.where(tokens == policy.eos_id, 0, tokens)
        return torch.where(tokens == 0, policy.eos_id, ended)
    return {0: policy.eos_id, policy.eos_id: 0}.get(tokens, tokens)
