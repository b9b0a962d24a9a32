"""Results of a search: a pool of answers per task with costs, and the chosen answer of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter
from pydantic.dataclasses import dataclass

from vpo_agent.common.atomic_io import write_atomically
from vpo_agent.common.integrity import read_json, seal, unseal
from vpo_agent.tasks.source import task_id
from vpo_envs.scalarization import scalarize

SCHEMA_VERSION = 1
REMEDY = "choose another file; if it was a search, the same command makes it again once it is deleted"
STRICT = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

# `str` of a float32 has the fewest digits from which it can be restored.
Rewards = Annotated[
    NDArray[np.float32],
    BeforeValidator(lambda rows: np.array(rows, np.float32)),
    PlainSerializer(lambda rows: [[float(str(value)) for value in row] for row in rows]),
]
Counts = Annotated[
    NDArray[np.int64],
    BeforeValidator(lambda counts: np.array(counts, np.int64)),
    PlainSerializer(lambda counts: counts.tolist()),
]


@dataclass(config=STRICT)
class Pool:
    """The answers to one task, in order of generation.

    Attributes:
        task: Id of the task, for example `test/3`.
        answers: n texts; empty for missing candidates, which count towards the budget.
        rewards: Reward vectors of the answers, shape (n, d).
        tokens: Cumulative number of sampled tokens at each answer, shape (n,); equal for the answers of one
            completion.
        rollouts: Number of episodes.

    Raises:
        ValueError: If there are no answers or the lengths differ.
    """

    task: str
    answers: list[str]
    rewards: Rewards
    tokens: Counts
    rollouts: int

    def __post_init__(self) -> None:
        n = len(self.answers)
        if not n or self.rewards.ndim != 2 or len(self.rewards) != n or self.tokens.shape != (n,):
            raise ValueError(
                f"pool of {self.task}: {n} answers, rewards {self.rewards.shape} and tokens "
                f"{self.tokens.shape}; give one row and one count per answer, and at least one answer"
            )
        if not ((self.rewards >= 0) & (self.rewards <= 1)).all():
            raise ValueError(f"pool of {self.task}: rewards must lie within [0, 1]")

    @classmethod
    def of(
        cls,
        task: Any,
        answers: Sequence[str],
        rewards: ArrayLike,
        tokens: Sequence[int],
        *,
        budget: int,
        rollouts: int | None = None,
    ) -> Pool:
        """Builds a pool of the first `budget` answers to a task.

        The tokens of the last completion count in full.

        Args:
            task: The task.
            answers: Answers of all completions, the same number for each.
            rewards: Reward vectors of the answers.
            tokens: Number of tokens of each completion.
            budget: Maximum number of answers.
            rollouts: Number of episodes; None: one per completion.
        """
        each = len(answers) // len(tokens)
        return cls(
            task=task_id(task),
            answers=list(answers[:budget]),
            rewards=np.asarray(rewards, np.float32)[:budget],
            tokens=np.cumsum(tokens, dtype=np.int64).repeat(each)[:budget],
            rollouts=len(tokens) if rollouts is None else rollouts,
        )


@dataclass(config=STRICT)
class SearchResult:
    """Pools and choices for T tasks.

    Attributes:
        run: Description of the search: generator, strategy, budget, seed ...
        objectives: Names of the d objectives.
        pools: Pools, one per task.
        choice: Description of the choice.
        chosen: Index of the chosen answer in each pool.
        schema_version: Version of the file format.
    """

    run: dict[str, Any]
    objectives: list[str]
    pools: list[Pool]
    choice: str
    chosen: list[int]
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        if self.schema_version != SCHEMA_VERSION:
            raise ValueError(f"schema_version={self.schema_version}; this version reads {SCHEMA_VERSION}")
        if any(pool.rewards.shape[1] != len(self.objectives) for pool in self.pools):
            raise ValueError(f"pools must have {len(self.objectives)} objectives, as many as there are names")
        sizes = [len(pool.answers) for pool in self.pools]
        if len(self.chosen) != len(sizes) or not all(0 <= i < n for i, n in zip(self.chosen, sizes)):
            raise ValueError(f"chosen={self.chosen} must be one index into each of the {len(sizes)} pools")

    @property
    def answers(self) -> list[str]:
        """Chosen answer of each task."""
        return [pool.answers[i] for pool, i in zip(self.pools, self.chosen)]

    @property
    def rewards(self) -> NDArray[np.float32]:
        """Reward vectors of the chosen answers, shape (T, d)."""
        return np.array([pool.rewards[i] for pool, i in zip(self.pools, self.chosen)], np.float32)

    @property
    def used(self) -> dict[str, int]:
        """Total numbers of `answers`, `tokens` and `rollouts` over all tasks."""
        return {
            "answers": sum(len(pool.answers) for pool in self.pools),
            "tokens": sum(int(pool.tokens[-1]) for pool in self.pools),
            "rollouts": sum(pool.rollouts for pool in self.pools),
        }

    def curve(self, weights: ArrayLike, budgets: Sequence[int]) -> NDArray[np.float64]:
        """Returns the best scalar reward among the first k answers, averaged over tasks and weightings.

        Args:
            weights: Preference weights, shape (d,) or (K, d).
            budgets: Values of k; smaller pools count with all their answers.

        Returns:
            Shape (len(budgets),).
        """
        scalars = [scalarize(pool.rewards, np.atleast_2d(weights)) for pool in self.pools]
        return np.array([np.mean([scalar[:k].max(axis=0) for scalar in scalars]) for k in budgets])

    def to_json(self, path: str | Path) -> None:
        """Writes the result to a JSON file, atomically; creates its folder."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(seal(FILE.dump_python(self)), indent=1) + "\n")

    @classmethod
    def from_json(cls, path: str | Path) -> SearchResult:
        """Reads a file written by `to_json`.

        Raises:
            ValueError: If the file holds anything else.
            OSError: If the file cannot be read.
        """
        try:
            return FILE.validate_python(unseal(read_json(path, REMEDY), path, REMEDY, required=False))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"{path} is not the result of a search: {error}") from error


FILE = TypeAdapter(SearchResult)
