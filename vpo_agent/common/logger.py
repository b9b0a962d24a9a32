"""Logging of a run: Stable-Baselines3's logger, with files that survive a resume, and tables of texts."""

from __future__ import annotations

import json
import os
import sys
import uuid
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stable_baselines3.common.logger import CSVOutputFormat, KVWriter, Logger

from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import write_atomically, write_bytes_atomically
from vpo_agent.common.log_writers import (
    ConsoleWriter,
    CSVWriter,
    JSONLinesWriter,
    TensorBoardWriter,
    WandbWriter,
    csv_text,
    read_table,
)
from vpo_envs.extras import import_extra
from vpo_envs.suggestions import did_you_mean

PROGRESS = "progress.jsonl"
TABLE = "progress.csv"
WANDB = "wandb.json"
UPDATES, TIMESTEPS = "time/updates", "time/timesteps"
"""Counts in the entry of every step; entries without them are the user's own."""
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
        return ConsoleWriter(sys.stdout)
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
    file = Path(folder, PROGRESS)
    lines = map(_object, file.read_bytes().splitlines()) if file.exists() else ()
    return [line for line in lines if line is not None and UPDATES in line]


def forget_lost(logger: Logger, updates: int, timesteps: int) -> None:
    """Deletes a logger's entries after a step, see `forget_after`; TensorBoard hides them.

    A table of Stable-Baselines3's writer is left alone: it is held open, and starts empty in every process.

    Args:
        logger: The logger.
        updates: Last step to keep: the checkpoint's.
        timesteps: Timesteps at that step; 0 if they are counted anew.
    """
    for output in logger.output_formats:
        if isinstance(output, TensorBoardWriter) and timesteps:
            output.forget_after(timesteps)
    if logger.dir:
        held = any(isinstance(output, CSVOutputFormat) for output in logger.output_formats)
        forget_after(logger.dir, updates, table=not held)


def forget_after(folder: str | Path, updates: int, table: bool = True) -> None:
    """Deletes log entries after a step, because a resumed run repeats the later steps.

    Entries that the user has written without a step belong to the step before them. Warns of damaged lines,
    which are left out, and keeps a copy of the file beside it (`NAME.damaged`). Tables of rows that another
    program has written are left alone, as are files in which there is nothing to delete.

    Args:
        folder: Folder of the log.
        updates: Last step to keep: the checkpoint's.
        table: Whether to delete in `progress.csv`, too.
    """
    log, rows = Path(folder, PROGRESS), Path(folder, TABLE)
    if log.exists():
        _forget_lines(log, updates)
    if table and rows.exists():
        _forget_rows(rows, updates)
    for file in set(Path(folder).glob("*.jsonl")) - {log}:
        found = _read_rows(file)
        if found is not None:
            kept_rows = [row for row in found if _number(row["updates"]) <= updates]
            _rewrite(file, "".join(json.dumps(row) + "\n" for row in kept_rows).encode())


def _forget_lines(log: Path, updates: int) -> None:
    content = log.read_bytes()
    texts = content.splitlines()
    lines = [_object(text) for text in texts]
    kept = _kept([line if line is None or _is_whole(line) else None for line in lines], updates)
    cut = bool(content) and not content.endswith(b"\n") and lines[-1] is None  # the process was killed
    _keep_damaged(log, sum(line is None or not _is_whole(line) for line in lines) - cut)
    _rewrite(log, b"".join(text + b"\n" for text, keep in zip(texts, kept) if keep))


def _forget_rows(table: Path, updates: int) -> None:
    columns, rows, lost, cut = read_table(table)
    whole = [_is_whole(row) for row in rows]
    _keep_damaged(table, lost + whole.count(False))
    kept = _kept([row if fine else None for row, fine in zip(rows, whole)], updates)
    if lost or cut or not all(kept):
        _rewrite(table, csv_text(columns, [row for row, keep in zip(rows, kept) if keep]).encode())


def _kept(entries: Sequence[Mapping[str, Any] | None], updates: int) -> list[bool]:
    """Returns which entries of a log to keep: those up to a step, but not the damaged ones, given as None."""
    kept, going = [], True
    for entry in entries:
        if entry is not None and entry.get(UPDATES) not in (None, ""):
            going = _number(entry[UPDATES]) <= updates
        kept.append(entry is not None and going)
    return kept


def _is_whole(entry: Mapping[str, Any]) -> bool:
    """Returns False for an entry of a step that does not name its step any more: a damaged one."""
    updates, timesteps = (entry.get(name) not in (None, "") for name in (UPDATES, TIMESTEPS))
    return _number(entry[UPDATES]) < float("inf") if updates else not timesteps


def _object(text: bytes) -> dict[str, Any] | None:
    """Returns the JSON object of a line; None if there is none."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _keep_damaged(path: Path, lost: int) -> None:
    """Keeps a copy of a log, and warns, if some of its lines are damaged."""
    if lost > 0:
        aside = path.with_name(f"{path.name}.damaged")
        write_bytes_atomically(aside, path.read_bytes())
        warnings.warn(
            f"{path} is damaged: {lost} of its lines are left out; {aside} holds all of it", stacklevel=4
        )


def _rewrite(path: Path, content: bytes) -> None:
    """Replaces the content of a file if it is another."""
    if path.read_bytes() != content:
        write_bytes_atomically(path, content)


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
