"""What has to be written, and the tests that it must pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

MOST_TESTS = 16
"""Tests of an exercise that count."""


class Case(NamedTuple):
    """One test.

    Attributes:
        input: The positional arguments of a function as a tuple, or the stdin of a program.
        expected: The result, or the stdout.
    """

    input: Any
    expected: Any


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function or a program to write.

    Attributes:
        statement: The whole task in words.
        function: Name of the function; None for a program that reads stdin and writes stdout.
        examples: Tests that may be shown.
        tests: Hidden tests, 1 to `MOST_TESTS`.
        prelude: Code that runs before every answer.
        compact: The task in few tokens; empty if there is no such form.
        references: Sources that pass all tests; none for data sets.
        flawed: Sources with a mistake each.
    """

    statement: str
    function: str | None
    examples: tuple[Case, ...]
    tests: tuple[Case, ...]
    prelude: str = ""
    compact: str = ""
    references: tuple[str, ...] = ()
    flawed: tuple[str, ...] = ()

    @cached_property
    def inputs(self) -> tuple[Any, ...]:
        """The inputs of the hidden tests."""
        return tuple(case.input for case in self.tests)
