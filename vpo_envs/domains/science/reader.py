"""The reader of answers: the law and the next experiment in the completion of any language model.

    F = 1.3*k*x/(1 + x/(0.8*L))
    experiment: x = 0.35 m

Thought is removed first. The last complete answer counts:

- The law is the right side of the last line that begins with the output's symbol and `=` (or `≈`) and
  can be read. Lines that state a value (`F = 3 N`) or a special case (`F = k*x for small x`) count only
  where there is no other; so do laws in the middle of a sentence. Of a chain `F = A = B` the sides must
  agree, and the first counts.
- The experiment is the last one after `experiment:` that can be read, on the same line or on those below.
  Without the label, the last line that sets every input counts. It sets every input once, separated by
  commas, semicolons or `and`: to a number with a unit (the prompt's, if none is given), or to a formula of
  the constants such as `2*tau`.

Read alike are typographic signs, LaTeX (see `latex`), Markdown marks, code fences, quotes, tags, a label
such as `Law:`, the law as a function of the inputs (`F(x) = ...`), and after it the output's unit, with or
without brackets, a full stop, or a remark after a comma or in brackets. Every line is looked at in linear
time, and the number of attempts to read one is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from vpo_envs.domains.science.dimensions import DimensionError, dimension_of
from vpo_envs.domains.science.experiments import Dial
from vpo_envs.domains.science.expression import Apply, Expr, Number, canonical_text, evaluate
from vpo_envs.domains.science.formula import (
    NUMBER,
    FormulaError,
    parse_formula,
    parse_leading,
    parse_number,
)
from vpo_envs.domains.science.laws import Quantity
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.spelling import plain, unmarked
from vpo_envs.domains.science.units import UnitError, parse_unit
from vpo_envs.reading import remove_thought

MAX_EXPERIMENT_LENGTH = 300
MAX_ATTEMPTS = 24
"""Lines that are tried as a law, from the last; as many as an experiment."""
MAX_SIDES = 4
SAME_VALUE = 0.02
"""Relative difference of the sides of a chain, whose numbers may be rounded."""

_MARKER = re.compile(r"experiment[ *_`\"']{0,4}:", re.IGNORECASE | re.ASCII)
_AMOUNT = re.compile(
    rf"(-?{NUMBER})(?: ?\* ?10 ?(?:\^|\*\*) ?\(?([+-]?[0-9]{{1,3}})\)?)?\s*((?:\(?[A-Za-z%]|1/).*)?"
)
_LABEL_LENGTH = 80
_FORMULA_LABEL = re.compile(r"\b(?:law|formula|equation|hypothesis)[ *_`\"']{0,4}$", re.IGNORECASE)
_TAG = re.compile(r"^<[A-Za-z_]{1,20}>")
_REMARK = re.compile(
    r";|,(?![0-9])|—| -- |\s#|//|→|⇒|</|\.\s+(?=[A-Z][a-z])"
    r"|\s(?P<word>where|with|for|when|if|at|as|near|is|since|because|which|that|so|giving|gives)\b"
)
_CONDITIONS = frozenset({"for", "when", "if", "at", "as", "near"})
_UNCONDITIONAL = re.compile(r"\s(?:all|any|every)\b")
_WORD = re.compile(r"[A-Za-z]{3}")
_EQUALS = re.compile(r"(?:(?<![<>!=:])=(?!=)|≈)")
_SEPARATOR = re.compile(r"[,;]|\band\b")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_VERB = re.compile(r"^(?:set|choose|take|use|measure(?: at)?|at|with)\s+", re.IGNORECASE)


class UnreadableError(ValueError):
    """An experiment that is incomplete or no experiment at all, so that an earlier one may count."""


@dataclass(frozen=True)
class Proposal:
    """The contents of an answer.

    Attributes:
        law: The formula; None if there is none that can be read.
        settings: Index on every dial; None if the experiment cannot be done.
        law_error: The reason why there is no law; empty if there is one.
        experiment_error: The reason why there is no experiment; empty if there is one.
    """

    law: Expr | None
    settings: tuple[int, ...] | None
    law_error: str = ""
    experiment_error: str = ""

    @property
    def key(self) -> str:
        """A canonical form: the same for all spellings of an answer; empty without a law."""
        return "" if self.law is None else f"{canonical_text(self.law)} | {self.settings}"


def read_answer(problem: Problem, answer: str) -> Proposal:
    """Reads any text at all."""
    text = _joined(plain(remove_thought(answer)))
    laws, experiments = _parted(problem, text)
    law, law_error, settings, experiment_error = None, "", None, ""
    try:
        law = _last_law(problem, laws)
    except FormulaError as error:
        law_error = str(error)
    try:
        settings = _last_experiment(problem, experiments)
    except (FormulaError, UnitError, DimensionError, UnreadableError) as error:
        experiment_error = str(error)
    return Proposal(law, settings, law_error, experiment_error)


def _joined(text: str) -> list[str]:
    """Lines, without blank ones; a line that ends with `=` goes on in the next."""
    lines: list[str] = []
    unfinished = False
    for line in text.split("\n"):
        if not (bare := unmarked(line)):
            continue
        if unfinished:
            lines[-1] = f"{lines[-1]} {bare}"
        else:
            lines.append(line)
        unfinished = bare.endswith(("=", "≈")) and len(lines[-1]) < MAX_EXPERIMENT_LENGTH
    return lines


def _parted(problem: Problem, lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Lines that may hold a law, and texts that may hold an experiment, both in order."""
    laws: list[str] = []
    labelled: list[str] = []
    bare: list[str] = []
    for number, line in enumerate(lines):
        before, *contents = _MARKER.split(line)
        laws.append(before)
        for content in contents:
            if not unmarked(content):  # the settings stand below
                content = ", ".join(unmarked(below) for below in lines[number + 1 :][: len(problem.inputs)])
            labelled.append(content)
        if not contents and "=" in line and len(line) <= MAX_EXPERIMENT_LENGTH:
            start = unmarked(line)
            if start.startswith(problem.inputs):
                bare.append(start)
    return laws, labelled or bare


# The law


def _last_law(problem: Problem, lines: Sequence[str]) -> Expr:
    """Returns the last law of the lines.

    Raises:
        FormulaError: If there is none.
    """
    weak, error = None, None
    for attempt, text in enumerate(_candidates(problem, lines)):
        if attempt == MAX_ATTEMPTS:
            break
        try:
            law, special = _read_law(problem, text)
        except FormulaError as problem_found:
            error = error or problem_found
            continue
        if not special:
            return law
        weak = weak or law
    if weak is not None:
        return weak
    for text in (*_inside(problem, lines), *_unnamed(lines)):
        try:
            return _read_law(problem, text)[0]
        except FormulaError as problem_found:
            error = error or problem_found
    raise error or FormulaError(f"there is no line that starts with '{problem.output.symbol} ='")


def _candidates(problem: Problem, lines: Sequence[str]) -> Iterator[str]:
    """Right sides of the lines that begin like a law, the last first."""
    for line in reversed(lines):
        if "=" in line or "≈" in line:
            line = unmarked(_TAG.sub("", unmarked(line)))
            starts = [line]
            label = line[:_LABEL_LENGTH].rfind(":")
            if label >= 0 and "=" not in line[:label]:
                starts.append(unmarked(line[label + 1 :]))
            for start in starts:
                right = _right_side(start, problem)
                if right is not None:
                    yield right
                    break


def _right_side(line: str, problem: Problem) -> str | None:
    """Returns the part after `F =` or `F(x) =`; `F(0) = ...` is a value and `F == ...` no law."""
    symbol = problem.output.symbol
    if not line.startswith(symbol):
        return None
    rest = line[len(symbol) :].lstrip(" *_`$\"'")
    if rest.startswith("("):
        arguments, closed, rest = rest[1:].partition(")")
        names = [name.strip() for name in arguments.split(",")[: len(problem.inputs) + 1]]
        if not closed or not set(names) <= set(problem.inputs):
            return None
        rest = rest.lstrip(" *_`$")
    rest = rest.removeprefix(":") if rest.startswith(":=") else rest
    if rest[:1] not in ("=", "≈") or rest[1:2] == "=":
        return None
    return rest[1:]


def _inside(problem: Problem, lines: Sequence[str]) -> list[str]:
    """Right sides of laws in the middle of sentences, the last first."""
    start = re.compile(rf"(?<![A-Za-z0-9_])(?={re.escape(problem.output.symbol)}[ *_`($=≈])")
    found: list[str] = []
    for line in reversed(lines):
        if "=" not in line and "≈" not in line:
            continue
        for match in reversed(list(start.finditer(line))):
            right = _right_side(line[match.start() : match.start() + 2 * MAX_EXPERIMENT_LENGTH], problem)
            if right is not None:
                found.append(right)
            if len(found) == MAX_ATTEMPTS:
                return found
    return found


def _unnamed(lines: Sequence[str]) -> list[str]:
    """Formulas after a label such as `Law:`, without the output's symbol."""
    found = []
    for line in reversed(lines[-MAX_ATTEMPTS:]):
        label, colon, formula = line[: 2 * MAX_EXPERIMENT_LENGTH].partition(":")
        if colon and "=" not in line and _FORMULA_LABEL.search(label[-_LABEL_LENGTH:]):
            found.append(unmarked(formula))
    return found


def _read_law(problem: Problem, text: str) -> tuple[Expr, bool]:
    """Returns a law, and whether it only states a value or a special case."""
    for mark in '`$"':
        text = text.replace(mark, " ")
    remark = _REMARK.search(text)
    special = False
    if remark:
        special = remark["word"] in _CONDITIONS and not _UNCONDITIONAL.match(text, remark.end())
        text = text[: remark.start()]
    text = _without_unit(text, problem.output).strip(" *_'|")
    sides = _EQUALS.split(text)
    if len(sides) > MAX_SIDES:
        raise FormulaError(f"the law has more than {MAX_SIDES} sides")
    laws = [_read_side(problem, side) for side in sides]
    if len(laws) > 1 and not _agree(problem, laws):
        raise FormulaError("'=' has no place in a formula, unless both sides are the same law")
    first = laws[0].args[0] if isinstance(laws[0], Apply) and laws[0].op == "neg" else laws[0]
    return laws[0], special or isinstance(first, Number)


def _without_unit(text: str, output: Quantity) -> str:
    """Returns the text without the output's unit in square brackets at its end."""
    text = text.rstrip(" *_.")
    start = text.rfind("[")
    if text.endswith("]") and _same_unit(text[start + 1 : -1], output.unit):
        return text[:start]
    return text


def _read_side(problem: Problem, text: str) -> Expr:
    """Returns a formula, and after it perhaps its unit or a remark in brackets."""
    formula, rest = parse_leading(text.strip(), problem.family.quantities)
    rest = rest.strip(" .*_").removeprefix("in ").strip()
    if not rest or _same_unit(rest, problem.output.unit):
        return formula
    bracketed = rest.startswith(("(", "[")) and rest.endswith((")", "]"))
    if bracketed and _WORD.search(rest) and not _is_unit(rest[1:-1]):
        return formula
    raise FormulaError(_misplaced(rest, problem))


def _misplaced(rest: str, problem: Problem) -> str:
    if not rest[0].isascii() or rest[0] in "=<>{}!?@&|~'\"\\":
        return f"{rest[0]!r} has no place in a formula"
    return f"{rest[:20]!r} is out of place; the law is in {problem.output.unit}"


def _agree(problem: Problem, laws: Sequence[Expr]) -> bool:
    """Returns whether laws have the same values on the measured range."""
    values = [problem.predict(law, problem.measured) for law in laws]
    with np.errstate(all="ignore"):
        return all(bool((np.abs(v - values[0]) <= SAME_VALUE * np.abs(values[0])).all()) for v in values)


def _is_unit(text: str) -> bool:
    try:
        parse_unit(text)
    except UnitError:
        return False
    return True


def _same_unit(unit: str, other: str) -> bool:
    return _is_unit(unit) and parse_unit(unit) == parse_unit(other)


# The experiment


def _last_experiment(problem: Problem, texts: Sequence[str]) -> tuple[int, ...]:
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
    text = _TAG.sub("", unmarked(text)).partition("</")[0]
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
            return name.strip(" *_`$\"'"), value.strip(" *_`$\"'")
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
    sides = _EQUALS.split(text)[:MAX_SIDES]
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
        remark = _REMARK.search(text)
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
