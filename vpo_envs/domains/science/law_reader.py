"""The reader of laws: the last complete one in the lines of an answer (`reader` has the rules)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from vpo_envs.domains.science.answer_parts import (
    EQUALS,
    MAX_ATTEMPTS,
    MAX_EXPERIMENT_LENGTH,
    MAX_SIDES,
    REMARK,
    TAG,
)
from vpo_envs.domains.science.expression import Apply, Expr, Number
from vpo_envs.domains.science.formula import FormulaError, parse_leading
from vpo_envs.domains.science.laws import Quantity
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.refusals import refuses
from vpo_envs.domains.science.spelling import unmarked
from vpo_envs.domains.science.units import is_unit, parse_unit

SAME_VALUE = 0.02
"""Relative difference of the sides of a chain, whose numbers may be rounded."""

_LABEL_LENGTH = 80
_FORMULA_LABEL = re.compile(r"\b(?:law|formula|equation|hypothesis)$", re.IGNORECASE)
_MARKS = " *_`$\"'"
_CONDITIONS = frozenset({"for", "when", "if", "at", "as", "near", "to"})
_SIGN = re.compile(r"[=≈](?!=)")
_ARGUMENTS = re.compile(r"\(([^()]{1,80})\)")
_LESSER = re.compile(
    r"\b(?:limit\w*|small|large|low|high|asymptot\w+|regime|special case|reject\w+|alternative\w*|rival"
    r"|instead of|compared|versus|vs)\b|→|⇒|->",
    re.IGNORECASE,
)
"""A label of a special case, or of a law that the answer does not choose."""
_UNCONDITIONAL = re.compile(r"\s(?:all|any|every)\b")
_WORD = re.compile(r"[A-Za-z]{3}")
_OR = re.compile(r"\bor\W{0,3}$", re.IGNORECASE)
_DENIED = re.compile(r"\s(?:not|never|wrong|false|incorrect|no longer)\b")
_UNIT_NAME = re.compile(r"(?:[A-Za-z]\w{0,9} )?in ")


def last_law(problem: Problem, lines: Sequence[str]) -> Expr:
    """Returns the last law of the lines.

    Raises:
        FormulaError: If there is none.
    """
    weak, error = None, None
    for attempt, (label, text) in enumerate(_candidates(problem, lines)):
        if attempt == MAX_ATTEMPTS:
            break
        try:
            law, special = _read_law(problem, text)
        except FormulaError as problem_found:
            error = error or problem_found
            continue
        if not (special or _LESSER.search(label) or refuses(label)):
            return law
        weak = weak or law
    if weak is not None:
        return weak
    for text in (*_inside(problem, lines), *_unnamed(problem, lines)):
        try:
            return _read_law(problem, text)[0]
        except FormulaError as problem_found:
            error = error or problem_found
    raise error or FormulaError(f"there is no line that starts with '{problem.output.symbol} ='")


def _candidates(problem: Problem, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yields the labels and right sides of the lines that begin like a law, the last first."""
    for line in reversed(lines):
        if "=" in line or "≈" in line:
            line = unmarked(TAG.sub("", unmarked(line)))
            starts = [("", line)]
            label = line[:_LABEL_LENGTH].rfind(":")
            if label >= 0 and "=" not in line[:label]:
                starts.append((line[:label], unmarked(line[label + 1 :])))
            for words, start in starts:
                right = _right_side(start, problem)
                if right is not None:
                    yield words, right
                    break


def _right_side(line: str, problem: Problem) -> str | None:
    """Returns the part after `F =`, `F(x) =` or `F [N] =`; `F(0) = ...` is a value and `F == ...` no law."""
    sign = _SIGN.search(line, 0, _LABEL_LENGTH)
    if sign and _is_output(problem, line[: sign.start()].removesuffix(":")):
        return line[sign.end() :]
    return None


def _is_output(problem: Problem, text: str) -> bool:
    """Returns whether a text is the output's symbol, perhaps with arguments and its unit."""
    symbol = problem.output.symbol
    if not text.startswith(symbol):
        return False
    left = text[len(symbol) :].strip(_MARKS)
    arguments = _ARGUMENTS.match(left)
    names = re.split("[,;|]", arguments[1].replace("_", "")) if arguments else []
    if arguments and problem.family.quantities.keys() >= {name.strip(" *`") for name in names}:
        left = left[arguments.end() :].strip(_MARKS)
    return not left or _names_unit(left, problem.output.unit)


def _names_unit(text: str, unit: str) -> bool:
    """Returns whether a text such as `[N]`, `(in N)`, `/ N` or `in N` names this unit."""
    bare = text.lstrip("/, ")
    bare = bare[1:-1] if bare[:1] + bare[-1:] in ("[]", "()") else bare
    named = _same_unit(bare.strip().removeprefix("in "), unit)
    return named and (unit != "1" or text.startswith("["))  # `F(1) = ...` is a value


def _inside(problem: Problem, lines: Sequence[str]) -> list[str]:
    """Returns the right sides of laws in the middle of sentences, the last first.

    One that words before it deny does not count, nor does an alternative to another.
    """
    start = re.compile(rf"(?<![A-Za-z0-9_])(?={re.escape(problem.output.symbol)}[ *_`($=≈:/\[])")
    found: list[str] = []
    for line in reversed(lines):
        if "=" not in line and "≈" not in line:
            continue
        for match in reversed(list(start.finditer(line))):
            words = line[max(0, match.start() - MAX_EXPERIMENT_LENGTH) : match.start()]
            if refuses(words) or _OR.search(words):
                continue
            right = _right_side(line[match.start() : match.start() + 2 * MAX_EXPERIMENT_LENGTH], problem)
            if right is not None:
                found.append(right)
            if len(found) == MAX_ATTEMPTS:
                return found
    return found


def _unnamed(problem: Problem, lines: Sequence[str]) -> list[str]:
    """Returns the formulas after a label such as `Law:`, or after `F:` or `F ~`, the last first."""
    found = []
    for line in reversed(lines[-MAX_ATTEMPTS:]):
        *labels, formula = re.split("[:~]", line[: 2 * MAX_EXPERIMENT_LENGTH])
        if labels and "=" not in line:
            label = labels[-1][-_LABEL_LENGTH:].strip(_MARKS)
            if _FORMULA_LABEL.search(label) or _is_output(problem, label):
                found.append(unmarked(formula))
    return found


def _read_law(problem: Problem, text: str) -> tuple[Expr, bool]:
    """Returns a law, and whether it only states a value or a special case."""
    for mark in '`$"':
        text = text.replace(mark, " ")
    remark = REMARK.search(text)
    special = False
    if remark:
        if remark["word"] == "is" and _DENIED.match(text, remark.end()):
            raise FormulaError("the answer says itself that this is not the law")
        special = remark["word"] in _CONDITIONS and not _UNCONDITIONAL.match(text, remark.end())
        text = text[: remark.start()]
    text = _without_unit(text, problem.output).strip(" *_'|")
    sides = EQUALS.split(text)
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
    if rest.startswith(("(", "[")):
        remark = rest[1:].rstrip(")]")
        closed = len(remark) < len(rest) - 1
        unit = _UNIT_NAME.sub("", remark.split(",")[0], count=1)
        if _same_unit(unit, problem.output.unit) or (closed and _WORD.search(remark) and not is_unit(unit)):
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


def _same_unit(unit: str, other: str) -> bool:
    return is_unit(unit) and parse_unit(unit) == parse_unit(other)
