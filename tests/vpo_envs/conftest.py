"""A domain small enough to know every answer's reward by heart."""

import re
from collections.abc import Callable

import pytest
from hypothesis import settings

from vpo_envs import Domain, Objective, Task, VectorRewardEnv

settings.register_profile("envs", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("envs")


class Shares(Domain):
    """Shares out points: the answer `3 7` is worth (0.3, 0.7), if that is no more than there are."""

    objectives = (Objective("left", "points on the left"), Objective("right", weight=3.0))

    def sample_task(self, rng):
        points = int(rng.integers(6, 15))
        case = rng.integers(10**9)
        return Task(f"Share {points} points, case {case}.", points, f"share {points} case {case}")

    def score(self, task, answer):
        match = re.fullmatch(r"([0-9]|10) ([0-9]|10)", answer)
        left, right = map(int, match.groups()) if match else (0, 0)
        return (left / 10, right / 10) if left + right <= task.truth else (0.0, 0.0)

    def demonstrations(self, task, rng):
        left = int(rng.integers(1, 6))
        return [f"{left} {5 - left}", "4 2", "nothing"]

    def best_answers(self, task):
        return [f"{left} {task.truth - left}" for left in range(11) if 0 <= task.truth - left <= 10]

    def feedback(self, task, answer):
        return "" if self.score(task, answer)[0] else "no points on the left"


@pytest.fixture(scope="session")
def shares() -> Domain:
    return Shares()


@pytest.fixture(scope="session")
def make_env() -> Callable[..., VectorRewardEnv]:
    """Builds the environment of the domain above."""
    return lambda **kwargs: VectorRewardEnv(Shares(), **kwargs)
