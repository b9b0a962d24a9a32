"""Trails: the steps of a reader who follows links through a world, rightly or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Hop(NamedTuple):
    """One link: under `key`, record `number` tells `value`, which is the next key."""

    key: str
    number: int
    value: str


def wander(
    rng: np.random.Generator, right: Sequence[Hop], told: Sequence[Hop], care: float, least: int = 0
) -> list[Hop]:
    """Draws a trail that is right for some steps, then takes a wrong one, and goes on as far as it leads.

    Args:
        rng: Source of randomness.
        right: The trail that should be followed; the drawn one is no longer.
        told: All steps that the records allow, at least one.
        care: Chance of each step to be right, as long as all before it are.
        least: Steps that are right in any case.
    """
    kept = least
    while kept < len(right) and rng.random() < care:
        kept += 1
    trail = list(right[:kept])
    onward = [step for step in told if step not in right] or list(told)
    while onward and len(trail) < len(right):
        trail.append(onward[int(rng.integers(len(onward)))])
        onward = [step for step in told if step.key == trail[-1].value]
    return trail


def some(rng: np.random.Generator, count: int, most: int, first: bool) -> list[int]:
    """Draws up to `most` of the indices below `count`, ascending.

    Args:
        rng: Source of randomness.
        count: Number of indices, at least one.
        most: How many are drawn, as far as there are so many.
        first: Index 0 is among them in any case.
    """
    drawn = sorted(rng.permutation(count)[:most].tolist())
    return [0, *drawn[1:]] if first else drawn
