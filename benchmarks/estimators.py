"""Cost of each estimator for 1,024 rollouts x 3 answers x 5 objectives x 128 weightings.

    OMP_NUM_THREADS=1 python benchmarks/estimators.py

Groups of 16 rollouts; measures see the 64 pools of 48 answers; statistics see 5 seeds x 128 tasks. Times are
the best of many calls: what the machine's other work adds is not the estimator's.
"""

import argparse
import timeit
from collections.abc import Callable

import numpy as np

from baselines.registry import AGENTS
from vpo_agent.training.advantages import group_normalize, pool_credit, utilities
from vpo_envs import intervals, metrics

ROLLOUTS, ANSWERS, OBJECTIVES, WEIGHTINGS = 1024, 3, 5, 128
GROUP = 16


def estimators(rng: np.random.Generator) -> dict[str, Callable[[], object]]:
    groups = ROLLOUTS // GROUP
    rewards = rng.random((groups, GROUP, ANSWERS, OBJECTIVES), np.float32)
    weights = rng.dirichlet(np.ones(OBJECTIVES), (groups, WEIGHTINGS))
    pools = rewards.reshape(groups, -1, OBJECTIVES)
    scalars = pools @ np.full(OBJECTIVES, 1 / OBJECTIVES)
    first, second = rng.random((2, 5, 128))
    return {
        "utilities": lambda: utilities(rewards, weights),
        "pool_credit, k = 1 (VPO)": lambda: pool_credit(rewards, weights, 1),
        "pool_credit, k = 8 (PoolVPO)": lambda: pool_credit(rewards, weights, 8),
        "group_normalize": lambda: group_normalize(rewards[:, :, 0, 0]),
        "best_at_k": lambda: metrics.best_at_k(scalars, 8),
        "pass_at_k": lambda: metrics.pass_at_k(metrics.solved(pools), 8),
        "expected_best": lambda: metrics.expected_best(pools, weights[0]),
        "diversity": lambda: [metrics.diversity(pool) for pool in pools],
        "mean with interval": lambda: intervals.mean(first),
        "interquartile mean with interval": lambda: intervals.iqm(first),
        "improvement with interval": lambda: intervals.improvement(first, second),
        "paired test": lambda: intervals.paired_test(first - second),
    }


def agents(rng: np.random.Generator) -> dict[str, Callable[[], object]]:
    """Returns the advantages of every registered agent, without a policy: estimators need settings alone."""
    calls: dict[str, Callable[[], object]] = {}
    for name, kind in AGENTS.items():
        agent = object.__new__(kind)
        agent.config = kind.config_class.from_settings({"group_size": GROUP})
        groups = ROLLOUTS // GROUP
        rewards = rng.random((groups, GROUP, ANSWERS, OBJECTIVES), np.float32)
        weights = rng.dirichlet(np.ones(OBJECTIVES), (groups, WEIGHTINGS))
        calls[f"{name}.advantages"] = lambda agent=agent, r=rewards, w=weights: agent.advantages(r, w)
    return calls


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=100)
    repeats = parser.parse_args().repeats
    rng = np.random.default_rng(0)
    for name, call in {**estimators(rng), **agents(rng)}.items():
        call()  # the first call fills caches
        print(f"{name:34s} {min(timeit.repeat(call, number=1, repeat=repeats)) * 1e3:8.3f} ms")


if __name__ == "__main__":
    main()
