"""What a reply conveys and what it gets wrong, decided by value and polarity, not by wording.

Conveyed: a decision whose action is affirmed (or denied, where policy denies it); a value stated in a
sentence with one of its cues; a step whose thing and deed stand in one sentence, not denied. A sentence
that also states another value of the same kind without any cue of its own leaves open which of them is
meant and conveys neither: listing all the numbers of the ticket is no answer.

Wrong: promising what policy forbids, in the words of lexicon.py, phrases.py and frames.py, denying what it
grants, sparing the customer a step that is due, stating a value that the ticket does not know, or putting a
known value in another one's place ("we refund $60.00" where $60.00 was the price and $42.50 is the refund).
On a condition that policy knows, what is forbidden now may be promised for later; a refusal on a condition
("not before we have your photo") is none.

Pronouns are not resolved across sentences ("You want a refund? You shall have it." promises nothing here),
and irony goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Hashable

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.lexicon import concepts_of
from vpo_envs.domains.support.polarity import AFFIRMED, DENIED
from vpo_envs.domains.support.reading import Reading, Sentence
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Point, Ticket
from vpo_envs.domains.support.values import Value
from vpo_envs.domains.support.words import word_list

_NOUNS = {
    "money": "an amount",
    "date": "a date",
    "span": "a duration",
    "share": "a percentage",
    "code": "a code",
}
LEAD = 5
"""Words before a value in which a cue claims it for a role."""
OWN_REACH = 9
"""Words before a value in which a cue of its own says what it really is."""
_AFTER = 2
_CLAIM_BREAKS = frozenset(word_list(", for against from regarding less minus after and but or we i it then"))
_CLAUSE_BREAKS = frozenset((",", "you", "we", "i"))
_OBJECT_ENDS = _CLAIM_BREAKS | {"on"}
_CLAUSE_ENDS = frozenset((",", "and", "but", "we", "i"))
_SUBTRACTIONS = frozenset(("less", "minus", "except", "deducted", "apart"))
_GIVING = frozenset(("refund", "credit"))
_NEAR = 4
_BOUNDS = frozenset(("than", "least"))
_SOONER = frozenset(("less", "fewer", "sooner", "earlier"))
_ENDINGS = frozenset(("until", "till", "before"))
_DEADLINES = frozenset(("by", "due"))
_ACTS = ("send", "apply", "give", "pay")


def conveyed(ticket: Ticket, reading: Reading) -> tuple[bool, ...]:
    """Which of the ticket's points the reply conveys."""
    return tuple(any(_conveys(ticket, point, s) for s in reading.sentences) for point in ticket.points)


def errors(ticket: Ticket, reading: Reading) -> tuple[str, ...]:
    """What the reply gets wrong, in words; empty for a reply that is true to policy and records."""
    found: list[str] = []
    for sentence in reading.sentences:
        found += _broken_policy(ticket, sentence)
        if sentence.stated:
            found += _wrong_values(ticket, sentence)
    return tuple(dict.fromkeys(found))


def _conveys(ticket: Ticket, point: Point, sentence: Sentence) -> bool:
    name = point.name
    if name in ACTIONS:
        return _decides(ticket, point, sentence)
    if name in STEPS:
        return sentence.mentions(STEPS[name].thing) and sentence.mentions(STEPS[name].deed)
    stated = sentence.stated.get(ROLES[name].kind)
    if not stated or not _cued(sentence, name):
        return False
    truths = ticket.entries[name].truths
    others = [value for _, value in stated if not _means(value, truths)]
    if not all(_has_place(ticket, sentence, value) for value in others):
        return False
    return any(_means(value, truths) and _is_itself(sentence, i, name) for i, value in stated)


def _is_itself(sentence: Sentence, position: int, role: str) -> bool:
    """Whether the value itself is meant, unlike in "less than $5", "at least 3 days" and "after 24 December".

    A time may be a bound: what takes less than 5 days is done within 5 days.
    """
    before = sentence.words[max(0, position - 3) : position]
    if not _BOUNDS.isdisjoint(before[-2:]):
        return ROLES[role].kind in ("span", "date") and not _SOONER.isdisjoint(before)
    if role not in _DEADLINES:
        return True
    # "Do not send it until" a date names the day from which, not by which.
    acts = [i for act in _ACTS for i in sentence.concepts.get(act, ()) if i < position]
    held = not _ENDINGS.isdisjoint(before[-2:]) and any(sentence.marks[i] is DENIED for i in acts)
    return "after" not in before[-2:] and not held


def _decides(ticket: Ticket, point: Point, sentence: Sentence) -> bool:
    """Whether it is granted or refused as policy says; "once you have paid" refuses it until then."""
    for action, position, polarity in sentence.deeds:
        if action == point.name:
            if polarity is (AFFIRMED if point.granted else DENIED):
                return True
            if polarity is AFFIRMED and action in ticket.later and position in sentence.conditions:
                return True
    return False


def _means(value: Value, truths: frozenset[Hashable]) -> bool:
    return not truths.isdisjoint(value.keys)


def _cued(sentence: Sentence, role: str) -> bool:
    return not ROLES[role].cues.isdisjoint(sentence.concepts)


def _has_place(ticket: Ticket, sentence: Sentence, value: Value) -> bool:
    """Whether the sentence says what a value is that is not asked for."""
    return any(
        _means(value, entry.truths) and _cued(sentence, role) for role, entry in ticket.entries.items()
    )


def _broken_policy(ticket: Ticket, sentence: Sentence) -> list[str]:
    found = []
    granted = {point.name for point in ticket.points if point.granted}
    repayment = "credit" if "credit" in granted else "refund"
    for action, position, polarity in sentence.deeds:
        on_condition = position in sentence.conditions
        if action == "repay":
            if polarity is not AFFIRMED:
                continue  # "you do not get $60.00 back" denies the amount, not the refund
            action = repayment
        if polarity is AFFIRMED and action in ticket.forbidden:
            if not (on_condition and action in ticket.later):
                found.append(f"promises {ACTIONS[action].noun}, which policy forbids")
        elif polarity is DENIED and action in granted and not on_condition:
            found.append(f"denies {ACTIONS[action].noun}, which policy grants")
        elif polarity is AFFIRMED and action == "refund" and ticket.reduced and _is_whole(sentence, position):
            found.append("promises the whole price, of which a part is kept")
    for point in ticket.points:
        if point.name in STEPS:
            step = STEPS[point.name]
            if sentence.says(step.thing, DENIED) and sentence.says(step.deed, DENIED):
                found.append(f"spares the customer {step.label}")
    return found


def _is_whole(sentence: Sentence, position: int) -> bool:
    """A full refund, refunded in full; less something, it is whole no more."""
    return any(abs(i - position) <= _NEAR for i in sentence.concepts.get("whole", ())) and (
        _SUBTRACTIONS.isdisjoint(sentence.words)
    )


def _wrong_values(ticket: Ticket, sentence: Sentence) -> list[str]:
    found = []
    for kind, stated in sentence.stated.items():
        truths = ticket.known.get(kind, frozenset())
        for position, value in stated:
            if not _means(value, truths):
                if value.strict or _is_claimed(ticket, sentence, position, value):
                    found.append(f"states {_NOUNS[kind]} that is in no record")
                continue
            role = _misplaced(ticket, sentence, position, value)
            if role:
                found.append(f"misplaces {_NOUNS[kind]}: it is not {ROLES[role].label}")
    return found


def _is_claimed(ticket: Ticket, sentence: Sentence, position: int, value: Value) -> bool:
    """Whether a bare number, or "tomorrow", is put in the place of one of the ticket's values."""
    if _is_year(value):
        return False
    lead = _cues(sentence, position, -1, LEAD, _CLAIM_BREAKS)
    if value.kind == "date" and not lead.isdisjoint(ACTIONS):
        return True
    return any(
        ROLES[role].kind == value.kind and not ROLES[role].cues.isdisjoint(lead) for role in ticket.entries
    )


def _is_year(value: Value) -> bool:
    key = value.keys[0]
    return value.kind == "code" and isinstance(key, str) and len(key) == 4 and key[:2] in ("19", "20")


def _misplaced(ticket: Ticket, sentence: Sentence, position: int, value: Value) -> str | None:
    """The role whose place a known value takes: a cue of that role leads to it, and none of its own."""
    if sentence.marks[position] is DENIED or _is_reduced(ticket, sentence, value):
        return None
    if _is_given_back(ticket, sentence, position, value):
        return "amount"
    lead = _cues(sentence, position, -1, LEAD, _CLAIM_BREAKS)
    claimed = [role for role in ticket.entries if ROLES[role].kind == value.kind and ROLES[role].cues & lead]
    if not claimed:
        return None
    near = _cues(sentence, position, -1, OWN_REACH, frozenset((",",)))
    near |= _cues(sentence, position, 1, _AFTER, _CLAUSE_BREAKS)
    for role, entry in ticket.entries.items():
        if _means(value, entry.truths) and ROLES[role].cues & near:
            return None
    return claimed[0]


def _is_reduced(ticket: Ticket, sentence: Sentence, value: Value) -> bool:
    """$60.00 less the fee of $5.00."""
    return (
        "paid" in ticket.entries
        and _means(value, ticket.entries["paid"].truths)
        and not _SUBTRACTIONS.isdisjoint(sentence.words)
    )


def _is_given_back(ticket: Ticket, sentence: Sentence, position: int, value: Value) -> bool:
    """Whether what was paid is promised back where something else is: the full price of $60.42."""
    if "amount" not in ticket.entries or "paid" not in ticket.entries:
        return False
    amounts = ticket.entries["amount"].truths
    if not _means(value, ticket.entries["paid"].truths):
        return False
    if any(_means(other, amounts) for _, other in sentence.stated["money"]):
        return False
    given = [d.position for d in sentence.deeds if d.action in _GIVING and d.polarity is AFFIRMED]
    for place in given:
        between = sentence.words[min(place, position) + 1 : max(place, position)]
        breaks = _OBJECT_ENDS if place < position else _CLAUSE_ENDS
        if len(between) <= OWN_REACH and breaks.isdisjoint(between):
            return True
    return False


def _cues(sentence: Sentence, position: int, step: int, reach: int, breaks: frozenset[str]) -> set[str]:
    """Concepts of up to `reach` words on one side of a value, as far as the next value or break."""
    near: set[str] = set()
    for i in range(position + step, position + step * (reach + 1), step):
        if not 0 <= i < len(sentence.words) or sentence.words[i][0] == "<" or sentence.words[i] in breaks:
            break
        near.update(concepts_of(sentence.words[i]))
    return near
