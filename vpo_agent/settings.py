"""Settings as a command line writes them."""

from __future__ import annotations

import ast
from typing import Any


def read_setting(text: str) -> tuple[str, Any]:
    """Reads `setting=value`; a value that is no Python literal is a text.

    Raises:
        ValueError: If there is no equals sign.

    Example:
        >>> read_setting("alpha=0.3"), read_setting("weighting=spread")
        (('alpha', 0.3), ('weighting', 'spread'))
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r} must have the form setting=value")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value
