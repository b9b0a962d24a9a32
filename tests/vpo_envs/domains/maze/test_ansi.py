"""Mazes drawn as text."""

import numpy as np

from tests.vpo_envs.domains.maze.by_hand import HAND
from vpo_envs.domains.maze import MazeDomain
from vpo_envs.task import Task


def test_ansi_shows_every_walk_and_its_scores():
    domain = MazeDomain()
    task = Task("", HAND)
    answers = ["b1 c1 d1 e1 e2 e3 e4 e5", "RIGHT RIGHT UP", "no route"]
    text = domain.render(task, answers, domain.score_batch([task] * 3, answers), "ansi")
    assert " 5 G G L . E" in text and "   a b c d e" in text
    assert "S***d  S**.D  S...D" in text
    assert "#1 completion=1.00 gold=0.00 diamond=1.00 avoid_lava=1.00  reached E in 8" in text
    assert "#3 completion=0.00" in text
    assert "#1" not in domain.render(task, [], np.zeros((0, 4), np.float32), "ansi")
