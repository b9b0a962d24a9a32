"""Remarks that name directions beside tiles are no steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.maze.dresses import CELLS, score
from vpo_envs.domains.maze.reading import read_route
from vpo_envs.domains.maze.remarks import strip_remarks

FIRST, SECOND = " ".join(CELLS[:5]), " ".join(CELLS[5:])  # a1 to e1, e2 to e5
REMARKS = (
    "# go right",
    "  # RIGHT",
    "#right, right, right, right",
    "// right",
    "// right along the bottom, to e1",
    "/* right */",
    "- right along the bottom",
    "- right",
    "-- going right, then up",
    "— right to the end",
    "- right to e1",
    "(go right)",
    "[right]",
    "[right, below the lava]",
    "# past the lava. Then up!",
)
LABELS = (
    "Right along the bottom:",
    "**Going right:**",
    "Right:",
    "Go right:",
    "Down and right, past the wall:",
    "- Right, below the lava:",
    "*Right along the bottom*:",
    "# right along the bottom\n",
    "Going right:\n",
    "// right, then up\n",
)


@pytest.mark.parametrize("remark", REMARKS)
def test_remarks_behind_tiles_are_no_steps(remark):
    assert score(f"<path>\n{FIRST} {remark}\n{SECOND}\n</path>") == [1, 0, 1, 1]
    assert score(f"<path>\n{FIRST} {remark}\n{SECOND[:-3]}\n</path>")[0] == 0


@pytest.mark.parametrize("label", LABELS)
def test_labels_of_stretches_are_no_steps(label):
    up = label.replace("right", "up").replace("Right", "Up")
    assert score(f"<path>\n{label} {FIRST}\n{up} {SECOND}\n</path>") == [1, 0, 1, 1]
    assert score(f"<path>\n{label} {FIRST}\n{up} {SECOND[:-3]}\n</path>")[0] == 0


@pytest.mark.parametrize(
    ("inside", "route"),
    [
        ("UP: a1 a2", "up a1 a2"),
        ("a1 - UP\na2 - UP", "a1 up a2 up"),
        ("a1 a2 - then up", "a1 a2 up"),
        ("a1 a2 # then a3", "a1 a2 a3"),
        ("a1 [up, up]", "a1 up up"),
        ("a1 a2\nUp again: a1 b1", "a1 b1"),  # another route
    ],
)
def test_steps_stay_steps(inside, route):
    assert read_route(f"<path>{inside}</path>") == route.split()


@given(st.text(alphabet="a1b2 \n-:#/[](goldup.") | st.text(), st.booleans())
def test_any_text_is_taken(text, tagged):
    assert isinstance(strip_remarks(text, tagged), str)
