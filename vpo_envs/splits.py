"""The three splits of tasks, and the split that a problem belongs to."""

from __future__ import annotations

import hashlib

import numpy as np

SPLITS = ("train", "validation", "test")


def check_index(split: str, index: int) -> None:
    """Checks split and index of a task.

    Raises:
        ValueError: If the split is unknown, or the index is not an integer of at least 0.
    """
    if split not in SPLITS:
        raise ValueError(f"split={split!r} is not one of {', '.join(SPLITS)}")
    if isinstance(index, bool) or not isinstance(index, (int, np.integer)) or index < 0:
        raise ValueError(f"index={index!r} must be an integer of at least 0")


def split_of(key: str) -> str:
    """Returns the split that a problem belongs to, wherever problems can be drawn twice.

    Args:
        key: What makes the problem the same to a solver, its parameters for example.

    Returns:
        `validation` and `test` for a tenth of the keys each, `train` for the others.

    Example:
        >>> split_of("best_window divisor 7 width 3")
        'train'
    """
    place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % 10
    return {0: "validation", 1: "test"}.get(place, "train")
