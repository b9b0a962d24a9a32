"""Reading of rows from files, folders and the hub, split by split.

A source is a local file (`.jsonl`, `.json`, both also with `.gz`, or `.parquet`), a folder of such files, or
the id of a data set on the Hugging Face hub (`owner/name`, through the optional package `datasets`).
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from vpo_envs.datasets.schema import Row, RowError, shown
from vpo_envs.extras import import_extra

SPLIT_NAMES = {
    "train": ("train",),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "validation", "valid", "val", "dev"),
}
"""Names that data sets give to our splits, best first. Many publish no labelled test split: their
validation split is then the test, as is usual in papers."""

SUFFIXES = (".jsonl", ".json", ".parquet", ".jsonl.gz", ".json.gz")

SHARD = re.compile(r"-(\d+)-of-(\d+)$")
"""The end of the name of a file that holds a part of a table."""

Placed = tuple[str, Row]
"""A row with its place, for example `data.jsonl, line 4`."""


def read_rows(source: str | PathLike[str], split: str) -> list[Row]:
    """Reads all rows of one split.

    A single file stands for the split that is asked for, unless its name says another one
    (`musique_ans_v1.0_train.jsonl` is no test split). In a folder the file names tell the splits,
    and `train-00000-of-00002.parquet` is the first of two shards.

    Args:
        source: A `.jsonl`, `.json` or `.parquet` file, a folder of them, or a hub id `owner/name`.
        split: `train`, `validation` or `test`, under any of `SPLIT_NAMES`, or else the source's own
            name for a split.

    Returns:
        At least one row, as plain Python objects.

    Raises:
        ValueError: If the source or the split does not exist, is ambiguous, or has no rows.
        RowError: If a row is not an object.
        MissingExtraError: If the package that reads the source is not installed.
    """
    return [row for _, row in read_placed_rows(source, split)]


def read_placed_rows(source: str | PathLike[str], split: str) -> list[Placed]:
    """Reads all rows of one split with their places, see `read_rows`."""
    path = local_path(source)
    if path is None:
        dataset = _hub(str(source))
        rows = place_rows(dataset[pick_split(source, split, list(dataset))], str(source))
    else:
        files = _split_files(path)
        name = next(iter(files)) if is_nameless(path) else pick_split(source, split, list(files))
        rows = [row for file in _shards(source, split, files[name]) for row in _read_file(file)]
    if not rows:
        raise ValueError(f"dataset={str(source)!r} has no rows in split {split!r}")
    return rows


def place_rows(rows: Iterable[Any], source: str) -> list[Placed]:
    """Returns rows with their places: source and number, from 0.

    Raises:
        RowError: If a row is not an object.
    """
    placed = []
    for index, row in enumerate(rows):
        place = f"{source}, row {index}"
        if not isinstance(row, Mapping):
            raise RowError(index, "", f"must be an object, not {shown(row)}", place)
        placed.append((place, dict(row)))
    return placed


def own_name(source: str | PathLike[str], split: str) -> str | None:
    """Returns a source's own name of a split; None if it has no such split.

    Splits with equal names are the same rows. A file that names no split stands for all, under its own name.

    Raises:
        ValueError: If the source does not exist.
    """
    path = local_path(source)
    if path is not None and is_nameless(path):
        return path.name
    names = split_names(source)
    return next((name for name in SPLIT_NAMES.get(split, (split,)) if name in names), None)


def split_names(source: str | PathLike[str]) -> list[str]:
    """Returns the source's own names of its splits, sorted; of a folder, as its file names tell them."""
    path = local_path(source)
    return sorted(_hub(str(source)) if path is None else _split_files(path))


def pick_split(source: object, split: str, names: Sequence[str]) -> str:
    """Returns the source's own name of a split.

    Raises:
        ValueError: If the source has no such split.
    """
    for name in SPLIT_NAMES.get(split, (split,)):
        if name in names:
            return name
    raise ValueError(f"dataset={str(source)!r} has no split {split!r}; it has: {', '.join(sorted(names))}")


def local_path(source: str | PathLike[str]) -> Path | None:
    """Returns the path of a local source, None for a hub id.

    Raises:
        ValueError: If the source is neither.
    """
    path = Path(source).expanduser()
    if path.exists():
        return path
    if isinstance(source, str) and re.fullmatch(r"[\w.-]+/[\w.-]+", source) and not has_suffix(path):
        return None
    raise ValueError(
        f"dataset={str(source)!r} does not exist; give a {', '.join(SUFFIXES)} file, a folder of them, "
        "or a hub id of the form 'owner/name'"
    )


def is_nameless(path: Path) -> bool:
    """Returns True for a single file whose name tells no split; it stands for every split."""
    return path.is_file() and _split_word(path) is None


def has_suffix(path: Path) -> bool:
    """Returns True for the name of a file that can be read, by its suffix."""
    return path.name.endswith(SUFFIXES)


def _split_files(path: Path) -> dict[str, list[Path]]:
    """Returns the files of each split, under the split's name or, where file names tell none, the file's."""
    if path.is_file() and not has_suffix(path):
        raise ValueError(f"dataset={str(path)!r} must end in one of {', '.join(SUFFIXES)}")
    files = [path] if path.is_file() else sorted(filter(has_suffix, path.rglob("*")))
    if not files:
        raise ValueError(f"dataset={str(path)!r} is a folder without {', '.join(SUFFIXES)} files")
    splits: dict[str, list[Path]] = {}
    for file in files:
        splits.setdefault(_split_word(file) or _unsharded(file).name, []).append(file)
    return splits


def _stem(file: Path) -> str:
    """Returns a file's name without its suffixes."""
    return file.name.removesuffix(next(filter(file.name.endswith, SUFFIXES), ""))


def _unsharded(file: Path) -> Path:
    """Returns the path without `-00000-of-00001` and suffixes."""
    return file.with_name(SHARD.sub("", _stem(file)))


def _split_word(file: Path) -> str | None:
    """Returns the one word in a file's name that names a split, if there is exactly one."""
    known = {name for names in SPLIT_NAMES.values() for name in names}
    words = known.intersection(re.findall(r"[a-z]+", _unsharded(file).name.lower()))
    return words.pop() if len(words) == 1 else None


def _shards(source: str | PathLike[str], split: str, files: Sequence[Path]) -> Sequence[Path]:
    """Returns the files after checking that they are one table: one file, or all shards of one."""
    shards = [SHARD.search(_stem(file)) for file in files]
    totals = {shard and int(shard[2]) for shard in shards}
    tables = {(_unsharded(file), file.name.removeprefix(_stem(file))) for file in files}
    if len(tables) > 1 or len(totals) > 1 or (len(files) > 1 and totals == {None}):
        names = ", ".join(sorted(str(file) for file in files))
        raise ValueError(
            f"dataset={str(source)!r} has several files for split {split!r}: {names}; give one of them"
        )
    (total,) = totals
    missing = {*range(total or 0)} - {int(shard[1]) for shard in shards if shard}
    if missing:
        raise ValueError(
            f"dataset={str(source)!r}, split {split!r}: of {total} shards number {min(missing)} is missing; "
            "give all of them, or name those that there are as a table of their own"
        )
    return files


def _read_file(file: Path) -> list[Placed]:
    if file.suffix == ".parquet":
        parquet = import_extra("pyarrow.parquet", "datasets", f"dataset={str(file)!r}")
        try:
            table = parquet.read_table(file)
        except ValueError as error:  # pyarrow.ArrowInvalid
            raise ValueError(f"dataset={str(file)!r} is not a parquet file: {error}") from error
        return place_rows(table.to_pylist(), file.name)
    try:
        with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8-sig") as lines:
            text = lines.read()
    except UnicodeDecodeError as error:
        raise ValueError(f"dataset={str(file)!r} is not UTF-8 text: {error}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"dataset={str(file)!r} is not a gzip file: {error}") from error
    if text.lstrip().startswith("["):
        try:
            table = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"dataset={str(file)!r} is not JSON: {error}") from error
        return place_rows(table, file.name)
    rows: list[Placed] = []
    # Only line feeds end a line of JSON: `splitlines` would cut at U+2028, which strings may hold.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{file.name}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RowError(
                len(rows), "", f"not JSON: {error}; {file.name} must hold one object a line, or a list", place
            ) from error
        if not isinstance(row, dict):
            raise RowError(len(rows), "", f"must be an object, not {shown(row)}", place)
        rows.append((place, row))
    return rows


def _hub(source: str) -> Mapping[str, Any]:
    """Loads all splits of a hub data set by name; rows that the hub has cached stay out of memory."""
    return import_extra("datasets", "datasets", f"dataset={source!r}").load_dataset(source)
