"""Sizes of code, and budgets: a limit on how much of an answer counts.

The size of code is the number of its names, numbers, keywords and operators. Texts count one for every two
characters, long names one for every 16 letters, long numbers one for every 16 bits: data is no place to hide
code. Free are comments, docstrings, annotations, layout, and the signs `()[]{},:;.`
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

FORBIDDEN = frozenset(
    {"exec", "eval", "compile", "__import__", "__builtins__", "globals", "FunctionType", "CodeType"}
)
"""Names that would run code out of data, where size means nothing."""

LONG_NAME = 16
LONG_NUMBER = 16
SHORT_TEXT = 2

KEYWORDS: dict[type[ast.AST], int] = {
    ast.FunctionDef: 1,
    ast.AsyncFunctionDef: 2,
    ast.ClassDef: 1,
    ast.Return: 1,
    ast.Delete: 1,
    ast.For: 2,
    ast.AsyncFor: 3,
    ast.While: 1,
    ast.If: 1,
    ast.With: 1,
    ast.AsyncWith: 2,
    ast.Match: 1,
    ast.match_case: 1,
    ast.Raise: 1,
    ast.Try: 1,
    ast.ExceptHandler: 1,
    ast.Assert: 1,
    ast.Import: 1,
    ast.ImportFrom: 2,
    ast.Global: 1,
    ast.Nonlocal: 1,
    ast.Pass: 1,
    ast.Break: 1,
    ast.Continue: 1,
    ast.AugAssign: 1,
    ast.NamedExpr: 1,
    ast.BinOp: 1,
    ast.UnaryOp: 1,
    ast.Lambda: 1,
    ast.IfExp: 2,
    ast.comprehension: 2,
    ast.Await: 1,
    ast.Yield: 1,
    ast.YieldFrom: 2,
    ast.Starred: 1,
    ast.JoinedStr: 1,
    ast.FormattedValue: 1,
    ast.Name: 1,
    ast.arg: 1,
    ast.Attribute: 1,
    ast.keyword: 1,
    ast.alias: 1,
}
"""Keywords, operators and names of a node itself, those of its children apart."""


def size(tree: ast.AST) -> int:
    r"""Returns the size of code.

    Args:
        tree: A syntax tree, or a part of one.

    Example:
        >>> size(ast.parse("def add(a: int, b: int) -> int:\n    return a + b  # adds"))
        8
        >>> size(ast.parse('print("four")'))
        3
    """
    return sum(map(_own_size, _nodes(tree)))


def is_forbidden(tree: ast.AST) -> bool:
    """Checks whether code uses one of the `FORBIDDEN` names."""
    return any(
        (isinstance(node, ast.Name) and node.id in FORBIDDEN)
        or (isinstance(node, ast.Attribute) and node.attr in FORBIDDEN)
        or (isinstance(node, ast.alias) and node.name in FORBIDDEN)
        for node in ast.walk(tree)
    )


def within(source: str, tree: ast.Module, budget: int) -> str | None:
    r"""Returns the code up to the last statement, at the top level, up to which it keeps the budget.

    Args:
        source: Code.
        tree: Its syntax tree.
        budget: Largest size.

    Returns:
        The beginning of the source, which may be empty; None for code with `FORBIDDEN` names.

    Example:
        >>> text = "a = 1\nb = 2\nc = 3"
        >>> within(text, ast.parse(text), 6)
        'a = 1\nb = 2'
    """
    if is_forbidden(tree):
        return None
    left, last = budget, None
    for statement in tree.body:
        left -= 0 if _is_text(statement) else size(statement)
        if left < 0:
            break
        last = statement
    else:
        return source
    if last is None:
        return ""
    lines = source.encode("utf-8", "surrogatepass").splitlines(keepends=True)
    kept = lines[: last.end_lineno or 0]
    kept[-1] = kept[-1][: last.end_col_offset]
    return b"".join(kept).decode("utf-8", "surrogatepass")


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yields all nodes but docstrings and annotations."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns"):
                continue
            children = value if isinstance(value, list) else [value]
            waiting += [child for child in children if isinstance(child, ast.AST) and not _is_text(child)]


def _is_text(node: ast.AST) -> bool:
    """Checks whether a node is a statement that is a text alone, such as a docstring."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _own_size(node: ast.AST) -> int:
    if isinstance(node, ast.Constant):
        return _size_of_value(node.value)
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.Compare):
        return len(node.ops)
    if isinstance(node, ast.Assign):
        return len(node.targets)
    if isinstance(node, ast.comprehension):
        return 2 + len(node.ifs)
    if isinstance(node, ast.AnnAssign):
        return 1 if node.value else 0
    if isinstance(node, (ast.For, ast.While, ast.If, ast.Try)) and node.orelse:
        elif_ = isinstance(node, ast.If) and isinstance(node.orelse[0], ast.If)
        return KEYWORDS[type(node)] + (0 if elif_ else 1)
    return KEYWORDS.get(type(node), 0) + sum(
        -(-len(name) // LONG_NAME) - counted for name, counted in _names(node)
    )


def _names(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yields the names of a node, each with how much of it `KEYWORDS` counts already."""
    for field in ("id", "arg", "attr", "name", "asname", "rest"):
        name = getattr(node, field, None)
        if isinstance(name, str):
            counted = int(field in ("id", "arg", "attr") or (field == "name" and isinstance(node, ast.alias)))
            yield name, counted
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from ((name, 0) for name in node.names)
    if isinstance(node, ast.ImportFrom):
        yield node.module or "", 0


def _size_of_value(value: object) -> int:
    if isinstance(value, (str, bytes)):
        return max(1, -(-len(value) // SHORT_TEXT))
    if isinstance(value, int):
        return max(1, -(-value.bit_length() // LONG_NUMBER))
    return 1
