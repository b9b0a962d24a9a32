"""Answers in tables, tags, YAML and Python, rewritten as lines that begin with labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vpo_envs.domains.worlds.tables import Cell, rewrite_tables
from vpo_envs.reading import plain_tags

_LAW = r"law|formula|equation|hypothesis"
_LAW_TAG = re.compile(
    rf"(?:^|(?<=>))([ \t>*_`-]{{0,8}})<(?:\w{{1,12}}[ _-])?(?:{_LAW})>", re.IGNORECASE | re.MULTILINE
)
_LAW_LABEL = re.compile(rf"(?:\w{{1,12}} )?(?:{_LAW}):?", re.IGNORECASE)

_LAW_HEAD = re.compile(_LAW, re.IGNORECASE)
_ASSIGNED = re.compile(
    rf"^[ \t]{{0,8}}(?:{_LAW}|expression)[ \t]?=[ \t]?(?=[\"'])", re.IGNORECASE | re.MULTILINE
)
"""The name of a string that is the law, which is no symbol."""
_FUNCTION = re.compile(
    r"^[ \t]{0,8}def (\w{1,30})\([^()\n]{0,100}\)(?: ?-> ?\w{1,20})?:\s{0,12}"
    r"(?:(?:\"\"\"|#)[^\n]{0,200}\s{1,12}){0,3}return ",
    re.MULTILINE,
)
_LAMBDA = re.compile(r"=[ \t]?lambda [^:=\n]{0,80}:")
_VALUE_AND_UNIT = re.compile(
    r"^([ \t]{0,20}[^\s:=][^\n:=]{0,30}:)[ \t]{0,3}\n[ \t]{1,20}value:([^\n]{1,60})"
    r"\n[ \t]{1,20}units?:[ \t]{0,3}[\"']?([^\n\"']{1,60})[\"']?",
    re.MULTILINE,
)
"""A setting in YAML, whose value and unit have lines of their own."""


def as_lines(text: str) -> str:
    r"""Returns a text whose law and experiment, where they have forms of their own, are labelled lines.

    Example:
        >>> as_lines("| Law | Next experiment |\n|---|---|\n| v = 2*x | x = 3 m |")
        'Law: v = 2*x\nexperiment: x = 3 m'
        >>> as_lines("<law id='1'>2*x</law>"), as_lines("def v(x):\n    return 2*x")
        ('law: 2*x</law>', 'v = 2*x')
        >>> as_lines("experiment:\n  x:\n    value: 3\n    unit: m")
        'experiment:\n  x: 3 m'
    """
    text = rewrite_tables(text, _row_as_lines)
    text = _LAW_TAG.sub(r"\1law: ", plain_tags(text, rf"(?:\w{{1,12}}[ _-])?(?:{_LAW}|experiment)"))
    text = _LAMBDA.sub("=", _FUNCTION.sub(r"\1 = ", text))
    return _VALUE_AND_UNIT.sub(r"\1\2 \3", _ASSIGNED.sub("law: ", text))


def _row_as_lines(row: Sequence[Cell]) -> list[str] | None:
    """Returns a row below heads for the law and the experiment as one line a cell, and the heads as none.

    A row that begins with the label of a law and goes on with its right side alone is a line, too.
    """
    if len(row) == 2 and _LAW_LABEL.fullmatch(row[0].text) and re.search(r"[*/^\\]", row[1].text):
        return None if "=" in row[1].text else [f"law: {row[1].text}"]
    heads = [cell.head or cell.text for cell in row]
    experiments = ["experiment" in head.lower() for head in heads]
    if "=" in "".join(heads) or not any(experiments) or not any(map(_LAW_HEAD.search, heads)):
        return None
    labels = ["experiment" if it_is else head for it_is, head in zip(experiments, heads)]
    return [f"{label}: {cell.text}" for label, cell in zip(labels, row) if cell.head]
