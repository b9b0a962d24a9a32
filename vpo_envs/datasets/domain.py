"""Domains whose tasks are sampled endlessly or read from a public data set."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from os import PathLike
from typing import Generic, TypeVar

import numpy as np

from vpo_envs.datasets.reading import own_name, read_rows
from vpo_envs.datasets.schema import Row, RowError
from vpo_envs.domain import Domain
from vpo_envs.splits import check_index
from vpo_envs.task import Task

Example = TypeVar("Example")


class DatasetDomain(Domain, Generic[Example]):
    """A domain whose tasks are sampled endlessly or, if a data set is given, read from it.

    Both ways make an example: an immutable object that holds all of one problem. One function turns
    examples into tasks. A data set has finitely many tasks: `task(split, index)` takes the index modulo
    the number of rows. All rows of a split are read and checked at the first request for one of its tasks.
    A warning is given where the same rows serve two splits: a single file that names none, or a
    validation split where there is no test split.

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
    def row_reader(self, source: str | PathLike[str]) -> Callable[[Row, int], Example | None]:
        """Returns the function that reads one row of a source.

        It gets a row and its number. It returns the row's example, or None for a row that is left out on
        purpose, and raises `RowError` for a row of another schema.
        """

    def read_examples(self, source: str | PathLike[str], split: str) -> Sequence[Example]:
        """Reads all examples of a split of a data set; by default row by row, see `read_rows`."""
        read = self.row_reader(source)
        examples = (read(row, index) for index, row in enumerate(read_rows(source, split)))
        return [example for example in examples if example is not None]

    @abstractmethod
    def make_task(self, example: Example) -> Task:
        """Returns the task of an example; the example itself is usually the task's `truth`."""

    def sample_task(self, rng: np.random.Generator) -> Task:
        """Draws a procedural task."""
        return self.make_task(self.sample_example(rng))

    def task(self, split: str, index: int) -> Task:
        """Returns the task of (split, index); with a data set, that of row `index` modulo their number."""
        if self.dataset is None:
            return super().task(split, index)
        check_index(split, index)
        examples = self._split(split)
        row = int(index) % len(examples)
        return replace(self.make_task(examples[row]), split=split, index=row)

    def size(self, split: str) -> int | None:
        """Returns the number of rows of a split, 0 for one that the data set lacks; None without data set."""
        if self.dataset is None:
            return None
        try:
            return len(self._split(split))
        except ValueError:
            if self.rows_of(split) is None:
                return 0
            raise

    def rows_of(self, split: str) -> str | None:
        """Returns the data set's own name of a split; the file's for one that names none."""
        return split if self.dataset is None else own_name(self.dataset, split)

    def _split(self, split: str) -> Sequence[Example]:
        assert self.dataset is not None
        if split not in self._examples:
            same = [other for other in self._examples if self.rows_of(split) == self.rows_of(other)]
            if same:
                warnings.warn(
                    f"dataset={str(self.dataset)!r}: the tasks of split {split!r} are those of {same[0]!r}; "
                    "to keep them apart give a folder with a file for each, named after it",
                    stacklevel=3,
                )
            try:
                self._examples[split] = self.read_examples(self.dataset, split)
            except RowError as error:
                raise error.at(f"dataset={str(self.dataset)!r}, {error.place}") from error
        return self._examples[split]
