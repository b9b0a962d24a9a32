"""From an answer to the code that runs: reading, joining, and cutting it to the budget."""

from __future__ import annotations

import ast
import re

from vpo_envs.domains.code.published import complete
from vpo_envs.domains.code.reading import CODE_LINE, calls, defined, on_fresh_stack, parse, read_code
from vpo_envs.domains.code_tests.budget import within
from vpo_envs.domains.code_tests.exercise import Exercise
from vpo_envs.reading import fenced, remove_thought

CLASS = "Solution"
"""A function may also be a method of this class, as on LeetCode."""

START = re.compile(
    r"^(?:(?:from|import|def|class|async|for|while|if __name__)\b|@|print\(|\w+ ?(?:, ?\w+ ?){0,4}= ?)",
    re.MULTILINE,
)
"""Beginnings of lines of code, not of prose: "from" and "for" may begin both, but rarely a line."""

ATTEMPTS = 6
MOST_BLOCKS = 16
"""Fenced blocks that are looked at, the last ones."""


def read_source(exercise: Exercise, answer: str) -> str | None:
    """Returns the code of an answer, cut to the budget of the exercise.

    The last fenced block counts that is Python and defines a function that is asked for; for a program, that
    calls something and puts something out. Earlier blocks are put before it if they define functions that it
    lacks, but for whole programs, of which it is an excerpt. Without fences
    the whole answer is the code or, if it is no Python, its lines from the first that begins a statement.

    Args:
        exercise: The exercise.
        answer: Any text.

    Returns:
        Python, or None if the answer has no code, or forbidden code under a budget.
    """
    return on_fresh_stack(lambda: _read(exercise, remove_thought(answer).replace("\r\n", "\n")))


def target(exercise: Exercise, tree: ast.Module, function: str) -> str | None:
    """Returns what to call for a function: its name, `Solution.name`, or None if it is not there."""
    names = defined(tree)
    if function in names:
        return function
    return f"{CLASS}.{function}" if CLASS in names else None


def without_layout(source: str) -> str:
    """Returns code without comments and layout, two of which are equal for the same program."""

    def write() -> str:
        tree = parse(source)
        try:
            return "" if tree is None else ast.unparse(tree)
        except RecursionError:  # nested more deeply than anyone writes
            return " ".join(source.split())

    return on_fresh_stack(write)


def _read(exercise: Exercise, answer: str) -> str | None:
    if exercise.benchmark is not None:
        return complete(exercise.benchmark, answer)
    source = _joined(exercise, answer)
    tree = None if source is None else parse(source)
    if source is None or tree is None or exercise.budget is None:
        return source
    return within(source, tree, exercise.budget) or None


def _joined(exercise: Exercise, answer: str) -> str | None:
    names = exercise.functions
    source = read_code(answer, *names, CLASS) if names else read_code(answer)
    if source is None:
        return _unfenced(answer, names)
    tree = parse(source)
    missing = set(names) - defined(tree) if tree is not None else set()
    if len(names) > 1 and missing and tree is not None and CLASS not in defined(tree):
        for block in reversed(fenced(answer)[-MOST_BLOCKS:]):
            earlier = parse(block)
            if earlier is not None and not missing.isdisjoint(defined(earlier)):
                source = f"{block.rstrip()}\n\n{source}"
                missing -= defined(earlier)
    return source


def _unfenced(answer: str, names: tuple[str, ...]) -> str | None:
    """Returns the code of an answer without fences, of several with prose between them the last."""
    if "```" in answer:
        return None
    parts = (_first_code(part, names) for part in reversed(_parts(answer)))
    return next((code for code in parts if code is not None), None)


def _parts(text: str) -> list[str]:
    """Returns what stands between the paragraphs of prose of a text."""
    parts: list[list[str]] = [[]]
    for paragraph in text.split("\n\n"):
        if any(CODE_LINE.match(line) for line in paragraph.split("\n")):
            parts[-1].append(paragraph)
        else:
            parts.append([])
    return ["\n\n".join(part) for part in parts if part]


def _first_code(text: str, names: tuple[str, ...]) -> str | None:
    """Returns the code that a text begins with, but for lines of prose before it."""
    for _ in range(ATTEMPTS):
        first = START.search(text)
        if first is None:
            return None
        text = text[first.start() :].strip()
        tree = parse(text)
        if tree is not None:
            fits = any(name in defined(tree) for name in (*names, CLASS)) if names else calls(tree)
            return text if fits else None
        lines = text.split("\n")
        wrong = _first_wrong_line(text)
        text = "\n".join(lines[:wrong] if wrong else lines[1:])  # prose behind the code, or before it
    return None


def _first_wrong_line(text: str) -> int:
    """Returns the index of the line in which text stops being Python."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return max((error.lineno or 1) - 1, 0)
    except (ValueError, RecursionError, MemoryError):
        pass
    return 0
