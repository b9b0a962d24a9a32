"""Literals of Java and JavaScript as values, for tools whose schemas are in one of these languages.

The checker of BFCL reads the arguments of such tools from source code, which models therefore write: `50L`,
`new int[]{1, 2}`, `new HashMap<>() {{ put("a", 1); }}`, `{limit: 10}`. JSON stays readable, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vpo_envs.literals import CLOSING, MAX_DEPTH, OPENING, STRING, UNCLOSED

NUMBER = re.compile(r"([+-]?\d{1,15})(\.\d{1,15})?(?:[eE]([+-]?\d{1,2}))?[lLfFdDn]?")
WORDS = {"true": True, "false": False, "null": None, "undefined": None}
QUOTED = re.compile(STRING, re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
TOKEN = re.compile(rf"{STRING}|{UNCLOSED}|[\[\](){{}},:;]", re.DOTALL)

HEAD = r"new\s{1,9}[A-Za-z.]{1,40}"
GENERIC = r"(?:\s{0,9}<[\w\s,.<>?\[\]]{0,80}>)?"
FORMS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"(?:Arrays\s{0,9}\.\s{0,9}asList|(?:List|Set)\s{0,9}\.\s{0,9}of)\s{0,9}\("), ")", "list"),
    (re.compile(rf"{HEAD}{GENERIC}\s{{0,9}}\(\s{{0,9}}\)\s{{0,9}}\{{\s{{0,9}}\{{"), "}}", "calls"),
    (re.compile(rf"{HEAD}{GENERIC}\s{{0,9}}(?:\[\s{{0,9}}\]\s{{0,9}}){{1,3}}\{{"), "}", "array"),
    (re.compile(r"new\s{1,9}Array\s{0,9}\("), ")", "list"),
    (re.compile(rf"{HEAD}{GENERIC}\s{{0,9}}\("), ")", "copy"),
    (re.compile(r"\["), "]", "list"),
    (re.compile(r"\{"), "}", "object"),
)
"""Beginning and end of a collection, and the form of what stands between."""


def read_literal(text: str) -> Any:
    """Returns the value of a literal; a text that is none, such as a variable's name, stays itself.

    Example:
        >>> read_literal("50L"), read_literal("new int[]{1, 2}"), read_literal("mapController")
        (50, [1, 2], 'mapController')
        >>> read_literal('new HashMap<String, Object>() {{ put("a", 1); put("b", List.of("x")); }}')
        {'a': 1, 'b': ['x']}
        >>> read_literal("{limit: 10, 'sort': [true, x]}")
        {'limit': 10, 'sort': [True, 'x']}
    """
    return _read(text, MAX_DEPTH)


def _read(text: str, depth: int) -> Any:
    text = text.strip()
    number = NUMBER.fullmatch(text)
    if number:
        whole = number[2] is None and number[3] is None
        return int(number[1]) if whole else float(f"{number[1]}{number[2] or ''}e{number[3] or 0}")
    if text in WORDS:
        return WORDS[text]
    if QUOTED.fullmatch(text):
        return ESCAPED.sub(r"\1", text[1:-1])
    for begin, end, form in FORMS if depth else ():
        head = begin.match(text)
        if head and text.endswith(end):
            inside = text[head.end() : -len(end)]
            read = READERS[form](inside, depth - 1)
            return text if read is None else read
    return text


def _list(inside: str, depth: int) -> list[Any] | None:
    items = _split(inside, ",")
    return None if items is None else [_read(item, depth) for item in items]


def _array(inside: str, depth: int) -> list[Any] | None:
    """Reads the items of an array initializer, in which braces are arrays, too."""
    items = [item.strip() for item in _split(inside, ",") or ()]
    return [
        _array(item[1:-1], depth - 1) if depth > 0 and item[:1] + item[-1:] == "{}" else _read(item, depth)
        for item in items
    ]


def _object(inside: str, depth: int) -> dict[str, Any] | None:
    pairs = [_split(item, ":", 1) for item in _split(inside, ",") or ()]
    if not all(pair is not None and len(pair) == 2 for pair in pairs):
        return None
    return {str(_read(key, 0)): _read(value, depth) for key, value in filter(None, pairs)}


def _calls(inside: str, depth: int) -> list[Any] | dict[str, Any] | None:
    """Reads the body of an anonymous class: `add(...)` for lists, `put(..., ...)` for objects."""
    items: list[Any] = []
    pairs: dict[str, Any] = {}
    for call in _split(inside, ";") or ():
        name, _, rest = call.strip().partition("(")
        given = _split(rest[:-1], ",") if rest.endswith(")") else None
        if name.strip() == "add" and given and len(given) == 1:
            items.append(_read(given[0], depth))
        elif name.strip() == "put" and given and len(given) == 2:
            pairs[str(_read(given[0], 0))] = _read(given[1], depth)
        else:
            return None
    return pairs or items


def _copy(inside: str, depth: int) -> Any:
    """Reads the collection that a constructor copies; an empty one where nothing is given."""
    if not inside.strip():
        return []
    copied = _read(inside, depth)
    return copied if isinstance(copied, (list, dict)) else None


READERS: dict[str, Callable[[str, int], Any]] = {
    "list": _list,
    "array": _array,
    "object": _object,
    "calls": _calls,
    "copy": _copy,
}


def _split(text: str, separator: str, most: int = -1) -> list[str] | None:
    """Splits at separators outside brackets and quotes; None where these are not closed.

    A blank text has no parts, and a last separator is not followed by one.
    """
    parts: list[str] = []
    depth = start = 0
    for match in TOKEN.finditer(text):
        token = match[0]
        if match["unclosed"]:
            return None
        if token in OPENING:
            depth += 1
        elif token in CLOSING:
            depth -= 1
        elif token == separator and depth == 0 and len(parts) != most:
            parts.append(text[start : match.start()])
            start = match.end()
        if depth < 0:
            return None
    if depth:
        return None
    return [*parts, text[start:]] if text[start:].strip() else parts
