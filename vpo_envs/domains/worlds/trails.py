"""Trails: what somebody reads who follows links through a world, rightly or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Step(NamedTuple):
    """One link: looking up `key`, record `number` tells `value`, which is the next key."""

    key: str
    number: int
    value: str


def stray(rng: np.random.Generator, right: Sequence[Step], told: Sequence[Step]) -> list[Step]:
    """A trail that goes wrong somewhere: right for some steps, then on from any record, as far as it leads.

    Args:
        rng: Source of randomness.
        right: The trail that should be followed; the stray one is no longer.
        told: All steps that the records allow, at least one.
    """
    trail = list(right[: int(rng.integers(len(right)))])
    onward: Sequence[Step] = told
    while onward and len(trail) < len(right):
        trail.append(onward[int(rng.integers(len(onward)))])
        onward = [step for step in told if step.key == trail[-1].value]
    return trail
