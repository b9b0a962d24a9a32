"""The reader of experiments: the last one in an answer that can be done (`reader` has the rules)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from vpo_envs.domains.science.answer_parts import (
    EQUALS,
    MAX_ATTEMPTS,
    MAX_EXPERIMENT_LENGTH,
    MAX_SIDES,
    REMARK,
    TAG,
)
from vpo_envs.domains.science.dimensions import DimensionError, dimension_of
from vpo_envs.domains.science.experiments import Dial
from vpo_envs.domains.science.expression import evaluate
from vpo_envs.domains.science.formula import NUMBER, FormulaError, parse_formula, parse_number
from vpo_envs.domains.science.laws import Quantity
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.spelling import unmarked
from vpo_envs.domains.science.units import UnitError, parse_unit

_AMOUNT = re.compile(
    rf"(-?{NUMBER})(?: ?\* ?10 ?(?:\^|\*\*) ?\(?([+-]?[0-9]{{1,3}})\)?)?\s*((?:\(?[A-Za-z%]|1/).*)?"
)
_SEPARATOR = re.compile(r"[,;]|\band\b")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_BRACKETED_UNIT = re.compile(r"(?<=[0-9]) ?\[([^\[\]]{1,40})\]$")
_UNIT_OF_NAME = re.compile(r" ?\[[^\[\]]{1,40}\]$")
_VERB = re.compile(r"^(?:set|choose|take|use|measure(?: at)?|at|with)\s+", re.IGNORECASE)


class UnreadableError(ValueError):
    """An experiment that is incomplete or no experiment at all, so that an earlier one may count."""


def last_experiment(problem: Problem, texts: Sequence[str]) -> tuple[int, ...]:
    """Indices on the dials of the last experiment that is complete.

    Raises:
        FormulaError, UnitError, DimensionError, UnreadableError: If there is none that can be done.
    """
    error = None
    for text in reversed(texts[-MAX_ATTEMPTS:]):
        try:
            return _read_experiment(problem, text)
        except (FormulaError, UnitError, UnreadableError) as problem_found:
            error = error or problem_found
    raise error or UnreadableError(f"an experiment sets {' and '.join(problem.inputs)}, each once")


def _read_experiment(problem: Problem, text: str) -> tuple[int, ...]:
    text = TAG.sub("", unmarked(text)).partition("</")[0]
    if len(text) > MAX_EXPERIMENT_LENGTH:
        raise UnreadableError(f"the experiment has more than {MAX_EXPERIMENT_LENGTH} characters")
    parts = [_assignment(part) for part in _SEPARATOR.split(_THOUSANDS.sub("", text))]
    parts = _without_remarks(parts, len(problem.inputs))
    values = dict(parts)
    if len(parts) != len(problem.inputs) or set(values) != set(problem.inputs):
        raise UnreadableError(f"an experiment sets {' and '.join(problem.inputs)}, each once")
    return tuple(
        _setting(problem, part.quantity, dial, values[part.quantity.symbol])
        for part, dial in zip(problem.family.inputs, problem.dials)
    )


def _assignment(text: str) -> tuple[str, str]:
    """Name and value of `t = 3 s`, `set t to 3 s` or `t: 3 s`."""
    text = _VERB.sub("", unmarked(text))
    for sign in ("=", "≈", ":", " to "):
        name, found, value = text.partition(sign)
        if found:
            name, value = name.strip(" *_`$\"'"), value.strip(" *_`$\"'")
            return _UNIT_OF_NAME.sub("", name), _BRACKETED_UNIT.sub(r" \1", value)
    return text, ""


def _without_remarks(parts: list[tuple[str, str]], wanted: int) -> list[tuple[str, str]]:
    """Drops remarks after the settings: parts that set nothing."""
    while len(parts) > wanted and not parts[-1][1]:
        parts = parts[:-1]
    return parts


def _setting(problem: Problem, quantity: Quantity, dial: Dial, text: str) -> int:
    """Returns the index of a setting; the sides of a chain such as `2*tau = 30 s` must agree.

    Raises:
        DimensionError: If the value has another dimension or lies off the dial.
    """
    sides = EQUALS.split(text)[:MAX_SIDES]
    indices = set()
    for side in sides:
        value = _amount(problem, quantity, side.strip())
        index = dial.nearest(value)
        if index is None:
            top = dial.step * dial.count
            raise DimensionError(
                f"{quantity.symbol} can be set from {dial.step:g} to {top:g} {quantity.unit}, "
                f"not to {value:g}"
            )
        indices.add(index)
    if len(indices) > 1:
        raise DimensionError(f"{quantity.symbol} is set to different values")
    return indices.pop()


def _amount(problem: Problem, quantity: Quantity, text: str) -> float:
    """Returns a value in the quantity's own unit; remarks in brackets are dropped."""
    if not text:
        raise UnreadableError(f"the value of {quantity.symbol} is incomplete")
    try:
        return _strict_amount(problem, quantity, text)
    except (FormulaError, UnitError, DimensionError):
        start = max(text.find(" ("), 0) or len(text)
        remark = REMARK.search(text)
        shorter = text[: min(start, remark.start() if remark else len(text))].strip(" .*_")
        if not shorter or len(shorter) == len(text):
            raise
    return _strict_amount(problem, quantity, shorter)


def _strict_amount(problem: Problem, quantity: Quantity, text: str) -> float:
    match = _AMOUNT.fullmatch(text)
    if match and match[3] not in problem.constants:
        number, power, unit = match.groups()
        own = parse_unit(quantity.unit)
        try:
            given = parse_unit(unit) if unit else own
        except UnitError:
            if not _is_formula(problem, text):
                raise
        else:
            if given.dimension != own.dimension:
                raise DimensionError(f"{quantity.symbol} is in {quantity.unit}, not in {unit}")
            sign = -1 if number.startswith("-") else 1
            size = parse_number(number.lstrip("-")) * (parse_number(f"1e{power}") if power else Fraction(1))
            return sign * float(size * (given.scale / own.scale))
    formula = parse_formula(text, problem.constants)
    if dimension_of(formula, problem.family.dimensions) != quantity.dimension:
        raise DimensionError(f"{quantity.symbol} is in {quantity.unit}, but {text[:40]} is not")
    return float(evaluate(formula, {**problem.constants, "pi": 3.141592653589793}))


def _is_formula(problem: Problem, text: str) -> bool:
    try:
        parse_formula(text, problem.constants)
    except FormulaError:
        return False
    return True
