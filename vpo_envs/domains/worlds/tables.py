"""Markdown tables in completions, rewritten as lines that a reader of lines understands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from vpo_envs.tables import MOST_CELLS


class Cell(NamedTuple):
    """A cell of a table or an item of a record: its column's head, empty if there is none, and its text."""

    head: str
    text: str


def rewrite_tables(text: str, rewrite: Callable[[Sequence[Cell]], Iterable[str] | None]) -> str:
    r"""Returns a text with every row of its tables in other words.

    A row is a line between bars. Its columns have heads where a rule stands below the first row; the bars
    at the ends may then be left out.

    Args:
        text: Any string.
        rewrite: Returns the lines that a row means; None for a row that stays as it is.

    Example:
        >>> table = "| Key | Value |\n|---|---|\n| **x** | 1 |"
        >>> rewrite_tables(table, lambda row: [f"{cell.head}={cell.text}" for cell in row if cell.head])
        'Key=x\nValue=1'
    """
    if "|" not in text:
        return text
    lines = text.split("\n")
    written: list[str] = []
    heads: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""]):
        if _is_rule(line):
            continue
        begins = _is_rule(following)
        cells = _cells(line) if begins or heads or line.lstrip().startswith("|") else []
        if len(cells) < 2:
            heads = []
            written.append(line)
            continue
        row = [Cell("" if begins else head, cell) for head, cell in zip(_padded(heads, len(cells)), cells)]
        heads = cells if begins else heads
        found = rewrite(row)
        written += [line] if found is None else found
    return "\n".join(written)


def _padded(heads: Sequence[str], size: int) -> list[str]:
    return [*heads, *[""] * (size - len(heads))][:size]


def _is_rule(line: str) -> bool:
    return "-" in line and "|" in line and not line.strip("|-: \t")


def _cells(line: str) -> list[str]:
    """Returns what stands between the bars of a line, without blanks and emphasis."""
    cells = line.strip().removeprefix("|").removesuffix("|").split("|", MOST_CELLS)
    return [cell.strip(" \t*_`") for cell in cells]
