"""Reading and writing answers: a line with the law, a line with the next experiment.

    F = 1.3*k*x/(1 + x/(0.8*L))
    experiment: x = 0.35 m

The law is what follows the `=` on the last line that starts with the output's symbol and `=`. The
experiment follows the last `experiment:`, which may also stand on the law's line, and sets every
input once, separated by commas, semicolons or `and`: to a number with a unit (the prompt's, if none is
given), or to a formula of the constants such as `2*tau`. Text around these lines is not read.

Common spellings are read alike: typographic signs (`×`, `−`, `²`, `τ`; see `spelling`), Markdown marks
around a line or a symbol, a label such as `Law:` before the law, the law as a function of the inputs
(`F(x) = ...`), and after it the output's unit, with or without brackets, a closing full stop, or a
remark that begins with a comma, a semicolon, `where`, `with` or `for`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from vpo_envs.domains.science.dimensions import DimensionError, dimension_of
from vpo_envs.domains.science.experiments import Dial
from vpo_envs.domains.science.expression import (
    Apply,
    Expr,
    Number,
    decimal_text,
    evaluate,
    to_text,
    without_ones,
)
from vpo_envs.domains.science.fitting import significant
from vpo_envs.domains.science.formula import (
    NUMBER,
    FormulaError,
    parse_formula,
    parse_leading,
    parse_number,
)
from vpo_envs.domains.science.laws import Family, Input, Quantity
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.spelling import plain, unmarked
from vpo_envs.domains.science.units import UnitError, parse_unit

MARKER = "experiment:"
MAX_EXPERIMENT_LENGTH = 300

_MARKER = re.compile(r"experiment[ *_`]{0,4}:", re.IGNORECASE | re.ASCII)
_AMOUNT = re.compile(
    rf"(-?{NUMBER})(?: ?\* ?10(?:\^|\*\*)\(?([+-]?[0-9]{{1,3}})\)?)?\s*((?:[A-Za-z%]|1/).*)?"
)
_LABEL = r"(?:[0-9]+[.)][ *_`$]{0,4})?(?:[A-Za-z][A-Za-z0-9 ]{0,39}[*_`]{0,4}:[ *_`$]{0,4})?"
_MARK = "[*_`]{0,4} *"
_REMARK = re.compile(r";|,(?![0-9])|\s(?:where|with|for)\b")
_SEPARATOR = re.compile(r"[,;]|\band\b")


@dataclass(frozen=True)
class Proposal:
    """What an answer says.

    Attributes:
        law: The formula; None if there is none that can be read.
        settings: Index on every dial; None if the experiment cannot be done.
        law_error: Why there is no law; empty if there is one.
        experiment_error: Why there is no experiment; empty if there is one.
    """

    law: Expr | None
    settings: tuple[int, ...] | None
    law_error: str = ""
    experiment_error: str = ""


def read_answer(problem: Problem, answer: str) -> Proposal:
    """Reads any text at all."""
    answer = plain(answer)
    body, experiment = answer, ""
    markers = list(_MARKER.finditer(answer))
    if markers:
        rest = answer[markers[-1].end() :]
        experiment, _, after = rest.partition("\n")
        body = f"{answer[: markers[-1].start()]}\n{after}"
    law, law_error, settings, experiment_error = None, "", None, ""
    try:
        law = _read_law(problem, body)
    except FormulaError as error:
        law_error = str(error)
    try:
        settings = _read_experiment(problem, experiment)
    except (FormulaError, UnitError, DimensionError) as error:
        experiment_error = str(error)
    return Proposal(law, settings, law_error, experiment_error)


def _read_law(problem: Problem, body: str) -> Expr:
    symbol = problem.output.symbol
    head = _law_head(symbol, problem.inputs)
    for line in reversed(body.split("\n")):
        if "=" in line and (match := head.match(line := unmarked(line))):
            return _read_formula(problem, line[match.end() :])
    raise FormulaError(f"there is no line that starts with '{symbol} ='")


@lru_cache(maxsize=256)
def _law_head(symbol: str, inputs: tuple[str, ...]) -> re.Pattern[str]:
    """What a law's line starts with; `F(0) = ...` is a value, not the law."""
    name = f"(?:{'|'.join(inputs)})"
    arguments = rf"(?:\( ?{name}(?:, ?{name})* ?\) ?)?"
    return re.compile(f"{_LABEL}{symbol} ?{_MARK}{arguments}{_MARK}=")


def _read_formula(problem: Problem, text: str) -> Expr:
    """A law, and after it perhaps its unit."""
    text, *_ = _REMARK.split(text.replace("`", " ").replace("$", " "), maxsplit=1)
    text, _, bracketed = text.partition("[")
    formula, rest = parse_leading(text, problem.family.quantities)
    unit = f"{rest} {bracketed}".strip("] ").removeprefix("in ")
    if unit and not _same_unit(unit, problem.output.unit):
        raise FormulaError(f"{unit[:20]!r} is out of place; the law is in {problem.output.unit}")
    return formula


def _same_unit(unit: str, other: str) -> bool:
    try:
        return parse_unit(unit) == parse_unit(other)
    except UnitError:
        return False


def _read_experiment(problem: Problem, text: str) -> tuple[int, ...]:
    """The dials' indices.

    Raises:
        FormulaError, UnitError, DimensionError: If the experiment cannot be done.
    """
    if len(text) > MAX_EXPERIMENT_LENGTH:
        raise FormulaError(f"the experiment has more than {MAX_EXPERIMENT_LENGTH} characters")
    parts = [part.partition("=") for part in _SEPARATOR.split(unmarked(text))]
    values = {name.strip(" *_`$"): value.strip(" *_`$") for name, _, value in parts}
    if len(parts) != len(problem.inputs) or set(values) != set(problem.inputs):
        raise FormulaError(f"an experiment sets {' and '.join(problem.inputs)}, each once")
    return tuple(
        _setting(problem, part.quantity, dial, values[part.quantity.symbol])
        for part, dial in zip(problem.family.inputs, problem.dials)
    )


def _setting(problem: Problem, quantity: Quantity, dial: Dial, text: str) -> int:
    value = _amount(problem, quantity, text)
    index = dial.nearest(value)
    if index is None:
        top = dial.step * dial.count
        raise FormulaError(
            f"{quantity.symbol} can be set from {dial.step:g} to {top:g} {quantity.unit}, not to {value:g}"
        )
    return index


def _amount(problem: Problem, quantity: Quantity, text: str) -> float:
    """A value in the quantity's own unit."""
    match = _AMOUNT.fullmatch(text)
    if match and match[3] not in problem.constants:
        number, power, unit = match.groups()
        own = parse_unit(quantity.unit)
        given = parse_unit(unit) if unit else own
        if given.dimension != own.dimension:
            raise UnitError(f"{quantity.symbol} is in {quantity.unit}, not in {unit}")
        sign = -1 if number.startswith("-") else 1
        size = parse_number(number.lstrip("-")) * (parse_number(f"1e{power}") if power else 1)
        return sign * float(size * (given.scale / own.scale))
    formula = parse_formula(text, problem.constants)
    if dimension_of(formula, problem.family.dimensions) != quantity.dimension:
        raise DimensionError(f"{quantity.symbol} is in {quantity.unit}, but {text[:40]} is not")
    return float(evaluate(formula, {**problem.constants, "pi": 3.141592653589793}))


def write_answer(problem: Problem, law: Expr, settings: tuple[int, ...] | None, *, compact: bool) -> str:
    """An answer that `read_answer` reads as this law and these settings.

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
    scale = family.parse(part.scale)
    if isinstance(scale, Apply) and scale.op == "/" and scale.args[0] == Number(Fraction(1)):
        return Apply("/", (number, scale.args[1]))
    return without_ones(Apply("*", (number, scale)))
