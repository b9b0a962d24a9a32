"""Logging of a run: Stable-Baselines3's logger, with files that survive a resume, and tables of texts."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import uuid
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from stable_baselines3.common.logger import (
    HumanOutputFormat,
    KVWriter,
    Logger,
    TensorBoardOutputFormat,
)

from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import append_line, write_atomically, write_bytes_atomically
from vpo_envs.extras import import_extra
from vpo_envs.suggestions import did_you_mean

PROGRESS = "progress.jsonl"
TABLE = "progress.csv"
WANDB = "wandb.json"
FORMATS = ("stdout", "csv", "json", "tensorboard", "wandb")


def configure(folder: str | Path | None = None, formats: Sequence[str] = ("stdout",)) -> Logger:
    """Returns a logger with the given outputs; existing CSV and JSON files are appended to.

    In distributed runs only the main process writes.

    Args:
        folder: Folder of `progress.csv`, `progress.jsonl` and TensorBoard's event files.
        formats: Any of `stdout`, `csv`, `json`, `tensorboard`, `wandb` (needs an active wandb run).

    Raises:
        ValueError: If a format is unknown, or needs a folder and `folder` is None.
        ImportError: If TensorBoard or wandb is requested and not installed.
    """
    check_formats(formats)
    if not distributed.is_main():
        return Logger(None, [])
    if folder is None:
        if set(formats) - {"stdout", "wandb"}:
            raise ValueError(f"formats={list(formats)} write files: give a folder")
    else:
        os.makedirs(folder, exist_ok=True)
    return Logger(None if folder is None else str(folder), [_writer(name, folder) for name in formats])


def check_formats(formats: Sequence[str]) -> None:
    """Checks the names of outputs.

    Raises:
        ValueError: If a format is unknown.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        hints = dict.fromkeys(did_you_mean(name, FORMATS) for name in unknown)
        raise ValueError(f"log formats {unknown} are unknown; {'; '.join(hints)}")


def _writer(name: str, folder: str | Path | None) -> KVWriter:
    if name == "stdout":
        return HumanOutputFormat(sys.stdout)
    if name == "wandb":
        return WandbWriter()
    assert folder is not None
    if name == "csv":
        return CSVWriter(Path(folder, TABLE))
    if name == "json":
        return JSONLinesWriter(Path(folder, PROGRESS))
    import_extra("tensorboard", "tensorboard", "format 'tensorboard'")
    return TensorBoardWriter(str(folder))


def log_rows(logger: Logger, name: str, rows: Sequence[Mapping[str, Any]], step: int) -> None:
    """Writes a table of texts and numbers to the outputs that hold tables: JSON, TensorBoard, wandb.

    Args:
        logger: A logger of `configure`.
        name: Name of the table; with JSON, of its file `NAME.jsonl`.
        rows: Rows with equal keys; `updates` is one of them, so that a resume can drop later rows.
        step: Step of the log.
    """
    for output in logger.output_formats:
        if isinstance(output, JSONLinesWriter | TensorBoardWriter | WandbWriter):
            output.write_rows(name, rows, step)


def start_wandb(folder: Path, config: Mapping[str, Any]) -> None:
    """Starts the Weights & Biases run of a folder, or continues it; `WANDB_*` variables configure it.

    Raises:
        ImportError: If wandb is not installed.
    """
    wandb = import_extra("wandb", "wandb", "format 'wandb'")
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / WANDB
    if not note.exists():
        write_atomically(note, json.dumps({"id": uuid.uuid4().hex}) + "\n")
    name = json.loads(note.read_text())["id"]
    wandb.init(
        project=os.environ.get("WANDB_PROJECT", "vpo"),
        dir=folder,
        id=name,
        name=folder.name,
        config=dict(config),
        resume="allow",
    )


def read_progress(folder: str | Path) -> list[dict[str, Any]]:
    """Returns the steps logged in `progress.jsonl`, without lines truncated by a killed process."""
    lines = []
    file = Path(folder, PROGRESS)
    if file.exists():
        for text in file.read_bytes().splitlines():
            try:
                line = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(line, dict) and "time/updates" in line:
                lines.append(line)
    return lines


def forget_after(folder: str | Path, updates: int) -> None:
    """Deletes log entries after a step, because a resumed run repeats the later steps.

    Warns of damaged lines, which are left out, and keeps a copy of the file beside it (`NAME.damaged`).
    Tables of rows that another program has written are left alone.

    Args:
        folder: Folder of the log.
        updates: Last step to keep: the checkpoint's.
    """
    file, table = Path(folder, PROGRESS), Path(folder, TABLE)
    steps = read_progress(folder)
    whole = file.read_bytes().count(b"\n") if file.exists() else 0
    _keep_damaged(file, whole - len(steps))
    lines = [line for line in steps if _number(line["time/updates"]) <= updates]
    _rewrite(file, "".join(json.dumps(line) + "\n" for line in lines))
    if table.exists():
        columns, rows, lost = _read_table(table)
        logged = [row for row in rows if _number(row.get("time/updates")) < float("inf")]
        _keep_damaged(table, lost + len(rows) - len(logged))
        kept = [row for row in logged if _number(row["time/updates"]) <= updates]
        _rewrite(table, _csv_text(columns, kept))
    for file in set(Path(folder).glob("*.jsonl")) - {Path(folder, PROGRESS)}:
        found = _read_rows(file)
        if found is not None:
            kept_rows = [row for row in found if _number(row["updates"]) <= updates]
            _rewrite(file, "".join(json.dumps(row) + "\n" for row in kept_rows))


def _keep_damaged(path: Path, lost: int) -> None:
    """Keeps a copy of a log, and warns, if some of its lines are none of its steps."""
    if lost > 0:
        aside = path.with_name(f"{path.name}.damaged")
        write_bytes_atomically(aside, path.read_bytes())
        warnings.warn(
            f"{path} is damaged: {lost} of its lines are left out; {aside} holds all of it", stacklevel=3
        )


def _rewrite(path: Path, text: str) -> None:
    """Replaces the text of a file if there is a file and it holds another text."""
    if path.exists() and path.read_bytes() != text.encode():
        write_atomically(path, text)


def _read_table(table: Path) -> tuple[list[str], list[dict[str, Any]], int]:
    """Returns columns and rows of a table, without a truncated last row, and the number of damaged lines.

    A table with a damaged line is read line by line, so that the damage does no harm to others.
    """
    whole, end, _ = table.read_bytes().decode(errors="replace").rpartition("\n")
    cells = _cells(whole + end)
    if any(len(row) != len(cells[0]) for row in cells):
        lines = whole.split("\n")
        width = len(next(iter(_cells(lines[0])), []))
        cells = [row for line in lines for row in _cells(line) if len(row) == width]
        lost = len(lines) - len(cells)
    else:
        lost = 0
    columns, *rows = cells or [[]]
    return columns, [dict(zip(columns, row)) for row in rows], lost


def _cells(text: str) -> list[list[str]]:
    """Returns the rows of a table as lists of cells; uneven rows if it cannot be read."""
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return [[], [""]]  # rows of different lengths


def _number(value: Any) -> float:
    """Returns the number in a cell; infinity where there is none."""
    try:
        number = float(value)
    except (ValueError, TypeError, OverflowError):
        return float("inf")
    return number if number == number else float("inf")


def _read_rows(file: Path) -> list[dict[str, Any]] | None:
    """Returns the rows of `log_rows`, without lines truncated by a killed process.

    None if another program has written the file, whose lines name no step.
    """
    rows: list[dict[str, Any]] = []
    for text in file.read_bytes().splitlines():
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if not (isinstance(row, dict) and "updates" in row):
            return None
        rows.append(row)
    return rows or None


def _csv_text(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class JSONLinesWriter(KVWriter):
    """A log output that appends one JSON object per step to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, key_values: dict[str, Any], key_excluded: Any, step: int = 0) -> None:
        """Appends one line."""
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
        """Appends one row."""
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
        rows = _read_table(self.path)[1] if columns else []
        write_atomically(self.path, _csv_text([*columns, *missing], [*rows, row]))

    def close(self) -> None:
        """Does nothing: the file is closed after every row."""


class TensorBoardWriter(TensorBoardOutputFormat):
    """A log output of TensorBoard's event files, with tables as text."""

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


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _cell(value: Any) -> str:
    """Returns a value as the cell of a table in Markdown: text between backticks, on one line."""
    if not isinstance(value, str):
        return str(value)
    fence = "`" * (max(map(len, re.findall("`+", value)), default=0) + 1)
    return f"{fence} {' '.join(value.split())} {fence}".replace("|", "\\|")
