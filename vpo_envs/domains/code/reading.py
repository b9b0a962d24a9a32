"""From an answer to its code: what is read, what is not.

1. A `<think>` block at the beginning is dropped; one that never closes is all there is. Where the prompt
   opened it, so that the answer has its end alone, what follows the last `</think>` is tried first.
2. If what remains is Python as a whole, it is the code: fences inside its strings are no fences.
3. Otherwise the code is the last fenced block that is Python and defines the function; a program must call
   something, which tells it from an output that is shown. A block begins with a line of three or more
   backticks or tildes and a language; it ends with a line of as many or more alone, or with the text. Where a
   docstring holds fences, the block ends at the first such line, of four, up to which it is Python.
4. If there is none, the answer has no code and scores 0.

Syntax is that of the Python that scores; the sandbox runs CPython 3.14.

Of an answer that is all fences the last ones are looked at, so that reading takes a bounded time.
Tags have no meaning inside code, and no other tags are read.
"""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from textwrap import dedent
from typing import TypeVar

Result = TypeVar("Result")

_stack = threading.local()

THOUGHT = re.compile(r"(?:\s*<think>.*?(?:</think>|\Z))+", re.DOTALL)
OPENING = re.compile(r"([ \t]*)(?:(`{3,})[^`]*|(~{3,}).*)", re.DOTALL)
CLOSING = re.compile(r"[ \t]*(`{3,}|~{3,})\s*")
ENDINGS = 4

MOST_READ = 100_000
"""Characters that are parsed at most; every attempt counts as `ATTEMPT` more."""

ATTEMPT = 100

DEEPEST = 1000
"""Levels of a syntax tree that is read; fewer than CPython reads on a fresh stack."""

PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What CPython raises on text that is no Python (ValueError: null bytes, lone surrogates)."""


def read_code(answer: str, *names: str) -> str | None:
    r"""The code of an answer that defines one of the names, or None.

    Args:
        answer: Any text.
        *names: Of these the code must define one at its top level; without any, all code will do.

    Example:
        >>> read_code("So: ```f = max``` or\n```python\nf = min\n```", "f")
        'f = min'
    """
    thought = THOUGHT.match(answer)
    text = answer[thought.end() :] if thought else answer
    left = MOST_READ
    for source in _sources(text.removeprefix("\ufeff")):
        if left < 0:
            break
        left -= len(source) + ATTEMPT
        if names and not any(name in source for name in names):
            continue
        tree = parse(source)
        if tree is not None and (not defined(tree).isdisjoint(names) if names else _calls(tree)):
            return source
    return None


def parse(source: str) -> ast.Module | None:
    """The syntax tree, or None for what is no Python or has more than `DEEPEST` levels."""
    tree = on_fresh_stack(lambda: _parse(source))
    return None if tree is None or depth(tree) > DEEPEST else tree


def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in strings
            return ast.parse(source)
    except PARSE_ERRORS:
        return None


def on_fresh_stack(function: Callable[[], Result]) -> Result:
    """Calls a function in a thread: how deep it recurses must not depend on how deep its caller is.

    Starting a thread takes as long as a parse, so what runs in one stays in it: the few levels that our own
    functions add are the same whoever called first.
    """
    if getattr(_stack, "fresh", False):
        return function()

    def call() -> Result:
        _stack.fresh = True
        return function()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


def depth(tree: ast.AST) -> int:
    """Number of levels of a syntax tree."""
    level, levels = [tree], 0
    while level:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        levels += 1
    return levels


def defined(tree: ast.Module) -> set[str]:
    """The functions, classes and variables that code defines at its top level, also under `if` or `try`."""
    names = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign):
            names.update([node.target.id] if node.value and isinstance(node.target, ast.Name) else [])
        else:
            waiting += [x for x in ast.iter_child_nodes(node) if isinstance(x, (ast.stmt, ast.ExceptHandler))]
    return names


def _calls(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Call) for node in ast.walk(tree))


def _sources(text: str) -> Iterator[str]:
    """What may be the code, the likeliest first."""
    yield text.strip()
    _, ended, conclusion = text.rpartition("</think>")
    if ended:
        yield conclusion.strip()
        yield from _blocks(conclusion)
    yield from _blocks(text)


def _blocks(text: str) -> Iterator[str]:
    """The fenced blocks, the last first, each with the endings it may have."""
    lines = text.split("\n")
    openings = {i: match for i, line in enumerate(lines) if (match := OPENING.fullmatch(line))}
    closings = {i: match[1] for i in openings if (match := CLOSING.fullmatch(lines[i]))}
    for start, opening in reversed(openings.items()):
        fence = opening[2] or opening[3]
        ends = (end for end, closing in closings.items() if end > start and closing.startswith(fence))
        for end in list(islice(ends, ENDINGS)) or [len(lines)]:
            block = "\n".join(lines[start + 1 : end]).strip("\n")
            yield dedent(block) if opening[1] else block
