"""Checks of the knobs of `ToolUseDomain`."""

from __future__ import annotations

from typing import Any

from vpo_envs.domains.worlds.knobs import whole_number


def whole_span(name: str, value: int | tuple[int, int], low: int, high: int) -> tuple[int, int]:
    """Returns a number, or a pair of them, as (smallest, largest).

    Raises:
        ValueError: If it is out of range or no pair.
        TypeError: If a number is no integer.
    """
    ends = value if isinstance(value, (tuple, list)) else (value, value)
    if len(ends) != 2:
        raise ValueError(f"{name}={value!r} must be an integer or a pair (smallest, largest)")
    smallest, largest = (whole_number(name, end, low, high) for end in ends)
    if smallest > largest:
        raise ValueError(f"{name}={value!r} must give the smallest value first")
    return smallest, largest


def share(name: str, value: Any) -> float:
    """Returns a number in [0, 1].

    Raises:
        ValueError: If it is out of range, or no number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{name}={value!r} must lie in [0, 1]")
    return float(value)


def share_span(name: str, value: Any) -> tuple[float, float]:
    """Returns a pair of shares above 0.

    Raises:
        ValueError: If it is no pair, out of range, or the largest comes first.
    """
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name}={value!r} must be a pair (smallest, largest)")
    smallest, largest = (share(name, end) for end in value)
    if not 0 < smallest <= largest:
        raise ValueError(f"{name}={value!r} must be above 0, the smallest value first")
    return smallest, largest
