"""Calls and the two ways to write them: JSON, and a short notation for tiny models.

JSON: `{"name": "get_weather", "parameters": {"city": "Oslo", "days": 3}}`, on one line or several; the
next call starts on a new line or after `;`. An array stands for the calls in it; code fences are not
read.
Short: `get_weather city = Oslo days = 3`, calls separated by `;` or a new line, every value a single
word. `city =` leaves the value open, which is JSON's null. It counts only where the prompt asks for it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_DEPTH = 32
"""Brackets inside one another; deeper lines are not read, as the JSON parser recurses."""

MAX_DIGITS = 300
"""Digits of an integer; longer ones are not read, as their conversion takes quadratic time."""

OPENING = "{["
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{\]}]', re.DOTALL)
ENDING = re.compile(r"[^\S\n]*(?:[;\n]|\Z)")
FENCE = re.compile(r"^[ \t]*```(?:json)?|```[ \t]*$", re.MULTILINE)
NEXT_VALUE = re.compile(r"\n([ \t]*)[{[]")
SEPARATORS = "; \t\r\n"
SHORT_TOKENS = re.compile(r"=|[^\s=]+")
SHORT_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
SHORT_LITERALS = {"true": True, "false": False}


@dataclass(frozen=True)
class Call:
    """One call of a tool.

    Attributes:
        name: The tool's name.
        parameters: Argument values by argument name; any JSON values.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def read_calls(block: str, limit: int, *, short: bool) -> tuple[list[Call | None], int]:
    r"""Reads the text of a `<tool_call>` block.

    What cannot be read is one wrong call, up to the next line that starts a JSON value and is indented
    no deeper.

    Args:
        block: Any string.
        limit: Most calls to read.
        short: Whether the short notation counts.

    Returns:
        The calls, None for one that cannot be read, and how many more there are beyond the limit, by
        the lines they start on.

    Example:
        >>> read_calls('{"name": "f"};\n[{"name": "g"}, 3]', 9, short=False)[0]
        [Call(name='f', parameters={}), Call(name='g', parameters={}), None]
        >>> read_calls("f city = Oslo ; stop", 9, short=True)[0]
        [Call(name='f', parameters={'city': 'Oslo'}), Call(name='stop', parameters={})]
    """
    if "`" in block:
        block = FENCE.sub("", block)
    calls: list[Call | None] = []
    unread = 0
    position = 0
    while (position := _start(block, position)) < len(block):
        json_value = block[position] in OPENING
        end = _value_end(block, position) if json_value and len(calls) < limit else None
        if end is not None and ENDING.match(block, end):
            calls += _json_calls(block[position:end])
        else:
            word_by_word = short and not json_value
            end = (_short_end if word_by_word else _unread_end)(block, position)
            if len(calls) >= limit:
                unread += 1
            else:
                calls.append(read_short(block[position:end]) if word_by_word else None)
        position = end
    return calls[:limit], unread + len(calls[limit:])


def _start(block: str, position: int) -> int:
    """Past blanks and separators."""
    while position < len(block) and block[position] in SEPARATORS:
        position += 1
    return position


def _short_end(block: str, position: int) -> int:
    return min(end for end in (block.find(";", position), block.find("\n", position), len(block)) if end >= 0)


def _unread_end(block: str, position: int) -> int:
    """The next line that starts a JSON value and is indented no deeper than that of the position."""
    line = block[block.rfind("\n", 0, position) + 1 : position + 1]
    indent = len(line) - len(line.lstrip())
    starts = (match.start() for match in NEXT_VALUE.finditer(block, position) if len(match[1]) <= indent)
    return next(starts, len(block))


def _value_end(text: str, position: int) -> int | None:
    """Where the JSON value that starts here ends; None if it does not, or is nested too deep."""
    depth = 0
    for match in BRACKETS.finditer(text, position):  # strings are matched whole: what they hold is no bracket
        bracket = match[0][0]
        if bracket != '"':
            depth += 1 if bracket in OPENING else -1
            if depth > MAX_DEPTH:
                return None
            if depth == 0:
                return match.end()
    return None


def _json_calls(text: str) -> list[Call | None]:
    try:
        value = _DECODER.decode(text)
    except ValueError:  # not JSON, or refused by one of the hooks below
        return [None]
    return [call_of(item) for item in value] if isinstance(value, list) else [call_of(value)]


def read_json(text: str) -> Call | None:
    """Reads a JSON object with `name` and `parameters` (missing or null: none); None if it is anything else.

    Stricter than `json.loads`: no NaN or infinity, not even by overflow, and no repeated keys.
    """
    if not text.startswith("{") or _value_end(text, 0) is None:
        return None
    return _json_calls(text)[0]


def call_of(value: Any) -> Call | None:
    """The call that a decoded JSON value describes, if it describes one."""
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    parameters = value.get("parameters")
    if parameters is None:
        parameters = {}
    return Call(value["name"], parameters) if isinstance(parameters, dict) else None


def read_short(text: str) -> Call | None:
    """Reads the short notation; None if it is not well-formed or repeats an argument."""
    name, *tokens = SHORT_TOKENS.findall(text)
    parameters: dict[str, Any] = {}
    position = 0
    while position < len(tokens):
        key = tokens[position]
        if key == "=" or key in parameters or tokens[position + 1 : position + 2] != ["="]:
            return None
        position += 2
        # A word with `=` after it is the next argument: this one has been left without a value.
        has_value = position < len(tokens) and tokens[position + 1 : position + 2] != ["="]
        if has_value and tokens[position] == "=":
            return None
        parameters[key] = _literal(tokens[position]) if has_value else None
        position += has_value
    return None if name == "=" else Call(name, parameters)


def write_json(call: Call) -> str:
    """A call as a JSON line."""
    return json.dumps({"name": call.name, "parameters": dict(call.parameters)}, ensure_ascii=False)


def write_short(call: Call) -> str:
    """A call in the short notation; its values must be single words, numbers, booleans or None.

    Example:
        >>> write_short(Call("set_light", {"room": "hall", "colour": None, "on": True}))
        'set_light room = hall colour = on = true'
    """
    words = [call.name]
    for key, value in call.parameters.items():
        words += [key, "="]
        if value is not None:
            words.append(str(value).lower() if isinstance(value, bool) else str(value))
    return " ".join(words)


def _literal(word: str) -> Any:
    if word in SHORT_LITERALS:
        return SHORT_LITERALS[word]
    if SHORT_NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    return word


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("integer with too many digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("number out of range")
    return number


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("an object repeats a key")
    return mapping


_DECODER = json.JSONDecoder(
    parse_int=_integer, parse_float=_finite, parse_constant=_refuse, object_pairs_hook=_distinct
)
