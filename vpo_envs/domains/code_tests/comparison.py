"""When a result is right.

Results of functions are compared as JSON would write them: tuples are lists, 1 and 1.0 are the same number,
but true and 1 are not; floats must be equal to the last digit. Outputs of programs are compared line by
line, blanks around the text and around each line left out: two lines agree if they are the same text, or if
both consist of numbers and these are equal as decimals (`1.50` and `1.5`). LiveCodeBench compares outputs in
this way, and results with Python's `==`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
"""In linear time: digits can be matched in one way alone."""


def same_value(value: Any, expected: Any) -> bool:
    """Whether a function's result is right.

    Args:
        value: What came out of the sandbox: built-in types alone.
        expected: What the test wants: types of JSON and tuples.

    Example:
        >>> same_value((1, [2.0]), [1.0, (2,)]), same_value(True, 1), same_value("1", 1)
        (True, False, False)
    """
    if isinstance(expected, (list, tuple)):
        alike = isinstance(value, (list, tuple)) and len(value) == len(expected)
        return alike and all(map(same_value, value, expected))
    if isinstance(expected, dict):
        alike = isinstance(value, dict) and value.keys() == expected.keys()
        return alike and all(same_value(value[key], expected[key]) for key in expected)
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value == expected
    return type(value) is type(expected) and bool(value == expected)


def same_output(text: str, expected: str) -> bool:
    r"""Whether a program's output is right.

    Args:
        text: What it wrote.
        expected: What the test wants.

    Example:
        >>> same_output("1 2.50 \n yes\n\n", "1.0 2.5\nyes")
        True
        >>> same_output("1\n2", "1 2"), same_output("No", "NO")
        (False, False)
    """
    lines, wanted = text.strip().split("\n"), expected.strip().split("\n")
    return len(lines) == len(wanted) and all(map(_same_line, lines, wanted))


def _same_line(line: str, wanted: str) -> bool:
    if line.strip() == wanted.strip():
        return True
    words, others = line.split(), wanted.split()
    return len(words) == len(others) and all(map(_same_number, words, others))


def _same_number(word: str, wanted: str) -> bool:
    if not (NUMBER.fullmatch(word) and NUMBER.fullmatch(wanted)):
        return False
    return Decimal(word) == Decimal(wanted)
