import gymnasium as gym
import numpy as np

import baselines.envs.collinear  # noqa: F401  (registers the environment)


def test_every_objective_is_the_fixed_scalar_of_the_small_maze():
    control = gym.make("ablation/MazeCollinear-v0").unwrapped.domain
    maze = gym.make("vpo/MazeSmall-v0").unwrapped.domain
    task = maze.task("test", 0)
    assert control.task("test", 0).compact == task.compact
    answers = [*maze.best_answers(task), "a1 b1", ""]
    scalars = maze.score_batch([task] * len(answers), answers) @ maze.weights
    np.testing.assert_allclose(
        control.score_batch([task] * len(answers), answers), np.tile(scalars[:, None], 4), rtol=1e-6
    )
    assert control.pareto_front(task).shape == (1, 4)
