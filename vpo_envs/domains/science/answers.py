"""The form in which answers are written, as `reader` reads them."""

from __future__ import annotations

from fractions import Fraction

from vpo_envs.domains.science.experiments import Dial
from vpo_envs.domains.science.expression import (
    Apply,
    Expr,
    Number,
    decimal_text,
    to_text,
    without_ones,
)
from vpo_envs.domains.science.fitting import significant
from vpo_envs.domains.science.laws import Family, Input
from vpo_envs.domains.science.problem import Problem

MARKER = "experiment:"


def write_answer(problem: Problem, law: Expr, settings: tuple[int, ...] | None, *, compact: bool) -> str:
    """Returns an answer that `read_answer` reads as this law and these settings.

    Args:
        problem: The problem.
        law: A law.
        settings: Index on every dial, or None to leave the experiment out.
        compact: One line of blank-separated tokens, settings in multiples of the natural scale.
    """
    line = f"{problem.output.symbol} = {to_text(law, spaced=compact)}"
    if settings is None:
        return line
    parts = []
    for part, dial, index in zip(problem.family.inputs, problem.dials, settings):
        if compact:
            value = to_text(_multiple(problem.family, part, dial, index), spaced=True)
        else:
            value = f"{decimal_text(significant(float(dial.settings[index]), 4))} {part.quantity.unit}"
        parts.append(f"{part.quantity.symbol} = {value}")
    return f"{line}{' ' if compact else chr(10)}{MARKER} {' , '.join(parts) if compact else ', '.join(parts)}"


def _multiple(family: Family, part: Input, dial: Dial, index: int) -> Expr:
    number = Number(significant(part.reach * (index + 1) / dial.count, 3))
    scale = family.scales[part.quantity.symbol]
    if isinstance(scale, Apply) and scale.op == "/" and scale.args[0] == Number(Fraction(1)):
        return Apply("/", (number, scale.args[1]))
    return without_ones(Apply("*", (number, scale)))
