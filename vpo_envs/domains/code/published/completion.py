"""From an answer to its code, where the prompt was the head of a function that may be continued."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

from vpo_envs.domains.code.published.benchmark import Benchmark
from vpo_envs.domains.code.reading import parse, read_code
from vpo_envs.domains.code.unused_imports import without_unused_imports
from vpo_envs.reading import fenced

STOPS = ("\nclass ", "\ndef ", "\n#", "\nif ", "\nprint", "\nassert ", "\n@", "\n```", "\n<")
"""Beginnings of lines behind a body, as in the paper of HumanEval."""


MOST_BLOCKS = 3
"""Fenced blocks that are looked at, the last ones."""


def complete(problem: Benchmark, answer: str) -> str | None:
    """Returns the code of an answer: a whole program, or the body of the function.

    Args:
        problem: The problem.
        answer: A completion without its thought.

    Returns:
        Code that defines the function, to run behind `problem.setup`; None if there is none.
    """
    source = read_code(answer, problem.function)
    if source is not None:
        return without_unused_imports(source, problem.function)
    if not problem.is_code:
        return None
    for body in [*reversed(fenced(answer)[-MOST_BLOCKS:]), answer]:
        if (source := _continued(problem, body)) is not None:
            return source
    return None


def _continued(problem: Benchmark, body: str) -> str | None:
    """Returns the statement with a body, which may have lost its indentation or go on for too long."""
    head = _length(parse(problem.statement), problem.function)
    lines = body.strip("\n")
    cut = min((place for stop in STOPS if (place := f"\n{lines}".find(stop, 1)) >= 0), default=None)
    for text in (lines, lines if cut is None else f"\n{lines}"[1:cut]):
        first_bare = text[:1] not in (" ", "\t")  # a completion that begins within the line
        for form in (text, indent(dedent(text), "    "), f"    {text}" if first_bare else text):
            source = f"{problem.statement.rstrip()}\n{form}\n"
            tree = parse(source)
            if tree is not None and _length(tree, problem.function) > head:
                return source
    return None


def _length(tree: ast.Module | None, name: str) -> int:
    """Returns the number of statements in the function of a name, 0 without one."""
    nodes = tree.body if tree is not None else []
    functions = (one for one in nodes if isinstance(one, ast.FunctionDef) and one.name == name)
    return max((len(one.body) for one in functions), default=0)
