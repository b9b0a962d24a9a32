"""Parsers of command-line settings and numbers, and the cleaning of text for tokenizers."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any


def printable(text: str) -> str:
    r"""Returns a text with control characters spelled out: terminals obey some, and some reverse the line.

    Example:
        >>> print(printable("a\x1b[31m b"))
        a\x1b[31m b
    """
    return "".join(c if c == " " or c.isprintable() else ascii(c)[1:-1] for c in text)


def read_setting(text: str) -> tuple[str, Any]:
    """Parses `setting=value`; a value that is not a Python literal is kept as text.

    Raises:
        ValueError: If the text does not have this form.

    Example:
        >>> read_setting("turns=3"), read_setting("selection=lexicase")
        (('turns', 3), ('selection', 'lexicase'))
    """
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f"{text!r} must have the form setting=value")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):  # of hostile texts, too
        return name, value


def read_minimums(items: Sequence[str]) -> dict[str, float]:
    """Parses the items of `--require`, each `objective=minimum`.

    Example:
        >>> read_minimums(["correctness=1"])
        {'correctness': 1.0}
    """
    pairs = [item.partition("=") for item in items]
    return {name: read_number("require", least, "correctness=0.9") for name, _, least in pairs}


def read_weights(text: str) -> tuple[float, ...]:
    """Parses preference weights such as `0.2,0.7,0.1`.

    Raises:
        ValueError: If a part is not a number.
    """
    return tuple(read_number("weights", part, "0.2,0.7,0.1") for part in text.split(","))


def read_number(option: str, text: str, form: str) -> float:
    """Parses the number that an option was given.

    Args:
        option: Name of the option, for the error message.
        text: The number as text.
        form: Example of a valid value, for the error message.

    Raises:
        ValueError: If the text is not a number.
    """
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"--{option}: {text!r} is not a number; write, for example, {form}") from None


def replace_surrogates(text: str) -> str:
    r"""Returns the text with question marks for lone surrogates, which tokenizers and JSON reject.

    Example:
        >>> replace_surrogates("a \ud800 b")
        'a ? b'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
