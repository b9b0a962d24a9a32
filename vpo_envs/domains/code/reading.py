"""From an answer to its code: what is read, what is not.

1. A `<think>` block at the beginning is dropped; one that never closes is all there is.
2. If what remains is Python as a whole, it is the code. So are fences inside its strings no fences.
3. Otherwise the code is the last fenced block (three or more backticks, to a line with at least as many and
   nothing else, or to the end) that is Python and defines the function. Where a docstring holds fences of its
   own, the block ends at the first closing line up to which it is Python.
4. If there is none, the answer has no code and scores 0.

Tags have no meaning inside code, and no other tags are read.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

THOUGHT = re.compile(r"(?:\s*<think>.*?(?:</think>|\Z))+", re.DOTALL)
OPENING = re.compile(r"[ \t]*(`{3,})[^`]*")
CLOSING = re.compile(r"[ \t]*(`{3,})\s*")
BLOCKS = 8
"""Most fences looked at, from the end, and most closing lines tried for each."""

PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What CPython raises on text that is no Python (ValueError: null bytes, lone surrogates)."""


class Code(NamedTuple):
    """The code of an answer."""

    source: str
    tree: ast.Module


@lru_cache(maxsize=1024)
def read_code(answer: str, function: str) -> Code | None:
    """The code of an answer that defines the function, or None.

    Args:
        answer: Any text.
        function: The name that the code must define.

    Example:
        >>> read_code("Here it is:\\n```python\\ndef one():\\n    return 1\\n```", "one").source
        'def one():\\n    return 1'
    """
    thought = THOUGHT.match(answer)
    text = answer[thought.end() :] if thought else answer
    if function not in text:
        return None
    for source in (text.strip(), *_blocks(text)):
        tree = parse(source)
        if tree is not None and function in _defined(tree):
            return Code(source, tree)
    return None


def parse(source: str) -> ast.Module | None:
    """The syntax tree, or None for what is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in strings
            return ast.parse(source)
    except PARSE_ERRORS:
        return None


def _blocks(text: str) -> Iterator[str]:
    """The fenced blocks, the last first, each with the endings it may have."""
    lines = text.split("\n")
    openings = [i for i, line in enumerate(lines) if OPENING.fullmatch(line)]
    for start in openings[: -BLOCKS - 1 : -1]:
        fence = len(lines[start].strip()) - len(lines[start].strip().lstrip("`"))
        ends = [
            end
            for end in range(start + 1, len(lines))
            if (match := CLOSING.fullmatch(lines[end])) and len(match[1]) >= fence
        ]
        for end in (ends or [len(lines)])[:BLOCKS]:
            yield "\n".join(lines[start + 1 : end]).strip("\n")


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
