"""Cognitive complexity: how hard the flow of control is to follow."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def cognitive_complexity(tree: ast.Module) -> int:
    """Returns the complexity of a module (G. Ann Campbell, "Cognitive Complexity", SonarSource 2018).

    A break in the flow counts 1, and 1 more for every break or nested function around it; `elif`, `else`,
    a sequence of `and` or of `or`, and a function that calls itself count 1. Comprehensions, which the paper
    does not treat, are loops, and their conditions are `if`s within them.

    Raises:
        RecursionError: If the code is nested too deeply.

    Example:
        >>> cognitive_complexity(ast.parse("while x: y = 1 if x and z else 2"))
        4
    """
    reader = _Reader()
    reader.visit(tree)
    return reader.total


class _Reader(ast.NodeVisitor):
    total = 0
    depth = 0
    in_function = False

    def visit_If(self, node: ast.If, chained: bool = False) -> None:
        self.total += 1 if chained else 1 + self.depth
        self.visit(node.test)
        self._visit_within(node.body)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            self.visit_If(node.orelse[0], chained=True)
        else:
            self._visit_else(node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        self.total += 1 + self.depth
        self.visit(node.test if isinstance(node, ast.While) else node.iter)
        self._visit_within(node.body)
        self._visit_else(node.orelse)

    visit_AsyncFor = visit_While = visit_For

    def visit_IfExp(self, node: ast.AST) -> None:
        self.total += 1 + self.depth
        self._visit_within(ast.iter_child_nodes(node))

    visit_ExceptHandler = visit_Match = visit_IfExp

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.total += 1 + self.depth + len(node.ifs) * (2 + self.depth)
        self._visit_within(ast.iter_child_nodes(node))

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.total += 1
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.total += any(
            isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == node.name
            for inner in ast.walk(node)
        )
        outermost, self.in_function = not self.in_function, True
        self._visit_within(node.body, deeper=not outermost)
        self.in_function = not outermost

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_within([node.body])

    def _visit_else(self, body: list[ast.stmt]) -> None:
        self.total += bool(body)
        self._visit_within(body)

    def _visit_within(self, nodes: Iterable[ast.AST], deeper: bool = True) -> None:
        self.depth += deeper
        for node in nodes:
            self.visit(node)
        self.depth -= deeper
