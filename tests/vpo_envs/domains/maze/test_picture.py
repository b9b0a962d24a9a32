"""Mazes drawn as pictures."""

import gymnasium as gym
import numpy as np

from tests.vpo_envs.domains.maze.by_hand import SMALL
from vpo_envs.domains.maze import MazeDomain, draw_maze


def test_picture_shows_the_pool():
    env = gym.make("vpo/Maze-v0", num_candidates=4, render_mode="rgb_array")
    env.reset(seed=0)
    empty = env.render()
    assert empty.shape == (600, 900, 3) and empty.dtype == np.uint8
    answers = env.unwrapped.domain.best_answers(env.unwrapped.task)
    env.step((answers[0], "UP UP LEFT", "no route"))
    pool = env.render()
    assert (pool != empty).any() and (pool == env.render()).all()


def test_draw_maze_fills_given_axes():
    from matplotlib.figure import Figure

    domain = MazeDomain(**SMALL)
    task = domain.task("train", 0)
    answers = [*domain.best_answers(task), "a1 b1", "no route"]
    answers.append(answers[0])
    ax = Figure().add_subplot()
    draw_maze(ax, task, answers, domain.score_batch([task] * len(answers), answers))
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(labels) == len(answers) - 3
    assert sorted(label[:3] for label in labels) == ["1 ×"] * (len(labels) - 1) + ["2 ×"]
