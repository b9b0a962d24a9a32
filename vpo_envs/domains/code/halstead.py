"""Halstead's counts over the whole of the language.

radon counts arithmetic, comparisons and `and`/`or` alone, so that code made of calls and assignments weighs
nothing. Here every node of the syntax tree is an operator or an operand.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterable, Iterator

UNSEEN = frozenset({"annotation", "returns", "ctx"})
SILENT = (ast.Module, ast.Expr, ast.arguments, ast.withitem, ast.boolop)
"""Nodes that stand for nothing in the text; `and` and `or` are counted by their expression."""


def own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes of a statement without the statements inside it, bare constants and annotations."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name not in UNSEEN:
                parts = value if isinstance(value, list) else [value]
                waiting += [x for x in parts if isinstance(x, ast.AST) and not isinstance(x, ast.stmt)]


PIECE = 10
"""Characters of a literal that weigh as much as one operand."""

MESSAGE = 40
"""The same for texts in `raise` and `assert`: messages may be long."""


def words(nodes: Iterable[ast.AST], piece: int = PIECE) -> Iterator[str]:
    """Yields operators and operands of some nodes, without their children.

    Names, attributes and literals are operands; whatever else the text says is an operator, by its kind.

    Args:
        nodes: Nodes of a syntax tree.
        piece: Characters of a literal that make one operand.
    """
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant):
            yield from _pieces(node.value, piece)
        elif isinstance(node, ast.BoolOp):
            yield from [type(node.op).__name__] * (len(node.values) - 1)
        elif not isinstance(node, SILENT):
            yield type(node).__name__
            for name in ("name", "attr", "arg", "asname", "module"):
                if isinstance(operand := getattr(node, name, None), str):
                    yield operand


def _pieces(value: object, piece: int) -> Iterator[str]:
    """Yields a literal in pieces."""
    text = hex(value) if type(value) is int else repr(value)  # decimals of huge numbers take long
    yield from (text[i : i + piece] for i in range(0, len(text), piece))


def volume(tokens: Iterable[str]) -> float:
    """Returns the Halstead volume N log2 n: N tokens of n kinds.

    Source: M. H. Halstead, "Elements of Software Science", 1977.

    Example:
        >>> round(volume("x = y + 1 * y".split()), 1)  # 7 of 6 kinds
        18.1
    """
    counts = Counter(tokens)
    return sum(counts.values()) * math.log2(max(len(counts), 2))
