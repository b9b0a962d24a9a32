"""Settings as a command line writes them."""

from __future__ import annotations

import ast
from typing import Any


def read_setting(text: str) -> tuple[str, Any]:
    """Reads `setting=value`; a value that is no Python literal is text.

    Raises:
        ValueError: If it is not of that form.

    Example:
        >>> read_setting("turns=3"), read_setting("selection=lexicase")
        (('turns', 3), ('selection', 'lexicase'))
    """
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f"{text!r} must have the form setting=value")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value
