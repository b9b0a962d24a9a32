"""Seeds: one for all that is drawn together, or one for each task, whose draws then depend on no other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from vpo_agent.tasks.source import task_id

Seed: TypeAlias = "int | Sequence[int]"
"""A seed of everything, or a seed for each task."""


def seeds_of(seed: int, tasks: Sequence[Any]) -> list[int]:
    """A seed for each task, which depends on `seed` and the task's id alone.

    Example:
        >>> seeds_of(0, [1, 2]) == [*seeds_of(0, [1]), *seeds_of(0, [2])]
        True
    """
    names = [f"{seed} {task_id(task)}".encode() for task in tasks]
    return [int.from_bytes(hashlib.sha256(name).digest()[:7], "big") for name in names]


def child(seed: int, *place: int) -> int:
    """A seed of its own for a place below another."""
    return int(np.random.SeedSequence([seed, *place]).generate_state(1, np.uint64)[0] >> np.uint64(2))
