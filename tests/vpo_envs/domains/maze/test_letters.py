"""Moves by their letters with counts, and what only looks like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.maze.dresses import score
from vpo_envs.domains.maze.letters import MAX_MOVES, write_out_letters

FORMS = (
    "4R 4U",
    "4R, 4U",
    "4R4U",
    "4xR 4xU",
    "4 x R, 4 x U",
    "R x4, U x4",
    "Rx4 Ux4",
    "R*4 → U*4",
    "R(4) U(4)",
)
FORMS += ("R4U4", "2R 2R UU 2U".replace("UU", "U U"), "R: 4, U: 4", "1. 4R\n2. 4U", "- R x4\n- U x4")
FORMS += ("4 R, 4 U", "R 4, U 4", "R x4, U x4 (8 steps)")


@pytest.mark.parametrize("form", FORMS)
def test_letters_with_counts_are_moves(form):
    assert score(f"<path>{form}</path>") == [1, 0, 1, 1]
    assert score(f"Route: {form}" if "\n" not in form else f"Route:\n{form}") == [1, 0, 1, 1]
    assert score(f"<path>{form.replace('4', '3')}</path>") != [1, 0, 1, 1] or "4" not in form


@pytest.mark.parametrize(
    "text",
    [
        "l2 u3",  # tiles
        "u2 r3 l1",
        "3d, 2l",  # diamonds and lava
        "3g 3d 2l",
        "2d",
        "this 2d grid has 3d, 2l",
        "1 l 2 u 3 l",  # numbers of the steps
        "3 . l b . d",  # a row of the map
        "up 2 left 3",
        "l u u r",
        "r2 units, 3u of them",
    ],
)
def test_what_only_looks_like_moves_stays(text):
    assert write_out_letters(text) == text


def test_more_moves_than_any_route_has_stay():
    assert write_out_letters("2u " * MAX_MOVES).count("up") == 2 * MAX_MOVES
    assert write_out_letters("2u " * (MAX_MOVES + 1)).count("up") == 0


@given(st.text(alphabet="udlrx×*2390 ,;:.()[]-\n→a") | st.text())
def test_any_text_is_taken(text):
    assert isinstance(write_out_letters(text), str)
