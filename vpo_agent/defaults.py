"""Settings that were left open, settled once policy and tasks are known."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from vpo_agent.policy import Policy
from vpo_agent.tasks import DomainTasks, TaskSource
from vpo_agent.warmstart import SMALL_MODEL

if TYPE_CHECKING:
    from vpo_agent.config import AgentConfig

MAX_NEW_TOKENS = 512  # where there are no demonstrations to measure


def settle(config: AgentConfig, policy: Policy, source: TaskSource, fresh: bool) -> AgentConfig:
    """The configuration with a value for every setting.

    Args:
        config: What was asked for.
        policy: The policy that will be trained.
        source: Where its tasks come from.
        fresh: Whether the policy has random weights.
    """
    settled: dict[str, Any] = {}
    if config.learning_rate is None:
        small = sum(p.numel() for p in policy.model.parameters()) < SMALL_MODEL
        settled["learning_rate"] = 3e-4 if small else 1e-6 if policy.adapters is None else 1e-5
    if config.warm_start_steps is None:
        settled["warm_start_steps"] = 1000 if fresh else 0
    if config.max_new_tokens is None:
        settled["max_new_tokens"] = _needed_tokens(config, policy, source)
    return dataclasses.replace(config, **settled)


def _needed_tokens(config: AgentConfig, policy: Policy, source: TaskSource) -> int:
    if not isinstance(source, DomainTasks):
        return MAX_NEW_TOKENS
    # The same tasks for every seed, so that all runs have the same bound.
    rng = np.random.default_rng(0)
    tasks = source.draw(rng, 64)
    answers = [text for task in tasks for text in source.domain.demonstrations(task, rng)]
    if not answers:
        return MAX_NEW_TOKENS
    completions = policy.encode_completions([config.chain.format([text]) for text in answers])
    return int(1.5 * max(map(len, completions)) * config.num_candidates)
