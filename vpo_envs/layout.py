r"""Layouts that models give an answer, brought to the few that all readers understand: Markdown and JSON."""

from __future__ import annotations

import re

from vpo_envs.literals import without_escapes
from vpo_envs.tables import markdown_tables
from vpo_envs.toml import toml_as_json

ITEM = re.compile(r"^([ \t]{0,8})\\item(?:[ \t]?\[([^\[\]\n]{1,60})\])?[ \t]{1,3}(?=\S)", re.MULTILINE)
LIST = re.compile(r"\\(?:begin|end)\{(?:itemize|enumerate|description)\}(?:\[[^\[\]\n]{0,40}\])?")

TERM = re.compile(r"^([^\n:|=]{1,60})\n[ ]{0,3}:[ \t]{1,4}(?=\S)", re.MULTILINE)
"""A term in a list of definitions, above what it means."""


def usual_layout(text: str, heads: str) -> str:
    r"""Returns a text with its tables and lists in Markdown, and with JSON for its TOML and escaped JSON.

    Args:
        text: Any string.
        heads: Regular expression of the heads that columns may have, as `markdown_tables` takes it.

    Example:
        >>> print(usual_layout("\\begin{itemize}\n\\item x: 1\n\\item[y] 2\n\\end{itemize}", "x"))
        <BLANKLINE>
        - x: 1
        - y: 2
        <BLANKLINE>
    """
    text = toml_as_json(without_escapes(text))
    if "\\item" in text:
        text = ITEM.sub(
            lambda item: f"{item[1]}- {item[2].rstrip(':')}: " if item[2] else f"{item[1]}- ", text
        )
        text = LIST.sub("", text)
    return markdown_tables(TERM.sub(r"\1: ", text), heads)
