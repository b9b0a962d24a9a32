"""Reading the two parts of a reply: the decision, compared by value, and the message.

The decision is JSON (in `<decision>` tags, in a fence or bare), tags inside `<decision>`, or lines of
`field: value`; keys are read in any case. The last one that holds a field of the ticket counts. What
remains of the reply, or its last `<message>`, is the message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Point, Ticket
from vpo_envs.domains.support.values import tokenize
from vpo_envs.domains.support.words import word_list
from vpo_envs.literals import read_value
from vpo_envs.reading import last_tagged, plain, remove_thought, unescaped

GRANTED, REFUSED, REQUIRED = "granted", "refused", "required"
_YES = frozenset(
    word_list(
        "granted grant grants yes true approved approve allowed allow accepted accept confirmed ok okay 1 "
        "given offered"
        " done required needed necessary"
    )
)
_NO = frozenset(
    word_list(
        "refused refuse no false denied deny rejected reject declined decline disallowed 0 never none"
        " unnecessary unavailable unable optional not"
    )
)
_DECISION = re.compile(r"</?decision ?>", re.IGNORECASE)
_MESSAGE = re.compile(r"<(/?)(?:message|reply|response|email) ?>", re.IGNORECASE)
_MESSAGE_FIELD = re.compile(
    r"(?:customer_)?(?:message|reply|response|e_?mail|answer)(?:_(?:to|for)_(?:the_)?customer|_text|_body)?"
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_INNER = re.compile(r"<(\w{1,20})>([^<]{0,200})</\1>", re.IGNORECASE)
_LINE = re.compile(
    r"^[\s*\-•\"'_`|]{0,8}([A-Za-z][\w ]{0,20}?)[\"'*_`]{0,4}[ \t]{0,20}[:=|][ \t]{0,20}(.{1,200}?)"
    r"[ \t]{0,20}[,;|]?[ \t]{0,5}$",
    re.MULTILINE,
)
_LABELS = re.compile(
    r"^[ \t#*_]{0,8}(?:part \d[:. ]{0,3})?(?:the |my |final )?(?:decision|message"
    r"|reply)(?: to the customer)?[ \t:*_]{0,8}$",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_OBJECTS = 40


def split_reply(text: str) -> tuple[dict[str, str], str]:
    """Splits a reply into the fields of its decision, as text by lower-case name, and its message.

    Args:
        text: A completion; thought is removed.

    Example:
        >>> split_reply('<decision>{"Refund": "granted"}</decision> <message>We refund you.</message>')
        ({'refund': 'granted'}, 'We refund you.')
    """
    text = unescaped(remove_thought(text), "decision|message")
    message = last_tagged(text, "message")
    fields: dict[str, str] = {}
    found = _object(text)[0] if message is None else {}
    for name in found:
        if _MESSAGE_FIELD.fullmatch(name):  # the whole reply is one object
            return _known(found), found[name].strip()
    tagged = last_tagged(text, "decision")
    rest = text
    if tagged is not None:
        if message is not None and "<message" in tagged.lower():  # the tag was left open
            tagged = tagged[: tagged.lower().index("<message")]
        fields = _known(_object(tagged)[0]) or _fields(tagged)
        # a message may stand before the decision or after it
        rest = text.replace(tagged, "\n") if tagged.strip() else text
    outside = _without_message(text)
    if not fields:
        fields, start, end = _object(outside)
        fields = _known(fields)
        if fields and message is None:
            rest = outside[:start] + "\n" + outside[end:]
    if not fields and message is not None:
        fields = _fields(outside)
    if message is None:
        rest = _FENCE.sub("", _DECISION.sub("\n", _MESSAGE.sub("\n", rest)))
        message = _LABELS.sub("", rest)
    return fields, message.replace("\\n", "\n").strip()


def _without_message(text: str) -> str:
    """Returns the text outside of `<message>` tags; without any, all of it."""
    parts, depth, start = [], 0, 0
    for mark in _MESSAGE.finditer(text):
        if not depth:
            parts.append(text[start : mark.start()])
        depth, start = (0 if mark[1] else 1), mark.end()
    if not depth:
        parts.append(text[start:])
    return "\n".join(parts)


def _object(text: str) -> tuple[dict[str, str], int, int]:
    """Returns the last JSON object (or Python literal) with a known field, flattened, and its place."""
    ends = [i for i, char in enumerate(text) if char == "}"][-_MOST_OBJECTS:]
    for end in reversed(ends):
        start, depth = end, 0
        floor = max(0, end - 3000)
        while start >= floor:
            depth += (text[start] == "}") - (text[start] == "{")
            if not depth:
                break
            start -= 1
        if depth or start < floor:
            continue
        fields = _flat(_load(text[start : end + 1]))
        if _known(fields):
            return fields, start, end + 1
    return {}, 0, 0


def _load(text: str) -> Any:
    for form in (text, _bare_keys(text)):
        try:
            return read_value(form, repeated_keys=True)
        except (ValueError, RecursionError):
            continue
    return None


def _bare_keys(text: str) -> str:
    """Quotes bare keys, as careless writers have them."""
    return re.sub(r"([{,]\s{0,20})([A-Za-z_]\w{0,20})\s{0,5}:", r'\1"\2":', text)


def _flat(found: Any) -> dict[str, str]:
    """Returns the fields of an object and of objects inside it; values that are no scalars stay as text."""
    fields: dict[str, str] = {}
    todo = [found] if isinstance(found, dict) else []
    for inner in todo:
        for key, value in inner.items():
            if isinstance(value, dict):
                todo.append(value)
            else:
                fields[_name(key)] = value if isinstance(value, str) else json.dumps(value)
    return fields


def _name(key: str) -> str:
    return re.sub(r"[\s-]+", "_", key.strip().lower())


def _known(fields: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in fields.items() if name in ACTIONS or name in ROLES or name in STEPS
    }


def _fields(text: str) -> dict[str, str]:
    """Returns the fields written as tags or as lines."""
    pairs = [(name, value) for name, value in _INNER.findall(text)] or _LINE.findall(text)
    return _known({_name(name): value for name, value in pairs})


def check(ticket: Ticket, fields: Mapping[str, str]) -> tuple[frozenset[int], tuple[str, ...]]:
    """Compares a decision with policy and records.

    Args:
        ticket: The truth.
        fields: The decision, as `split_reply` returns it.

    Returns:
        The indices of the points it gets right, and what it gets wrong, in words.
    """
    right, wrong = set(), []
    asked = {point.name: i for i, point in enumerate(ticket.points)}
    for name, text in fields.items():
        if name in ACTIONS or name in STEPS:
            status = _status(text)
            if status is None:
                continue
            due = name in ticket.granted if name in ACTIONS else name in asked
            if name in STEPS and name not in asked:
                continue
            if status == due:
                right.add(asked.get(name, -1))
            elif name in asked or status:
                wrong.append(f"is wrong in its decision on {name!r}")
        elif name in ticket.entries:
            values = [v for v in tokenize(_typed(name, text)).values.values() if v.kind == ROLES[name].kind]
            if not values:
                continue
            if all(not ticket.entries[name].truths.isdisjoint(value.keys) for value in values):
                right.add(asked.get(name, -1))
            else:
                wrong.append(f"is wrong in its decision on {name!r}")
    return frozenset(right - {-1}), tuple(wrong)


def _typed(role: str, text: str) -> str:
    """Puts a bare number under its role's unit: 42.5 as an amount, 5 as days, 15 as a percentage."""
    text = plain(text)
    if not re.fullmatch(r"[0-9,]{1,12}(?:\.[0-9]{1,4})?", text):
        return text
    kind = ROLES[role].kind
    units = {
        "money": f"${text}",
        "share": f"{text}%",
        "span": f"{text} {'hours' if role == 'lasts' else 'days'}",
    }
    return units.get(kind, text)


def _status(text: str) -> bool | None:
    words = re.findall(r"[a-z0-9]+", text.lower())[:6]
    if not _NO.isdisjoint(words):
        return False
    return None if _YES.isdisjoint(words) else True


def written(
    ticket: Ticket, points: tuple[Point, ...] | None = None, texts: Mapping[str, str] | None = None
) -> str:
    """Writes the right decision as JSON.

    Args:
        ticket: The truth.
        points: The points to decide; all by default.
        texts: Values to write in place of the records' wording.
    """
    fields = {}
    for point in ticket.points if points is None else points:
        if point.name in ACTIONS:
            fields[point.name] = GRANTED if point.granted else REFUSED
        elif point.name in STEPS:
            fields[point.name] = REQUIRED
        else:
            fields[point.name] = (texts or {}).get(point.name, ticket.entries[point.name].text)
    return json.dumps(fields)
