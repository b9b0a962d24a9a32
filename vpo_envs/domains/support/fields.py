"""The fields of a decision, read in whatever spelling: objects, tags, or lines of `field: value`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from vpo_envs.domains.support.forms import NAME, NAMES, as_lines
from vpo_envs.domains.support.words import word_list
from vpo_envs.literals import read_value, unwrapped

MESSAGE = "message"
"""Name of the field that holds the message, where an object holds the whole reply."""

_MESSAGE_FIELD = re.compile(
    r"(?:customer_)?(?:message|reply|response|e_?mail|answer)(?:_(?:to|for)_(?:the_)?customer|_text|_body)?"
)
_NAME_KEYS = frozenset(word_list("field name key item action"))
_VALUE_KEYS = frozenset(
    word_list("value val decision status answer outcome result granted approved allowed required final")
)
_FULL_WIDTH = str.maketrans("：＝，；｜", ":=,;|")
_INNER = re.compile(r"""<(?:\w{1,20} \w{1,9}=["'])?(\w{1,20})["']? ?>([^<]{0,200})</\w{1,20}>""")
_BEFORE_VALUE = r"[:=|\t~≡]|[-=]>|[→⇒]|(?<=\s)[—–-](?=\s)"
_IN_PROSE = r"\.{3,40}|…|(?<=\s)is(?=\s)|(?<=\s)\((?=[^()\n]{1,60}\))"
"""Separators of a field and its value: anywhere, and outside the sentences of a message alone."""

_KEY, _ANY_KEY = (
    # Quotes at the beginning of a line alone: an object that is broken is none.
    re.compile(
        rf"(?:^[\s>#*•+\-_\"'`|]{{0,8}}(?:\d{{1,2}}[.)]\s{{1,2}})?[\"'*_`]{{0,4}}|(?<=[;,|/{{(])\s{{0,3}}[*_`]{{0,4}})"
        rf"(?:decision(?:\.|\[[\"']))?({NAME})[\"'*_`]{{0,4}}\]?"
        rf"[ \t]{{0,20}}(?:{marks})[*_]{{0,3}}[ \t]{{0,20}}",
        re.IGNORECASE | re.MULTILINE,
    )
    for marks in (_BEFORE_VALUE, f"{_BEFORE_VALUE}|{_IN_PROSE}")
)
_VALUE_END = re.compile(
    r"\n|[;,|/][\s\"'*_`]{0,6}[a-z]\w{0,20}[\"'*_`]{0,4}\s{0,3}[:=]|\s(?:#|//)\s", re.IGNORECASE
)
_EDGES = " \t\n,;|/*_`\"'()[]{}"
_LONGEST_VALUE = 200
_MOST_OBJECTS = 40
_LONGEST_OBJECT = 3000
_DEEPEST = 8


class Found(NamedTuple):
    """Fields and where they stand in a text."""

    fields: dict[str, str]
    start: int
    end: int


def read_fields(text: str) -> dict[str, str]:
    r"""Returns the fields of a decision, as text by lower-case name; empty if there are none.

    Args:
        text: The text of a decision.

    Example:
        >>> read_fields('{"Refund": true}\n{"amount": {"value": 5, "reason": "late"}}')
        {'refund': 'true', 'amount': '5'}
        >>> read_fields("<refund>granted</refund>"), read_fields("1. Refund: granted; fee → $5")
        ({'refund': 'granted'}, {'refund': 'granted', 'fee': '$5'})
    """
    text = as_lines(text.translate(_FULL_WIDTH))
    fields, _ = joined([found.fields for found in objects(text)] or [_flat(_load(f"{{{text}}}"))])
    inner = {_name(name): value for name, value in _INNER.findall(text)}
    if found := known(fields) or known(inner):
        return found
    return known({name: value for line in lines(text, _ANY_KEY) for name, value in line.fields.items()})


def known(fields: Mapping[str, str]) -> dict[str, str]:
    """Returns the fields that a decision may have, without others."""
    return {name: value for name, value in fields.items() if name in NAMES}


def joined(decisions: Sequence[Mapping[str, str]]) -> tuple[dict[str, str], int]:
    """Returns the fields of the last decision, and how many before it are drafts.

    A decision may be given field by field. One that repeats a field of a later one is a draft of it.

    Example:
        >>> joined([{"refund": "refused", "fee": "$5"}, {"refund": "granted"}, {"amount": "$9"}])
        ({'refund': 'granted', 'amount': '$9'}, 1)
    """
    fields: dict[str, str] = {}
    for drafts in range(len(decisions), 0, -1):
        if not fields.keys().isdisjoint(decisions[drafts - 1]):
            return fields, drafts
        fields = {**decisions[drafts - 1], **fields}
    return fields, 0


def objects(text: str) -> list[Found]:
    """Returns the objects of JSON (or its like) with a field or a message in them, flattened, in order."""
    found: list[Found] = []
    ends = [i for i, char in enumerate(text) if char == "}"][-_MOST_OBJECTS:]
    for end in reversed(ends):
        if found and end >= found[-1].start:
            continue
        start = _opening(text, end)
        fields = _flat(_load(text[start : end + 1])) if start is not None else {}
        if start is not None and fields:
            found.append(Found(fields, start, end + 1))
    return found[::-1]


def lines(text: str, key: re.Pattern[str] = _KEY) -> list[Found]:
    r"""Returns the fields written as `field: value`, one or several on a line, each by itself.

    Args:
        text: Any string.
        key: The expression of a field and the mark behind it.

    Example:
        >>> [found.fields for found in lines("Decision:\nrefund: granted, fee: $5\n\nWe refund you.")]
        [{'refund': 'granted'}, {'fee': '$5'}]
    """
    found = []
    keys = [*key.finditer(text)]
    for name, following in zip(keys, [*(name.start() for name in keys[1:]), len(text)]):
        rest = text[name.end() : min(following, name.end() + _LONGEST_VALUE)]
        stop = _VALUE_END.search(rest)
        written = rest[: stop.start()] if stop else rest
        value = written.strip(_EDGES)
        if value:
            found.append(Found({name[1].lower(): value}, name.start(), name.end() + len(written)))
    return found


def _opening(text: str, end: int) -> int | None:
    """Returns where the object that ends at a position begins."""
    depth = 0
    for start in range(end, max(-1, end - _LONGEST_OBJECT), -1):
        depth += (text[start] == "}") - (text[start] == "{")
        if not depth:
            return start
    return None


def _load(text: str) -> Any:
    try:
        return read_value(text, repeated_keys=True)
    except (ValueError, RecursionError):
        return None


def _flat(value: Any, depth: int = 0) -> dict[str, str]:
    """Returns the fields and the message of an object and of objects inside it.

    Values that are no scalars stay as text, but for those that give a value and a reason.
    """
    fields: dict[str, str] = {}
    value = unwrapped(value)
    if depth > _DEEPEST or not isinstance(value, (dict, list)):
        return fields
    if isinstance(value, list):
        for item in value:
            fields.update(_flat(item, depth + 1))
        return fields
    for key, item in _row(value).items():
        name, inner = _name(key), _flat(item, depth + 1)
        fields.update(inner)
        if name in NAMES and not (isinstance(item, dict) and _value(item) is item):
            fields[name] = _text(_value(item))
        elif _MESSAGE_FIELD.fullmatch(name) and not inner:
            fields[MESSAGE] = _said(item)
    return fields


def _row(value: dict[str, Any]) -> dict[str, Any]:
    """Returns an object with the field that it names: `{"field": "refund", "value": "granted"}`."""
    names = [item for key, item in value.items() if _name(key) in _NAME_KEYS and isinstance(item, str)]
    name = next((_name(item) for item in names if _name(item) in NAMES), None)
    return value if name is None or _value(value) is value else {**value, name: _value(value)}


def _value(value: Any) -> Any:
    """Returns a value without the reason that is given for it."""
    items = value.items() if isinstance(value, dict) else ()
    return next((item for key, item in items if _name(key) in _VALUE_KEYS), value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _said(value: Any) -> str:
    """Returns the message in a string, or in the parts of a letter."""
    if isinstance(value, dict):
        heads = {"subject": "Subject: "}
        return "\n\n".join(heads.get(_name(key), "") + _text(item) for key, item in value.items())
    return "\n".join(map(_text, value)) if isinstance(value, list) else _text(value)


def _name(key: str) -> str:
    return re.sub(r"[\s-]+", "_", key.strip().lower())
