"""Plausible answers of graded quality: every kind of solution, clumsily written, some with a mistake.

None is as good as a reference: a policy that learns from them finds every idea and every good habit in some
of them, and has to put them together itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from vpo_envs.domains.code.family import Problem

COUNT = 8
FLAWED = 0.15
POORLY_NAMED = 0.9
ROUNDABOUT = 0.8
REPEATED = 0.75
"""Chances, at full quality, of: a mistake; a poor name for a variable; a detour in a statement; work that is
done twice."""

POOR_NAMES = "cdefghlmopqrstuvwz"


def demonstrate(problem: Problem, rng: np.random.Generator, quality: float = 1.0) -> Iterator[str]:
    """Draws sources.

    Args:
        problem: The problem.
        rng: Source of randomness.
        quality: From 0, where all have a mistake, poor names and detours, to 1.
    """
    chances = [1 - quality * (1 - chance) for chance in (FLAWED, POORLY_NAMED, ROUNDABOUT, REPEATED)]
    flawed, poor, detour, twice = chances
    for _ in range(COUNT):
        sources = problem.flawed if rng.random() < flawed else problem.references
        source = sources[rng.integers(len(sources))]
        yield clumsy(source, rng, poor, detour, twice, problem.family.name)


def clumsy(
    source: str, rng: np.random.Generator, poor: float, detour: float, twice: float = 0.0, name: str = ""
) -> str:
    """Returns the same program with some poor names and detours, at least one of them.

    Args:
        source: A right or wrong program.
        rng: Source of randomness.
        poor: Chance that a local variable gets a name of one letter.
        detour: Chance that a statement is written in a longer way.
        twice: Chance that the function does its work once more.
        name: The function to write.
    """
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        local = list(dict.fromkeys(_local_names(function)))
        chosen = [one for one in local if rng.random() < poor]
        if not chosen and local:
            chosen = [local[int(rng.integers(len(local)))]]
        letters = (letter for letter in POOR_NAMES if letter not in local)
        _rename(function, dict(zip(chosen, letters)))
        _Detours(function, rng, detour).visit(function)
    if rng.random() < twice and name:
        _repeat(functions, name)
    return ast.unparse(ast.fix_missing_locations(tree))


class _Detours(ast.NodeTransformer):
    """Transformer of statements into longer ones that do the same."""

    def __init__(self, function: ast.FunctionDef, rng: np.random.Generator, chance: float) -> None:
        self.rng = rng
        self.chance = chance
        self.taken = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        self.taken |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.stmt]:
        if isinstance(node.value, (ast.Name, ast.Constant, type(None))) or not self._wanted():
            return node
        name = self._name("o")
        return [_assign(name, node.value), ast.Return(ast.Name(name, ast.Load()))]

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        number = isinstance(node.value, (ast.Constant, ast.BinOp, ast.Compare))  # a list may grow by a set
        if not isinstance(node.target, ast.Name) or not number or not self._wanted():
            return node
        total = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        return _assign(node.target.id, total)

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if self._wanted():
            node.test = ast.IfExp(node.test, ast.Constant(True), ast.Constant(False))
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        source = node.iter.func if isinstance(node.iter, ast.Call) else None
        fixed = isinstance(source, ast.Name) and source.id in ("range", "sorted")  # others may grow meanwhile
        if fixed and self._wanted():
            node.iter = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        return node

    def _wanted(self) -> bool:
        return bool(self.rng.random() < self.chance)

    def _name(self, wish: str) -> str:
        free = next(letter for letter in wish + POOR_NAMES.upper() if letter not in self.taken)
        self.taken.add(free)
        return free


def _assign(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _repeat(functions: list[ast.FunctionDef], name: str) -> None:
    """Lets the function that is asked for do all its work two times."""
    function = next((one for one in functions if one.name == name), None)
    if function is None or any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function)):
        return  # one that calls itself would double its work at every level
    inner = ast.FunctionDef("run", function.args, function.body, [], None)
    arguments: list[ast.expr] = [ast.Name(one.arg, ast.Load()) for one in function.args.args]
    call = ast.Call(ast.Name("run", ast.Load()), arguments, [])
    function.body = [inner, ast.Expr(call), ast.Return(call)]


def _local_names(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _rename(function: ast.FunctionDef, names: dict[str, str]) -> None:
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = names.get(node.arg, node.arg)
