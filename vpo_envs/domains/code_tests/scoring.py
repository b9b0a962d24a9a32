"""Running answers on the hidden tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from vpo_envs.core import Reward
from vpo_envs.domains.code.reading import defined, parse, read_code
from vpo_envs.domains.code_tests.comparison import same_output, same_value
from vpo_envs.domains.code_tests.exercise import MOST_TESTS, Case, Exercise
from vpo_envs.sandbox import Limits, Outcome, Submission, shared_sandbox

CLASS = "Solution"
"""A function may also be a method of this class, as on LeetCode."""


def score(exercises: Sequence[Exercise], answers: Sequence[str], limits: Limits) -> Reward:
    """Scores answers pairwise, all in one run of the sandbox, equal answers to an exercise once.

    Args:
        exercises: n exercises.
        answers: n texts.
        limits: What an answer may use.

    Returns:
        Shape (n, `MOST_TESTS`): 1 for each test passed and for each that there is not, 0 for each failed.
        All 0 for an answer without code, and for one that passes no test.

    Raises:
        SandboxError: If the sandbox cannot run at all.
    """
    solutions = [submit(one, answer, one.inputs) for one, answer in zip(exercises, answers)]
    distinct = {
        (exercise, solution.source): solution
        for exercise, solution in zip(exercises, solutions)
        if solution is not None
    }
    runs = dict(zip(distinct, shared_sandbox(limits).run(list(distinct.values()))))
    rewards = np.zeros((len(answers), MOST_TESTS), np.float32)
    for row, exercise, solution in zip(rewards, exercises, solutions):
        if solution is not None:
            outcomes = runs[exercise, solution.source].outcomes
            marks = [passed(exercise, case, outcome) for case, outcome in zip(exercise.tests, outcomes)]
            if any(marks):
                row[: len(marks)] = marks
                row[len(marks) :] = 1.0
    return rewards


def submit(exercise: Exercise, answer: str, inputs: tuple[Any, ...]) -> Submission | None:
    """What to run for an answer; None if there is no code in it.

    Args:
        exercise: The exercise.
        answer: Any text.
        inputs: What to run it on.
    """
    name = exercise.function
    source = read_code(answer, *(() if name is None else (name, CLASS)))
    tree = None if source is None else parse(source)
    if source is None or tree is None:
        return None
    if name is not None and name not in defined(tree):
        name = f"{CLASS}.{name}"
    return Submission(_preceded(source, tree, exercise.prelude), inputs, name)


def passed(exercise: Exercise, case: Case, outcome: Outcome) -> bool:
    """Whether a test came out as it should."""
    same = same_output if exercise.function is None else same_value
    return outcome.status == "returned" and same(outcome.value, case.expected)


def _preceded(source: str, tree: ast.Module, prelude: str) -> str:
    """The source with the prelude before it, or behind its `__future__` imports, which must come first."""
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
