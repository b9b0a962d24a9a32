"""Demonstrations arrive, differ and vary in quality."""

import numpy as np
import pytest

from tests.vpo_envs.domains.maze.by_hand import SCATTERED_FIVE, SMALL
from vpo_envs.domains.maze import MazeDomain


@pytest.mark.parametrize("knobs", [{}, SMALL, SCATTERED_FIVE], ids=["nine", "small", "five"])
def test_demonstrations_arrive_differ_and_vary_in_quality(knobs):
    domain = MazeDomain(**knobs)
    rng = np.random.default_rng(0)
    tasks = [domain.task("train", index) for index in range(60)]
    pools = [domain.demonstrations(task, rng) for task in tasks]
    assert all(len(set(pool)) == len(pool) >= 1 for pool in pools)
    assert np.mean([len(pool) for pool in pools]) > 3
    rewards = [domain.score_batch([task] * len(pool), pool) for task, pool in zip(tasks, pools)]
    together = np.concatenate(rewards)
    assert (together[:, 0] == 1).all()
    # They show how to walk: most collect nothing of a kind, few all of it; many step on lava.
    for objective in (1, 2):
        assert (together[:, objective] == 1).mean() < 0.2
        assert (together[:, objective] == 0).mean() > 0.5
    assert 0.1 < (together[:, 3] < 1).mean() < 0.7
    # Mixed quality: the mean falls short of the best by a margin that leaves something to learn.
    best = np.mean([(domain.pareto_front(task) @ domain.weights).max() for task in tasks])
    assert (together @ domain.weights).mean() < best - 0.05


def test_the_quality_of_demonstrations_is_the_share_that_makes_for_the_exit():
    domain = MazeDomain()
    tasks = [domain.task("train", index) for index in range(30)]
    shares = []
    for quality in (0.0, 0.5, 1.0):
        rng = np.random.default_rng(0)
        pools = [domain.demonstrations(task, rng, quality=quality) for task in tasks]
        rewards = [domain.score_batch([task] * len(pool), pool) for task, pool in zip(tasks, pools)]
        shares.append(np.concatenate(rewards)[:, 0].mean())
    assert shares[0] < 0.3 < shares[1] < shares[2] == 1
    # A random walk is a legal route all the same: it never leaves the floor.
    assert not any("void" in domain.feedback(task, text) for task, pool in zip(tasks, pools) for text in pool)
