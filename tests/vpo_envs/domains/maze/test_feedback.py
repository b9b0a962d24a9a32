"""Feedback says where a walk ended and why."""

import pytest

from tests.vpo_envs.domains.maze.by_hand import HAND
from vpo_envs.domains.maze import MazeDomain
from vpo_envs.task import Task


@pytest.mark.parametrize(
    ("answer", "feedback"),
    [
        ("b1 c1 d1 e1 e2 e3 e4 e5", "reached E in 8 of 12 steps with 0/2 gold, 3/3 diamonds, 0/2 lava"),
        ("RIGHT RIGHT UP", "stopped after 3 of 12 steps at c2 without reaching E"),
        (
            "RIGHT UP",
            "blocked at step 2 moving UP from b1; stopped after 2 of 12 steps at b1 without reaching E",
        ),
        (
            "a2 a2 b1",
            "blocked at step 1 moving from a1 to a2 (and 1 more time); "
            "stopped after 3 of 12 steps at b1 without reaching E",
        ),
        ("b1 d1", "void at step 2: d1 is not next to b1"),
        ("up we go", "no route found: write only moves or only tiles between <path> and </path>"),
    ],
)
def test_feedback(answer, feedback):
    assert MazeDomain().feedback(Task("", HAND), answer) == feedback
