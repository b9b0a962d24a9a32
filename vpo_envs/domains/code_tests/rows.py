"""Rows of data sets as exercises, whichever of the known schemas they have."""

from __future__ import annotations

from os import PathLike

from vpo_envs.datasets import Row
from vpo_envs.domains.code.published import (
    Benchmark,
    is_benchmark,
    read_benchmark,
    write_prompt,
)
from vpo_envs.domains.code_tests import splits
from vpo_envs.domains.code_tests.exercise import Exercise
from vpo_envs.domains.code_tests.livecodebench import Tests, parse_exercise
from vpo_envs.domains.code_tests.prelude import PRELUDES


def read_exercises(
    source: str | PathLike[str],
    split: str,
    tests: Tests,
    checker: str,
    cutoff: str | None = splits.CUTOFF,
    end: str | None = None,
) -> list[Exercise]:
    """Reads the exercises of a split.

    Args:
        source: A source as in `vpo_envs.datasets.read_rows`; of dated rows, files of any name and folders.
        split: The split's name.
        tests: Tests of a problem of LiveCodeBench: the number of the smallest, or `all`.
        checker: Whose names are bound before answers.
        cutoff: First date of the test split; None: names of files tell splits.
        end: First date behind the test split, or None.

    Raises:
        ValueError: If there is no row, or none with a test that is small enough.
        RowError: If a row has another schema; the message names the row and the field.
    """
    rows = splits.read_split(source, split, cutoff, end)
    read = (read_exercise(row, index, tests, checker) for index, row in rows)
    exercises = [exercise for exercise in read if exercise is not None]
    if not exercises:
        raise ValueError(
            f"dataset={str(source)!r} has no test in split {split!r} that is small enough; give tests='all'"
        )
    return exercises


def read_exercise(row: Row, index: int, tests: Tests, checker: str) -> Exercise | None:
    """Reads one row; None for one without a test that is small enough or can enter the sandbox.

    Args:
        row: The row.
        index: Its number.
        tests: See `read_exercises`.
        checker: See `read_exercises`.

    Raises:
        RowError: If the row has another schema.
    """
    if is_benchmark(row):
        problem = read_benchmark(row, index)
        return None if problem is None else benchmark_exercise(problem)
    return parse_exercise(row, index, tests, PRELUDES[checker])


def benchmark_exercise(problem: Benchmark) -> Exercise:
    """Returns the exercise of a problem whose tests are assertions."""
    return Exercise(write_prompt(problem), examples=(), prelude=problem.setup, benchmark=problem)
