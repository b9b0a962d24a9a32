"""Routes in JSON, in tables and in calls, rewritten as lines that the reader of lines understands.

All functions take any text in lower case, never raise on it and run in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from vpo_envs.domains.maze.grid import DIRECTIONS
from vpo_envs.domains.maze.spelling import CELL
from vpo_envs.domains.worlds.tables import Cell, rewrite_tables
from vpo_envs.literals import read_value, unwrapped, value_end

MOST_TRIES = 16
"""Brackets without a route in them after which no more are looked into, which bounds the time."""

VALUE = re.compile(r"""[\[{](?=\s{0,40}(?:["'“‘{\[]|//|#|/\*))""")
KEYS = ("path", "route", "moves", "answer", "solution", "steps", "cells", "tiles")
ROUTE_KEYS = (*(f"final_{key}" for key in KEYS), *KEYS)
ITEM_KEYS = ("move", "direction", "action", "cell", "tile", "position", "square", "step")
COUNT_KEYS = ("count", "times", "steps", "repeat", "distance", "length")
COLUMN_KEYS = ("column", "col")
NUMBERED = re.compile(r"(?:step|move|tile|cell)?[ _-]?[0-9]{1,3}")
NUMBER = re.compile(r"(?:step |move )?#?[0-9]{1,3}[.)]?")
CALL = re.compile(
    r"""^([^\w\n]{0,9})[a-z_]{1,40}\(\s{0,9}(?:[a-z_]{1,20}[ ]?=[ ]?)?"""
    r"""(["'\[][^()]*["'\]])\s{0,9},?\s{0,9}\)""",
    re.MULTILINE,
)
ANNOTATION = re.compile(r":[ ]?(?:list|tuple|sequence|str)(?:\[[a-z,. ]{1,20}\])?[ ]?(?==)")


def rewrite_records(text: str) -> str:
    r"""Returns a text with the steps of its JSON, its tables and its calls in plain lines.

    Args:
        text: Any string in lower case.

    Example:
        >>> rewrite_records('{"output": {"path": ["a1", "a2"], "moves": ["up"]}}')
        '\npath:\na1 a2\npath:\n'
        >>> rewrite_records('{"step": 1, "tile": "a1"}\n{"step": 2, "tile": "a2"}')
        ' a1 \n a2 '
        >>> rewrite_records("| step | tile |\n|---|---|\n| 1 | a1 |\n| 2 | a2 |")
        '| step | tile |\na1\na2'
        >>> rewrite_records('final_answer("a1 a2")'), rewrite_records("path: list[str] = ['a1', 'a2']")
        ('"a1 a2"', 'path = a1 a2')
    """
    text = CALL.sub(r"\1\2", ANNOTATION.sub(" ", text))
    return rewrite_tables(_rewrite_json(text), _row)


def _rewrite_json(text: str) -> str:
    """Returns a text with each JSON value that holds a route as that route."""
    written: list[str] = []
    place = tries = 0
    while tries < MOST_TRIES and (opening := VALUE.search(text, place)):
        start = opening.start()
        end = value_end(text, start)
        route = _in_words(text[start:end]) if end is not None else ""
        tries += not route
        written += [text[place:start], route or text[start]]
        place = end if end is not None and route else start + 1
    return "".join([*written, text[place:]])


def _in_words(source: str) -> str:
    """Returns the route of an object on lines of its own, that of a list or a single step in line."""
    with suppress(ValueError, RecursionError):
        value = unwrapped(read_value(source, repeated_keys=True))
        route = _route(value)
        if not isinstance(value, dict):
            return route
        # The labels part it from other routes: a draft above, another answer below.
        return f"\npath:\n{route}\npath:\n" if route else f" {step} " if (step := _step(value)) else ""
    return ""


def _route(value: Any) -> str:
    """Returns the steps of a value as text, those of a list in one line; empty for anything else."""
    value = unwrapped(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _step(value) or " ".join(filter(None, map(_step, value)))
    if not isinstance(value, dict):
        return ""
    found = next(filter(None, (_route(value[key]) for key in ROUTE_KEYS if key in value)), "")
    return found or (_route([*value.values()]) if all(map(NUMBERED.fullmatch, value)) else "")


def _step(item: Any) -> str:
    """Returns one of several steps as text: as it is, or from its column and row, or from an object."""
    if isinstance(item, str):
        return item
    if isinstance(item, int):
        return str(item)
    if isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], int):
        return f"{item[0]}{item[1]}"
    return _recorded(item) if isinstance(item, dict) else ""


def _recorded(record: Mapping[str, Any]) -> str:
    """Returns the step that a record tells: an edge, or else a move with its count, or a tile."""
    start, end = _field(record, ("from",)), _field(record, ("to",))
    step = _field(record, ITEM_KEYS)
    if start and end:
        return " ".join(filter(None, (step, start, end)))
    if step in DIRECTIONS and (count := _field(record, COUNT_KEYS, numbers=True)):
        return f"{step} x{count}"
    column, row = _field(record, COLUMN_KEYS), _field(record, ("row",), numbers=True)
    return step or (column + row if column and row else "")


def _field(record: Mapping[str, Any], names: Sequence[str], numbers: bool = False) -> str:
    """Returns the first field of a record under one of the names, if it is a number or if it is none."""
    for name in names:
        for key, value in record.items():
            text = _step(value) if name in re.split("[ _]", key) else ""
            if text and numbers == (NUMBER.fullmatch(text) is not None):
                return text
    return ""


def _row(cells: Sequence[Cell]) -> list[str] | None:
    """Returns the step of a row, by the heads of the columns; without heads, its cells but for a number.

    A tile in a row without a number may stand in a legend, so that such a row stays.
    """
    step = _recorded({cell.head: cell.text for cell in cells if cell.head})
    numbered = any(NUMBER.fullmatch(cell.text) for cell in cells)
    if step:
        return [step] if numbered or not CELL.fullmatch(step) else None
    return [" | ".join(cell.text for cell in cells[1:])] if NUMBER.fullmatch(cells[0].text) else None
