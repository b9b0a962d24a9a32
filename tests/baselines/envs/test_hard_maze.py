import gymnasium as gym
import numpy as np

import baselines.envs.hard_maze  # noqa: F401  (registers the environment)


def test_no_route_is_best_for_everybody():
    domain = gym.make("unlock/MazeHard-v0").unwrapped.domain
    for index in range(20):
        task = domain.task("test", index)
        answers = list(domain.best_answers(task))
        rewards = domain.score_batch([task] * len(answers), answers)
        np.testing.assert_allclose(np.unique(rewards, axis=0), np.unique(domain.pareto_front(task), axis=0))
        assert len(answers) > 1 and (rewards[:, 0] == 1).all()
