"""Seeds: one for a whole batch, or one per task, which makes tasks independent of their batch; streams."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from vpo_agent.tasks.source import task_id

Seed: TypeAlias = "int | Sequence[int]"
"""A seed for the whole batch, or one seed per task."""
Stream = Literal["tasks", "weights", "sampling", "tiny", "warm_start"]
"""Purpose of random numbers of an agent. The order is part of every seed: add further ones at the end."""


def seeds_of(seed: int, tasks: Sequence[Any]) -> list[int]:
    """Returns a seed for each task, which depends only on `seed` and the task's id.

    Example:
        >>> seeds_of(0, [1, 2]) == [*seeds_of(0, [1]), *seeds_of(0, [2])]
        True
    """
    names = [f"{seed} {task_id(task)}".encode() for task in tasks]
    return [int.from_bytes(hashlib.sha256(name).digest()[:7], "big") for name in names]


def child(seed: int, *place: int) -> int:
    """Derives an independent seed from a seed and a position, such as a round's number."""
    return int(np.random.SeedSequence([seed, *place]).generate_state(1, np.uint64)[0] >> np.uint64(2))


def stream(seed: int, step: int, purpose: Stream) -> np.random.Generator:
    """Returns a generator that depends only on its arguments, so that a resume needs no stored state.

    Args:
        seed: Seed of the agent, at least 0.
        step: Training steps taken before.
        purpose: Purpose of the random numbers.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, step, get_args(Stream).index(purpose)]))
