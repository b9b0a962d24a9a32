"""Comparison of results with what is expected: three checkers.

- `exact`, for tasks of our own: results as JSON would write them. Tuples are lists, 1 and 1.0 are the same
  number, true and 1 are not. Lines of an output agree if they are the same text, or if both consist of
  numbers that are equal as decimals.
- `official`, for data sets: the rules of LiveCodeBench. Results are compared with Python's `==`, a tuple
  being a list; lines as above, where anything that `decimal.Decimal` reads is a number. One thing is more
  lenient than the published code: numbers with a fraction may be off by 1e-6, as in the contests the problems
  are from (`TOLERANCE`).
- `paper`: the rules of the code of arXiv 2605.22817. Results are compared with `==`; lines must be the same
  text up to blanks at their ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from typing import Any, NamedTuple

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
"""In linear time: digits can be matched in one way alone."""

FRACTION = re.compile(r"[.eE]")

TOLERANCE = 1e-6
"""Largest error of a number with a fraction, absolute or relative."""

QUIET = Context(prec=50, traps=[])
"""Arithmetic that never raises."""


def same_value(value: Any, expected: Any) -> bool:
    """Checks whether a function's result is right as JSON.

    Args:
        value: What came out of the sandbox: built-in types alone.
        expected: The right result: types of JSON and tuples.

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
    r"""Checks whether a program's output is right.

    Args:
        text: The output.
        expected: The right output.

    Example:
        >>> same_output("1 2.50 \n yes\n\n", "1.0 2.5\nyes")
        True
        >>> same_output("1\n2", "1 2"), same_output("No", "NO")
        (False, False)
    """
    return _same_lines(text, expected, _same_number)


def official_value(value: Any, expected: Any) -> bool:
    """Checks whether a function's result is right by LiveCodeBench's rules.

    Example:
        >>> official_value((1, True), [1.0, 1]), official_value(1 / 3, 0.3333333)
        (True, True)
        >>> official_value([(1,)], [[1]])
        False
    """
    return _close(list(value) if isinstance(value, tuple) else value, expected)


def official_output(text: str, expected: str) -> bool:
    r"""Checks whether a program's output is right by LiveCodeBench's rules.

    Example:
        >>> official_output("0.333333\n", "0.333333333333"), official_output("1.0", "1")
        (True, True)
        >>> official_output("2", "1")
        False
    """
    return _same_lines(text, expected, _near_number)


def paper_value(value: Any, expected: Any) -> bool:
    """Checks whether a function's result is equal to the right one."""
    return bool(value == expected)


def paper_output(text: str, expected: str) -> bool:
    r"""Checks whether an output is the right text, up to blanks at the ends of lines.

    Example:
        >>> paper_output("1 \n2\n\n", "1\n2"), paper_output("1.0", "1"), paper_output(" 1", "1")
        (True, False, False)
    """
    return _lines_of_paper(text) == _lines_of_paper(expected)


class Checker(NamedTuple):
    """A way to compare.

    Attributes:
        value: Compares the result of a function with the right one.
        output: Compares the output of a program with the right one.
    """

    value: Callable[[Any, Any], bool]
    output: Callable[[str, str], bool]


CHECKERS = {
    "exact": Checker(same_value, same_output),
    "official": Checker(official_value, official_output),
    "paper": Checker(paper_value, paper_output),
}


def _same_lines(text: str, expected: str, same: Callable[[str, str], bool]) -> bool:
    lines, wanted = text.strip().split("\n"), expected.strip().split("\n")
    return len(lines) == len(wanted) and all(_same_line(*pair, same) for pair in zip(lines, wanted))


def _same_line(line: str, wanted: str, same: Callable[[str, str], bool]) -> bool:
    if line.strip() == wanted.strip():
        return True
    words, others = line.split(), wanted.split()
    return len(words) == len(others) and all(map(same, words, others))


def _same_number(word: str, wanted: str) -> bool:
    if not (NUMBER.fullmatch(word) and NUMBER.fullmatch(wanted)):
        return False
    return Decimal(word) == Decimal(wanted)


def _near_number(word: str, wanted: str) -> bool:
    try:
        value, right = Decimal(word), Decimal(wanted)
    except InvalidOperation:
        return False
    if value.is_nan() or right.is_nan():
        return False
    if value == right:
        return True
    if not (FRACTION.search(wanted) and value.is_finite() and right.is_finite()):
        return False
    error = QUIET.subtract(value, right).copy_abs()
    return error <= QUIET.multiply(Decimal(TOLERANCE), max(Decimal(1), right.copy_abs()))


def _close(value: Any, expected: Any) -> bool:
    """Compares by `==`, floats in lists with a tolerance."""
    if isinstance(expected, float) and isinstance(value, (int, float)):
        try:
            return bool(
                value == expected
                or abs(value - expected) <= TOLERANCE * max(1.0, abs(expected)) < float("inf")
            )
        except OverflowError:  # an int beyond all floats
            return False
    if isinstance(expected, list) and isinstance(value, list):
        return len(value) == len(expected) and all(map(_close, value, expected))
    return bool(value == expected)


def _lines_of_paper(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines
