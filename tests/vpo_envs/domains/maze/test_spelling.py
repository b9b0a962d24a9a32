"""Spellings of single steps: characters, names of tiles, counts, and two forms of one route."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.maze.spelling import MAX_REPEATS, spell_out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Characters.
        ("a1 -&gt; a2 &rarr; a3 &#8594; b3 &#x2192; c3", "a1 -> a2 > a3 > b3 > c3"),
        ("a1&nbsp;a2 &nosuch; &#99999999999999999999;", "a1 a2 &nosuch; &#99999999999999999999;"),
        ("$a_1$ $b_{12}$ $\\mathrm{c}_3$ d₁₀", "$a1$ $b12$ $ {c3$ d10"),
        ("step_1 up_to a_0", "step_1 up_to a_0"),
        # Arrows of one kind beside tiles separate them; otherwise they are moves.
        ("(a1)→(a2)→(b2)", "(a1)>(a2)>(b2)"),
        ("a1 ↓ b1 ⬇ c1", "a1 > b1 > c1"),
        ("↑ (a2) → (b2)", "↑ (a2) → (b2)"),
        ("→ → →", "→ → →"),
        # An end or a treasure by its letter, with the name of its tile.
        ("s (a1) → g(a2) → **d** (b2) → exit ( c2 )", "a1 > a2 > ** b2 > c2"),
        ("a1 (s) → a2 → (e)", "a1 (s) > a2 > e"),
        ("l (a2), u (a3)", "l (a2), u (a3)"),
        ("up → e (a2)", "up > e (a2)"),
        # Counts after the moves.
        ("up 2 right 3", "up up right right right"),
        ("up 2, right 3.", "up up , right right right ."),
        ("up (2), right(3)", "up up , right right right"),
        ("up2 right3", "up up right right right"),
        ("**up** 2, up: 2, up - 2, up^2, up [2]", "** up up , up up , up up , up up , up up"),
        ("up 2 steps, left by 3", "up up , left left left"),
        ("up x2, right 2x, left (2 times)", "up up , right right , left left"),
        ("1. up 2\n2. right 3", "1. up up \n2. right right right"),
        ("route 1: up 2, right", "route 1: up up , right"),
        ("upx2 rightx3, left×2", "up up right right right , left left"),
        ("up two, right: three, left (one)", "up up , right right right , left "),
        ("up two right one", "up up right "),
        ("up two. right three.", "up up ; right right right ;"),
        ("up 4. right 4.", "up up up up ; right right right right ."),
        ("up 2 tile(s), left by two", "up up , left left"),
        ("from a1 up 2 tiles to a3", "from a1 up up to a3"),
        ("upon two, the lefty one", "upon two, the lefty one"),
        # Counts before the moves.
        ("2xup 3×right", "up up right right right"),
        ("two up, one right", "up up , right"),
        ("2 up 3 right", "up up right right right"),
        ("2up, 3right", "up up , right right right"),
        ("2 steps up, 2× left, 2 times down", "up up , left left , down down"),
        ("1. 2 up\n2. 3 right", "1. up up \n2. right right right"),
        ("path: 2 up 2 right", "path: up up right right"),
        # Numbers that number the moves or give their total.
        ("1 up 2 right 3 up", "1 up 2 right 3 up"),
        ("1 up\n2 right", "1 up\n2 right"),
        ("(1) up (2) right (3) up", "(1) up (2) right (3) up"),
        ("up (5) up (4) left (3) up (2) up (1)", "up (5) up (4) left (3) up (2) up (1)"),  # steps left
        ("up 3, right 2, up 1", "up up up , right right , up "),
        ("1. up 2. right 3. up", "1. up 2. right 3. up"),
        ("1) up 2) right", "1) up 2) right"),
        ("up 2. right 3. up", "up 2. right 3. up"),
        ("one up two right three up", "1 up 2 right 3 up"),
        ("1: up 2: right", "1: up 2: right"),
        ("1 - up 2 - right", "1 - up 2 - right"),
        ("up (1), right (2), up (3)", "up (1), right (2), up (3)"),
        ("up right up (3 steps)", "up right up (3 steps)"),
        ("up right up (2 steps)", "up right up up "),
        ("up up\n\ntotal 2", "up up\n\ntotal 2"),
        ("u2 r3", "u2 r3"),  # names of tiles
        # Two forms of one route.
        ("a1 a2, or in moves up", "a1 a2\n\nup"),
        ("up up or, as tiles: a1 a2", "up up\n\na1 a2"),
        ("a1 a2; moves: up", "a1 a2\n\nup"),
        ("a1 → e or → up", "a1 > e\n\nup"),
        ("up or right, a1 or b1, a1 or even up", "up or right, a1 or b1, a1 or even up"),
        ("r r u or a1 b1, i.e. rru", "r r u\n\na1 b1\n\nrru"),
        ("a1 up a2 moves up", "a1 up a2 moves up"),
    ],
)
def test_steps_become_plain_words(text, words):
    blanks = [" ".join(line.split()) for line in spell_out(text).split("\n")]
    assert blanks == [" ".join(line.split()) for line in words.split("\n")]


def test_more_counts_than_any_route_has_are_not_written_out():
    assert spell_out("up 9 " * MAX_REPEATS).count("up") == 9 * MAX_REPEATS
    assert spell_out("up 9 " * (MAX_REPEATS + 1)).count("up") == MAX_REPEATS + 1


@given(
    st.text()
    | st.lists(st.sampled_from(["up", "2", "(", "x", "a1", "→", "or", "&#", "9" * 20, ";", "\n", " "])).map(
        "".join
    )
)
def test_any_text_is_spelled_out(text):
    assert isinstance(spell_out(text.lower()), str)
