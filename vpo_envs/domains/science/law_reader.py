"""The reader of laws: the last complete one in the lines of an answer (`reader` has the rules)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np

from vpo_envs.domains.science.answer_parts import (
    EQUALS,
    MAX_ATTEMPTS,
    MAX_EXPERIMENT_LENGTH,
    MAX_SIDES,
    REMARK,
    TAG,
)
from vpo_envs.domains.science.definitions import definitions, written_out
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
    r"|instead of|compared|versus|vs|previous(?:ly)?|initially)\b|→|⇒|->",
    re.IGNORECASE,
)
"""A label of a special case, or of a law that the answer does not choose."""
_UNCONDITIONAL = re.compile(r"\s(?:all|any|every)\b")
_WORD = re.compile(r"[A-Za-z]{3}")
_OR = re.compile(r"\bor\W{0,3}$", re.IGNORECASE)
_DENIED = re.compile(r"\s(?:not|never|wrong|false|incorrect|no longer)\b")
MAX_SENTENCES = 8
"""Sentences of a line that are looked at, from the last."""
_SENTENCE_END = re.compile(r"[.!?;]\s")
_CONCLUDING = re.compile(
    r"(?:[\s,:*_`$\"'>#-]{0,6}\b(?:so|thus|therefore|hence|then|instead|actually|finally|now|correction|corrected"
    r"|correct|revised|revision|updated|improved|final|better|best|right|new|fitted|proposed|true|the|my|our|an?"
    r"|law|formula|equation|hypothesis|answer|model|relation|is|be|should|must|will|becomes?|reads?|i|we|it|this"
    r"|choose|pick|get|find|obtain|propose|suggest|have|take|use|conclude|meant|mean|sorry|wait|no|hmm|ok|okay"
    r"|ah|oh|oops|gives?|leads?|us|to|me|let|revise|on|reflection|in|conclusion|summary|as|a|result|with|that"
    r"|after|checking|again|second|thought))+[\s,:*_`$\"'>#-]{0,6}",
    re.IGNORECASE,
)
"""The words of a sentence that says nothing but what the law is."""
_CORRECTING = re.compile(
    r"\b(?:correct(?:ed|ion)?|revised|revision|updated|improved|final(?:ly)?|meant|instead)\b", re.IGNORECASE
)
_CERTAIN = re.compile(
    rf"{_CORRECTING.pattern}|\b(?:better|best|proposed?|choose|conclu\w+|answer)\b"
    r"|\b(?:law|formula|equation|hypothesis) (?:is|becomes|reads|should)\b",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    r"\b(?:wait|wrong|mistaken?|incorrect|scrap|revise|fails?|sorry|actually|oops|error|reconsider|not right"
    r"|not correct|not fit|not match|fits? (?:much )?better|hmm|on reflection|on second thought|corrected?)\b"
    r"|(?:^|[.!?]\s)no\b|n't (?:fit|work|match|hold)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    rf"{_LESSER.pattern}|[≪≫]|<<|>>"
    r"|\b(?:rivals|compar\w+|competing|competitors?|candidates?|contenders?|considered|tried|others?|checks?"
    r"|predict\w*|approx\w*|expansions?|baselines?|first order|near|saturat\w+|discarded|rejected)\b",
    re.IGNORECASE,
)
"""A heading of laws that are not the answer, below it."""
_EXPERIMENT = re.compile(
    r"[\W\d_]{0,12}(?:(?:my|the|and|next|new|best|chosen|proposed|suggested|recommended|follow-?up|experiment)\b"
    r"[\W_]{0,6}){0,4}",
    re.IGNORECASE,
)
"""A line from which an experiment has been taken, or its heading."""
_OTHER_LAW = "rival"
"""The label of such a law."""
_TO_VALUE = re.compile(
    r"(?:→|⇒|->|=>) ?(?:about |approximately |[a-z] ?[=≈] ?|[~≈] ?)?[-+]?[0-9.][0-9.eE+-]{0,12}"
    r"(?: [A-Za-z][^=]{0,30})?$"
)
"""A value to which a law leads at one point."""

Definitions = Callable[[], dict[str, Expr]]
"""A function that looks for the definitions of names in an answer, by name."""

_DEFINED = re.compile(r"\s[(\[](?:with |where |using |for )?([A-Za-z][A-Za-z0-9_]{0,11}) ?[=≈]")
"""A definition in brackets behind a law."""
_UNIT_NAME = re.compile(r"(?:[A-Za-z]\w{0,9} )?in ")


def last_law(problem: Problem, lines: Sequence[str]) -> Expr:
    """Returns the last law of the lines.

    Raises:
        FormulaError: If there is none.
    """
    names = {*problem.family.quantities, problem.output.symbol}
    known = cache(lambda: definitions(lines, names))
    weak, error = None, None
    for attempt, (label, text) in enumerate(_candidates(problem, lines)):
        if attempt == MAX_ATTEMPTS:
            break
        try:
            law, special = _read_law(problem, text, known)
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
            return _read_law(problem, text, known)[0]
        except FormulaError as problem_found:
            error = error or problem_found
    raise error or FormulaError(f"there is no line that starts with '{problem.output.symbol} ='")


def _candidates(problem: Problem, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yields the labels and right sides of the lines that begin like a law, the last first.

    So do the laws of sentences that conclude or correct one. What stands below the experiment under a
    heading such as `Rivals:`, or leads to a value, has that as its label.
    """
    remarks = _remarks(lines)
    for number in reversed(range(len(lines))):
        line = lines[number]
        if "=" in line or "≈" in line:
            yield from _concluded(problem, lines, number)
            line = unmarked(TAG.sub("", unmarked(line)))
            starts = [("", line)]
            label = line[:_LABEL_LENGTH].rfind(":")
            if label >= 0 and "=" not in line[:label]:
                starts.append((line[:label], unmarked(line[label + 1 :])))
            for words, start in starts:
                right = _right_side(start, problem)
                if right is not None:
                    yield _OTHER_LAW if number in remarks else words, right
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


def _concluded(problem: Problem, lines: Sequence[str], number: int) -> Iterator[tuple[str, str]]:
    """Yields words and right sides of sentences of a line such as `The correct law is F = k*x`."""
    line = lines[number]
    for match in reversed(list(_mention(problem).finditer(line))[-MAX_SENTENCES:]):
        before = line[max(0, match.start() - MAX_EXPERIMENT_LENGTH) : match.start()]
        words = _SENTENCE_END.split(before)[-1]
        if not words.strip(_MARKS + "-#>") or not _CONCLUDING.fullmatch(words):
            continue
        above = lines[number - 1][-MAX_EXPERIMENT_LENGTH:] if number else ""
        certain = _CERTAIN.search(words) and not _LESSER.search(before)
        if certain or _CORRECTING.search(words) or _RETRACTION.search(f"{above} {before}"):
            right = _right_side(line[match.start() : match.start() + 2 * MAX_EXPERIMENT_LENGTH], problem)
            if right is not None:
                yield words, right


def _remarks(lines: Sequence[str]) -> set[int]:
    """Returns the numbers of lines below the last experiment that list other laws or lead to a value.

    The experiment and what stands behind it `answer_parts` has taken out of its line.
    """
    last = max((number for number, line in enumerate(lines) if _EXPERIMENT.fullmatch(line)), default=0)
    if not any("=" in line or "≈" in line for line in lines[:last]):
        return set()
    found: set[int] = set()
    listed = False
    for number, line in enumerate(lines[last + 1 :], start=last + 1):
        bare = unmarked(line)
        if bare.endswith(":") or not ("=" in line or "≈" in line):
            listed = _ASIDE.search(bare) is not None and not _CERTAIN.search(bare)
        elif listed or _TO_VALUE.search(line[-_LABEL_LENGTH:]):
            found.add(number)
    return found


def _mention(problem: Problem) -> re.Pattern[str]:
    """Returns the pattern of places where the output's symbol may begin a law."""
    return re.compile(rf"(?<![A-Za-z0-9_])(?={re.escape(problem.output.symbol)}[ *_`($=≈:/\[])")


def _inside(problem: Problem, lines: Sequence[str]) -> list[str]:
    """Returns the right sides of laws in the middle of sentences, the last first.

    One that words before it deny does not count, nor does an alternative to another.
    """
    start = _mention(problem)
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


def _read_law(problem: Problem, text: str, known: Definitions) -> tuple[Expr, bool]:
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
    defined = _DEFINED.search(text)
    if defined and defined[1] not in {*problem.family.quantities, problem.output.symbol}:
        text = text[: defined.start()]
    text = _without_unit(text, problem.output).strip(" *_'|")
    sides = EQUALS.split(text)
    if len(sides) > MAX_SIDES:
        raise FormulaError(f"the law has more than {MAX_SIDES} sides")
    laws = [_read_side(problem, side, known) for side in sides]
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


def _read_side(problem: Problem, text: str, known: Definitions) -> Expr:
    """Returns a formula, and after it perhaps its unit or a remark in brackets."""
    names = problem.family.quantities
    try:
        return _bare_side(problem, *parse_leading(text.strip(), names))
    except FormulaError:
        if not known():
            raise
    formula, rest = parse_leading(text.strip(), {*names, *known()})
    return _bare_side(problem, written_out(formula, known(), names), rest)


def _bare_side(problem: Problem, formula: Expr, rest: str) -> Expr:
    """Returns a formula if what stands after it is its unit or a remark.

    Raises:
        FormulaError: If anything else does.
    """
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
