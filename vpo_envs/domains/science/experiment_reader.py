"""The reader of experiments: the last one in an answer that can be done (`reader` has the rules)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

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
from vpo_envs.domains.science.formula import NUMBER, FormulaError, parse_formula, parse_leading
from vpo_envs.domains.science.laws import Quantity
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.refusals import refuses, rejects
from vpo_envs.domains.science.spelling import unmarked
from vpo_envs.domains.science.units import UnitError, is_unit, parse_unit

_CLAUSES = re.compile(r"[,;]|\.\s+(?=[A-Z])")
_JOINED = re.compile(r"\b(?:and|with)\b")
_BEFORE_VALUE = re.compile("[^0-9=≈]*")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ASIDE = re.compile(r"\s[(\[](?:[^()\[\]=≈]|\([^()]*\))*[=≈](?:[^()\[\]]|\([^()]*\))*[)\]]")
"""A calculation in brackets."""
_CONSEQUENCE = re.compile(
    r"\s?(?:→|⇒|⟶|->|=>|—|\||--|\s-\s)\s?(?:the |its |total |a ){0,2}([A-Za-z]\w{0,20})"
    r"(?: [A-Za-z]{1,20}){0,3} ?[=≈:][^,;]{0,200}"
)
"""The cost or outcome of a setting, behind an arrow or a dash."""
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|circa|ca\.?|nearly|near|close to|exactly)"
    r"|(?<=[=:] )[~≈]|(?<=[=:])[~≈]|^[~≈])[ ]?(?=[-(]?[.0-9])",
    re.IGNORECASE,
)
"""Words and signs that round a value."""
_BRACKETED_UNIT = re.compile(r"^([-+*/^().0-9eE ]*[0-9]) ?\[([^\[\]]{1,40})\]$")
_PRODUCTS = (
    (re.compile(r"(?<=[0-9]) ?x ?(?=[.0-9])"), "*"),
    (re.compile(rf"(?<=\*) ?\(({NUMBER} [A-Za-z][^()]*)\)$"), r" \1"),
    (re.compile(rf"^({NUMBER}) ?([A-Za-z][^*]*?) ?\* ?({NUMBER})$"), r"\1*\3 \2"),
)
"""Products such as `2 x 3 s`, `2 * (3 s)` and `3 s * 2`."""
_NAME = re.compile(r"(.*?) ?(?:\(([^()]{1,40})\)|\[([^\[\]]{1,40})\])?")
"""A name, and perhaps its unit or meaning in brackets."""
_NO_UNIT = re.compile(r"[-+*/^().0-9eE ]*")
_PI = {"pi": 3.141592653589793}
_VERB = r"\b(?:(?:is|should|will|be|set|kept) ){0,4}(?:to|at|of|is|be|as) (?=[-(]?[.0-9])"
_SIGNS = tuple(map(re.compile, ("=", "≈", "[:~→←]", _VERB, " to ")))
"""Signs between name and value; the first that is found counts."""
_BRACKETS = ("()", "[]")
_UNUSED = str.maketrans("", "", "`{}")
_WORDS = re.compile(r"(?:[A-Za-z]?[ ,'-])*[A-Za-z]{2}[A-Za-z ,'-]*")
"""Prose, unlike a product of symbols such as `k t`."""
_LONG_WORD = re.compile(r"[A-Za-z]{3}")
"""A word that is no misspelt symbol."""
_MARKS = " *_`$\"'"
_REMARK_IN_BRACKETS = re.compile(r"(?<!\*) [(\[]")
_IN_BRACKETS = re.compile(r"(?<![*x]) [(\[]([^()\[\]]*)[)\]]")
_AGAIN = re.compile(
    r"^(?:(?:or|else|then|and|also|next|finally|alternatively|perhaps|at|to|set|measure|try|use|take|choose"
    r"|repeat)\b[ :]*)+",
    re.IGNORECASE,
)
"""Words before a further value."""
_PROSE = re.compile(r"(?:[-—] )?[A-Za-z][A-Za-z ,'-]*")
_RANGE = re.compile(r"\bbetween [^=,;]{0,40}?[-.0-9][^,;]{1,80} and (?=[-.0-9])", re.IGNORECASE)
MAX_WORDS = 8
"""Words of a value at most, where prose follows it."""

Assignment = tuple[str, str]
"""Name and value; the value is empty where nothing is set."""


class UnreadableError(ValueError):
    """An experiment that is incomplete or no experiment at all, so that an earlier one may count."""


def last_experiment(problem: Problem, texts: Sequence[str]) -> tuple[int, ...]:
    """Returns the indices on the dials of the last experiment that is complete.

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
    text = TAG.sub("", unmarked(text)).partition("</")[0].translate(_UNUSED).strip()
    if len(text) > MAX_EXPERIMENT_LENGTH:
        raise UnreadableError(f"the experiment has more than {MAX_EXPERIMENT_LENGTH} characters")
    while text[:1] + text[-1:] in _BRACKETS:
        text = text[1:-1].strip()
    text = _without_consequences(problem, _THOUSANDS.sub("", _ASIDE.sub("", _ABOUT.sub("", text))))
    parts = _with_units([_assignment(problem, piece) for piece in _meant(text)])
    symbols = {*problem.family.quantities, problem.output.symbol}
    named = [part for part in parts if part[0] in symbols] or _unnamed(problem, parts)
    values = dict(named)
    if len(named) != len(problem.inputs) or set(values) != set(problem.inputs):
        raise UnreadableError(f"an experiment sets {' and '.join(problem.inputs)}, each once")
    settings = tuple(
        _setting(problem, part.quantity, dial, values[part.quantity.symbol])
        for part, dial in zip(problem.family.inputs, problem.dials)
    )
    if _RANGE.search(text) or any(_contradicts(problem, settings, other) for other in _further(text, parts)):
        raise UnreadableError(f"an experiment sets {' and '.join(problem.inputs)}, each to one value")
    return settings


def _without_consequences(problem: Problem, text: str) -> str:
    """Returns a text without what a setting leads to: `x = 3 m → cost = 1 + 0.8 = 1.8 credits`."""
    return _CONSEQUENCE.sub(lambda match: match[0] if match[1] in problem.inputs else "", text)


def _meant(text: str) -> Iterator[str]:
    """Yields the pieces of a text but those it refuses: `not at 3 s`, `I would not work with t = 3 s`."""
    for clause in _CLAUSES.split(text):
        refused = False
        for piece in _JOINED.split(clause):
            before = _BEFORE_VALUE.match(piece)
            refused = refused or (before is not None and refuses(before[0])) or rejects(piece)
            if not refused:
                yield piece


def _further(text: str, parts: Sequence[Assignment]) -> Iterator[str]:
    """Yields texts without a name, which may be further values: parts of their own, and in brackets."""
    bracketed = [content for content in _IN_BRACKETS.findall(text) if not _NO_UNIT.fullmatch(content)]
    for name, value in (*parts, *((content, "") for content in bracketed)):
        alone = _AGAIN.sub("", name, count=1)
        if not value or not alone:
            yield value or alone


def _contradicts(problem: Problem, settings: Sequence[int], text: str) -> bool:
    """Returns whether a text is a value of an input, and no input is set to it."""
    agree = []
    for part, dial, setting in zip(problem.family.inputs, problem.dials, settings):
        with suppress(FormulaError, UnitError, DimensionError, UnreadableError):
            values = [_amount(problem, part.quantity, side.strip()) for side in EQUALS.split(text)]
            agree.append(all(dial.nearest(value) == setting for value in values))
    return bool(agree) and not any(agree)


def _assignment(problem: Problem, text: str) -> Assignment:
    """Returns the name and value of `t = 3 s`, `t [s]: 3`, or `set the time t to 3 s`."""
    text = unmarked(text)
    sign = next(filter(None, (sign.search(text) for sign in _SIGNS)), None)
    if not sign:
        return text, ""
    name, value = text[: sign.start()].removesuffix(":").strip(_MARKS), text[sign.end() :].strip(_MARKS)
    match = _NAME.fullmatch(name)
    label, meaning = (match[1], match[2] or match[3]) if match else (name, None)
    words, _, word = label.rpartition(" ")
    value = _BRACKETED_UNIT.sub(r"\1 \2", value)
    if meaning and is_unit(meaning) and _NO_UNIT.fullmatch(value):
        value = f"{value} {meaning}"
    word = word.strip(_MARKS) if not words or _WORDS.fullmatch(words) else ""
    if word in problem.inputs:
        return word, value
    spelt = label and sign[0].strip().isalpha()
    return f"{label} {sign[0].strip()}" if spelt else label, value


def _with_units(parts: Sequence[Assignment]) -> list[Assignment]:
    """Joins a part such as `unit: s` to the number before it."""
    joined: list[Assignment] = []
    for name, value in parts:
        if name.lower() in ("unit", "units") and joined and _NO_UNIT.fullmatch(joined[-1][1]):
            joined[-1] = (joined[-1][0], f"{joined[-1][1]} {value}")
        else:
            joined.append((name, value))
    return joined


def _unnamed(problem: Problem, parts: Sequence[Assignment]) -> list[Assignment]:
    """Returns values with units that stand without the symbols of the inputs, but in their order.

    A first value that stands alone needs no unit where there is one input that can be set to it.
    """
    texts = iter([_value_alone(name, value) for name, value in parts])
    found = []
    for part in problem.family.inputs:
        value = next((text for text in texts if _is_amount(problem, part.quantity, text)), None)
        if value is not None:
            found.append((part.quantity.symbol, value))
    if not found and len(problem.inputs) == 1 and parts:
        name, value = parts[0]
        alone = value if not name else "" if value else name
        if _NO_UNIT.fullmatch(alone) and _is_possible(problem, alone):
            found.append((problem.inputs[0], alone))
    return found


def _is_possible(problem: Problem, text: str) -> bool:
    """Returns whether the first input can be set to a value."""
    with suppress(FormulaError, UnitError, DimensionError, UnreadableError):
        return problem.dials[0].nearest(_amount(problem, problem.family.inputs[0].quantity, text)) is not None
    return False


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


def _value_alone(name: str, value: str) -> str:
    """Returns the value of a part that names no input: after words, or a chain such as `2*tau = 30 s`."""
    if not value:
        return name
    prose = _WORDS.fullmatch(name) and _LONG_WORD.search(name)
    return value if prose or not name else f"{name} = {value}"


def _is_amount(problem: Problem, quantity: Quantity, text: str) -> bool:
    """Returns whether a text is a value with a unit."""
    if _NO_UNIT.fullmatch(text):
        return False
    try:
        for side in EQUALS.split(text):
            _amount(problem, quantity, side.strip())
    except (FormulaError, UnitError, DimensionError, UnreadableError):
        return False
    return True


def _amount(problem: Problem, quantity: Quantity, text: str) -> float:
    """Returns a value in the quantity's own unit; remarks after it are dropped."""
    if not text:
        raise UnreadableError(f"the value of {quantity.symbol} is incomplete")
    try:
        return _strict_amount(problem, quantity, text)
    except (FormulaError, UnitError, DimensionError):
        for shorter in _without_remark(text):
            try:
                return _strict_amount(problem, quantity, shorter)
            except (FormulaError, UnitError, DimensionError):
                continue
        raise


def _without_remark(text: str) -> Iterator[str]:
    """Yields the beginnings of a text that may be a value: before a remark, or with a unit before prose."""
    remarks = (_REMARK_IN_BRACKETS.search(text), REMARK.search(text))
    end = min((remark.start() for remark in remarks if remark), default=len(text))
    text = text[:end].strip(" ._").removesuffix("**")
    yield text
    words = text.split(maxsplit=MAX_WORDS)
    for count in range(len(words) - 1, 0, -1):
        value = " ".join(words[:count])
        if _PROSE.fullmatch(" ".join(words[count:])) and not _NO_UNIT.fullmatch(value):
            yield value.rstrip(":")


def _strict_amount(problem: Problem, quantity: Quantity, text: str) -> float:
    """Returns the value of a number or product of numbers with a unit, or of a formula of the constants."""
    for written, product in _PRODUCTS:
        text = written.sub(product, text)
    try:
        number, unit = parse_leading(text, ())
    except FormulaError:
        number, unit = None, ""
    if number is not None and unit not in problem.constants:
        own = parse_unit(quantity.unit)
        try:
            given = parse_unit(unit) if unit else own
        except UnitError:
            if not _is_formula(problem, text):
                raise
        else:
            if given.dimension != own.dimension:
                raise DimensionError(f"{quantity.symbol} is in {quantity.unit}, not in {unit}")
            return float(evaluate(number, _PI)) * float(given.scale / own.scale)
    formula = parse_formula(text, problem.constants)
    if dimension_of(formula, problem.family.dimensions) != quantity.dimension:
        raise DimensionError(f"{quantity.symbol} is in {quantity.unit}, but {text[:40]} is not")
    return float(evaluate(formula, {**problem.constants, **_PI}))


def _is_formula(problem: Problem, text: str) -> bool:
    try:
        parse_formula(text, problem.constants)
    except FormulaError:
        return False
    return True
