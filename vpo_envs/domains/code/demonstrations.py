"""Plausible answers of graded quality: right ones, slow ones, ones with a mistake, ones with poor names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from vpo_envs.domains.code.family import Problem

COUNT = 8
FLAWED = 0.25
POORLY_NAMED = 0.25
POOR_NAMES = "abcdefghlmopqrstuvwz"


def demonstrate(problem: Problem, rng: np.random.Generator) -> Iterator[str]:
    """Draws sources: references, some with a mistake in them, some with names of one letter."""
    for _ in range(COUNT):
        sources = problem.flawed if rng.random() < FLAWED else problem.references
        source = sources[rng.integers(len(sources))]
        yield poorly_named(source) if rng.random() < POORLY_NAMED else source


@lru_cache(maxsize=1024)
def poorly_named(source: str) -> str:
    """The same code with one letter for each local variable."""
    tree = ast.parse(source)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            names = dict.fromkeys(_local_names(function))
            renamed = dict(zip(names, (letter for letter in POOR_NAMES if letter not in names)))
            _rename(function, renamed)
    return ast.unparse(tree)


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
