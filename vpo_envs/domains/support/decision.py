"""Reading the two parts of a reply: the decision, compared by value, and the message.

Of several decisions and messages in a reply (`parts`) the last complete ones count. Without any message
what remains beside the decision is the message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.fields import MESSAGE, joined, read_fields
from vpo_envs.domains.support.parts import DECISION, REST, as_letter, complete, parts_of, undressed
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.sums import silent
from vpo_envs.domains.support.ticket import Point, Ticket
from vpo_envs.domains.support.values import Value, tokenize
from vpo_envs.domains.support.words import word_list
from vpo_envs.reading import plain

GRANTED, REFUSED, REQUIRED = "granted", "refused", "required"
_YES = frozenset(
    word_list(
        "granted grant grants yes true approved approve allowed allow accepted accept confirmed ok okay 1 "
        "given offered done required needed necessary"
    )
)
_NO = frozenset(
    word_list(
        "refused refuse no false denied deny rejected reject declined decline disallowed 0 never none "
        "unnecessary unavailable unable optional not"
    )
)
_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")


def split_reply(text: str) -> tuple[dict[str, str], str]:
    """Splits a reply into the fields of its decision, as text by lower-case name, and its message.

    Args:
        text: A completion; thought is removed.

    Example:
        >>> split_reply('<decision>{"Refund": "granted"}</decision> <message>We refund you.</message>')
        ({'refund': 'granted'}, 'We refund you.')
    """
    parts = parts_of(text)
    places, messages = complete(parts, DECISION), complete(parts, MESSAGE)
    decisions = [read_fields(parts[place].text) for place in places]
    readable = all(decisions[-1:])  # a draft does not stand in for a decision that cannot be read
    fields, drafts = joined(decisions if readable else [])
    if messages:
        message = parts[messages[-1]]
        others = "\n".join(part.text for part in parts if part is not message)
        return fields or read_fields(others), as_letter(message.text)
    starts = [places[drafts], places[drafts - 1]] if drafts else [0]
    rests = ("\n".join(part.text for part in parts[start:] if part.kind == REST) for start in starts)
    return fields, as_letter(undressed(next((rest for rest in rests if rest.strip()), "")))


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
            status = _states(ticket, name, _typed(name, text))
            if status is None:
                continue
            if status:
                right.add(asked.get(name, -1))
            else:
                wrong.append(f"is wrong in its decision on {name!r}")
    return frozenset(right - {-1}), tuple(wrong)


def _states(ticket: Ticket, role: str, text: str) -> bool | None:
    """Returns whether a field states the value of its role; None if it states none.

    A sum that is worked out counts by its result, and what the records state may stand in brackets behind
    the value: "$60.00 - $17.50 = $42.50", "$42.50 (of $60.00)".
    """
    kind, truths = ROLES[role].kind, ticket.entries[role].truths
    words, found = tokenize(text)
    values = {at: value for at, value in found.items() if value.kind == kind}
    claims = {at: value for at, value in values.items() if at not in silent(words, values, truths)}
    outer = _values_of(_BRACKETS.sub(" ", text), kind)
    if outer:
        known = [value.keys for value in _values_of(" ".join(_BRACKETS.findall(text)), kind)]
        known = [keys for keys in known if not ticket.known.get(kind, frozenset()).isdisjoint(keys)]
        claims = {at: value for at, value in claims.items() if value in outer or value.keys not in known}
    if not values:
        return None
    return all(not truths.isdisjoint(value.keys) for value in claims.values())


def _values_of(text: str, kind: str) -> list[Value]:
    return [value for value in tokenize(text).values.values() if value.kind == kind]


def _typed(role: str, text: str) -> str:
    """Puts a bare number under its role's unit: 42.5 as an amount, 5 as days, 15 as a percentage."""
    text = plain(text)
    if not re.fullmatch(r"[0-9,]{1,12}(?:\.[0-9]{1,4})?", text):
        return text
    kind = ROLES[role].kind
    if kind == "share" and text.startswith("0."):
        text = f"{100 * float(text):g}"
    units = {
        "money": f"${text}",
        "share": f"{text}%",
        "span": f"{text} {'hours' if role == 'lasts' else 'days'}",
    }
    return units.get(kind, text)


def _status(text: str) -> bool | None:
    """Returns whether a field grants; None if it does not say, or says both."""
    found = {_granted(part) for part in re.split(r"\bor\b|[/|]", text.lower())} - {None}
    return found.pop() if len(found) == 1 else None


def _granted(text: str) -> bool | None:
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
