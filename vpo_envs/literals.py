"""Reading values as models write them: strict JSON, or the same in Python's spelling.

Both are read in linear time, with typographic quotes as well. Python's spelling is rewritten as JSON
token by token, never evaluated.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from vpo_envs.reading import QUOTES

MAX_DEPTH = 32
"""Brackets inside one another; deeper values are not read, as the JSON parser recurses."""

MAX_DIGITS = 300
"""Digits of an integer; longer ones are not read, as their conversion takes quadratic time."""

BEFORE_VALUE = re.compile(r"(?=[\[{])")
MOST_UNREAD = 16

WRAPPERS = frozenset({"response", "output", "result", "final", "submission", "data", "content", "function"})
MOST_WRAPPERS = 4

WHOLE_FENCE = re.compile(r"\A\s{0,9}```\w{0,12}\n|\n```\s{0,9}\Z")
ESCAPED_OBJECT = re.compile(r'(?<!["\'])[\[{](?:\s|\\n){0,9}\\"')
PLAIN_OBJECT = re.compile(r'[\[{]\s{0,9}["\']')
"""Objects and lists; behind a quote that is not escaped they are text, whose escapes are right."""

ESCAPE = re.compile(r'\\(["\\n])')

OPENING = "{[("
CLOSING = "}])"
STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
UNCLOSED = r"""(?P<unclosed>["'].*)"""
"""A string without an end takes the rest of the text, so that none is looked for in it again."""

COMMENT = r"(?P<comment>//[^\n]*|#[^\n]*|/\*(?:.*?\*/|.*))"
BRACKETS = re.compile(rf"{STRING}|(?<=[\s,\[{{]){COMMENT}|{UNCLOSED}|[\[{{()}}\]]", re.DOTALL)
BARE_KEY = r"\b(?P<key>[A-Za-z_]\w{0,60})(?=\s{0,9}:)"
PYTHON = re.compile(
    rf"{STRING}|{UNCLOSED}|{COMMENT}|{BARE_KEY}|\b(?:True|False|None)\b|,(?=\s*[}}\]])", re.DOTALL
)
PYTHON_WORDS = {"True": "true", "False": "false", "None": "null"}
ARGUMENT = re.compile(rf"{STRING}|{UNCLOSED}|\b(?P<name>[A-Za-z_]\w*)\s*=(?!=)|[\[{{()}}\]]", re.DOTALL)
UNQUOTED = re.compile(r'\\.|"', re.DOTALL)


def value_end(text: str, position: int) -> int | None:
    """Returns where the bracket that opens at a position is closed; None if never, or nested too deep.

    Brackets in quoted strings and in comments are text.

    Example:
        >>> value_end('{"a": "}"} rest', 0)
        10
    """
    depth = 0
    for match in BRACKETS.finditer(text, position):
        token = match[0]
        if match["unclosed"]:
            return None
        if len(token) > 1 or match["comment"]:
            continue
        depth += 1 if token in OPENING else -1
        if depth > MAX_DEPTH:
            return None
        if depth == 0:
            return match.end()
    return None


def closed(text: str) -> str:
    """Returns a text with the brackets closed that are open at its end.

    Values in data sets have been cut off at a comma.

    Raises:
        ValueError: If it is nested too deep, or a string has no end.

    Example:
        >>> closed('[{"a": 1')
        '[{"a": 1}]'
    """
    left: list[str] = []
    for match in BRACKETS.finditer(text):
        token = match[0]
        if match["unclosed"]:
            raise ValueError("a string without an end")
        if len(token) == 1 and token in OPENING:
            left.append(CLOSING[OPENING.index(token)])
        elif len(token) == 1 and token in CLOSING and left:
            left.pop()
        if len(left) > MAX_DEPTH:
            raise ValueError("nested too deep")
    return text + "".join(reversed(left))


def read_value(text: str, *, repeated_keys: bool = False) -> Any:
    r"""Returns the value of a JSON text, or of the same in Python's or JavaScript's spelling.

    Those may have comments, commas at the end, single quotes and keys without any.

    Stricter than `json.loads`: no NaN or infinity, not even by overflow, and no repeated keys unless asked
    for. Line breaks inside strings are allowed.

    Args:
        text: Any string.
        repeated_keys: Whether an object may repeat a key; its last value counts.

    Raises:
        ValueError: If it is neither.
        RecursionError: If it is nested a thousand deep; texts whose end `value_end` finds are not.

    Example:
        >>> read_value("{'a': [True, None], b: 'it\\'s',}  # two keys")
        {'a': [True, None], 'b': "it's"}
    """
    decoder = _LENIENT if repeated_keys else _DECODER
    try:
        return decoder.decode(text)
    except ValueError:
        plain = PYTHON.sub(_as_json, text.translate(QUOTES))
        return decoder.decode(PYTHON.sub(_as_json, plain))  # a comment had parted a comma from its bracket


def values_in(text: str, before: re.Pattern[str] = BEFORE_VALUE) -> Iterator[tuple[int, int, Any]]:
    """Yields the objects and lists that stand in a text one after another, as `read_value` reads them.

    Args:
        text: Any string. After `MOST_UNREAD` brackets that begin no value no more are looked at, which keeps
            time linear.
        before: What stands before a value; it ends at the bracket.

    Yields:
        Where a value begins and ends, and the value.

    Example:
        >>> list(values_in('So: {"a": 1}, {b}, or [2].'))
        [(4, 12, {'a': 1}), (22, 25, [2])]
    """
    position = unread = 0
    while unread < MOST_UNREAD and (mark := before.search(text, position)):
        start = mark.end()
        end = value_end(text, start)
        position = start + 1
        if end is not None:
            with suppress(ValueError):
                yield start, end, read_value(text[start:end], repeated_keys=True)
                position = end
        unread += position == start + 1


def without_escapes(text: str) -> str:
    r"""Returns a text without the escapes of JSON, where it is a string of JSON or its JSON is escaped twice.

    Args:
        text: Any string.

    Example:
        >>> print(without_escapes(r'"{\"a\": \"x\"}"'), without_escapes(r'So: {\"a\": \"x\"}'))
        {"a": "x"} So: {"a": "x"}
    """
    for _ in range(MOST_WRAPPERS):
        bare = WHOLE_FENCE.sub("", text).strip()
        if bare[:1] == bare[-1:] == '"' and "\\" in bare:
            try:
                value = read_value(bare)
            except (ValueError, RecursionError):
                return text
            if not isinstance(value, str):
                return text
            text = value
        elif ESCAPED_OBJECT.search(text) and not PLAIN_OBJECT.search(text):
            text = ESCAPE.sub(lambda sign: "\n" if sign[1] == "n" else sign[1], text)
        else:
            return text
    return text


def unwrapped(value: Any) -> Any:
    r"""Returns an answer in JSON without what models and servers wrap around it.

    Wrappers are a single key such as `response`, a message with a role, the call of a tool, and a text that
    is JSON itself.

    Args:
        value: A value, as `read_value` gives it.

    Example:
        >>> unwrapped({"output": {"path": "up"}}), unwrapped({"role": "assistant", "content": "up"})
        ({'path': 'up'}, 'up')
        >>> unwrapped({"name": "final_answer", "arguments": '{"path": "up"}'})
        {'path': 'up'}
    """
    for _ in range(MOST_WRAPPERS):
        inner: Any = None
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            with suppress(ValueError, RecursionError):
                inner = read_value(value, repeated_keys=True)
        elif isinstance(value, dict):
            named = {key.lower(): item for key, item in value.items()}
            if len(named) == 1:
                inner = next((item for key, item in named.items() if key in WRAPPERS), None)
            elif named.keys() & {"role", "name", "tool", "function"}:
                inner = next(
                    (named[key] for key in ("content", "arguments", "parameters") if key in named), None
                )
        if not isinstance(inner, (dict, list, str)):
            return value
        value = inner
    return value


def read_arguments(text: str) -> Any:
    """Returns the arguments of a call in Python's notation, the text between its parentheses.

    Raises:
        ValueError: If it is anything but `name=value` pairs.

    Example:
        >>> read_arguments("city='Oslo', days=3")
        {'city': 'Oslo', 'days': 3}
    """
    depth = 0

    def name_as_key(match: re.Match[str]) -> str:
        nonlocal depth
        if match["name"]:
            return f'"{match["name"]}":' if depth == 0 else match[0]
        if len(match[0]) == 1 and not match["unclosed"]:
            depth += 1 if match[0] in OPENING else -1
        return match[0]

    return read_value("{" + ARGUMENT.sub(name_as_key, text) + "}")


def _as_json(match: re.Match[str]) -> str:
    token = match[0]
    if token == ",":  # trailing
        return ""
    if match["unclosed"]:
        return token
    if match["comment"]:
        return " "
    if match["key"]:
        return f'"{token}"'
    if token[0] == "'":
        return '"' + UNQUOTED.sub(_requoted, token[1:-1]) + '"'
    return PYTHON_WORDS.get(token, token)


def _requoted(match: re.Match[str]) -> str:
    return {'"': '\\"', "\\'": "'"}.get(match[0], match[0])


def integer(digits: str) -> int:
    """Returns an integer of JSON.

    Raises:
        ValueError: If it has too many digits.
    """
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


_decoder = partial(
    json.JSONDecoder, strict=False, parse_int=integer, parse_float=_finite, parse_constant=_refuse
)
_LENIENT = _decoder()
_DECODER = _decoder(object_pairs_hook=_distinct)
