"""Inputs and outcomes of sandbox runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

Status = Literal["returned", "exception", "out_of_fuel", "out_of_memory", "output_too_large", "not_run"]

MIB = 1 << 20
LEAST_MEMORY = 32 * MIB
"""Twice what an interpreter with its modules takes."""

MOST = 1 << 62
"""Larger numbers do not fit the counters of wasmtime."""


class SandboxError(RuntimeError):
    """The sandbox cannot run at all; the message says why and what to do. Never a solution's fault."""


class Submission(NamedTuple):
    """A solution and the inputs to run it on.

    Attributes:
        source: The solution's Python. Any string is legal.
        inputs: For a function, a tuple of positional arguments each; for a program, its stdin each.
        function: The function to call, or `Class.method` (the class is made anew for each call, without
            arguments). None: the source is a program that reads stdin and writes stdout.
        output_bytes: Length of one test's result in its JSON encoding, if less than `Limits.output_bytes`
            is enough. A MiB of JSON can be 20 MiB of objects: say what right results need.
    """

    source: str
    inputs: tuple[Any, ...]
    function: str | None = None
    output_bytes: int | None = None


class Outcome(NamedTuple):
    """Outcome of one test.

    Attributes:
        status: `returned`, or what kept it from returning.
        value: What the function returned, or the text the program wrote; None unless `returned`.
        fuel: WebAssembly instructions that the test executed beyond an empty function or program. The same
            number in every run, process and worker count under one `Sandbox.build_id`.
        error: Type and message of the exception, or what went wrong otherwise.
    """

    status: Status
    value: Any = None
    fuel: int = 0
    error: str = ""


class Execution(NamedTuple):
    """All tests of one submission.

    Attributes:
        outcomes: One for each input, in their order.
        load_fuel: Instructions of loading the module beyond one with an empty function, all its loads
            together; 0 for programs, whose tests load them.
        guest_fuel: Instructions of an empty test, which the outcomes leave out. A solution that changes the
            guest can hide as many of its own in each test.
    """

    outcomes: tuple[Outcome, ...]
    load_fuel: int = 0
    guest_fuel: int = 0

    @property
    def lost(self) -> bool:
        """True if none of it was run, since workers died over it: the next try may go well."""
        return bool(self.outcomes) and self.outcomes[0].status == "not_run"


@dataclass(frozen=True)
class Limits:
    """Limits of a solution.

    Attributes:
        fuel: Instructions of one test. 5e9 are 1-2 s here, and 0.2-0.4 s of native Python.
        load_fuel: Instructions of compiling, and again of loading the module.
        total_fuel: Instructions of all tests of a solution; those left over when it is spent are `not_run`.
        memory_bytes: Memory of an instance, the interpreter's own 15 MiB included.
        output_bytes: Length of one test's result in its JSON encoding, or of a program's output.
        wall_seconds: A backstop for machines that are stopped or overloaded. A test that fuel would have
            stopped in 1-2 s is cut off as `out_of_fuel` after this time.
        isolate_tests: A fresh instance for every test, not only for every solution. A test's fuel is then
            a function of source and input alone, whatever the solution remembers between its tests; costs
            about 2 ms a test.

    Raises:
        ValueError: If a limit is no positive number of its type or leaves no room for the interpreter.
    """

    fuel: int = 5_000_000_000
    load_fuel: int = 5_000_000_000
    total_fuel: int = 40_000_000_000
    memory_bytes: int = 128 * MIB
    output_bytes: int = MIB
    wall_seconds: float = 60.0
    isolate_tests: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            kind = type(field.default)
            fits = isinstance(value, (int, kind)) and isinstance(value, bool) == (kind is bool)
            if not fits:
                raise ValueError(f"{field.name}={value!r} must be of type {kind.__name__}")
            if kind is not bool and not 0 < value < MOST:
                raise ValueError(f"{field.name}={value!r} must be positive, and below 2**62")
        if self.memory_bytes < LEAST_MEMORY:
            raise ValueError(
                f"memory_bytes={self.memory_bytes} must be at least {LEAST_MEMORY}: "
                "the interpreter alone takes half of that"
            )


DEFAULT_LIMITS = Limits()
