"""Demonstrations: within the budget, right in half, wrong by one."""

import gymnasium as gym
import numpy as np

from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.domains.code_tests.demonstrations import off_by_one
from vpo_envs.scalarization import spread_weights


def test_demonstrations_keep_the_budget_and_leave_room_to_learn():
    domain = gym.make("vpo/CodeTestsSmall-v0").unwrapped.domain
    tasks = [domain.task("train", index) for index in range(8)]
    weights = spread_weights(64, 16)
    left = []
    means = {}
    for quality in (0.0, 1.0):
        rewards = []
        for i, task in enumerate(tasks):
            rng = np.random.default_rng(i)
            drawn = [answer for _ in range(4) for answer in domain.demonstrations(task, rng, quality)][:30]
            rewards.append(domain.score_batch([task] * 30, drawn))
        means[quality] = np.mean(rewards)
        best = np.mean([(reward @ weights.T).max(axis=0).mean() for reward in rewards])
        optimum = np.mean([(domain.pareto_front(task) @ weights.T).max(axis=0).mean() for task in tasks])
        left.append((optimum - best) / (optimum - means[quality]))
    assert min(left) >= 0.25, "a quarter of the gap is left to a pool of 30"
    assert 0.05 < means[0.0] < means[1.0]


def test_demonstrations_of_one_problem_are_right_in_half():
    domain = CodeTestsDomain(problems=1)
    pairs = [
        (task, answer)
        for i, task in enumerate(domain.task("train", index) for index in range(12))
        for answer in domain.demonstrations(task, np.random.default_rng(i))
    ]
    solved = domain.score_batch(*zip(*pairs)).all(axis=1).mean()
    assert 0.35 < solved < 0.7
    assert domain.pareto_front(pairs[0][0]).tolist() == [[1] * 16]


def test_off_by_one_moves_one_thing():
    source = "def f(x):\n    return 5 if x < 3 else 8"
    made = {off_by_one(source, np.random.default_rng(seed)) for seed in range(60)}
    changes = [
        ("< 3", "<= 3"),
        ("< 3", "< 2"),
        ("< 3", "< 4"),
        ("5", "4"),
        ("5", "6"),
        ("8", "7"),
        ("8", "9"),
    ]
    assert made == {source.replace(*change) for change in changes}
    assert off_by_one("print(input())", np.random.default_rng(0)) == "print(input())"
