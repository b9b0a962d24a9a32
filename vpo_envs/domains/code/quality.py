"""Readability and maintainability of code, from its syntax tree.

Comments, layout, docstrings, annotations and bare constants are not seen at all, so none of them can lift a
score. Both numbers lie in (0, 1]; the scorer divides them by the best of the references.

    readability     = reading * flow * density * names
        reading     = 1 / (1 + V / 100), V the Halstead volume of the whole
        flow        = 1 / (1 + C / 12), C the cognitive complexity of the whole
        density     = sum min(t, 24) / sum t over the statements, of t tokens each
        names       = (1 + share of the names that can be read) / 2
    maintainability = index / (1 + m / 3)
        index       = the smallest maintainability index of a function, or of a statement outside functions
                      (P. Oman and J. Hagemeister 1992; radon's scale without comments, / 100); a statement
                      takes a line for every 24 tokens begun
        m           = literals without a name: those in functions, but for 0, 1, 2, True, False, None, texts
                      of at most a letter and the messages of `raise` and `assert`; those of constants whose
                      name says nothing (`names.constant_names`); numbers that pick an element of a constant

Names are those the code gives: arguments, variables, attributes, functions, classes. Module `names` says
which can be read: words of its list or of the task, that differ from one another.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from typing import NamedTuple

from radon.metrics import mi_compute
from radon.visitors import ComplexityVisitor

from vpo_envs.domains.code.cognitive import cognitive_complexity
from vpo_envs.domains.code.halstead import MESSAGE, PIECE, own_nodes, volume, words
from vpo_envs.domains.code.judged_code import is_bare
from vpo_envs.domains.code.names import constant_names, readable
from vpo_envs.domains.code.refusal import bound_by

VOLUME = 100
COMPLEXITY = 12
DENSE = 24
LITERALS = 3
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Quality(NamedTuple):
    """Two numbers in (0, 1]."""

    readability: float
    maintainability: float


def measure(tree: ast.Module, task_words: frozenset[str] = frozenset()) -> Quality:
    """Returns readability and maintainability of a module.

    Args:
        tree: The `judged_code` of a program.
        task_words: Words of the task, which names may be made of.

    Raises:
        RecursionError: If the code is nested too deeply for the stack.
    """
    statements = _tokens(tree)
    sizes = [len(statement) for statement in statements]
    density = sum(min(size, DENSE) for size in sizes) / max(sum(sizes), 1)
    reading = 1 / (1 + volume(token for statement in statements for token in statement) / VOLUME)
    flow = 1 / (1 + cognitive_complexity(tree) / COMPLEXITY)
    given = set(_given_names(tree))
    known = readable(given, task_words)
    names = len(known) / max(len(given), 1)
    index = min(map(_index, _units(tree)), default=1.0)
    return Quality(
        reading * flow * density * (1 + names) / 2,
        index / (1 + _nameless_literals(tree, task_words) / LITERALS),
    )


def _tokens(tree: ast.AST) -> list[list[str]]:
    """Returns the tokens of every statement."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not is_bare(node))
    return [list(words(own_nodes(node), MESSAGE if _is_complaint(node) else PIECE)) for node in nodes]


def _is_complaint(node: ast.AST) -> bool:
    return isinstance(node, (ast.Raise, ast.Assert))


def _given_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif not isinstance(node, ast.alias) or node.asname:
            yield from (name for name in bound_by(node) if not name.startswith("__"))


def _units(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yields the functions and methods, each with what is inside it, and the other statements one by one.

    What the head of a class computes are statements of their own.
    """
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef):
            waiting += node.body
            head = (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords))
            waiting += map(ast.Expr, head)
        else:
            yield node


def _index(unit: ast.stmt) -> float:
    """Returns the maintainability index of a part of the code, in [0, 1]."""
    tokens = _tokens(unit)
    lines = sum(math.ceil(len(own) / DENSE) for own in tokens)
    complexity = ComplexityVisitor.from_ast(ast.Module([unit], [])).total_complexity
    return mi_compute(volume(token for own in tokens for token in own), complexity, lines, 0) / 100


def _nameless_literals(tree: ast.Module, task_words: frozenset[str]) -> int:
    """Returns how many literals deserve a name and have none, or none that says what they are."""
    constants: set[str] = set().union(*map(_variables, _outside(tree)))
    known = constant_names(constants, task_words)
    places: list[ast.AST] = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    for statement in _outside(tree):
        if not {name for name in _variables(statement) if not name.startswith("__")} <= known:
            places.append(statement)
    found: set[int] = set()
    excused: set[int] = set()
    for place in places:
        for node in _own_parts(place):
            if _is_literal(node) or _picks(node, constants):
                found.add(id(node))
            elif _is_complaint(node):
                excused |= {id(part) for part in own_nodes(node) if _is_text(part)}
    return len(found - excused)


def _own_parts(place: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes of a function or statement without the functions inside it and annotations."""
    waiting = [place]
    while waiting:
        node = waiting.pop()
        if node is not place and isinstance(node, FUNCTIONS):
            continue  # a place of its own
        yield node
        if is_bare(node):
            continue
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns"):
                waiting += [
                    x for x in (value if isinstance(value, list) else [value]) if isinstance(x, ast.AST)
                ]


def _outside(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yields the statements outside functions, also those in classes and blocks."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS):
            continue
        if isinstance(node, ast.stmt):
            yield node
        waiting += [x for x in ast.iter_child_nodes(node) if isinstance(x, (ast.stmt, ast.ExceptHandler))]


def _variables(statement: ast.stmt) -> set[str]:
    """Returns the variables that a statement sets itself."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)):
        return set()
    return {name for part in own_nodes(statement) for name in bound_by(part)}


def _picks(node: ast.AST, constants: set[str]) -> bool:
    """Returns whether a node is an element of a constant by its number: only the table has a name."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in constants
        and isinstance(node.slice, ast.Constant)
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def _is_literal(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant):
        return False
    if isinstance(node.value, (str, bytes)):
        return len(node.value) > 1
    return node.value not in (0, 1, 2, None, ...)  # True is 1, False is 0
