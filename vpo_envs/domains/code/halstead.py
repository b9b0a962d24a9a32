"""Halstead's counts over the whole of the language.

radon's count only sees arithmetic, comparisons and `and`/`or`, so that code made of calls and assignments
weighs nothing; here every node of the syntax tree is an operator or an operand.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeGuard

UNSEEN = frozenset({"annotation", "returns", "ctx"})
SILENT = (ast.Module, ast.Expr, ast.arguments, ast.withitem, ast.boolop)
"""Nodes that stand for nothing in the text; `and` and `or` are counted by their expression."""


def own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement without the statements inside it, bare constants and annotations."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name not in UNSEEN:
                parts = value if isinstance(value, list) else [value]
                waiting += [x for x in parts if isinstance(x, ast.AST) and not isinstance(x, ast.stmt)]


def is_bare(node: ast.AST) -> TypeGuard[ast.Expr]:
    """Whether a statement is a docstring or another constant that nothing is done with."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def words(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Operators and operands of some nodes, without their children.

    Names, attributes and literals are operands; whatever else the text says is an operator, by its kind.
    """
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant):
            yield from _pieces(node.value)
        elif isinstance(node, ast.BoolOp):
            yield from [type(node.op).__name__] * (len(node.values) - 1)
        elif not isinstance(node, SILENT):
            yield type(node).__name__
            for name in ("name", "attr", "arg", "asname", "module"):
                if isinstance(operand := getattr(node, name, None), str):
                    yield operand


def _pieces(value: object) -> Iterator[str]:
    """A literal is an operand, a long one an operand for every ten characters."""
    text = hex(value) if type(value) is int else repr(value)  # decimals of huge numbers take long
    yield from (text[i : i + 10] for i in range(0, len(text), 10))


def volume(tokens: Iterable[str]) -> float:
    """Halstead volume N log2 n: N tokens of n kinds (M. H. Halstead, "Elements of Software Science", 1977).

    Example:
        >>> round(volume("x = y + 1 * y".split()), 1)  # 7 of 6 kinds
        18.1
    """
    counts = Counter(tokens)
    return sum(counts.values()) * math.log2(max(len(counts), 2))
