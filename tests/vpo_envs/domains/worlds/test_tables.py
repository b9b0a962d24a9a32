"""Rows of Markdown tables with the heads of their columns."""

import pytest

from vpo_envs.domains.worlds.tables import rewrite_tables


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| a | b |", [[("", "a"), ("", "b")]]),
        ("| H | I |\n|---|---|\n| a | b |\n| **c** | `d` |", [
            [("", "H"), ("", "I")], [("H", "a"), ("I", "b")], [("H", "c"), ("I", "d")]
        ]),
        ("| H | I |\n|-|-|\n| a | b | c |", [[("", "H"), ("", "I")], [("H", "a"), ("I", "b"), ("", "c")]]),
        ("| H | I |\n|-|-|\n| a | |\n\n| b | c |", [
            [("", "H"), ("", "I")], [("H", "a"), ("I", "")], [("", "b"), ("", "c")]
        ]),
        ("H | I\n---|---\na | b\n\nc | d", [[("", "H"), ("", "I")], [("H", "a"), ("I", "b")]]),
        ("a | b", []),
        ("| a |", []),
        ("|", []),
        ("", []),
    ],
)  # fmt: skip
def test_rows_have_the_heads_of_their_columns(text, rows):
    seen = []
    assert rewrite_tables(text, seen.append) == "\n".join(
        line for line in text.split("\n") if not line.startswith(("|-", "---"))
    )
    assert [[tuple(cell) for cell in row] for row in seen] == rows


def test_rows_are_rewritten_in_their_place():
    text = "x\n| a | b |\ny"
    assert rewrite_tables(text, lambda row: [cell.text for cell in row]) == "x\na\nb\ny"
    assert rewrite_tables(text, lambda row: []) == "x\ny"
