"""Longer programs: a problem whose function hands what one family computes to another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vpo_envs.domains.code.family import Family, Parameter

FIRST = ("clip_all", "running_totals", "smooth", "digit_sums")
"""Families that turn a list of numbers into another one."""

SECOND = (
    "add_bonus", "count_below", "best_window", "count_pairs", "first_repeat", "add_smallest", "best_picks",
    "longest_climb",
)  # fmt: skip
"""Families that turn a list of numbers into one number, and still tell inputs apart after the first step."""

ALL_NAMES = re.compile(r"^([A-Z][A-Z_]*(?:, [A-Z][A-Z_]*)*) = ", re.MULTILINE)
IMPORT = re.compile(r"^(?:import|from) .*\n", re.MULTILINE)


def compose(first: Family, second: Family) -> Family:
    """Returns the family of problems that do the first task and then the second on its result.

    Args:
        first: From `list[int]` to `list[int]`.
        second: From `list[int]`.
    """
    name = f"{second.name}_after_{first.name}"
    argument = first.signature.split(":")[0]
    renamed = {key: f"later_{key}" if key in first.parameters else key for key in second.parameters}
    call = f"def {name}({argument}):\n    return {second.name}({first.name}({argument}))\n"
    references = tuple(
        _join(one, _rename(other, renamed), call)
        for one, other in _pairs(first.references, second.references)
    )
    parameters: dict[str, Sequence[Parameter]] = dict(first.parameters)
    parameters |= {renamed[key]: values for key, values in second.parameters.items()}
    return Family(
        name=name,
        signature=first.signature,
        returns=second.returns,
        task=f"There are two steps. First step: {first.task} Second step, on the list of the first one: "
        f"{_rename(second.task, renamed)} What the second step returns is the result.",
        parameters=parameters,
        arguments=first.arguments,
        edges=first.edges,
        references=references,
        slips=first.slips + tuple((_rename(a, renamed), _rename(b, renamed)) for a, b in second.slips),
        growing=first.growing,
    )


def _pairs(first: tuple[str, ...], second: tuple[str, ...]) -> list[tuple[str, str]]:
    """Returns references side by side: the fast ones together, the short ones together, and so on."""
    count = max(len(first), len(second))
    return [(first[min(i, len(first) - 1)], second[min(i, len(second) - 1)]) for i in range(count)]


def _rename(text: str, names: dict[str, str]) -> str:
    """Returns a template with other names for its parameters."""
    return re.sub(r"\$(\w+)", lambda found: f"${names.get(found[1], found[1])}", text)


def _join(first: str, second: str, call: str) -> str:
    """Returns a program of both, without names that mean two things."""
    for name in sorted(_given(first) & _given(second)):
        second = re.sub(rf"\b{name}\b", f"LATER_{name}" if name.isupper() else f"later_{name}", second)
    imports = dict.fromkeys(IMPORT.findall(first) + IMPORT.findall(second))
    bodies = (IMPORT.sub("", text).strip("\n") for text in (first, second))
    return "\n\n".join(filter(None, ["".join(imports).strip("\n"), *bodies, call]))


def _given(source: str) -> set[str]:
    """Returns the names at the top level of a reference."""
    functions = set(re.findall(r"^def (\w+)", source, re.MULTILINE))
    constants = {name for group in ALL_NAMES.findall(source) for name in group.split(", ")}
    return functions | constants
