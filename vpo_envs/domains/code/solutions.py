"""The right solutions of a problem: its references, and the same with constants for their literals."""

from __future__ import annotations

import ast
import re
from string import Template

from vpo_envs.domains.code.family import Problem
from vpo_envs.domains.code.names import is_word

CONSTANT = re.compile(r"^[A-Z][A-Z_]*(?:, [A-Z][A-Z_]*)* = ", re.MULTILINE)
ROLES: dict[type[ast.AST], str] = {
    ast.Mult: "FACTOR", ast.Mod: "DIVISOR", ast.FloorDiv: "DIVISOR", ast.Add: "OFFSET", ast.Sub: "OFFSET",
    ast.Pow: "EXPONENT",
}  # fmt: skip
"""Names of constants by what is done with them."""

ORDINALS = ("", "OTHER_", "THIRD_", "FOURTH_", "FIFTH_", "SIXTH_", "SEVENTH_", "EIGHTH_")


def solutions(problem: Problem) -> tuple[str, ...]:
    """Returns sources of right solutions at different points of the trade-off.

    They are the references, and for each reference with literals the same code with constants above it, which
    is easier to maintain and a little slower.
    """
    named = (named_constants(problem, template) for template in problem.family.references)
    return tuple(dict.fromkeys([*problem.references, *(source for source in named if source)]))


def named_constants(problem: Problem, template: str) -> str | None:
    """Returns a reference with constants for its literals, or None where it has constants already.

    Args:
        problem: The problem.
        template: One of `problem.family.references`.
    """
    if CONSTANT.search(template):
        return None
    upper = {name: name.upper() for name in problem.parameters}
    for name in problem.parameters:
        template = re.sub(rf"(['\"])\${name}\1", f"${name}", template)  # a text in quotes
    tree = ast.parse(Template(template).substitute(upper))
    hoist = _Hoist({upper[name]: value for name, value in problem.parameters.items()})
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    rest = [hoist.visit(node) for node in tree.body if node not in imports]
    if any(name not in hoist.used for name in upper.values()):
        return None  # a parameter is part of a text
    blocks = ["\n".join(map(ast.unparse, imports)), "\n".join(hoist.lines())]
    return "\n\n".join(
        filter(None, [*blocks, *(ast.unparse(ast.fix_missing_locations(node)) for node in rest)])
    )


class _Hoist(ast.NodeTransformer):
    """Transformer that puts names in the place of literals, and keeps what they stand for.

    Args:
        known: Values of the constants that are there already.
    """

    def __init__(self, known: dict[str, object]) -> None:
        self.known = known
        self.used: set[str] = set()
        self.better: dict[str, str] = {}
        self.values: dict[str, object] = {}

    def lines(self) -> list[str]:
        """Returns the assignments of the constants."""
        return [f"{name} = {value!r}" for name, value in self.values.items()]

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        role = ROLES.get(type(node.op), "AMOUNT")
        node.left, node.right = self._side(node.left, role), self._side(node.right, role)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        node.left = self._side(node.left, "LIMIT")
        node.comparators = [self._side(one, "LIMIT") for one in node.comparators]
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._side(node, "AMOUNT")

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return self._side(node, "AMOUNT" if isinstance(node.value, int) else "LETTERS")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        node.values = [self.visit(one) if isinstance(one, ast.FormattedValue) else one for one in node.values]
        return node

    def _side(self, node: ast.expr, role: str) -> ast.expr:
        """Names an operand by the role that its operation gives it."""
        if isinstance(node, ast.Name) and node.id in self.known:
            self.used.add(node.id)
            if node.id not in self.better:
                name = node.id if is_word(node.id) and len(node.id) > 1 else self._free(role)
                self.better[node.id] = name
                self.values[name] = self.known[node.id]
            return ast.Name(self.better[node.id], ast.Load())
        if isinstance(node, ast.Constant) and self._is_literal(node.value):
            alike = [n for n, value in self.values.items() if value == node.value and n not in self.known]
            name = alike[0] if alike else self._free(role)
            self.values[name] = node.value
            return ast.Name(name, ast.Load())
        if isinstance(node, (ast.Name, ast.Constant)):
            return node
        visited = self.visit(node)
        assert isinstance(visited, ast.expr)
        return visited

    def _free(self, role: str) -> str:
        return next(
            name
            for ordinal in ORDINALS
            if (name := ordinal + role) not in self.values and name not in self.known
        )

    @staticmethod
    def _is_literal(value: object) -> bool:
        if isinstance(value, str):
            return len(value) > 1
        return isinstance(value, int) and not isinstance(value, bool) and value not in (0, 1, 2)
