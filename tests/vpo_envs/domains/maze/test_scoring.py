"""Rewards from the items that a walk visited, computed by hand."""

import pytest

from vpo_envs.domains.maze.grid import Maze
from vpo_envs.domains.maze.scoring import Haul, count_items, score_visits

# Bits of a visit mask, lowest first: two of gold, four of diamonds, five of lava, one of the bonus.
MAZE = Maze(
    size=6,
    walls=frozenset(),
    start=0,
    exit=35,
    gold=(1, 2),
    diamonds=(3, 4, 5, 6),
    lava=(7, 8, 9, 10, 11),
    bonus=12,
    budget=20,
)
GOLD, DIAMOND, LAVA, BONUS = 1 << 0, 1 << 2, 1 << 6, 1 << 11


@pytest.mark.parametrize(
    ("visited", "haul"),
    [
        (0, Haul(0, 0, 0, 0)),
        (GOLD, Haul(1, 0, 0, 0)),
        (GOLD << 1, Haul(1, 0, 0, 0)),
        (DIAMOND, Haul(0, 1, 0, 0)),
        (DIAMOND << 3, Haul(0, 1, 0, 0)),
        (LAVA, Haul(0, 0, 1, 0)),
        (LAVA << 4, Haul(0, 0, 1, 0)),
        (BONUS, Haul(0, 0, 0, 1)),
        ((1 << 12) - 1, Haul(2, 4, 5, 1)),
    ],
)
def test_items_are_counted_by_kind(visited, haul):
    assert count_items(MAZE, visited) == haul


@pytest.mark.parametrize(
    ("visited", "convex", "rewards"),
    [
        (0, False, (1.0, 0.0, 0.0, 1.0)),
        (GOLD | 3 * DIAMOND | LAVA, False, (1.0, 1 / 2, 2 / 4, 4 / 5)),
        (GOLD | DIAMOND | LAVA | BONUS, False, (1.0, 1 / 2, 1 / 4, 4 / 5)),  # worth nothing here
        (0, True, (1.0, 0.0, 0.0, 1.0)),
        (GOLD | DIAMOND | LAVA, True, (1.0, 1 / 4, 1 / 16, 16 / 25)),
        (GOLD | DIAMOND | LAVA | BONUS, True, (1.0, 3 / 8, 3 / 32, 24 / 25)),
        (3 * GOLD | 15 * DIAMOND | BONUS, True, (1.0, 1.0, 1.0, 1.0)),  # 1.5 is cut to 1
        (31 * LAVA, True, (1.0, 0.0, 0.0, 0.0)),
    ],
)
def test_rewards_of_a_walk(visited, convex, rewards):
    assert score_visits(MAZE, visited, convex) == pytest.approx(rewards)
