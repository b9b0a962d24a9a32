"""Wrong figures: values that neither the prompt states nor follow from it, and values in another one's place.

From the records follow sums and differences of amounts, the days on which durations end, and the number of
days between today and a date.
"""

from __future__ import annotations

from vpo_envs.domains.support import lexicon
from vpo_envs.domains.support.catalogue import ROLES
from vpo_envs.domains.support.reading import Clause, Sentence
from vpo_envs.domains.support.ticket import Ticket
from vpo_envs.domains.support.values import KINDS, Value

LESS = lexicon.words("less minus except deduct* apart subtract*")
_ARITHMETIC = lexicon.words(
    "difference too_much too_high less more minus plus together altogether in_total remaining remainder rest "
    "left save* saving* down_to down_by lower* drop* reduc* overcharg* next sum"
)
_TERM = lexicon.pattern(
    r"difference (?:\w+ ){0,3}?between(?: [\w']+){0,3}?(?: <money> and(?: [\w']+){0,3}?)?$"
)
"""Words before an amount that is one of two whose difference is told."""
_WHOLE = lexicon.pattern(r"(?:out of|of|from|minus|less)(?: (?:the|your))?(?: (?:full|whole|total))?$")
"""Words before an amount of which another one is a part."""
_KEPT = (
    r"(?: of <money>)? (?:(?:is|are|was) (?:\w+ )?not|isn't|aren't|will not|won't|cannot|can't)"
    r"|(?:refund\w*|return|credit) (?:the|this|that|your) (?:\w+ )?"
)
_FEE_KEPT = lexicon.pattern(_KEPT.join((r"(?:fees?|wrap\w*)", r"(?:fee|wrap\w*)")))
_PRICE_KEPT = lexicon.pattern(_KEPT.join(("(?:price|item)", "price")))
"""Refusals of what policy keeps, beside the amount that it gives."""
_WORDS_BEFORE = 9
_MONEY_BACK = frozenset(("refund", "repay", "credit"))


def wrong_values(ticket: Ticket, sentence: Sentence) -> list[str]:
    """Returns the wrong values of a sentence, in words."""
    found = []
    due = ticket.entries["amount"].truths if "amount" in ticket.entries else frozenset()
    whole = any(not due.isdisjoint(value.keys) for value in sentence.values.values())
    stated = dict.fromkeys(
        (sentence.clause_at(at), value, _is_term(sentence, at, whole))
        for at, value in sentence.values.items()
    )
    for clause, value, term in stated:
        noun = KINDS[value.kind]
        if ticket.known.get(value.kind, frozenset()).isdisjoint(value.keys):
            claimed = _claimants(ticket, value, clause, strong=False)
            wrong = value.strict or (claimed and not _is_year(value))
            if wrong and not clause.denied and not _follows(ticket, clause, value):
                found.append(f"states a wrong {noun}")
            continue
        if not term and (not clause.denied or value.kind != "money"):
            role = _misplaced(ticket, sentence, clause, value)
            if role:
                found.append(f"misplaces the {noun}: it is not {ROLES[role].label}")
    return found


def _is_term(sentence: Sentence, at: int, whole: bool) -> bool:
    """Returns whether an amount is a term of a sum, no claim of its own.

    Args:
        sentence: The sentence it stands in.
        at: Its position.
        whole: Whether the sentence states the amount due, of which this one may be the whole.
    """
    if sentence.values[at].kind != "money":
        return False
    before = " ".join(sentence.words[max(0, at - _WORDS_BEFORE) : at])
    return bool(_TERM.search(before) or (whole and _WHOLE.search(before)))


def _follows(ticket: Ticket, clause: Clause, value: Value) -> bool:
    """Returns whether a value that no record states follows from those that the records state."""
    if value.kind != "span" and _claimants(ticket, value, clause, strong=True):
        return False
    key = value.keys[0]
    if value.kind == "money":
        cued = _claimants(ticket, value, clause, strong=False)
        return key in ticket.sums and (not cued or clause.holds(_ARITHMETIC))
    if value.kind == "date":
        return not ticket.other_days.isdisjoint(value.keys)
    if value.kind != "span":
        return False
    if "takes" in ticket.entries and (
        clause.holds(ROLES["takes"].strong) or not clause.actions.isdisjoint(_MONEY_BACK)
    ):
        return False
    roles = ticket.roles_within(key)
    terms = any(entry.value.kind == "span" for entry in ticket.entries.values())
    return any(clause.holds(ROLES[role].strong) for role in roles) or (bool(roles) and not terms)


def names_the_rest(ticket: Ticket, sentence: Sentence, clause: Clause) -> bool:
    """Returns whether a clause speaks of another amount than the one due: "the fee is not refunded"."""
    if "amount" not in ticket.entries:
        return False
    inside = {key for value in _inside(sentence, clause) if value.kind == "money" for key in value.keys}
    others = {key for role, entry in ticket.entries.items() if role != "amount" for key in entry.truths}
    if inside and inside <= others:
        return True
    return clause.holds(_FEE_KEPT if ticket.reduced else _PRICE_KEPT)


def _inside(sentence: Sentence, clause: Clause) -> list[Value]:
    """The values of a clause."""
    positions = range(clause.start, clause.start + len(clause.words))
    return [sentence.values[at] for at in positions if at in sentence.values]


def _is_year(value: Value) -> bool:
    key = value.keys[0]
    return value.kind == "code" and isinstance(key, str) and len(key) == 4 and key[:2] in ("19", "20")


def _claimants(ticket: Ticket, value: Value, clause: Clause, strong: bool) -> list[str]:
    """The ticket's roles of the value's kind that have a word in the clause."""
    return [
        role
        for role in ticket.entries
        if ROLES[role].kind == value.kind and clause.holds(ROLES[role].strong if strong else ROLES[role].cues)
    ]


def _misplaced(ticket: Ticket, sentence: Sentence, clause: Clause, value: Value) -> str | None:
    """The role whose place a known value takes: the clause has a word for that role and none for its own."""
    own = [
        role
        for role, entry in ticket.entries.items()
        if ROLES[role].kind == value.kind
        and not (entry.truths | ticket.also.get(role, frozenset())).isdisjoint(value.keys)
    ]
    others = [role for role in _claimants(ticket, value, clause, strong=True) if role not in own]
    if not others or any(clause.holds(ROLES[role].strong) for role in own):
        return None
    if sentence.holds(LESS):
        return None  # "$60.00 less the fee"
    # The clause may name the other role's value as well: "$42.50 of the $60.00".
    inside = _inside(sentence, clause)
    for role in others:
        if not any(not ticket.entries[role].truths.isdisjoint(v.keys) for v in inside):
            return role
    return others[0] if not any(sentence.holds(ROLES[role].cues) for role in own) else None
