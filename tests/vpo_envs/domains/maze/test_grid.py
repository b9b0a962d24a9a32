"""Tiles, their names, their neighbours and distances, on grids small enough to count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.maze.by_hand import HAND, maze_from
from vpo_envs.domains.maze.grid import (
    DIRECTIONS,
    FAR,
    borders,
    cell_names,
    corners,
    distances,
    manhattan,
    open_neighbours,
    steps,
)


def test_names_count_columns_by_letters_and_rows_by_numbers_from_the_bottom_left():
    assert cell_names(1) == ("a1",)
    assert cell_names(2) == ("a1", "b1", "a2", "b2")
    names = cell_names(26)
    assert (names[25], names[26], names[-1]) == ("z1", "a2", "z26")


@pytest.mark.parametrize(
    ("tile", "around"),
    [
        (0, {"up": 3, "right": 1}),
        (1, {"up": 4, "left": 0, "right": 2}),
        (4, {"up": 7, "down": 1, "left": 3, "right": 5}),
        (5, {"up": 8, "down": 2, "left": 4}),
        (8, {"down": 5, "left": 7}),
    ],
)
def test_borders_of_three_by_three(tile, around):
    assert len(borders(3)) == 9
    assert borders(3)[tile] == around
    assert list(around) == [direction for direction in DIRECTIONS if direction in around]


@given(st.integers(1, 12))
def test_borders_are_mutual(size):
    opposite = {"up": "down", "down": "up", "left": "right", "right": "left"}
    for tile, around in enumerate(borders(size)):
        assert all(borders(size)[other][opposite[direction]] == tile for direction, other in around.items())
    assert sum(map(len, borders(size))) == 4 * size * (size - 1)


def test_steps_lead_to_bordering_tiles_by_either_name_and_nowhere_off_the_grid():
    assert steps(2)[0] == {"up": 2, "right": 1, "down": 0, "left": 0, "a2": 2, "b1": 1}
    assert steps(3)[4] == {
        "up": 7,
        "down": 1,
        "left": 3,
        "right": 5,
        "b3": 7,
        "b1": 1,
        "a2": 3,
        "c2": 5,
    }


def test_walls_have_no_neighbours_and_are_none():
    # . # .
    # . . .
    near = open_neighbours(3, {4})
    assert list(map(sorted, near)) == [[1, 3], [0, 2], [1, 5], [0, 6], [], [2, 8], [3, 7], [6, 8], [5, 7]]
    assert list(map(len, open_neighbours(2, ()))) == [2, 2, 2, 2]
    assert list(map(sorted, HAND.neighbours)) == list(map(sorted, open_neighbours(5, HAND.walls)))


def test_corners_run_against_the_clock():
    assert [cell_names(5)[tile] for tile in corners(5)] == ["a1", "e1", "e5", "a5"]


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("a1", "a1", 0), ("a1", "e5", 8), ("b4", "d1", 5), ("d1", "b4", 5), ("e2", "a2", 4)],
)
def test_steps_without_walls(one, other, steps):
    names = cell_names(5)
    assert manhattan(5, names.index(one), names.index(other)) == steps


def test_distances_by_hand():
    """To the exit e5 of the maze by hand, top row first; walls are out of reach."""
    by_row = [distances(HAND.neighbours, HAND.exit)[row * 5 : row * 5 + 5] for row in reversed(range(5))]
    assert by_row == [
        [4, 3, 2, 1, 0],
        [5, 4, FAR, 2, 1],
        [6, 5, 4, 3, 2],
        [FAR, FAR, 5, 4, 3],
        [8, 7, 6, 5, 4],
    ]


def test_distances_around_blocked_tiles():
    names = cell_names(5)
    blocked = [names.index(name) for name in ("c5", "b3")]
    found = distances(HAND.neighbours, HAND.exit, blocked)
    assert [found[names.index(name)] for name in ("d5", "c3", "a1")] == [1, 4, 8]
    assert [found[names.index(name)] for name in ("a3", "a5", "b4")] == [FAR, FAR, FAR]


def test_a_tile_that_cannot_be_reached_is_farther_than_any_sum_of_steps():
    assert distances([[1], [0], []], 0) == [0, 1, FAR]
    assert FAR > 26 * 26 * 100


@given(st.integers(2, 6), st.data())
def test_distances_differ_by_one_between_neighbours(size, data):
    walls = data.draw(st.sets(st.integers(1, size**2 - 1), max_size=size**2 // 2))
    near = open_neighbours(size, walls)
    found = distances(near, 0)
    assert found[0] == 0
    for tile, reached in enumerate(found):
        others = [found[other] for other in near[tile]]
        if reached == FAR:
            assert set(others) <= {FAR}
        elif tile:
            assert min(others) == reached - 1 >= manhattan(size, tile, 0) - 1
            assert max(others) <= reached + 1
    assert not walls or np.min([found[tile] for tile in walls]) == FAR


def test_items_have_bits_in_the_order_gold_diamonds_lava_bonus():
    names = cell_names(5)
    assert [names[tile] for tile in HAND.items] == ["a5", "b5", "e1", "e2", "e3", "b3", "c5", "c3"]
    assert [HAND.bits[tile] for tile in HAND.items] == [1, 2, 4, 8, 16, 32, 64, 128]
    plain = maze_from("GE SD", budget=3)
    assert (plain.items, plain.bits, plain.bonus) == ((2, 1), {2: 1, 1: 2}, None)
