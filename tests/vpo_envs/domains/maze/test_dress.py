"""Right routes score in any dress, wrong ones in none."""

import pytest

from tests.vpo_envs.domains.maze.dresses import DRESSES, MAZE, score
from vpo_envs.domains.maze import MazeDomain
from vpo_envs.task import Task

each_dress = pytest.mark.parametrize(
    ("dress", "right", "wrong"), [d[1:] for d in DRESSES], ids=[d[0] for d in DRESSES]
)


def test_the_table_is_long_enough():
    assert len(DRESSES) >= 50


@each_dress
def test_right_answers_score_in_any_dress(dress, right, wrong):
    assert score(dress(right)) == [1, 0, 1, 1]
    domain, task = MazeDomain(), Task("", MAZE)
    assert domain.answer_key(task, dress(right)) == "R R R R U U U U"


@each_dress
def test_wrong_answers_score_in_no_dress(dress, right, wrong):
    assert score(dress(wrong)) == [0, 0, 0, 0]
