"""Lists of names as texts: a few lines instead of hundreds of quotes."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """Returns the words of a text.

    Example:
        >>> sorted(listed("sum abs"))
        ['abs', 'sum']
    """
    return frozenset(text.split())
