"""Plausible answers of graded quality: right ones, ones with a typical mistake, ones that are off by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from vpo_envs.domains.code_tests.exercise import Exercise

COUNT = 8
FLAWED = 0.25
OFF_BY_ONE = 0.25

NEIGHBOURS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


def demonstrate(exercise: Exercise, rng: np.random.Generator) -> Iterator[str]:
    """Draws sources: references, some with a mistake in them."""
    if not exercise.references:
        return
    for _ in range(COUNT):
        luck = rng.random()
        sources = exercise.flawed if luck < FLAWED else exercise.references
        source = sources[rng.integers(len(sources))]
        yield off_by_one(source, rng) if FLAWED <= luck < FLAWED + OFF_BY_ONE else source


def off_by_one(source: str, rng: np.random.Generator) -> str:
    """The source with one comparison or one number moved by one; as it is if it has neither."""
    tree = ast.parse(source)
    places: list[ast.Compare | ast.Constant] = [
        node
        for node in ast.walk(tree)
        if (isinstance(node, ast.Compare) and type(node.ops[0]) in NEIGHBOURS)
        or (isinstance(node, ast.Constant) and type(node.value) is int)
    ]
    if not places:
        return source
    place = places[int(rng.integers(len(places)))]
    if isinstance(place, ast.Compare):
        place.ops[0] = NEIGHBOURS[type(place.ops[0])]()
    else:
        place.value = int(place.value) + (1 if rng.random() < 0.5 else -1)  # type: ignore[arg-type]
    return ast.unparse(tree)
