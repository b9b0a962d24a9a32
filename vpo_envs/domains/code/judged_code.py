"""The part of a program that quality looks at."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from vpo_envs.domains.code.vocabulary import MODULES

MAIN = "__main__"
FUTURE = "annotations"
"""Name that `__future__` has for hints."""

ANNOTATIONS = ("annotation", "returns")


def judged_code(tree: ast.Module) -> ast.Module:
    """Returns a program without the blocks that run only when it is started as a script, and without hints.

    A solution is imported, so what stands under `if __name__ == "__main__":` never runs and costs nothing.
    A program that gives `__name__` another value is refused (`refusal`). Type hints cost nothing either, nor
    do the usual imports that are there for them alone.
    """
    running = without_guards(tree)
    texts = (text for node in ast.walk(running) for text in annotations_of(node))
    hints = {part.id for text in texts for part in ast.walk(text) if isinstance(part, ast.Name)}
    hints = hints - names_in([running]) | ({FUTURE} if hints else set())
    return ast.Module([kept for node in running.body for kept in _without_hints(node, hints)], [])


def without_guards(tree: ast.Module) -> ast.Module:
    """Returns a program without its blocks under `if __name__ == "__main__":`."""
    body: list[ast.stmt] = []
    for statement in tree.body:
        body += statement.orelse if _is_guard(statement) else [statement]
    return ast.Module(body, [])


def names_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Returns the names that stand in code, but for those in annotations alone."""
    names = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            names.add(node.id)
        waiting += parts_of(node)
    return names


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """Yields the children of a node, but for its annotations."""
    for name, value in ast.iter_fields(node):
        if name not in ANNOTATIONS:
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, ast.AST):
                    yield one


def annotations_of(node: ast.AST) -> Iterator[ast.expr]:
    """Yields the annotations of a node itself."""
    for name in ANNOTATIONS:
        if isinstance(found := getattr(node, name, None), ast.expr):
            yield found


def bound_name(alias: ast.alias) -> str:
    """Returns the name that a part of an import gives."""
    return alias.asname or alias.name.split(".")[0]


def is_bare(node: ast.AST) -> TypeGuard[ast.Expr]:
    """Returns whether a statement is a docstring or another constant that nothing is done with."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def canonical(tree: ast.Module) -> str:
    """Returns the source of what is judged, without comments, docstrings, annotations and layout.

    Raises:
        RecursionError: If the code is nested too deeply for the stack.
    """
    return ast.unparse(ast.fix_missing_locations(_Stripped().visit(judged_code(tree))))


def _without_hints(node: ast.stmt, hints: set[str]) -> list[ast.stmt]:
    """Returns a statement; of an import of usual names, what is not for hints."""
    if isinstance(node, ast.Import):
        kept = [one for one in node.names if one.name not in MODULES or bound_name(one) not in hints]
        return [ast.Import(kept)] if kept else []
    if isinstance(node, ast.ImportFrom) and node.module in MODULES and not node.level:
        usual = MODULES[node.module]
        kept = [one for one in node.names if one.name not in usual or bound_name(one) not in hints]
        return [ast.ImportFrom(node.module, kept, 0)] if kept else []
    return [node]


def _is_guard(node: ast.stmt) -> TypeGuard[ast.If]:
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    values = [side.value for side in sides if isinstance(side, ast.Constant)]
    return names == ["__name__"] and values == [MAIN] and isinstance(node.test.ops[0], ast.Eq)


class _Stripped(ast.NodeTransformer):
    """Transformer that works on copies of the nodes that it changes: trees are shared."""

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

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        function = self.generic_visit(node)
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        function.returns = None
        return function

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None or not isinstance(node.target, ast.Name):
            return node
        return ast.Assign([self.visit(node.target)], self.visit(node.value))
