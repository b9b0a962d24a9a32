"""Answers scored per second by a domain's `score_batch`, and against one `env.step` per answer.

    python benchmarks/score_batch.py vpo/Maze-v0

The pool holds what a policy in training writes: demonstrations, best answers where the domain knows
them, and damaged copies of both. Times are the best of several passes over the same pool, each by a new
environment: some remember what they have scored.
"""

import argparse
import time
from collections.abc import Callable

import gymnasium as gym
import numpy as np

import vpo_envs  # noqa: F401  (registers the environments)
from vpo_envs.domain import Domain
from vpo_envs.task import Task


def damaged(answer: str, rng: np.random.Generator) -> str:
    """Cuts a piece out of the answer, or swaps two of its words."""
    words = answer.split(" ")
    if len(words) > 1 and rng.random() < 0.5:
        i, j = rng.integers(len(words), size=2)
        words[i], words[j] = words[j], words[i]
        return " ".join(words)
    start, stop = sorted(rng.integers(len(answer) + 1, size=2))
    return answer[:start] + answer[stop:]


def draw_pool(domain: Domain, n_tasks: int, rng: np.random.Generator) -> list[tuple[Task, str]]:
    pool = []
    for index in range(n_tasks):
        task = domain.task("train", index)
        good = [*domain.demonstrations(task, rng), *(domain.best_answers(task) or ())]
        pool += [(task, answer) for answer in [*good, *(damaged(answer, rng) for answer in good)]]
    return pool


def make(env_id: str) -> tuple[gym.Env, Domain]:
    env = gym.make(env_id)
    return env, env.unwrapped.domain


def best_seconds(run: Callable[[], float], repeats: int) -> float:
    return min(run() for _ in range(repeats))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("id", help="environment id, for example vpo/Maze-v0")
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()

    domain = make(arguments.id)[1]
    pool = draw_pool(domain, arguments.tasks, np.random.default_rng(0))
    tasks, answers = [task for task, _ in pool], [answer for _, answer in pool]

    def batch() -> float:
        domain = make(arguments.id)[1]
        start = time.perf_counter()
        domain.score_batch(tasks, answers)
        return time.perf_counter() - start

    def steps() -> float:
        env, _ = make(arguments.id)
        seconds = 0.0
        for task, answer in pool:
            env.reset(options={"index": task.index})  # drawing the task is not what is timed
            start = time.perf_counter()
            env.step(answer)
            seconds += time.perf_counter() - start
        return seconds

    rewards = domain.score_batch(tasks, answers)
    in_batch = best_seconds(batch, arguments.repeats) / len(pool)
    one_by_one = best_seconds(steps, min(2, arguments.repeats)) / len(pool)
    print(
        f"{arguments.id}: {len(pool)} answers to {arguments.tasks} tasks, {rewards.any(1).mean():.0%} score"
    )
    print(f"score_batch  {1 / in_batch:10,.0f} answers/s  ({in_batch * 1e6:.1f} us each)")
    print(f"env.step     {1 / one_by_one:10,.0f} answers/s  ({one_by_one * 1e6:.1f} us each)")
    print(f"ratio        {one_by_one / in_batch:10.1f}")


if __name__ == "__main__":
    main()
