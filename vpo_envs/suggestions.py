"""Suggestions in errors about unknown names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Returns the known name that is most like `name`, in any case; None if none is near."""
    by_lower = {str(other).lower(): other for other in known}
    found = difflib.get_close_matches(str(name).lower(), by_lower, 1)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Returns the end of an error about an unknown name: the nearest known one, or else all of them.

    Example:
        >>> did_you_mean("seeed", ["seed", "steps"])
        "did you mean 'seed'?"
        >>> did_you_mean("xyz", ["seed", "steps"])
        'there are seed, steps'
    """
    known = list(known)
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else f"there are {', '.join(known) or 'none'}"
