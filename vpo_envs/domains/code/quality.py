"""Readability and maintainability of code, from its syntax tree.

Comments, layout, docstrings, annotations and bare constants are not seen at all, so none of them can lift a
score. Both numbers lie in (0, 1]; the scorer divides them by the best of the references.

    readability     = reading * flow * density * names
        reading     = 1 / (1 + V / 100), V the Halstead volume of the whole
        flow        = 1 / (1 + C / 12), C the cognitive complexity of the whole
        density     = sum min(t, 24) / sum t over the statements, of t tokens each
        names       = (1 + share of the names that are words) / 2
    maintainability = index / (1 + m / 3)
        index       = the smallest maintainability index of a function, or of a statement outside functions
                      (P. Oman and J. Hagemeister 1992; radon's scale without comments, / 100); a statement
                      takes a line for every 24 tokens begun
        m           = literals in functions, but for 0, 1, 2, True, False, None and texts of at most a letter

Names are those the code gives: arguments, variables, functions, classes. A name is a word if it has three
letters or more, at least two different ones, and a vowel; i, j, k, n, x, y and _ pass as well.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from typing import NamedTuple

from radon.metrics import mi_compute
from radon.visitors import ComplexityVisitor

from vpo_envs.domains.code.cognitive import cognitive_complexity
from vpo_envs.domains.code.halstead import is_bare, own_nodes, volume, words

VOLUME = 100
COMPLEXITY = 12
DENSE = 24
LITERALS = 3
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SHORT_NAMES = frozenset("ijknxy_")


class Quality(NamedTuple):
    """Two numbers in (0, 1]."""

    readability: float
    maintainability: float


def measure(tree: ast.Module) -> Quality:
    """Readability and maintainability of a module.

    Raises:
        RecursionError: If the code is nested too deeply for the stack.
    """
    statements = _tokens(tree)
    sizes = [len(statement) for statement in statements]
    density = sum(min(size, DENSE) for size in sizes) / max(sum(sizes), 1)
    reading = 1 / (1 + volume(token for statement in statements for token in statement) / VOLUME)
    flow = 1 / (1 + cognitive_complexity(tree) / COMPLEXITY)
    given = set(_given_names(tree))
    names = sum(map(is_word, given)) / max(len(given), 1)
    index = min(map(_index, _units(tree)), default=1.0)
    return Quality(
        reading * flow * density * (1 + names) / 2, index / (1 + _nameless_literals(tree) / LITERALS)
    )


def is_word(name: str) -> bool:
    """Whether a name can be read as a word."""
    letters = [letter for letter in name.lower() if letter.isalpha()]
    return name in SHORT_NAMES or (
        len(letters) >= 3 and len(set(letters)) >= 2 and not set(letters).isdisjoint("aeiouy")
    )


def _tokens(tree: ast.AST) -> list[list[str]]:
    """The tokens of every statement."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not is_bare(node))
    return [list(words(own_nodes(node))) for node in nodes]


def _given_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def _units(tree: ast.Module) -> Iterator[ast.stmt]:
    """The functions and methods, each with what is inside it, and the other statements one by one.

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
    """Maintainability index of a part of the code, in [0, 1]."""
    tokens = _tokens(unit)
    lines = sum(math.ceil(len(own) / DENSE) for own in tokens)
    complexity = ComplexityVisitor.from_ast(ast.Module([unit], [])).total_complexity
    return mi_compute(volume(token for own in tokens for token in own), complexity, lines, 0) / 100


def _nameless_literals(tree: ast.AST) -> int:
    """How many literals in functions deserve a name."""
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = {id(node): node for function in functions for node in ast.walk(function) if _is_literal(node)}
    return len(found.keys() - bare)


def _is_literal(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant):
        return False
    if isinstance(node.value, (str, bytes)):
        return len(node.value) > 1
    return node.value not in (0, 1, 2, None, ...)  # True is 1, False is 0
