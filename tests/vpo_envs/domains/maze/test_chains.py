"""Edges, moves beside tiles, and the ends of a route by their letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.maze.chains import unchain
from vpo_envs.domains.maze.grid import DIRECTIONS


@pytest.mark.parametrize(
    ("steps", "route"),
    [
        ("", ""),
        ("a1 a2 b2", "a1 a2 b2"),
        ("up right up", "up right up"),
        # Edges.
        ("a1 a2 a2 b2", "a1 a2 b2"),
        ("s0 a2 a2 b2 b2 e0", "a2 b2 e0"),
        ("up a1 a2 right a2 b2", "a1 a2 b2"),
        ("a1 a2 up a2 b2 right", "a1 a2 b2"),
        ("a1 up a2 a2 right b2", "a1 a2 b2"),
        ("a1 a2 up a2 b2 up", "a1 a2 up a2 b2 up"),  # the second move contradicts the tiles
        ("a1 a2 a2 b2 c2", "a1 a2 a2 b2 c2"),  # standing still
        ("a1 a1 a2 a2", "a1 a1 a2 a2"),
        ("a1 a1", "a1 a1"),
        # Moves behind the tiles that they lead to.
        ("a2 up b2 right c2 right", "a2 b2 c2"),
        ("a1 a2 up b2 right", "a1 a2 b2"),
        ("a2 up b2 up c2 right", "a2 up b2 up c2 right"),  # a contradiction
        # Moves that lead on from their tiles, or stand before the tiles.
        ("a1 up a2 right b2 right", "a1 up a2 right b2 right"),
        ("a1 up a2 up a3 up", "a1 up a2 up a3 up"),
        ("up a2 right b2", "up a2 right b2"),
        ("a1 a2 up", "a1 a2 up"),
        # Ends.
        ("s0 a1 a2 e0", "a1 a2 e0"),
        ("a1 s0 a2 e0 b2", "a1 a2 b2"),
        ("a1 a2 up e0", "a1 a2 up"),
        ("up up e0", "up up"),
        ("up a1 a2 right a2 e0", "a1 a2 right"),
        ("s0 e0", ""),
        ("e0", ""),
    ],
)
def test_routes_by_hand(steps, route):
    assert unchain(steps.split()) == route.split()


@given(st.lists(st.sampled_from([*DIRECTIONS, "a1", "a2", "b2", "z26", "s0", "e0"])))
def test_nothing_is_added_but_taken_away(steps):
    rest = iter(steps)
    route = unchain(steps)
    assert "s0" not in route and "e0" not in route[:-1] and route != ["e0"]
    if not any(step in DIRECTIONS for step in steps):
        assert all(step in rest for step in route)
