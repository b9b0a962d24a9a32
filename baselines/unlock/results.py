"""Results file of an unlock experiment: all data of its report, validated when it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from baselines.benchmark.results import Record
from vpo_agent.common.integrity import read_json, unseal

SCHEMA_VERSION = 1
REMEDY = "give the command that made it once more (finished searches are reused)"


class UnlockRun(Record):
    """Searches of one trained agent.

    Attributes:
        label: The agent's name in tables.
        seed: Seed of its training.
        solved_at: For each task the number of answers until it was solved; None: not within the budget.
        tokens: Tokens generated for all tasks.
    """

    label: str
    seed: int
    solved_at: list[Annotated[int, Field(ge=1)] | None]
    tokens: Annotated[int, Field(ge=0)]


class UnlockFile(Record):
    """Content of `unlock.json`.

    Attributes:
        schema_version: Version of this layout; other versions are rejected.
        command: Command that reproduces the results.
        versions: Versions of Python and the packages, and a description of the machine.
        experiment: Settings of the experiment.
        env: Id of the environment.
        solved: Description of the criterion of a solved task.
        screened: Number of tasks in the screening.
        unsolved: Number of screened tasks that no run of the screening solved.
        hard: Ids of the searched tasks, the first of the unsolved ones.
        runs: The searches of the hard tasks.
        screening: The screening of all tasks, by the agents of `experiment["screen_with"]` or by all; files
            of earlier versions have none.
    """

    schema_version: int
    command: str
    versions: dict[str, str]
    experiment: dict[str, Any]
    env: str
    solved: str
    screened: int
    unsolved: int
    hard: list[str] = Field(min_length=1)
    runs: list[UnlockRun] = Field(min_length=1)
    screening: list[UnlockRun] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> UnlockFile:
        seeds = {tuple(run.seed for run in self.runs if run.label == label) for label in self.labels}
        if not len(self.hard) <= self.unsolved <= self.screened:
            raise ValueError(f"{len(self.hard)} hard of {self.unsolved} unsolved of {self.screened} tasks")
        if len(seeds) != 1 or any(len(run.solved_at) != len(self.hard) for run in self.runs):
            raise ValueError("the runs do not share seeds and tasks")
        if self.screening and not self._screening_fits():
            raise ValueError("the screening is not of the same runs and tasks")
        return self

    @property
    def screeners(self) -> list[str]:
        """Labels of the agents that screened the tasks; empty: all that searched."""
        return list(self.experiment.get("screen_with", ()))

    def _screening_fits(self) -> bool:
        """Returns whether the screening is of all screened tasks, by every run that was to screen."""
        if any(len(run.solved_at) != self.screened for run in self.screening):
            return False
        runs = [(run.label, run.seed) for run in self.runs]
        screened = [(run.label, run.seed) for run in self.screening]
        if not self.screeners:
            return screened == runs
        return set(screened) == {(label, seed) for label in self.screeners for _, seed in runs}

    @property
    def budget(self) -> int:
        """Answers per hard task."""
        return int(self.experiment["budget"])

    @property
    def labels(self) -> list[str]:
        """Labels of the agents, in order."""
        return list(dict.fromkeys(run.label for run in self.runs))

    def solved_at(self, label: str) -> NDArray[np.float64]:
        """Returns the number of answers until each hard task was solved, else infinity; (seeds, tasks)."""
        return _solved_at(self.runs, label)

    def screened_at(self, label: str) -> NDArray[np.float64]:
        """Returns the same as `solved_at` for all screened tasks."""
        return _solved_at(self.screening, label)

    def ever(self, label: str) -> list[str]:
        """Returns the hard tasks that at least one run of this agent solves."""
        first = self.solved_at(label).min(axis=0)
        return [task for task, at in zip(self.hard, first) if at < np.inf]

    def only(self, label: str) -> list[str]:
        """Returns the hard tasks that a run of this agent solves, and no run of any other agent."""
        others = {task for other in self.labels if other != label for task in self.ever(other)}
        return [task for task in self.ever(label) if task not in others]


def _solved_at(runs: list[UnlockRun], label: str) -> NDArray[np.float64]:
    rows = [run.solved_at for run in runs if run.label == label]
    return np.array([[np.inf if at is None else at for at in row] for row in rows])


def load(path: str | Path) -> UnlockFile:
    """Reads `unlock.json`.

    Raises:
        ValueError: If it is not such a file of this version.
        OSError: If it cannot be read.
    """
    try:
        content = unseal(read_json(path, REMEDY), path, REMEDY, required=False)
        version = content.get("schema_version")
        if version != SCHEMA_VERSION:
            raise ValueError(f"schema_version={version!r}, and this version reads {SCHEMA_VERSION}")
        return UnlockFile.model_validate(content)
    except ValueError as error:
        raise ValueError(f"{path} is not the file of an unlock experiment: {error}") from error
