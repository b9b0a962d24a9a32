"""The part of a program that quality looks at."""

from __future__ import annotations

import ast
from typing import TypeGuard

MAIN = "__main__"


def seen(tree: ast.Module) -> ast.Module:
    """Returns a program without the blocks that run only when it is started as a script.

    A solution is imported, so what stands under `if __name__ == "__main__":` never runs and costs nothing.
    A program that gives `__name__` another value is refused (`refusal`).
    """
    body: list[ast.stmt] = []
    for statement in tree.body:
        body += statement.orelse if _is_guard(statement) else [statement]
    return ast.Module(body, [])


def is_bare(node: ast.AST) -> TypeGuard[ast.Expr]:
    """Returns whether a statement is a docstring or another constant that nothing is done with."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def canonical(tree: ast.Module) -> str:
    """Returns the source of what is seen, without comments, docstrings, annotations and layout.

    Raises:
        RecursionError: If the code is nested too deeply for the stack.
    """
    return ast.unparse(ast.fix_missing_locations(_Stripped().visit(seen(tree))))


def _is_guard(node: ast.stmt) -> TypeGuard[ast.If]:
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    values = [side.value for side in sides if isinstance(side, ast.Constant)]
    return names == ["__name__"] and values == [MAIN] and isinstance(node.test.ops[0], ast.Eq)


class _Stripped(ast.NodeTransformer):
    """Works on copies of the nodes that it changes: trees are shared."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        fields = {}
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                value = self.visit(value)
            elif isinstance(value, list):
                kept = [one for one in value if not (isinstance(one, ast.AST) and is_bare(one))]
                value = [self.visit(one) if isinstance(one, ast.AST) else one for one in kept]
                if not value and name == "body":
                    value = [ast.Pass()]
            fields[name] = value
        return type(node)(**fields)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg, None)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        function = self.generic_visit(node)
        assert isinstance(function, ast.FunctionDef)
        function.returns = None
        return function

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None or not isinstance(node.target, ast.Name):
            return node
        return ast.Assign([self.visit(node.target)], self.visit(node.value))
