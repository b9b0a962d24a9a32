"""Feedback on an answer: how the visible examples went, and why it cannot be read."""

from __future__ import annotations

from vpo_envs.domains.code.family import Problem
from vpo_envs.domains.code.prompts import write_call
from vpo_envs.domains.code.scoring import LIMITS, passed, read_book, read_solution
from vpo_envs.sandbox import Outcome, Submission, shared_sandbox

LONGEST = 200
"""Characters of a value or an error that are quoted."""


def give_feedback(problem: Problem, answer: str) -> str:
    """Returns one line for each visible example that failed; empty if there is nothing to say.

    Args:
        problem: The problem.
        answer: Any text.
    """
    name = problem.family.name
    source = read_solution(problem, answer)
    if source is None:
        return f"no Python code that defines {name} was found"
    inputs = tuple(case.arguments for case in problem.examples)
    (run,) = shared_sandbox(LIMITS).run([Submission(source, inputs, name)])
    lines = [
        f"{write_call(problem, case)} should be {case.expected!r}, but it {_describe(outcome)}"
        for case, outcome in zip(problem.examples, run.outcomes)
        if not passed(case, outcome)
    ]
    if (reason := read_book(source).reason) is not None:
        lines.append(f"readability and maintainability are 0, because {reason}")
    return "\n".join(lines)


def _describe(outcome: Outcome) -> str:
    if outcome.status == "returned":
        return f"is {outcome.value!r:.{LONGEST}}"
    error = " ".join(outcome.error.split())
    return f"ended with {outcome.status.replace('_', ' ')}: {error:.{LONGEST}}"
