"""What to tell the writer of an answer: how the visible examples went."""

from __future__ import annotations

from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.scoring import passed, submit
from vpo_envs.sandbox import Limits, Outcome, shared_sandbox

LONGEST = 200
"""Characters of a value, an output or an error that are quoted."""


def give_feedback(exercise: Exercise, answer: str, limits: Limits) -> str:
    """One line for each visible example that failed; empty if none did.

    Args:
        exercise: The exercise.
        answer: Any text.
        limits: What the answer may use.
    """
    solution = submit(exercise, answer, tuple(case.input for case in exercise.examples))
    if solution is None:
        wanted = "" if exercise.function is None else f" that defines {exercise.function}"
        return f"no Python code{wanted} was found"
    (run,) = shared_sandbox(limits).run([solution])
    return "\n".join(
        f"example {number} failed: {_show_input(exercise, case)} should give {_show(case.expected)}, "
        f"but it {_describe(outcome)}"
        for number, (case, outcome) in enumerate(zip(exercise.examples, run.outcomes), start=1)
        if not passed(exercise, case, outcome)
    )


def _show_input(exercise: Exercise, case: Case) -> str:
    if exercise.function is None:
        return f"the input {_show(case.input)}"
    return f"{exercise.function}({', '.join(map(_show, case.input))})"


def _describe(outcome: Outcome) -> str:
    if outcome.status == "returned":
        return f"gave {_show(outcome.value)}"
    error = " ".join(outcome.error.split())
    return f"ended with {outcome.status.replace('_', ' ')}: {error:.{LONGEST}}"


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
