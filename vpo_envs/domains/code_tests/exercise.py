"""Exercises: what has to be written, and the tests that it must pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from vpo_envs.domains.code.published import Benchmark

OBJECTIVES = 16
"""Components of the reward, `test_0` to `test_15`."""


class Case(NamedTuple):
    """One test.

    Attributes:
        input: The positional arguments of a function as a tuple, or the stdin of a program.
        expected: The result, or the stdout.
        function: The function that is called; None for a program.
    """

    input: Any
    expected: Any
    function: str | None = None


class Part(NamedTuple):
    """One of the problems of a generated exercise.

    Attributes:
        name: Name of the problem's function.
        references: Right solutions of this problem alone, the one of the smallest size first.
        flawed: Solutions with one mistake each.
        sizes: Sizes of the references (`budget.size`).
        stub: Code that does nothing but give the commonest expected result.
        stub_size: Size of the stub.
    """

    name: str
    references: tuple[str, ...]
    flawed: tuple[str, ...]
    sizes: tuple[int, ...]
    stub: str
    stub_size: int


class Hidden(Protocol):
    """Hidden tests and solutions of a generated exercise, made when they are first asked for.

    Attributes:
        names: Names of the problems.
        tests: The hidden tests.
        owners: Name of the problem that each of them belongs to.
        parts: The problems.
        lead: Line that begins programs of several problems.
    """

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def tests(self) -> tuple[Case, ...]: ...

    @property
    def owners(self) -> tuple[str, ...]: ...

    @property
    def parts(self) -> tuple[Part, ...]: ...

    @property
    def lead(self) -> str: ...


@dataclass(frozen=True, eq=False)
class Exercise:
    """Functions or a program to write.

    Attributes:
        statement: The whole task in words.
        examples: Tests that may be shown.
        given: Hidden tests of a data set; of a benchmark there are none, since its tests are its own.
        generated: Hidden tests and solutions of a generated exercise; None for data sets.
        prelude: Code that runs before every answer.
        compact: The task in few tokens; empty if there is no such form.
        budget: Largest size of code that counts (`budget.size`); None for no limit.
        benchmark: A problem whose tests are assertions (HumanEval, MBPP), or None.
    """

    statement: str
    examples: tuple[Case, ...]
    given: tuple[Case, ...] = ()
    generated: Hidden | None = None
    prelude: str = ""
    compact: str = ""
    budget: int | None = None
    benchmark: Benchmark | None = None

    @property
    def tests(self) -> tuple[Case, ...]:
        """The hidden tests; empty for a benchmark."""
        return self.given if self.generated is None else self.generated.tests

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """Names of the functions that are asked for; empty for a program."""
        if self.benchmark is not None:
            return (self.benchmark.function,)
        cases = self.examples if self.generated is not None else self.given + self.examples
        return tuple(dict.fromkeys(case.function for case in cases if case.function is not None))
