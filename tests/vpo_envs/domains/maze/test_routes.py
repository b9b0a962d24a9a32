"""Walks by hand: where routes lead, what they visit, and how they are written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.maze.by_hand import HAND
from vpo_envs.domains.maze.grid import cell_names
from vpo_envs.domains.maze.routes import Walk, walk_answer, walk_key, walk_route, write_cells, write_moves

# 5 G G L . E
# 4 . . # . .
# 3 . L B . D
# 2 # # . . D
# 1 S . . . D
#   a b c d e
NAMES = cell_names(5)
EAST = ["right"] * 4


def names(walk: Walk) -> str:
    return " ".join(NAMES[tile] for tile in walk.tiles)


@pytest.mark.parametrize(
    ("route", "tiles", "arrived", "stray"),
    [
        ("", "a1", False, ""),
        ("right up", "a1 b1 b1", False, ""),  # a wall
        ("down left", "a1 a1 a1", False, ""),  # off the grid
        ("b1 c1 c2", "a1 b1 c1 c2", False, ""),
        ("a1 b1 c1", "a1 b1 c1", False, ""),  # the start may be named
        ("b1 b1 c1", "a1 b1", False, "b1"),
        ("b1 a1 a1", "a1 b1 a1", False, "a1"),
        ("a1 a1 b1", "a1", False, "a1"),
        ("right b1 c1 right d1", "a1 b1 c1 d1", False, ""),  # remarks beside moves
        ("a1 right b1 up c1", "a1 b1 b1 c1", False, ""),
        ("b1 d1 e1", "a1 b1", False, "d1"),
        ("b1 c2", "a1 b1", False, "c2"),
        ("f1", "a1", False, "f1"),
        ("a2 a3", "a1 a1", False, "a3"),  # a bump into a wall by its name
        ("right right right right up up up up down", "a1 b1 c1 d1 e1 e2 e3 e4 e5", True, ""),
        ("b1 c1 d1 e1 e2 e3 e4 e0", "a1 b1 c1 d1 e1 e2 e3 e4 e5", True, ""),  # the exit by its letter
        ("b1 e0", "a1 b1", False, "e5"),
    ],
)
def test_walks_by_hand(route, tiles, arrived, stray):
    walk = walk_route(HAND, route.split())
    assert (names(walk), walk.arrived, walk.stray) == (tiles, arrived, stray)
    assert len(walk.taken) == len(walk.tiles) - 1


def test_steps_are_kept_as_they_were_written():
    walk = walk_route(HAND, ["a1", "right", "b1", "up", "c1", "e0"])
    assert walk.taken == ["right", "up", "c1"] and walk.stray == "e5"


def test_a_walk_ends_with_its_budget():
    bumps = ["left"] * 20
    assert len(walk_route(HAND, bumps).tiles) == 12 + 1
    assert walk_route(HAND, [*bumps[:4], *EAST, *["up"] * 4]).arrived
    late = walk_route(HAND, [*bumps[:5], *EAST, *["up"] * 4])
    assert not late.arrived and names(late).endswith("e3 e4")
    assert walk_route(HAND, ["left"] * 12 + ["z9"]).stray == "", "what lies beyond it is not read"
    assert names(walk_route(replace(HAND, budget=0), EAST)) == "a1"


@pytest.mark.parametrize(
    ("route", "items"),
    [
        ("b1", []),
        ("b1 c1 d1 e1 d1 e1", ["e1"]),
        ("b1 c1 c2 c3 b3 a3 a4 a5 b5 c5 d5 e5", ["a5", "b5", "b3", "c5", "c3"]),
        ("b1 b2 c1 c2 c3 d3 e3 e2", ["e2", "e3", "c3"]),
    ],
)
def test_items_are_visited_by_standing_on_them(route, items):
    walk = walk_route(HAND, route.split())
    assert walk.visited == sum(HAND.bits[NAMES.index(name)] for name in items)


def test_answers_are_read_by_our_rules_or_by_those_of_the_authors():
    paper = replace(HAND, paper=True)
    assert names(walk_answer(HAND, "I go UP first. <path>b1 c1</path>")) == "a1 b1 c1"
    assert names(walk_answer(paper, "I go RIGHT first. <path>b1 c1</path>")) == "a1 b1"
    assert walk_answer(HAND, "no route") is None and walk_answer(paper, "b1 c1") is None


@pytest.mark.parametrize(
    ("route", "key"),
    [
        ("", ""),
        ("b1 c1 c2 c1", "R R U D"),
        ("right left up", "R L ."),
        ("b1 d1", "R !d1"),
        ("d1", "!d1"),
    ],
)
def test_one_key_for_all_spellings(route, key):
    assert walk_key(HAND, walk_route(HAND, route.split())) == key


def test_tiles_are_written_as_cells_or_as_moves():
    tiles = [NAMES.index(name) for name in ["c1", "c2", "d2", "d1", "c1"]]
    assert write_cells(HAND, tiles) == "c1 c2 d2 d1 c1"
    assert write_moves(HAND, tiles) == "UP RIGHT DOWN LEFT"
    assert (write_cells(HAND, tiles[:1]), write_moves(HAND, tiles[:1])) == ("c1", "")


@given(st.lists(st.sampled_from(["up", "down", "left", "right"]), max_size=15))
def test_a_walk_is_walked_again_from_what_is_written_of_it(route):
    walk = walk_route(HAND, route)
    assert all(tile not in HAND.walls for tile in walk.tiles)
    assert walk.taken == route[: len(walk.taken)] and len(walk.taken) <= HAND.budget
    moved = [tile for i, tile in enumerate(walk.tiles) if i == 0 or tile != walk.tiles[i - 1]]
    for answer in (write_moves(HAND, moved).lower().split(), write_cells(HAND, moved).split()):
        again = walk_route(HAND, answer)
        assert (again.tiles, again.visited, again.arrived) == (moved, walk.visited, walk.arrived)
