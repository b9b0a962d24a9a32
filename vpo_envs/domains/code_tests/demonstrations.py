"""Plausible answers of graded quality: which problems they do, and how well."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from vpo_envs.domains.code_tests.budget import size
from vpo_envs.domains.code_tests.exercise import Exercise, Part
from vpo_envs.domains.code_tests.parts import join

COUNT = 8
RIGHT_ALONE = 0.5
RIGHT_AMONG_SEVERAL = 0.1
"""Chance that the code for a problem is right, at quality 1."""

FLAWED = 0.4
"""Share of the others that have one of the family's typical mistakes; the rest have two numbers off."""

STOP = 0.25
"""Chance to leave it at the code so far."""

NEIGHBOURS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


def demonstrate(exercise: Exercise, rng: np.random.Generator, quality: float) -> Iterator[str]:
    """Draws sources that keep the budget.

    Each takes the problems in a random order, as long as they fit; with a chance of a quarter it stops before
    the next one. The code for a problem is right with a chance of `quality` / 2, of `quality` / 10 where
    there are several problems; else it has a typical mistake, or numbers and comparisons in it are off by
    one.

    Args:
        exercise: A generated exercise; of others there are none.
        rng: Source of randomness.
        quality: From 0 (no right code) to 1.
    """
    generated = exercise.generated
    if generated is None:
        return
    parts = generated.parts
    chance = quality * (RIGHT_ALONE if len(parts) == 1 else RIGHT_AMONG_SEVERAL)
    for _ in range(COUNT):
        order = rng.permutation(len(parts)).tolist()
        left = None if exercise.budget is None else exercise.budget - size(ast.parse(generated.lead))
        sources: list[str] = []
        for part in (parts[i] for i in order):
            if sources and rng.random() < STOP:
                break
            source = _attempt(part, rng, chance)
            if left is None or (cost := size(ast.parse(source))) <= left:
                sources.append(source)
                left = None if left is None else left - cost
        yield join(generated.lead, sources or [parts[order[0]].stub])


def _attempt(part: Part, rng: np.random.Generator, chance: float) -> str:
    reference = part.references[rng.integers(len(part.references))]
    if rng.random() < chance:
        return reference
    if part.flawed and rng.random() < FLAWED:
        return part.flawed[rng.integers(len(part.flawed))]
    return off_by_one(off_by_one(reference, rng), rng)


def off_by_one(source: str, rng: np.random.Generator) -> str:
    """Returns the source with one comparison or one number moved by one; as it is if it has neither."""
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
