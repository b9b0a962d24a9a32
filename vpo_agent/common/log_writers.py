"""Outputs of a log: the terminal, tables and lines in files, TensorBoard, Weights & Biases."""

from __future__ import annotations

import csv
import importlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from stable_baselines3.common.logger import HumanOutputFormat, KVWriter, TensorBoardOutputFormat

from vpo_agent.common.atomic_io import append_line, write_atomically
from vpo_envs.extras import import_extra


class ConsoleWriter(HumanOutputFormat):
    """A log output on the terminal, whose names are never cut: two that end up alike would end the run."""

    def write(self, key_values: dict[str, Any], key_excluded: dict[str, Any], step: int = 0) -> None:
        """Writes a table."""
        indented = (len(key) + 3 for key in key_values)
        self.max_length = max(self.max_length, *indented, 0)
        super().write(key_values, key_excluded, step)


class JSONLinesWriter(KVWriter):
    """A log output that appends one JSON object per step to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, key_values: dict[str, Any], key_excluded: Any, step: int = 0) -> None:
        """Appends one line; none if there is nothing to write."""
        if not key_values:
            return
        values = {"step": step, **{key: _plain(value) for key, value in key_values.items()}}
        append_line(self.path, json.dumps(values) + "\n")

    def write_rows(self, name: str, rows: Sequence[Mapping[str, Any]], step: int) -> None:
        """Appends rows to `NAME.jsonl` in the same folder."""
        lines = "".join(json.dumps({"step": step, **row}) + "\n" for row in rows)
        append_line(self.path.with_name(f"{name}.jsonl"), lines)

    def close(self) -> None:
        """Does nothing: the file is closed after every line."""


class CSVWriter(KVWriter):
    """A log output that appends one CSV row per step; a new column rewrites the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, key_values: dict[str, Any], key_excluded: Any, step: int = 0) -> None:
        """Appends one row; none if there is nothing to write."""
        if not key_values:
            return
        row = {"step": step, **{key: _plain(value) for key, value in key_values.items()}}
        columns: list[str] = []
        if self.path.exists():
            with open(self.path, newline="") as file:
                columns = next(csv.reader(file), [])
        missing = [key for key in row if key not in columns]
        if not missing:
            text = io.StringIO(newline="")
            csv.DictWriter(text, columns, restval="").writerow(row)
            append_line(self.path, text.getvalue())
            return
        rows = read_table(self.path)[1] if columns else []
        write_atomically(self.path, csv_text([*columns, *missing], [*rows, row]))

    def close(self) -> None:
        """Does nothing: the file is closed after every row."""


class TensorBoardWriter(TensorBoardOutputFormat):
    """A log output of TensorBoard's event files, with tables as text."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._written = False

    def write(self, key_values: dict[str, Any], key_excluded: dict[str, Any], step: int = 0) -> None:
        """Adds the values at this step."""
        self._written = True
        super().write(key_values, key_excluded, step)

    def forget_after(self, step: int) -> None:
        """Makes TensorBoard hide later entries that earlier processes have written."""
        if not self._written:
            events: Any = importlib.import_module("tensorboard.compat.proto.event_pb2")
            start = events.SessionLog(status=events.SessionLog.START)
            file: Any = self.writer.file_writer
            file.add_event(events.Event(step=step + 1, session_log=start), step + 1)

    def write_rows(self, name: str, rows: Sequence[Mapping[str, Any]], step: int) -> None:
        """Adds the rows as one text, a table in Markdown."""
        if rows:
            cells = [[_cell(value) for value in row.values()] for row in rows]
            lines = [[*map(str, rows[0])], ["---"] * len(rows[0]), *cells]
            text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
            self.writer.add_text(name, text, step)
            self.writer.flush()


class WandbWriter(KVWriter):
    """A log output that sends values to the active Weights & Biases run."""

    def __init__(self) -> None:
        self.wandb = import_extra("wandb", "wandb", "format 'wandb'")

    def write(self, key_values: dict[str, Any], key_excluded: Any, step: int = 0) -> None:
        """Logs the values at this step."""
        self.wandb.log({key: _plain(value) for key, value in key_values.items()}, step=step)

    def write_rows(self, name: str, rows: Sequence[Mapping[str, Any]], step: int) -> None:
        """Logs the rows as a table at this step."""
        if rows:
            data = [list(row.values()) for row in rows]
            self.wandb.log({name: self.wandb.Table(columns=list(rows[0]), data=data)}, step=step)

    def close(self) -> None:
        """Does nothing: the caller owns the run and finishes it."""


def read_table(table: Path) -> tuple[list[str], list[dict[str, Any]], int, bool]:
    """Returns columns and rows of a table, the number of damaged lines, and whether the last one is cut.

    A table with a damaged line is read line by line, so that the damage does no harm to others. A truncated
    last row is left out.
    """
    whole, end, rest = table.read_bytes().decode(errors="replace").rpartition("\n")
    cells = _cells(whole + end)
    if any(len(row) != len(cells[0]) for row in cells):
        lines = whole.split("\n")
        width = len(next(iter(_cells(lines[0])), []))
        cells = [row for line in lines for row in _cells(line) if len(row) == width]
        lost = len(lines) - len(cells)
    else:
        lost = 0
    columns, *rows = cells or [[]]
    return columns, [dict(zip(columns, row)) for row in rows], lost, bool(rest)


def _cells(text: str) -> list[list[str]]:
    """Returns the rows of a table as lists of cells; uneven rows if it cannot be read."""
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return [[], [""]]  # rows of different lengths


def csv_text(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    """Returns a table as CSV; cells that a row lacks are empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _cell(value: Any) -> str:
    """Returns a value as the cell of a table in Markdown: text between backticks, on one line."""
    if not isinstance(value, str):
        return str(value)
    fence = "`" * (max(map(len, re.findall("`+", value)), default=0) + 1)
    return f"{fence} {' '.join(value.split())} {fence}".replace("|", "\\|")
