"""Problem families as programs: arguments on stdin, results on stdout."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from vpo_envs.domains.code.family import Case as Call
from vpo_envs.domains.code.family import Family
from vpo_envs.domains.code_tests.exercise import Case


class Form(NamedTuple):
    """The form in which values of a type appear in text.

    Attributes:
        words: The form in words.
        code: Python that reads a value from stdin or, in `OUTPUTS`, prints that of an expression.
        write: Writes a value.
    """

    words: str
    code: str
    write: Callable[[Any], str]


def write_numbers(values: list[int] | tuple[int, ...]) -> str:
    """Returns integers separated by blanks."""
    return " ".join(map(str, values))


def write_rows(rows: list[Any]) -> str:
    """Returns rows of integers, a line each."""
    return "\n".join(map(write_numbers, rows))


def write_counted_rows(rows: list[Any]) -> str:
    """Returns the same, after a line with their number."""
    return "\n".join([str(len(rows)), *map(write_numbers, rows)])


INPUTS = {
    "int": Form("an integer", "int(input())", str),
    "str": Form("a line of text", "input()", str),
    "list[int]": Form(
        "integers on one line, separated by blanks", "list(map(int, input().split()))", write_numbers
    ),
    "list[list[int]]": Form(
        "the number of rows, then a line of integers for each row",
        "[list(map(int, input().split())) for _ in range(int(input()))]",
        write_counted_rows,
    ),
    **dict.fromkeys(
        ("list[tuple[int, int]]", "list[tuple[int, int, int]]"),
        Form(
            "their number, then a line of integers for each of them",
            "[tuple(map(int, input().split())) for _ in range(int(input()))]",
            write_counted_rows,
        ),
    ),
}
"""By the type of an argument."""

OUTPUTS = {
    "int": Form("an integer", "print({})", str),
    "str": Form("a line of text", "print({})", str),
    "list[int]": Form(
        "the number of integers, then the integers, on one line and separated by blanks",
        "result = {}\nprint(len(result), *result)",
        lambda values: write_numbers([len(values), *values]),
    ),
    "list[list[int]]": Form("a line of integers for each row", "for row in {}:\n    print(*row)", write_rows),
}
"""By the type of a result. No result is written as nothing, which a program without output would match."""


LEAD = "problem = input()"
"""First line of programs for several problems."""


def argument_types(family: Family) -> dict[str, str]:
    """Returns the types of a family's arguments by their names.

    Example:
        >>> from vpo_envs.domains.code.families import FAMILIES
        >>> argument_types(FAMILIES["cheapest_route"])
        {'count': 'int', 'links': 'list[tuple[int, int, int]]'}
    """
    return dict(re.findall(r"\b(\w+): ([^:]+)(?:, |$)", family.signature))


def write_case(family: Family, call: Call, named: bool = False) -> Case:
    """Returns a call as stdin and stdout.

    Args:
        family: The kind of problem.
        call: The call and its result.
        named: Whether the input begins with the name of the problem.
    """
    forms = (INPUTS[kind] for kind in argument_types(family).values())
    lines = [form.write(value) + "\n" for form, value in zip(forms, call.arguments)]
    lead = f"{family.name}\n" if named else ""
    return Case(lead + "".join(lines), OUTPUTS[family.returns].write(call.expected) + "\n")


def make_program(family: Family, source: str, named: bool = False) -> str:
    """Returns a program that reads the arguments, calls the function of the source, and writes its result.

    Args:
        family: The kind of problem.
        source: Code that defines the function.
        named: Whether the program does so only where `problem` is the name of the problem (`LEAD`).
    """
    kinds = argument_types(family)
    reading = [f"{name} = {INPUTS[kind].code}" for name, kind in kinds.items()]
    writing = OUTPUTS[family.returns].code.format(f"{family.name}({', '.join(kinds)})").split("\n")
    if not named:
        return "\n".join([source, "", *reading, *writing])
    inside = [f"    {line}" for line in (*reading, *writing)]
    return "\n".join([source, "", f'if problem == "{family.name}":', *inside])


def make_stub(family: Family, expected: object, program: bool) -> str:
    """Returns code that always gives the same result.

    Args:
        family: The kind of problem.
        expected: The result, or the output of a program.
        program: Whether it is a part of a program for several problems.
    """
    if program:
        return f'if problem == "{family.name}":\n    print({str(expected).rstrip()!r})'
    return f"def {family.name}({', '.join(argument_types(family))}):\n    return {expected!r}"
