"""Cost of a choice from 100,000 candidates with 5 objectives, under 1,000 weightings and otherwise.

    OMP_NUM_THREADS=1 python benchmarks/selection.py

Times are the best of several calls: what the machine's other work adds is not the selection's.
"""

import argparse
import timeit
from collections.abc import Callable

import numpy as np

from vpo_envs import selection, spread_weights

CANDIDATES, OBJECTIVES, WEIGHTINGS = 100_000, 5, 1_000


def calls(rng: np.random.Generator) -> dict[str, Callable[[], object]]:
    rewards = rng.random((CANDIDATES, OBJECTIVES), np.float32)
    weights = spread_weights(WEIGHTINGS, OBJECTIVES)
    keys = [f"answer {key}" for key in rng.integers(1000, size=CANDIDATES)]
    return {
        "select, 1 weighting": lambda: selection.select(rewards, weights[0]),
        f"select, {WEIGHTINGS:,} weightings": lambda: selection.select(rewards, weights),
        "select_by_constraints": lambda: selection.select_by_constraints(rewards, {0: 0.9, 1: 0.9}, 2),
        "knee": lambda: selection.knee(rewards),
        "vote": lambda: selection.vote(keys),
        f"satisfaction of {WEIGHTINGS:,}": lambda: selection.satisfaction(
            rewards[:1000], weights, rewards[1000:2000]
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    for name, call in calls(np.random.default_rng(0)).items():
        call()  # the first call imports
        print(f"{name:28s} {min(timeit.repeat(call, number=1, repeat=repeats)) * 1e3:8.1f} ms")


if __name__ == "__main__":
    main()
