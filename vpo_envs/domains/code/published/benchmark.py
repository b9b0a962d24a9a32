"""Problems of published benchmarks, and what is recorded of their tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Benchmark:
    """A function to write, with assertions as tests.

    Attributes:
        id: Name of the problem in its data set: `HumanEval/0`.
        function: Name of the function.
        statement: The prompt of the data set: code that ends in a docstring, or words.
        is_code: Whether the statement is code, which an answer may continue.
        setup: Code that is there before an answer: imports and helpers, without the function.
        canonical: Source of the canonical solution, `setup` included.
        tests: Source that defines `check(candidate, data)`, in which `assert` has become `note__test`.
        data: What `check` gets as `data`: the inputs of a plus version, else None.
        shown: Assertions that the statement shows, as text.
    """

    id: str
    function: str
    statement: str
    is_code: bool
    setup: str
    canonical: str
    tests: str
    data: Any = None
    shown: tuple[str, ...] = ()


class Recording(NamedTuple):
    """Record of the tests of a problem, made with its canonical solution.

    Attributes:
        calls: The positional arguments of each call of the function, in order.
        tests: Number of assertions.
    """

    calls: tuple[tuple[Any, ...], ...]
    tests: int
