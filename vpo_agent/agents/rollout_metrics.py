"""Metrics of a training step's rollouts, for the log."""

from __future__ import annotations

import numpy as np

from vpo_agent.generation.rollout import Rollouts
from vpo_agent.tasks.source import TaskSource
from vpo_envs import metrics
from vpo_envs.scalarization import spread_weights

WEIGHTINGS = 64


def rollout_statistics(rollouts: Rollouts, source: TaskSource) -> dict[str, float]:
    """Returns means over a step's pools: each objective, and measures of quality and diversity.

    `scalar` is best@1, `set_score` the expected best of one rollout's answers under random weights, and
    `expected_best` that of the whole pool.

    Pools leave out rollouts that were not sampled, whose reward rows are zero.
    """
    d = len(source.objective_names)
    weightings = spread_weights(WEIGHTINGS, d)
    pools = [
        rewards[: len(written)].reshape(-1, d)
        for rewards, written in zip(rollouts.rewards, rollouts.answers)
        if written
    ]
    every = np.concatenate(pools)
    rollout_sets = [pool.reshape(-1, rollouts.rewards.shape[2], d) for pool in pools]
    return {
        **dict(zip(source.objective_names, map(float, every.mean(axis=0)))),
        "scalar": float((every @ source.weights).mean()),
        "set_score": float(np.mean([(sets @ weightings.T).max(axis=1).mean() for sets in rollout_sets])),
        "best": float(np.mean([(pool @ source.weights).max() for pool in pools])),
        "expected_best": float(np.mean([metrics.expected_best(pool, weightings) for pool in pools])),
        "diversity": float(np.mean([metrics.diversity(pool) for pool in pools])),
        "well_formed": rollouts.well_formed,
        "repeated": rollouts.repeated,
        "termination_rate": rollouts.terminated,
        "tokens": rollouts.tokens or 0,
        "reasoning_tokens": sum(c.reasoning_tokens for turn in rollouts.completions for c in turn),
    }
