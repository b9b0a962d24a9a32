"""Size of a family, by the length of its shortest reference."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from string import Template
from typing import Literal

from vpo_envs.domains.code.family import Family
from vpo_envs.domains.code.halstead import words

Level = Literal["any", "easy", "medium", "hard"]

BOUNDS: dict[str, tuple[int, int]] = {
    "any": (0, 1 << 30),
    "easy": (0, 54),
    "medium": (54, 76),
    "hard": (76, 1 << 30),
}
"""Fewest tokens of a level, and fewest of the next: thirds of the families."""


def tokens_of(family: Family) -> int:
    """Returns the number of tokens of the shortest reference (`halstead.words`)."""
    filled = {name: choices[0] for name, choices in family.parameters.items()}
    sources = (Template(reference).substitute(filled) for reference in family.references)
    return min(sum(1 for _ in words(ast.walk(ast.parse(source)))) for source in sources)


def of_level(families: Sequence[Family], level: str) -> tuple[Family, ...]:
    """Returns the families of a level.

    Raises:
        ValueError: If there is no such level, or no family of it.
    """
    if level not in BOUNDS:
        raise ValueError(f"level={level!r} is not one of {', '.join(BOUNDS)}")
    low, high = BOUNDS[level]
    kept = tuple(family for family in families if low <= tokens_of(family) < high)
    if not kept:
        raise ValueError(f"level={level!r} has none of the families {[family.name for family in families]}")
    return kept
