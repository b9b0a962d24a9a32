"""What a search found: a pool of answers for every task, what each has cost, and which one was chosen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from vpo_agent.common.atomic_io import write_atomically
from vpo_agent.tasks.source import task_id
from vpo_envs.scalarization import scalarize

SCHEMA_VERSION = 1
STRICT = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

# `str` of a float32 has the fewest digits that give it back.
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
    """The answers to one task, in the order in which they came.

    Attributes:
        task: Id of the task, for example `test/3`.
        answers: n texts, empty where the policy left a candidate out: it has cost an answer all the same.
        rewards: Their reward vectors, shape (n, d).
        tokens: Tokens generated for the task until each answer was there, shape (n,); the answers of one
            completion have the same number.
        rollouts: Episodes played.

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
                f"{self.tokens.shape}; give one row and one count an answer, and at least one answer"
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
        """The first `budget` answers to a task; the tokens of the last completion count in full.

        Args:
            task: The task.
            answers: Of all completions, equally many of each.
            rewards: Their reward vectors.
            tokens: Tokens of each completion.
            budget: Most answers.
            rollouts: Episodes; default: one for each completion.
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
        run: What was searched, and how: strategy, budget, seed ...
        objectives: Names of the d objectives.
        pools: One for each task.
        choice: How one answer was chosen from each pool.
        chosen: Its index in the pool of each task.
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
        """The chosen answer of each task."""
        return [pool.answers[i] for pool, i in zip(self.pools, self.chosen)]

    @property
    def rewards(self) -> NDArray[np.float32]:
        """The reward vectors of the chosen answers, shape (T, d)."""
        return np.array([pool.rewards[i] for pool, i in zip(self.pools, self.chosen)], np.float32)

    @property
    def used(self) -> dict[str, int]:
        """`answers`, `tokens` and `rollouts` of all tasks together."""
        return {
            "answers": sum(len(pool.answers) for pool in self.pools),
            "tokens": sum(int(pool.tokens[-1]) for pool in self.pools),
            "rollouts": sum(pool.rollouts for pool in self.pools),
        }

    def curve(self, weights: ArrayLike, budgets: Sequence[int]) -> NDArray[np.float64]:
        """The best scalar among the first k answers, mean over tasks and weightings.

        Args:
            weights: Shape (d,) or (K, d).
            budgets: Values of k; a smaller pool counts with all that it has.

        Returns:
            Shape (len(budgets),).
        """
        scalars = [scalarize(pool.rewards, np.atleast_2d(weights)) for pool in self.pools]
        return np.array([np.mean([scalar[:k].max(axis=0) for scalar in scalars]) for k in budgets])

    def to_json(self, path: str | Path) -> None:
        """Writes a file, atomically; the folder is made."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(FILE.dump_python(self), indent=1) + "\n")

    @classmethod
    def from_json(cls, path: str | Path) -> SearchResult:
        """Reads a file that `to_json` wrote.

        Raises:
            ValueError: If it holds anything else.
            OSError: If it cannot be read.
        """
        try:
            return FILE.validate_python(json.loads(Path(path).read_text()))
        except (ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path} is not the result of a search: {error}") from error


FILE = TypeAdapter(SearchResult)
