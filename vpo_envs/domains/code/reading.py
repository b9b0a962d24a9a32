"""From an answer to its code: what is read, what is not.

1. A `<think>` block at the beginning is dropped; one that never closes is all there is.
2. If what remains is Python as a whole, it is the code: fences inside its strings are no fences.
3. Otherwise the code is the last fenced block that is Python and defines the function. A block begins with a
   line of three or more backticks and a language; it ends with a line of as many backticks or more alone, or
   with the text. Where a docstring holds fences, the block ends at the first such line up to which it is
   Python. The last four fences are looked at, and four endings of each.
4. If there is none, the answer has no code and scores 0.

Tags have no meaning inside code, and no other tags are read.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

THOUGHT = re.compile(r"(?:\s*<think>.*?(?:</think>|\Z))+", re.DOTALL)
OPENING = re.compile(r"[ \t]*(`{3,})[^`]*")
CLOSING = re.compile(r"[ \t]*(`{3,})\s*")
BLOCKS = 4

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
    for source in (text.strip(), *_blocks(text)):
        if names and not any(name in source for name in names):
            continue
        tree = parse(source)
        if tree is not None and tree.body and (not names or not defined(tree).isdisjoint(names)):
            return source
    return None


def parse(source: str) -> ast.Module | None:
    """The syntax tree, or None for what is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in strings
            return ast.parse(source)
    except PARSE_ERRORS:
        return None


def defined(tree: ast.Module) -> set[str]:
    """The functions, classes and variables that code defines at its top level."""
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


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
