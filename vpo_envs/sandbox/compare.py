"""Comparing what came out of the sandbox with what was expected, outside of it."""

import math
from typing import Any


def matches(value: Any, expected: Any, tolerance: float = 0.0) -> bool:
    """Returns whether a value is the expected one, of the same types all the way down.

    Args:
        value: What a solution returned, decoded by the host: built-in types alone.
        expected: The right answer.
        tolerance: How far a float may be off, relative to the expected one or absolute below 1. Elements
            of sets and keys of dicts are compared exactly. NaN matches NaN.

    Example:
        >>> matches([1, (2.0, "a")], [1, (2.0, "a")])
        True
        >>> matches(True, 1), matches(1.0, 1), matches((1,), [1]), matches({1: 0}, {True: 0})
        (False, False, False, False)
        >>> matches(0.1 + 0.2, 0.3), matches(0.1 + 0.2, 0.3, tolerance=1e-9)
        (False, True)
    """
    kind = type(expected)
    if type(value) is not kind:
        return False
    if kind is float:
        return _close(value, expected, tolerance)
    if kind in (list, tuple):
        return len(value) == len(expected) and all(
            matches(one, other, tolerance) for one, other in zip(value, expected)
        )
    if kind in (set, frozenset):
        return _exact(value) == _exact(expected)
    if kind is dict:
        found = {_exact(key): item for key, item in value.items()}
        wanted = {_exact(key): item for key, item in expected.items()}
        return found.keys() == wanted.keys() and all(
            matches(found[key], wanted[key], tolerance) for key in wanted
        )
    return bool(value == expected)


def _close(value: float, expected: float, tolerance: float) -> bool:
    if value == expected or (math.isnan(value) and math.isnan(expected)):
        return True
    return abs(value - expected) <= tolerance * max(1.0, abs(expected)) if math.isfinite(expected) else False


def _exact(value: Any) -> Any:
    """Returns a hashable stand-in that is equal for values that match, and for no others."""
    kind = type(value)
    if kind is tuple:
        return (kind, *map(_exact, value))
    if kind in (set, frozenset):
        return (kind, frozenset(map(_exact, value)))
    return (kind, "nan" if value != value else value)
