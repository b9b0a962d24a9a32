"""Common part of the agents on Stable-Baselines3: settings, interface, reproducible training steps."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import random
import time
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import DQN
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import DummyVecEnv
from torch import Tensor

from baselines.sb3.view import PolicyView, Reader, WritingEnv
from vpo_agent.agents.base import Agent
from vpo_agent.agents.config import AgentConfig
from vpo_agent.agents.step import Step
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.tasks.seeding import stream
from vpo_agent.tasks.source import TaskSource, task_source
from vpo_agent.training.advantages import pool_credit
from vpo_envs.scalarization import Weights

NO_TERM = "the algorithm's loss has no such term"
REPLAYED = ("observations", "next_observations", "actions", "rewards", "dones", "timeouts")


@dataclass(frozen=True, kw_only=True)
class SB3Config(AgentConfig):
    """Settings of the Stable-Baselines3 agents beside the shared ones.

    Each rollout has one answer, sampled at temperature 1. There is one environment per prompt. A step has a
    fixed number of tokens per environment, enough for `group_size` demonstrations, so it collects about
    `prompts_per_step * group_size` answers. Shared settings without effect (`unused`) are refused.

    Attributes:
        batch_size: Tokens per gradient step.
        prompt_length: Maximum tokens in a prompt; None: 1.25 times the longest prompt of 64 tasks.
    """

    unused: ClassVar[Mapping[str, str]] = {
        "mini_batches": "Stable-Baselines3 takes a gradient step per batch_size tokens",
        **dict.fromkeys(("clip", "dual_clip", "kl_coef", "entropy_coef"), NO_TERM),
        "resampling_rounds": "every environment has one task per step, and none is drawn in its place",
        "task_weights": "the return of an episode is the fixed scalar",
    }
    batch_size: int = 256
    prompt_length: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, only in (("num_candidates", 1), ("temperature", 1), ("top_p", 1)):
            if getattr(self, name) != only:
                raise ValueError(
                    f"{name}={getattr(self, name)} must be {only}: Stable-Baselines3 writes one answer per "
                    "episode and samples from the policy without changes"
                )
        if self.lora_rank or self.gradient_checkpointing:
            raise ValueError(
                f"lora_rank={self.lora_rank} and gradient_checkpointing={self.gradient_checkpointing}: "
                "Stable-Baselines3's learners support neither; leave them out"
            )
        if self.batch_size < 2 or (self.prompt_length is not None and self.prompt_length < 1):
            raise ValueError(
                f"batch_size={self.batch_size} must be at least 2 and prompt_length={self.prompt_length} at "
                "least 1"
            )


class SB3Agent(Agent):
    """Base class of the agents trained by Stable-Baselines3; a subclass makes the algorithm.

    In every step, each environment has one task. The algorithm samples answers to it and learns from their
    tokens. Answers that are incomplete at the end of the step are neither scored nor counted.
    """

    config_class = SB3Config
    config: SB3Config

    @abstractmethod
    def make_algorithm(self, view: DummyVecEnv, steps: int, **common: Any) -> BaseAlgorithm:
        """Returns the algorithm on P environments with `steps` tokens each per training step."""

    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns the return of an episode: the fixed scalar of its answer."""
        return pool_credit(rewards, weights)

    def set_env(self, env: gym.Env[Any, Any] | str) -> None:
        """Sets the environment, see `Agent.set_env`; it must have one turn."""
        check_turns(task_source(env))
        super().set_env(env)

    @property
    def gradient_steps(self) -> int:
        """Optimizer steps of the training, without those of the warm start."""
        states = self._trainer.optimizer.state.values() if self._trainer else ()
        return max((int(state["step"]) for state in states), default=0)

    def _check_format(self) -> None:
        super()._check_format()
        check_turns(self.source)

    def _resolve_defaults(self, config: AgentConfig, fresh: bool) -> AgentConfig:
        config = super()._resolve_defaults(config, fresh)
        assert isinstance(config, SB3Config)
        if config.prompt_length is not None:
            return config
        prompts = self.source.prompts(self.source.draw(np.random.default_rng(0), 64))
        asked = [config.answer_format.instruct(text, self.source.style) for text in prompts]
        longest = max(len(self.policy.encode_prompt(text)) for text in asked)
        return dataclasses.replace(config, prompt_length=math.ceil(1.25 * longest))

    def make_trainer(self) -> Any:
        if self._trainer is None:
            self._trainer = SB3Trainer(self)
        return self._trainer

    def _step(self, trainer: Any, progress: float) -> Step:
        started = time.perf_counter()
        seed, step = self.config.seed, self.num_updates
        tasks = self.source.draw(stream(seed, step, "tasks"), self.config.prompts_per_step)
        rate = self.config.optimizer.rate(progress)
        drawn = int(stream(seed, step, "sampling").integers(2**31))
        answers, statistics = trainer.run(self.source, tasks, drawn, rate)
        rollouts = answers.rollouts(tasks, self.config.group_size, len(self.source.weights))
        updating = time.perf_counter() - started - answers.seconds
        statistics["learning_rate"] = rate
        seconds = {"sampling": answers.seconds, "advantages": 0.0, "updating": updating}
        return Step(rollouts, answers.count, statistics, seconds)


class SB3Trainer:
    """Stable-Baselines3 algorithm that learns in steps, each reproducible by itself.

    Args:
        agent: The agent to train.
    """

    def __init__(self, agent: SB3Agent) -> None:
        config, policy = agent.config, agent.policy
        assert config.prompt_length is not None and config.max_new_tokens is not None
        self.writers = [
            WritingEnv(agent.source, config.answer_format) for _ in range(config.prompts_per_step)
        ]
        length = (config.prompt_length, config.max_new_tokens)
        views = [PolicyView(writer, policy, *length) for writer in self.writers]
        # Demonstrations need two thirds of max_new_tokens; the number of tokens is a multiple of the batch.
        needed = max(config.max_new_tokens, config.group_size * 2 * config.max_new_tokens // 3)
        unit = config.batch_size // math.gcd(config.batch_size, len(views))
        self.steps = unit * math.ceil(needed / unit)
        self.device = policy.device
        self.model = policy.model
        reader = {"policy": policy, "prompt_length": config.prompt_length}
        with seeded(config.seed, self.device):
            self.algorithm: Any = agent.make_algorithm(
                DummyVecEnv([lambda view=view: view for view in views]),  # type: ignore[misc]
                self.steps,
                gamma=1.0,
                learning_rate=config.optimizer.learning_rate,
                max_grad_norm=config.max_grad_norm,
                device=self.device,
                policy_kwargs={
                    "net_arch": [],
                    "features_extractor_class": Reader,
                    "features_extractor_kwargs": reader,
                    "optimizer_class": torch.optim.AdamW,
                    "optimizer_kwargs": {"weight_decay": config.weight_decay},
                },
            )
        self.algorithm.set_logger(Logger(None, []))

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """Optimizer of the algorithm."""
        return self.algorithm.policy.optimizer

    def run(
        self, source: TaskSource, tasks: list[Any], seed: int, rate: float
    ) -> tuple[Answers, dict[str, float]]:
        """Samples answers to the tasks and learns from them; returns the answers and the algorithm's logs."""
        for writer, task in zip(self.writers, tasks):
            writer.source, writer.task = source, task
        self.algorithm.lr_schedule = lambda _: rate
        answers = Answers(len(tasks))
        with seeded(seed, self.device):
            self.algorithm.learn(self.steps * len(tasks), answers, log_interval=None)
        if isinstance(self.algorithm, DQN):
            if not self.algorithm.gradient_steps:  # the first step: values start at the mean return
                mean = float(np.mean([info["return"] for found in answers.found for info in found]))
                for network in (self.algorithm.q_net, self.algorithm.q_net_target):
                    head: Any = network.q_net
                    head.value.bias.data.fill_(mean)
                self.algorithm.gradient_steps = 1
            buffer: Any = self.algorithm.replay_buffer  # the next step resets the environments
            buffer.timeouts[buffer.pos - 1] = 1 - buffer.dones[buffer.pos - 1]
        logged = self.algorithm.logger.name_to_value.items()
        return answers, {
            name.removeprefix("train/"): float(value) for name, value in logged if name.startswith("train/")
        }

    def tensors(self) -> dict[str, Tensor]:
        """Returns the state of a checkpoint besides the language model and the optimizer."""
        kept = {f"weight.{i}": weight.detach().cpu().clone() for i, weight in enumerate(self._own_weights())}
        if isinstance(self.algorithm, DQN):
            buffer: Any = self.algorithm.replay_buffer
            for name in REPLAYED:
                kept[f"buffer.{name}"] = torch.from_numpy(getattr(buffer, name).copy())
            kept["counts"] = torch.tensor(
                [buffer.pos, buffer.full, self.algorithm._n_calls, self.algorithm.gradient_steps]
            )
        return kept

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Restores the state returned by `tensors`."""
        for i, weight in enumerate(self._own_weights()):
            weight.data.copy_(tensors[f"weight.{i}"])
        if isinstance(self.algorithm, DQN):
            buffer: Any = self.algorithm.replay_buffer
            for name in REPLAYED:
                getattr(buffer, name)[:] = tensors[f"buffer.{name}"].numpy()
            buffer.pos, full, calls, gradient_steps = tensors["counts"].tolist()
            buffer.full, self.algorithm._n_calls = bool(full), calls
            self.algorithm.gradient_steps = gradient_steps

    def _own_weights(self) -> list[Tensor]:
        """Returns the weights of critics and target networks: all but the language model's."""
        shared = {id(weight) for weight in self.model.parameters()}
        return [weight for weight in self.algorithm.policy.parameters() if id(weight) not in shared]


class Answers(BaseCallback):
    """Callback that collects completed answers by environment while an algorithm samples."""

    def __init__(self, envs: int) -> None:
        super().__init__()
        self.found: list[list[dict[str, Any]]] = [[] for _ in range(envs)]
        self.tokens = 0
        self.seconds = 0.0

    def _on_rollout_start(self) -> None:
        self._since = time.perf_counter()

    def _on_step(self) -> bool:
        self.tokens += len(self.found)
        for found, done, info in zip(self.found, self.locals["dones"], self.locals["infos"]):
            if done:
                found.append(info)
        return True

    def _on_rollout_end(self) -> None:
        self.seconds += time.perf_counter() - self._since

    @property
    def count(self) -> int:
        """Total number of answers."""
        return sum(map(len, self.found))

    def rollouts(self, tasks: list[Any], group_size: int, d: int) -> Rollouts:
        """Returns the first `group_size` answers to each task as rollouts; missing ones have zero rewards."""
        rewards = np.zeros((len(tasks), group_size, 1, d), np.float32)
        for own, found in zip(rewards, self.found):
            for row, info in zip(own, found):
                row[:] = info["rewards"]
        every = [info for found in self.found for info in found]
        return Rollouts(
            tasks=tasks,
            rewards=rewards,
            answers=[[info["texts"] for info in found[:group_size]] for found in self.found],
            segments=[],
            tokens=self.tokens,
            well_formed=float(np.mean([info["well_formed"] for info in every])),
            terminated=float(np.mean([info["terminated"] for info in every])),
        )


def check_turns(source: TaskSource) -> None:
    """Rejects episodes of several turns.

    Raises:
        ValueError: If the source has more than one turn.
    """
    if source.max_turns > 1:
        raise ValueError(
            f"env has max_turns={source.max_turns}; the token-level view has one turn: make it with "
            "max_turns=1"
        )


@contextlib.contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seeds the global generators, which Stable-Baselines3 uses, and restores their state on exit."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        set_random_seed(seed, using_cuda=device.type == "cuda")
        try:
            yield
        finally:
            random.setstate(states[0])
            np.random.set_state(states[1])  # noqa: NPY002
