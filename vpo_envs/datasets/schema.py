"""Checks of rows: a function pulls out every field, and its error names the row and the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]


class RowError(ValueError):
    """A row that does not fit the schema of its reader.

    Attributes:
        index: Number of the row, from 0.
        field: Path of the field inside the row, for example `paragraphs[3].title`; empty for the whole row.
        problem: One line that says what is wrong.
        place: Where the row stands, for example `data.jsonl, line 4`; by default its number.
    """

    def __init__(self, index: int, field: str, problem: str, place: str = "") -> None:
        place = place or f"row {index}"
        super().__init__(f"{place}, field {field!r}: {problem}" if field else f"{place}: {problem}")
        self.index = index
        self.field = field
        self.problem = problem
        self.place = place

    def at(self, place: str) -> RowError:
        """Returns the same error with its place."""
        return RowError(self.index, self.field, self.problem, place)


def require(
    row: Mapping[str, Any], index: int, field: str, type: type | tuple[type, ...], inside: str = ""
) -> Any:
    """Returns `row[field]` after checking its presence and type.

    Args:
        row: The row, or a mapping nested in it.
        index: Number of the row, for the message.
        field: The key.
        type: The type, or a tuple of types; a bool is no int here.
        inside: Path of `row` inside the whole row, for the message: `paragraphs[3]`.

    Raises:
        RowError: If the field is missing, None or of another type.

    Example:
        >>> require({"answer": "Oslo"}, 4, "answer", str)
        'Oslo'
        >>> require({"answer": 7}, 4, "answer", str)
        Traceback (most recent call last):
        ...
        vpo_envs.datasets.schema.RowError: row 4, field 'answer': must be str, not int: 7
    """
    path = f"{inside}.{field}" if inside else field
    wanted = type if isinstance(type, tuple) else (type,)
    names = " or ".join(kind.__name__ for kind in wanted)
    if not isinstance(row, Mapping):
        raise RowError(index, inside or field, f"must be an object with named fields, not {shown(row)}")
    value = row.get(field)
    if value is None:
        found = ", ".join(map(str, row)) or "nothing"
        raise RowError(index, path, f"is missing; expected {names}. The row has: {found}")
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise RowError(index, path, f"must be {names}, not {shown(value)}")
    return value


def require_texts(row: Mapping[str, Any], index: int, field: str, inside: str = "") -> list[str]:
    """Returns `row[field]`, a list of strings.

    Raises:
        RowError: If the field is missing or holds anything else.
    """
    values = require(row, index, field, list, inside)
    path = f"{inside}.{field}" if inside else field
    for position, value in enumerate(values):
        if not isinstance(value, str):
            raise RowError(index, f"{path}[{position}]", f"must be str, not {shown(value)}")
    return values


def require_records(row: Mapping[str, Any], index: int, field: str) -> list[Row]:
    """Returns `row[field]`, a list of objects, in either of the layouts in circulation.

    The hub's `Sequence` feature turns a list of objects into an object of lists; both are read.

    Raises:
        RowError: If the field is missing or has neither layout.

    Example:
        >>> require_records({"p": {"idx": [0, 1], "title": ["a", "b"]}}, 0, "p")
        [{'idx': 0, 'title': 'a'}, {'idx': 1, 'title': 'b'}]
    """
    value = require(row, index, field, (list, dict))
    if isinstance(value, dict):
        columns = {name: require(value, index, name, list, field) for name in value}
        if len(set(map(len, columns.values()))) > 1:
            raise RowError(index, field, f"its lists differ in length: {', '.join(columns)}")
        value = [dict(zip(columns, cells)) for cells in zip(*columns.values())]
    for position, record in enumerate(value):
        if not isinstance(record, dict):
            raise RowError(index, f"{field}[{position}]", f"must be an object, not {shown(record)}")
    return value


def shown(value: Any) -> str:
    """Returns type and beginning of a value, for messages."""
    return f"{type(value).__name__}: {value!r:.80}"
