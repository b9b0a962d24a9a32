"""Feedback on an answer: how the visible examples went."""

from __future__ import annotations

from vpo_envs.domains.code.reading import parse
from vpo_envs.domains.code_tests.budget import size
from vpo_envs.domains.code_tests.comparison import Checker
from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.reading import read_source
from vpo_envs.domains.code_tests.scoring import passed, plan
from vpo_envs.sandbox import Limits, Outcome, shared_sandbox

LONGEST = 200
"""Characters of a value, an output or an error that are quoted."""


def give_feedback(exercise: Exercise, answer: str, limits: Limits, checker: Checker) -> str:
    """Returns one line for each visible example that failed, and one about the budget; empty if all is well.

    Args:
        exercise: The exercise.
        answer: Any text.
        limits: What the answer may use.
        checker: How results are compared.
    """
    source = read_source(exercise, answer)
    if source is None:
        wanted = f" that defines {' or '.join(exercise.functions)}" if exercise.functions else ""
        return f"no Python code{wanted} was found"
    plans = list(plan(exercise, source, exercise.examples))
    runs = shared_sandbox(limits).run([one.submission for one in plans])
    outcomes = {place: end for one, run in zip(plans, runs) for place, end in zip(one.places, run.outcomes)}
    missing = Outcome("not_run", error="there is no such function in the code that counts")
    lines = []
    for i, case in enumerate(exercise.examples):
        outcome = outcomes.get(i, missing)
        if not passed(case, outcome, checker):
            lines.append(
                f"example {i + 1} failed: {_show_input(case)} should give {_show(case.expected)}, "
                f"but it {_describe(outcome)}"
            )
    tree = parse(source)
    if exercise.budget is not None and tree is not None:
        lines.append(f"the code that counts has {size(tree)} of {exercise.budget} units")
    return "\n".join(lines)


def _show_input(case: Case) -> str:
    if case.function is None:
        return f"the input {_show(case.input)}"
    return f"{case.function}({', '.join(map(_show, case.input))})"


def _describe(outcome: Outcome) -> str:
    if outcome.status == "returned":
        return f"gave {_show(outcome.value)}"
    error = " ".join(outcome.error.split())
    return f"ended with {outcome.status.replace('_', ' ')}: {error:.{LONGEST}}"


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
