"""Check of a file before it is used: which data set it is, which rows are read, what gold answers earn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import gymnasium as gym
import numpy as np

from vpo_envs.datasets.published import PUBLISHED, Published, recognise
from vpo_envs.datasets.reading import Placed, local_path, read_placed_rows, split_names
from vpo_envs.datasets.schema import RowError
from vpo_envs.task import Reward, Task


@dataclass(frozen=True)
class Check:
    """The result of a check of one file.

    Attributes:
        source: The file or hub id.
        data_set: The data set that its rows belong to.
        read: Number of rows that became tasks.
        left_out: Number of rows that the reader leaves out on purpose.
        refused: Place and reason of each refused row.
        objectives: Names of the objectives.
        gold: What the best of a row's gold answers earns by the fixed scalar, (n, d); None where the data
            set publishes none or they are not scored.
        wrong: Place and reason of each row whose gold answer does not earn everything.
    """

    source: str
    data_set: Published
    read: int
    left_out: int
    refused: tuple[tuple[str, str], ...]
    objectives: tuple[str, ...]
    gold: Reward | None
    wrong: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows of the file."""
        return self.read + self.left_out + len(self.refused)

    @property
    def gold_right(self) -> int:
        """Number of rows whose gold answer earns everything."""
        return 0 if self.gold is None else len(self.gold) - len(self.wrong)


def check_source(source: str | PathLike[str], score_gold: bool = True) -> Check:
    """Reads every row of a file, of any published schema and whatever its name, and scores gold answers.

    Args:
        source: A file, or a hub id `owner/name`, all of whose splits are read.
        score_gold: Whether to score them; code is run for that.

    Raises:
        ValueError: If the source cannot be read, or its rows have the schema of no known data set.
        MissingExtraError: If a package that reads or scores is not installed.
    """
    rows = _all_rows(source)
    data_set = _recognise(rows, source)
    domain: Any = gym.make(data_set.env_id, dataset=source).unwrapped.domain  # type: ignore[attr-defined]
    read = domain.row_reader(source)
    examples: list[tuple[str, Any]] = []
    refused: list[tuple[str, str]] = []
    for index, (place, row) in enumerate(rows):
        try:
            examples.append((place, read(row, index)))
        except RowError as error:
            reason = f"field {error.field!r}: {error.problem}" if error.field else error.problem
            refused.append((place, reason))
    kept = [(place, example) for place, example in examples if example is not None]
    gold: Reward | None = None
    wrong: list[tuple[str, str]] = []
    if score_gold and data_set.gold and kept:
        gold, wrong = _gold_scores(domain, kept)
    return Check(
        str(source),
        data_set,
        len(kept),
        len(examples) - len(kept),
        tuple(refused),
        domain.objective_names,
        gold,
        tuple(wrong),
    )


def _all_rows(source: str | PathLike[str]) -> list[Placed]:
    path = local_path(source)
    if path is not None and path.is_dir():
        raise ValueError(f"{str(source)!r} is a folder; check one of its files")
    if path is not None:
        return read_placed_rows(source, split_names(source)[0])
    return [placed for name in split_names(source) for placed in read_placed_rows(source, name)]


def _recognise(rows: Sequence[Placed], source: object) -> Published:
    found = Counter(one for _, row in rows if (one := recognise(row)) is not None)
    if found:
        return found.most_common(1)[0][0]
    columns = ", ".join(sorted(map(str, rows[0][1]))) or "none"
    known = "; ".join(
        f"{one.name}: {' or '.join(', '.join(sorted(each)) for each in one.columns)}" for one in PUBLISHED
    )
    raise ValueError(
        f"{str(source)!r} has the columns of no known data set ({columns}). Known are {known}. For data "
        "of your own use vpo_envs.from_rows with a scorer"
    )


def _gold_scores(domain: Any, examples: Sequence[tuple[str, Any]]) -> tuple[Reward, list[tuple[str, str]]]:
    """Returns the reward of every example's best gold answer, and what is wrong with which."""
    places = [place for place, _ in examples]
    tasks = [domain.make_task(example) for _, example in examples]
    errors: dict[int, str] = {}
    try:
        gold = _best_rewards(domain, tasks)
    except ValueError:  # a gold answer that fails its own tests: one by one, to find which
        gold = np.zeros((len(tasks), len(domain.objectives)), np.float32)
        for i, task in enumerate(tasks):
            try:
                gold[i] = _best_rewards(domain, [task])[0]
            except ValueError as error:
                errors[i] = str(error)
    wrong = []
    for i in np.flatnonzero((gold < 1 - 1e-6).any(axis=1)).tolist():
        earned = ", ".join(f"{name} {value:.3f}" for name, value in zip(domain.objective_names, gold[i]))
        wrong.append((places[i], errors.get(i, f"the gold answer earns {earned}")))
    return gold, wrong


def _best_rewards(domain: Any, tasks: Sequence[Task]) -> Reward:
    """Returns for every task the reward of its best gold answer by the fixed scalar, (n, d), in one batch."""
    answers = [domain.best_answers(task) for task in tasks]
    owners = np.repeat(np.arange(len(tasks)), [len(each) for each in answers])
    rewards = domain.score_batch(
        [tasks[i] for i in owners.tolist()], [text for each in answers for text in each]
    )
    ranked = np.lexsort((-(rewards @ domain.weights), owners))
    return rewards[ranked[np.unique(owners[ranked], return_index=True)[1]]]
