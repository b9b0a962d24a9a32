"""Rows of a data set of programs, and their splits by date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from vpo_envs.datasets import Row, RowError, has_suffix, read_rows, split_names
from vpo_envs.domains.code.published import is_benchmark

CUTOFF = "2025-02-01"
"""First date of the test split in arXiv 2605.22817."""

PAPER_END = "2025-05-01"
"""First date behind the test split in arXiv 2605.22817."""


def read_split(
    source: str | PathLike[str], split: str, cutoff: str | None = CUTOFF, end: str | None = None
) -> list[tuple[int, Row]]:
    """Reads the rows of a split, each with its number in the source.

    Where rows have a `contest_date`, it decides: `test` are those from the cutoff to before the end, and rows
    without a date; `train` and `validation` those before the cutoff, of which the latest tenth is
    `validation`. Where none has one, names of files decide, as in `vpo_envs.datasets.read_rows`; a file of
    HumanEval or MBPP is every split at once.

    Args:
        source: A file of any name, a folder of files, or a hub id.
        split: `train`, `validation` or `test`.
        cutoff: A date as YYYY-MM-DD; None: names of files decide.
        end: A date before which the test split ends; None for no end. With one, `train` is all that is before
            the cutoff, as in the paper.

    Raises:
        ValueError: If a date or the source cannot be read, or the split has no rows.
        RowError: If a `contest_date` is no date.
    """
    rows = _distinct(_all_rows(source))
    if cutoff is None or not any(isinstance(row, dict) and row.get("contest_date") for _, row in rows):
        if all(map(is_benchmark, (row for _, row in rows))) and len(split_names(source)) == 1:
            return rows  # HumanEval has no splits
        return list(enumerate(read_rows(source, split)))
    first = read_day("cutoff", cutoff)
    days = [_day(row, index) or first for index, row in rows]
    last = date.max if end is None else read_day("end", end)
    earlier = sorted((place for place, day in enumerate(days) if day < first), key=lambda place: days[place])
    kept = earlier[len(earlier) - len(earlier) // 10 :]
    places = {
        "train": sorted(earlier if end else earlier[: len(earlier) - len(kept)]),
        "validation": sorted(kept),
        "test": [place for place, day in enumerate(days) if first <= day < last],
    }[split]
    if not places:
        raise ValueError(
            f"dataset={str(source)!r} has no row for split {split!r}: its contests are from {min(days)} to "
            f"{max(days)}, and the cutoff between train and test is {cutoff}; give another cutoff=, or a "
            "folder with all files"
        )
    return [rows[place] for place in places]


def read_day(name: str, text: str) -> date:
    """Returns a date in the form YYYY-MM-DD.

    Args:
        name: Name of the argument, for the message.
        text: The date.

    Raises:
        ValueError: If it is none.
    """
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ValueError(f"{name}={text!r} must be a date as YYYY-MM-DD") from None


def _all_rows(source: str | PathLike[str]) -> Iterator[Row]:
    """Yields the rows of all files, in the order of their names, or of all splits of a hub's data set."""
    path = Path(source).expanduser()
    files: Sequence[Any] = [path]
    if path.is_dir():
        files = sorted(filter(has_suffix, path.rglob("*")))
    if not path.exists() or not files:
        files = [source]
    for file in files:
        for name in split_names(file):
            yield from read_rows(file, name)


def _distinct(rows: Iterator[Row]) -> list[tuple[int, Row]]:
    """Returns numbered rows, those left out whose `question_id` has been there before."""
    seen: set[Any] = set()
    kept = []
    for index, row in enumerate(rows):
        name = row.get("question_id")
        key = (row.get("platform"), name) if isinstance(name, str) and name else (index,)
        if key not in seen:
            seen.add(key)
            kept.append((index, row))
    return kept


def _day(row: Row, index: int) -> date | None:
    """Returns the date of a row, None where it has none."""
    value = row.get("contest_date")
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise RowError(index, "contest_date", f"must be a date, not {value!r:.80}") from None
