"""A training step: rollouts of enough groups with a signal, their advantages, an update, a log entry."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.logger import Logger

from vpo_agent.agents.config import AgentConfig
from vpo_agent.agents.dynamic_sampling import has_signal, joined, selected
from vpo_agent.agents.return_check import checked
from vpo_agent.agents.rollout_metrics import rollout_statistics
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.generation.spans import with_spans
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.seeding import Seed, stream
from vpo_agent.tasks.source import TaskSource
from vpo_agent.training.trainer import Trainer
from vpo_agent.training.weightings import with_task_weights
from vpo_envs.scalarization import Weights


class Steppable(Protocol):
    """The interface of an agent that takes training steps.

    Attributes:
        source: Source of the tasks.
        policy: The policy in training.
        num_updates: Training steps so far; with the seed, it determines all randomness of the next one.
    """

    source: TaskSource
    policy: Policy
    num_updates: int

    @property
    def config(self) -> AgentConfig:
        """Settings."""

    def draw_weights(self, rng: np.random.Generator, groups: int) -> Weights:
        """Draws the weightings (groups, K, d) of a step."""

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns advantages (P, G) or (P, G, 1 + M)."""

    def rollouts(
        self,
        tasks: Sequence[Any],
        group_size: int,
        sampling: Sampling,
        seed: Seed,
        *,
        weights: Weights | None = None,
    ) -> Rollouts:
        """Returns scored rollouts."""


@dataclass(frozen=True)
class Step:
    """The outcome of a training step.

    Attributes:
        rollouts: All rollouts of the step, those that were not trained on included.
        answers: Answers sampled and scored, which the training budget counts.
        statistics: Statistics of the update, by name.
        seconds: Duration of the phases `sampling`, `advantages` and `updating`.
    """

    rollouts: Rollouts
    answers: int
    statistics: dict[str, float]
    seconds: dict[str, float]

    def log(self, logger: Logger, source: TaskSource, **counted: int) -> None:
        """Records the step's metrics.

        Args:
            logger: Logger of the run.
            source: Source of the tasks.
            **counted: Counts of the run after the step, such as `timesteps`.
        """
        answers = sum(len(texts) for group in self.rollouts.answers for texts in group)
        rate = answers / sum(self.seconds.values())
        groups: dict[str, dict[str, float]] = {
            "rollout": rollout_statistics(self.rollouts, source),
            "train": self.statistics,
            "time": {**self.seconds, **counted, "answers_per_second": rate},
        }
        for group, values in groups.items():
            for name, value in values.items():
                logger.record(f"{group}/{name}", value)


def take_step(agent: Steppable, trainer: Trainer, progress: float) -> Step:
    """Samples and scores groups, and updates the policy once.

    With `resampling_rounds`, further tasks replace the groups without a signal (dynamic sampling).

    Args:
        agent: The agent, whose counts stay as they are.
        trainer: Trainer of the agent's policy.
        progress: Share of the run done, for the learning-rate schedule.

    Raises:
        ValueError: If a method of the agent returns an array of another shape or values that are not finite.
    """
    config = agent.config
    rounds, found, seconds = _sampled(agent)
    started = time.perf_counter()
    rollouts, advantages = joined(rounds), np.concatenate(found)
    segments, chosen = selected(rollouts.segments, advantages, config.prompts_per_step)
    if advantages.ndim == 3:
        segments = with_spans(agent.policy, segments, config.answer_format)
    statistics = trainer.update(
        segments,
        torch.from_numpy(np.asarray(chosen, np.float32).reshape(-1, *chosen.shape[2:])),
        config.group_size,
        config.temperature,
        progress,
    )
    statistics["frac_reward_zero_std"] = float((~has_signal(advantages)).mean())
    seconds["updating"] = time.perf_counter() - started
    return Step(rollouts, rollouts.rewards[..., 0].size, statistics, seconds)


def _sampled(
    agent: Steppable,
) -> tuple[list[Rollouts], list[NDArray[np.float64]], dict[str, float]]:
    """Returns rollouts and advantages of every round of sampling, and the seconds they took."""
    config = agent.config
    drawing, weighting, sampling = (
        stream(config.seed, agent.num_updates, purpose) for purpose in ("tasks", "weights", "sampling")
    )
    rounds: list[Rollouts] = []
    found: list[NDArray[np.float64]] = []
    seconds = {"sampling": 0.0, "advantages": 0.0}
    missing = config.prompts_per_step
    for _ in range(1 + config.resampling_rounds):
        started = time.perf_counter()
        tasks = agent.source.draw(drawing, missing)
        seed = int(sampling.integers(2**62))
        weights = _drawn_weights(agent, weighting, len(tasks))
        if config.task_weights:
            weights = with_task_weights(weights, tasks)
        rounds.append(agent.rollouts(tasks, config.group_size, config.sampling, seed, weights=weights))
        sampled = time.perf_counter()
        found.append(_advantages(agent, rounds[-1].rewards, weights))
        seconds["sampling"] += sampled - started
        seconds["advantages"] += time.perf_counter() - sampled
        missing -= int(has_signal(found[-1]).sum())
        if not missing:
            break
    return rounds, found, seconds


def _drawn_weights(agent: Steppable, rng: np.random.Generator, groups: int) -> Weights:
    axes = {"P": groups, "K": 0, "d": len(agent.source.weights)}
    return checked(agent, "draw_weights", agent.draw_weights(rng, groups), axes)


def _advantages(agent: Steppable, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    advantages = agent.advantages(rewards, weights)
    axes = dict(zip("PG", rewards.shape))
    if np.ndim(advantages) == 3:
        axes["1+m"] = 1 + rewards.shape[2]  # the rollout's shared tokens, and every candidate's own
    return checked(agent, "advantages", advantages, axes)
