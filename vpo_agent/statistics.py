"""What a step of training is logged with."""

from __future__ import annotations

import numpy as np

from vpo_agent.rollout import Rollouts
from vpo_agent.tasks import TaskSource
from vpo_envs import metrics
from vpo_envs.scalarization import spread_weights

WEIGHTINGS = 64


def rollout_statistics(rollouts: Rollouts, source: TaskSource) -> dict[str, float]:
    """Means over the pools of a step's tasks: each objective, and what the pools are worth."""
    d = len(source.objective_names)
    pools = rollouts.rewards.reshape(len(rollouts.tasks), -1, d)
    scalars = pools @ source.weights
    return {
        **dict(zip(source.objective_names, map(float, pools.mean(axis=(0, 1))))),
        "scalar": float(scalars.mean()),
        "best": float(scalars.max(axis=1).mean()),
        "expected_best": float(metrics.expected_best(pools, spread_weights(WEIGHTINGS, d)).mean()),
        "diversity": float(np.mean([metrics.diversity(pool) for pool in pools])),
        "parsed": rollouts.parsed,
        "finished": rollouts.finished,
        "tokens": rollouts.tokens or 0,
    }
