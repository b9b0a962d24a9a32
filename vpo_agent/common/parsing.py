"""Settings and numbers as a command line writes them, and text as tokenizers take it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
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


def read_minimums(items: Sequence[str]) -> dict[str, float]:
    """Reads what --require gives: `objective=least value`.

    Example:
        >>> read_minimums(["correctness=1"])
        {'correctness': 1.0}
    """
    pairs = [item.partition("=") for item in items]
    return {name: read_number("require", least, "correctness=0.9") for name, _, least in pairs}


def read_weights(text: str) -> tuple[float, ...]:
    """Weights from `0.2,0.7,0.1`.

    Raises:
        ValueError: If a part is no number.
    """
    return tuple(read_number("weights", part, "0.2,0.7,0.1") for part in text.split(","))


def read_number(option: str, text: str, form: str) -> float:
    """Reads a number of an option.

    Raises:
        ValueError: If it is none, with the form that the option has.
    """
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"--{option}: {text!r} is not a number; write, for example, {form}") from None


def replace_surrogates(text: str) -> str:
    r"""Returns the text with question marks for lone surrogates, which tokenizers and JSON refuse.

    Example:
        >>> replace_surrogates("a \ud800 b")
        'a ? b'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
