"""Notes on tiles and lists of loot are no steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.maze.dresses import CELLS, score
from vpo_envs.domains.maze.notes import names_loot, strip_notes
from vpo_envs.domains.maze.reading import read_route

ROUTE = ", ".join(CELLS)
LISTS = (
    "Gold collected: a1, c1",
    "**Gold tiles:** c1, e2",
    "- Gold: none\n- Diamonds: e2, e3, e4\n- Lava: b3",
    "Diamonds: e2 → e3 → e4",
    "Gold on the path: a1, c1",
    "Tiles with diamonds: e2, e3, e4",
    "Lava avoided: b3, c5",
    "Diamonds collected:\n- e2\n- e3\n- e4",
    "### Diamonds\n\n- e2\n- e3\n- e4",
    "Start: a1, Exit: e5",
    "Turning points: e1, e5",
    "Missed (too far): a5, b5",
    "Total diamonds = 3",
)


@pytest.mark.parametrize("note", LISTS)
@pytest.mark.parametrize(
    "form",
    [
        "<path>@\n\n#</path>",
        "<path>@\n#</path>",
        "<path>#\n\n@</path>",
        "**Path:** @\n#",
        "Route: @\n\n#",
        "#\n\nRoute: @",
        "#\n\n<path>@</path>",
    ],
)
def test_lists_of_loot_are_no_route(form, note):
    assert score(form.replace("@", ROUTE).replace("#", note)) == [1, 0, 1, 1]
    assert score(form.replace("@", ROUTE.removesuffix(", e5")).replace("#", note))[0] == 0


@pytest.mark.parametrize(
    ("answer", "route"),
    [
        # Labels of routes and of their parts may name loot.
        ("Draft: a1 b1\nGold route: a1 a2 b2", "a1 a2 b2"),
        ("Draft: a1 b1\nRoute to the gold: a1 a2", "a1 a2"),
        ("Option 1 (gold): a1 a2\nOption 2 (diamonds): a1 b1", "a1 b1"),
        (
            "Draft: a1 b1\nGold: a1 a2 a3 a4 a5 b5",
            "a1 a2 a3 a4 a5 b5",
        ),  # a walk, longer than any list of loot
        ("Draft: a1 b1\nGold: up up", "up up"),
        ("Gold: a1 a2", "a1 a2"),  # nothing else stands there
        ("Visited tiles\n\na1\na2\na3", "a1 a2 a3"),
        ("<path>To the gold: a1 a2 b2\nTo the exit: b2 c2</path>", "a1 a2 b2 c2"),
        ("<path>Gold: a1 a2 b2\nExit: b2 c2 c3</path>", "a1 a2 b2 c2 c3"),
        ("<path>Collect gold: a1 a2 b2\nThen: b2 c2 c3</path>", "a1 a2 b2 c2 c3"),
        # A better route replaces the first.
        ("Route: a1 a2 a3\nBetter: a1 b1", "a1 b1"),
        ("<path>a1 a2 a3\nFinal: a1 b1</path>", "a1 b1"),
    ],
)
def test_routes_stay_routes(answer, route):
    assert read_route(answer) == route.split()


@pytest.mark.parametrize(
    "sign", [" ← ", " <- ", " => ", " - ", " → ", "  ⬅ ", " ✨ ", " ", " | ", ": ", " (", " # "]
)
@pytest.mark.parametrize("form", ["<path>@</path>", "<path>\n@\n</path>", "Route:\n@"])
@pytest.mark.parametrize("mark", ["", "- ", "1. "])
def test_behind_the_tile_of_a_line_stands_a_note(sign, form, mark):
    end = ")" if sign.endswith("(") else ""
    lines = "\n".join(
        f"{mark}{cell}{f'{sign}diamond{end}' if cell in ('e2', 'e3') else ''}" for cell in CELLS
    )
    assert score(form.replace("@", lines)) == [1, 0, 1, 1]
    assert score(form.replace("@", lines.removesuffix("\n" + mark + "e5")))[0] == 0


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("a1 start\nb3 gold\nc5 lava", False),  # a legend
        ("a1\na2\na3\n\na2 holds gold\na3 holds gold\nb3 holds lava", True),  # a legend below
        ("a1\na2\na3\n\na2 holds gold\na3 holds gold\nb3 holds lava", False),
        ("a1\na2\na3 → exit", True),  # a step to the exit
        ("a1\na2 up\na3", True),
        ("a1 gold\na2", True),
        ("a1 a2\nb1 b2\nc1 c2", True),
        ("3 . b # l\n2 . . # .\n1 # # . .", False),  # a map
    ],
)
def test_other_lines_stay(text, tagged):
    assert strip_notes(text, tagged) == text


@pytest.mark.parametrize(
    ("label", "loot"),
    [
        ("gold collected:", True),
        ("**gold (3):", True),
        ("gold on the path:", True),
        ("tiles with gold:", True),
        ("path (gold first):", False),
        ("path to the gold:", False),
        ("to the gold:", False),
        ("get the gold:", False),
        ("then collect gold:", False),
        ("final:", False),
        ("leg 2, gold:", False),
    ],
)
def test_labels_of_loot(label, loot):
    assert names_loot(label) == loot


@given(st.text(alphabet="a1b2 \n←-:#(goldup.") | st.text(), st.booleans())
def test_any_text_is_taken(text, tagged):
    assert isinstance(strip_notes(text, tagged), str)
