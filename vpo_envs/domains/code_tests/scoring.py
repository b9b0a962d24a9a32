"""Running answers on the hidden tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.code.published import Recordings, judge
from vpo_envs.domains.code.reading import parse
from vpo_envs.domains.code.unused_imports import without_unused_imports
from vpo_envs.domains.code_tests.comparison import Checker
from vpo_envs.domains.code_tests.exercise import OBJECTIVES, Case, Exercise
from vpo_envs.domains.code_tests.reading import CLASS, read_source, target
from vpo_envs.sandbox import Limits, Outcome, Submission, shared_sandbox
from vpo_envs.task import Reward

TOGETHER = 32
"""Answers whose results are held at a time, which bounds the memory that they take."""


class Planned(NamedTuple):
    """A run of an answer.

    Attributes:
        submission: What to run.
        places: Which of the tests its inputs are.
    """

    submission: Submission
    places: tuple[int, ...]


def score(
    exercises: Sequence[Exercise],
    answers: Sequence[str],
    limits: Limits,
    checker: Checker,
    recordings: Recordings | None = None,
) -> Reward:
    """Scores answers pairwise, equal answers to an exercise once.

    Args:
        exercises: n exercises.
        answers: n texts.
        limits: What an answer may use.
        checker: How results are compared.
        recordings: What is known of benchmarks.

    Returns:
        Shape (n, `OBJECTIVES`): see `objectives`. All 0 for an answer without code.

    Raises:
        SandboxError: If the sandbox cannot run at all.
    """
    rewards = np.zeros((len(answers), OBJECTIVES), np.float32)
    sources = [read_source(*pair) for pair in zip(exercises, answers)]
    distinct: dict[tuple[Exercise, str], list[int]] = {}
    for row, (exercise, source) in enumerate(zip(exercises, sources)):
        if source is not None:
            distinct.setdefault((exercise, source), []).append(row)
    pairs = list(distinct)
    for start in range(0, len(pairs), TOGETHER):
        part = pairs[start : start + TOGETHER]
        for pair, marks in zip(part, _marks(part, limits, checker, recordings or Recordings())):
            rewards[distinct[pair]] = objectives(marks)
    return rewards


def objectives(marks: Sequence[bool]) -> NDArray[np.float32]:
    """Returns the components of the reward for the marks of n tests.

    Objective i is the share passed of the tests i, i + 16, i + 32, ... Of fewer than 16 tests it is the mark
    of test i modulo n: absent tests repeat those that there are, so that they add nothing.

    Args:
        marks: Which tests were passed.

    Example:
        >>> objectives([True, False, True])[:7].tolist()
        [1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]
        >>> objectives([True] * 16 + [False])[:2].tolist()
        [0.5, 1.0]
    """
    if len(marks) < OBJECTIVES:
        marks = [marks[i % len(marks)] for i in range(OBJECTIVES)]
    return np.array([np.mean(marks[i::OBJECTIVES]) for i in range(OBJECTIVES)], np.float32)


def plan(exercise: Exercise, source: str, tests: Sequence[Case]) -> Iterator[Planned]:
    """Yields the runs of an answer's code: one for a program, one for each function that it defines.

    Args:
        exercise: The exercise.
        source: The answer's code.
        tests: Tests of the exercise.
    """
    source = without_unused_imports(source, *((*exercise.functions, CLASS) if exercise.functions else ()))
    tree = parse(source)
    if tree is None:
        return
    text = _preceded(source, tree, exercise.prelude)
    for function in exercise.functions or (None,):
        places = tuple(i for i, case in enumerate(tests) if case.function == function)
        name = None if function is None else target(exercise, tree, function)
        if places and (name is not None or function is None):
            yield Planned(Submission(text, tuple(tests[i].input for i in places), name), places)


def passed(case: Case, outcome: Outcome, checker: Checker) -> bool:
    """Checks whether a test came out as it should."""
    same = checker.output if case.function is None else checker.value
    return outcome.status == "returned" and same(outcome.value, case.expected)


def _marks(
    pairs: Sequence[tuple[Exercise, str]], limits: Limits, checker: Checker, recordings: Recordings
) -> list[list[bool]]:
    """Returns the marks of the tests of each pair of exercise and code."""
    judged = {i: one.benchmark for i, (one, _) in enumerate(pairs) if one.benchmark is not None}
    recorded = dict(zip(judged, recordings.get(list(judged.values()))))
    tests = [
        [Case(call, None, judged[i].function) for call in recorded[i].calls]
        if i in judged
        else exercise.tests
        for i, (exercise, _) in enumerate(pairs)
    ]
    plans = [(i, one) for i, pair in enumerate(pairs) for one in plan(*pair, tests[i])]
    outcomes = [[Outcome("not_run")] * len(cases) for cases in tests]
    for (i, one), run in zip(plans, shared_sandbox(limits).run([one.submission for _, one in plans])):
        for place, outcome in zip(one.places, run.outcomes):
            outcomes[i][place] = outcome
    verdicts = judge(list(judged.values()), list(recorded.values()), [outcomes[i] for i in judged])
    marks = [[passed(*one, checker) for one in zip(*pair)] for pair in zip(tests, outcomes)]
    for i, verdict in zip(judged, verdicts):
        marks[i] = verdict
    return marks


def _preceded(source: str, tree: ast.Module, prelude: str) -> str:
    """Returns the source with the prelude before it, or behind its `__future__` imports."""
    if not prelude:
        return source
    futures = [
        node.end_lineno or 0
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    lines = re.split(r"\r\n?|\n", source)
    start = max(futures, default=0)
    return "\n".join([*lines[:start], prelude, *lines[start:]])
