"""Public data sets as sources of tasks: reading rows, checking them, and domains that are backed by them.

A source is a local file (`.jsonl`, `.json`, `.parquet`), a folder of such files, or the id of a data
set on the Hugging Face hub (`owner/name`, through the optional package `datasets`). A reader of one
schema calls `read_rows` and pulls every field out with `require`, so that a file in the wrong schema
ends in an error that names the row and the field.
"""

from __future__ import annotations

import importlib
import json
import re
import warnings
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from vpo_envs.core import Domain, Task, check_index

SPLIT_NAMES = {
    "train": ("train",),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "validation", "valid", "val", "dev"),
}
"""What data sets call our splits, best first. Many publish no labelled test split: their validation
split is then the test, as is usual in papers."""

SUFFIXES = (".jsonl", ".json", ".parquet")
INSTALL_HINT = "install it with: pip install datasets"  # brings pyarrow

Row = dict[str, Any]
Example = TypeVar("Example")


class RowError(ValueError):
    """A row does not fit the schema its reader expects.

    Attributes:
        index: Number of the row, from 0.
        field: Path of the field inside the row, for example `paragraphs[3].title`.
    """

    def __init__(self, index: int, field: str, problem: str) -> None:
        super().__init__(f"row {index}, field {field!r}: {problem}")
        self.index = index
        self.field = field


def require(
    row: Mapping[str, Any], index: int, field: str, type: type | tuple[type, ...], inside: str = ""
) -> Any:
    """Returns `row[field]` after checking that it is there and of the right type.

    Args:
        row: The row, or a mapping nested in it.
        index: Number of the row, for the message.
        field: The key.
        type: What the value must be an instance of; a bool is no int here.
        inside: Where `row` lies in the whole row, for the message: `paragraphs[3]`.

    Raises:
        RowError: If the field is missing, None or of another type.

    Example:
        >>> require({"answer": "Oslo"}, 4, "answer", str)
        'Oslo'
        >>> require({"answer": 7}, 4, "answer", str)
        Traceback (most recent call last):
        ...
        vpo_envs.datasets.RowError: row 4, field 'answer': must be str, not int: 7
    """
    path = f"{inside}.{field}" if inside else field
    wanted = type if isinstance(type, tuple) else (type,)
    names = " or ".join(kind.__name__ for kind in wanted)
    if not isinstance(row, Mapping):
        raise RowError(index, inside or field, f"must be an object with named fields, not {_shown(row)}")
    value = row.get(field)
    if value is None:
        found = ", ".join(map(str, row)) or "nothing"
        raise RowError(index, path, f"is missing; expected {names}. The row has: {found}")
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise RowError(index, path, f"must be {names}, not {_shown(value)}")
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
            raise RowError(index, f"{path}[{position}]", f"must be str, not {_shown(value)}")
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
            raise RowError(index, f"{field}[{position}]", f"must be an object, not {_shown(record)}")
    return value


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
        ImportError: If the package that reads the source is not installed.
    """
    path = _local_path(source)
    if path is None:
        dataset = _hub(str(source))
        rows = list(dataset[_pick(source, split, list(dataset))])
    else:
        files = _split_files(path)
        name = next(iter(files)) if _is_nameless(path) else _pick(source, split, list(files))
        rows = [row for file in _shards(source, split, files[name]) for row in _read_file(file)]
    if not rows:
        raise ValueError(f"dataset={str(source)!r} has no rows in split {split!r}")
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise RowError(index, "", f"a row must be an object, not {_shown(row)}")
    return rows


def same_split(source: str | PathLike[str], split: str, other: str) -> bool:
    """Whether two of our splits are the same rows: a file that names no split, or one split in both roles.

    Raises:
        ValueError: If the source or one of the splits does not exist.
    """
    path = _local_path(source)
    if path is not None and _is_nameless(path):
        return True
    names = split_names(source)
    return _pick(source, split, names) == _pick(source, other, names)


def split_names(source: str | PathLike[str]) -> list[str]:
    """The source's own names of its splits, sorted; of a folder, as its file names tell them."""
    path = _local_path(source)
    return sorted(_hub(str(source)) if path is None else _split_files(path))


class DatasetDomain(Domain, Generic[Example]):
    """A domain whose tasks are sampled endlessly or, if a data set is given, read from it.

    Both ways make an example (an immutable object that holds all of one problem), and one function
    turns examples into tasks. A data set has finitely many tasks: `task(split, index)` takes the
    index modulo the number of rows. All rows of a split are read and checked when its first task is
    asked for. Where the same rows serve two splits (a single file that names none; a validation split where
    there is no test split), a warning says so.

    Args:
        dataset: A source as in `read_rows`; None for procedural tasks.
    """

    def __init__(self, dataset: str | PathLike[str] | None = None) -> None:
        self.dataset = dataset
        self._examples: dict[str, Sequence[Example]] = {}

    @abstractmethod
    def sample_example(self, rng: np.random.Generator) -> Example:
        """Draws an example. All randomness must come from `rng`."""

    @abstractmethod
    def read_examples(self, source: str | PathLike[str], split: str) -> Sequence[Example]:
        """Reads all examples of a split of a data set."""

    @abstractmethod
    def make_task(self, example: Example) -> Task:
        """The task of an example; the example itself is usually the task's `truth`."""

    def sample_task(self, rng: np.random.Generator) -> Task:
        """Draws a procedural task."""
        return self.make_task(self.sample_example(rng))

    def task(self, split: str, index: int) -> Task:
        """The task of (split, index); with a data set, of its row `index` modulo their number."""
        if self.dataset is None:
            return super().task(split, index)
        check_index(split, index)
        examples = self._split(split)
        row = int(index) % len(examples)
        return replace(self.make_task(examples[row]), split=split, index=row)

    def size(self, split: str) -> int | None:
        """Number of rows of the split of a data set; None without one."""
        return None if self.dataset is None else len(self._split(split))

    def _split(self, split: str) -> Sequence[Example]:
        assert self.dataset is not None
        if split not in self._examples:
            same = [other for other in self._examples if same_split(self.dataset, split, other)]
            if same:
                warnings.warn(
                    f"dataset={str(self.dataset)!r}: the tasks of split {split!r} are those of {same[0]!r}; "
                    "to keep them apart give a folder with a file for each, named after it",
                    stacklevel=3,
                )
            self._examples[split] = self.read_examples(self.dataset, split)
        return self._examples[split]


def _local_path(source: str | PathLike[str]) -> Path | None:
    """The path of a local source, None for a hub id."""
    path = Path(source).expanduser()
    if path.exists():
        return path
    if isinstance(source, str) and re.fullmatch(r"[\w.-]+/[\w.-]+", source) and path.suffix not in SUFFIXES:
        return None
    raise ValueError(
        f"dataset={str(source)!r} does not exist; give a {', '.join(SUFFIXES)} file, a folder of them, "
        "or a hub id of the form 'owner/name'"
    )


def _is_nameless(path: Path) -> bool:
    """Whether it is a single file whose name tells no split, which then stands for every one."""
    return path.is_file() and _split_word(path) is None


def _pick(source: str | PathLike[str], split: str, names: Sequence[str]) -> str:
    """Which of the source's splits is meant."""
    for name in SPLIT_NAMES.get(split, (split,)):
        if name in names:
            return name
    raise ValueError(f"dataset={str(source)!r} has no split {split!r}; it has: {', '.join(sorted(names))}")


def _split_files(path: Path) -> dict[str, list[Path]]:
    """The files of each split, under the split's name or, where file names tell none, the file's."""
    if path.is_file() and path.suffix not in SUFFIXES:
        raise ValueError(f"dataset={str(path)!r} must end in one of {', '.join(SUFFIXES)}")
    files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.suffix in SUFFIXES)
    if not files:
        raise ValueError(f"dataset={str(path)!r} is a folder without {', '.join(SUFFIXES)} files")
    splits: dict[str, list[Path]] = {}
    for file in files:
        splits.setdefault(_split_word(file) or _unsharded(file).name, []).append(file)
    return splits


def _unsharded(file: Path) -> Path:
    """The path without `-00000-of-00001` and suffix."""
    return file.with_name(re.sub(r"-\d+-of-\d+$", "", file.stem))


def _split_word(file: Path) -> str | None:
    """The one word in a file's name that names a split, if there is exactly one."""
    known = {name for names in SPLIT_NAMES.values() for name in names}
    words = known.intersection(re.findall(r"[a-z]+", _unsharded(file).name.lower()))
    return words.pop() if len(words) == 1 else None


def _shards(source: str | PathLike[str], split: str, files: Sequence[Path]) -> Sequence[Path]:
    """The files, after checking that they are shards of one table and not several tables."""
    tables = {_unsharded(file) for file in files}
    if len(tables) > 1:
        names = ", ".join(sorted(str(file) for file in files))
        raise ValueError(
            f"dataset={str(source)!r} has several files for split {split!r}: {names}; give one of them"
        )
    return files


def _read_file(file: Path) -> list[Any]:
    if file.suffix == ".parquet":
        parquet = _import("pyarrow.parquet", str(file))
        try:
            return parquet.read_table(file).to_pylist()
        except ValueError as error:  # pyarrow.ArrowInvalid
            raise ValueError(f"dataset={str(file)!r} is not a parquet file: {error}") from error
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"dataset={str(file)!r} is not UTF-8 text: {error}") from error
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"dataset={str(file)!r} is not JSON: {error}") from error
    rows = []
    for line in filter(str.strip, text.split("\n")):
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise RowError(
                len(rows),
                "",
                f"the line is not JSON: {error}; {file.name} must hold one object a line, or a list",
            ) from error
    return rows


def _hub(source: str) -> Mapping[str, Any]:
    """All splits of a hub data set by name; what the hub has cached is not loaded into memory."""
    return _import("datasets", source).load_dataset(source)


def _import(module: str, source: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f"dataset={source!r} needs the package {package}; {INSTALL_HINT}") from error


def _shown(value: Any) -> str:
    return f"{type(value).__name__}: {value!r:.80}"
