"""Figures: those that a sentence states for a role, and wrong ones.

A value stands for a role if a word for the role stands nearby. Of several values in a row each needs one of
its own, so that a list of all figures of the records states none. Wrong are values that neither the prompt
states nor follow from it, and values in another one's place.

From the records follow sums and differences of amounts, the days on which durations end, and the number of
days between today and a date.
"""

from __future__ import annotations

from vpo_envs.domains.support import lexicon
from vpo_envs.domains.support.catalogue import ROLES
from vpo_envs.domains.support.clauses import Clause, Phrase
from vpo_envs.domains.support.reading import Sentence
from vpo_envs.domains.support.sums import silent, sums_of
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
_COMPARED = lexicon.pattern(
    r"(?:(?:out of|from|minus|less|than|instead of|not)(?: (?:the|your|our))?|of (?:the|your))(?: \w+)?$"
)
"""Words before a value that another one is compared with."""
_BOUND = lexicon.pattern(r"(?:more|longer|later|over|at least|after|beyond)(?: than)?(?: the)?$")
_NO_LONGER = lexicon.pattern(r"(?:no|not) (?:more|longer|later) than(?: the)?$")
_WIDEST = 40
"""Most words that belong to a value."""
_JOINTS = frozenset((",", "and", "or", "plus", "while"))
_KEPT = (
    r"(?: (?!and|but|or)[\w'<>]+){0,4}? (?:(?:is|are|was) (?:\w+ )?not|isn't|aren't|will not|won't"
    r"|cannot|can't)"
    r"|(?:refund\w*|return|credit) (?:the|this|that|your) (?:\w+ )?"
)
_FEE_KEPT = lexicon.pattern(_KEPT.join((r"(?:fees?|wrap\w*)", r"(?:fee|wrap\w*)")))
_PRICE_KEPT = lexicon.pattern(_KEPT.join(("(?:price|item)", "price")))
"""Refusals of what policy keeps, beside the amount that it gives."""
_WORDS_BEFORE = 9
_MONEY_BACK = frozenset(("refund", "repay", "credit"))
_CHARGED = r"(?:fees?|charges?|surcharge|price|bill|invoice|total)"
_FEE_BEFORE = lexicon.pattern(
    rf"(?:the|your|this|that|our) (?:(?!<)[\w']+ ){{0,3}}?{_CHARGED} of(?: (?:either|both))?"
    r"(?: <money> (?:or|and))?$"
)
_THE = lexicon.pattern(r"(?:the|your|this|that)$")
_FEE_AFTER = lexicon.pattern(rf"^(?:[\w']+ ){{0,2}}?{_CHARGED}")
"""Words around an amount that even a denial takes for granted: "we cannot waive the fee of $5"."""
_ORDER = "order"
_NUMBER = r"(?:numbers?|no\.|nr\.?|code|id|reference)"
_ORDER_BEFORE = lexicon.pattern(rf"order\w*(?: {_NUMBER})?(?: (?:is|was|as))?(?: (?:your|the))?$")
_ORDER_AFTER = lexicon.pattern(rf"^(?:(?:,|is|was|as) ){{0,2}}(?:(?:your|the|our) )?order {_NUMBER}")
"""Words about an order that claim the code beside them: whatever has a code may be an order's."""


def states(ticket: Ticket, sentence: Sentence, role: str) -> bool:
    """Returns whether a sentence states the ticket's value for a role."""
    kind, truths = ROLES[role].kind, ticket.entries[role].truths
    if all(truths.isdisjoint(value.keys) for value in sentence.values.values()):
        return False
    rows = _rows(sentence, kind, silent_in(ticket, sentence))
    return any(
        not truths.isdisjoint(row[at].keys) and (role == "takes" or not _is_bound(sentence, at))
        for row in rows
        for at in _standing(ticket, sentence, row, role, alone=len(rows) == 1)
    )


def silent_in(ticket: Ticket, sentence: Sentence) -> frozenset[int]:
    """Returns the positions of the values of a sentence that make no claim of their own."""
    truths = (entry.truths for entry in ticket.entries.values() if entry.value.kind == "money")
    return silent(sentence.words, sentence.values, frozenset(key for keys in truths for key in keys))


def _rows(sentence: Sentence, kind: str, mute: frozenset[int]) -> list[dict[int, Value]]:
    """Returns the values of a kind by position, in one row for each clause with the fragments after it."""
    rows: dict[Clause, dict[int, Value]] = {}
    heads: dict[Clause, Clause] = {}
    head: Clause | None = None
    for clause in sentence.clauses:
        head = heads[clause] = head if head is not None and clause.fragment else clause
    for at, value in sorted(sentence.values.items()):
        if value.kind == kind and at not in mute:
            rows.setdefault(heads[sentence.clause_at(at)], {})[at] = value
    return list(rows.values())


def _standing(ticket: Ticket, sentence: Sentence, row: dict[int, Value], role: str, alone: bool) -> list[int]:
    """Returns the positions of the values in a row that stand for a role.

    Args:
        ticket: The ticket.
        sentence: The sentence.
        row: Values of the role's kind, in order.
        role: The role.
        alone: Whether the sentence has no such value outside the row.
    """
    own = _surroundings(sentence, row)
    tied = [at for at in row if own[at].holds(ROLES[role].strong)]
    yielding = {at for at in row if _yields(sentence, at)}
    rest = [at for at in row if at not in yielding]
    if len({row[at].keys for at in rest}) > 1:
        rivals = {
            row[at].keys
            for at in tied
            if at not in yielding
            and not any(
                other != role and own[at].holds(ROLES[other].strong) for other in _roles_of(ticket, row[at])
            )
        }
        return tied if len(rivals) <= 1 else []
    cues = ROLES[role].cues
    near = sentence if alone else _clauses(sentence, row)
    if (alone and ROLES[role].kind == "code") or near.holds(cues):
        return rest or list(row)
    return tied


def _clauses(sentence: Sentence, row: dict[int, Value]) -> Phrase:
    """Returns the clauses that the values of a row stand in."""
    clauses = dict.fromkeys(sentence.clause_at(at) for at in row)
    return Phrase(" ".join(clause.text for clause in clauses))


def _surroundings(sentence: Sentence, row: dict[int, Value]) -> dict[int, Phrase]:
    """Returns the words that belong to each value of a row, by position.

    Words between two values belong to the first up to the last pause or "and", and to the second after it. A
    value that yields leaves its words to the next one.
    """
    found: dict[int, Phrase] = {}
    begin = sentence.clause_at(min(row)).start
    positions = list(row)
    for at, after in zip(positions, [*positions[1:], len(sentence.words)]):
        end = after
        if after < len(sentence.words):
            cuts = (i for i in range(after - 1, at, -1) if sentence.words[i] in _JOINTS)
            end = next(cuts, at + 1)
        begin = max(begin, end - _WIDEST)
        found[at] = Phrase(" ".join(word for word in sentence.words[begin:end] if word not in ",:"))
        if not _yields(sentence, at):
            begin = max(end, at + 1)
    return found


def _yields(sentence: Sentence, at: int) -> bool:
    """Returns whether a value only says what another one is compared with: "from 3 May to 9 May"."""
    before = " ".join(sentence.words[max(0, at - _WORDS_BEFORE) : at])
    return bool(_COMPARED.search(before) or _TERM.search(before))


def _is_bound(sentence: Sentence, at: int) -> bool:
    """Returns whether a value is a bound of what is stated: "more than 5 days"."""
    before = " ".join(sentence.words[max(0, at - 4) : at])
    return bool(_BOUND.search(before) and not _NO_LONGER.search(before))


def wrong_values(ticket: Ticket, sentence: Sentence) -> list[str]:
    """Returns the wrong values of a sentence, in words."""
    found = []
    due = ticket.entries["amount"].truths if "amount" in ticket.entries else frozenset()
    whole = any(not due.isdisjoint(value.keys) for value in sentence.values.values())
    mute = silent_in(ticket, sentence)
    results = {each.result for each in sums_of(sentence.values) if each.result is not None}
    stated = dict.fromkeys(
        (
            sentence.clause_at(at),
            value,
            at in mute or _is_term(sentence, at, whole),
            at in results,
            _is_named(sentence, at),
        )
        for at, value in sentence.values.items()
    )
    for clause, value, term, result, named in stated:
        noun = KINDS[value.kind]
        if ticket.known.get(value.kind, frozenset()).isdisjoint(value.keys):
            claimed = _claimants(ticket, value, clause, strong=False)
            wrong = value.strict or (claimed and not _is_year(value))
            if wrong and (named or not clause.denied) and not _follows(ticket, clause, value, result):
                found.append(f"states a wrong {noun}")
            continue
        if not term and (not clause.denied or value.kind != "money"):
            others = _inside(sentence, clause, mute)
            role = _misplaced(ticket, sentence, clause, value, others, named)
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


def _follows(ticket: Ticket, clause: Clause, value: Value, result: bool) -> bool:
    """Returns whether a value that no record states follows from those that the records state.

    Args:
        ticket: The truth.
        clause: The clause that the value stands in.
        value: The value.
        result: Whether it is the result of a sum in signs.
    """
    if value.kind != "span" and _claimants(ticket, value, clause, strong=True):
        return False
    key = value.keys[0]
    if value.kind == "money":
        cued = _claimants(ticket, value, clause, strong=False)
        return key in ticket.sums and (not cued or result or clause.holds(_ARITHMETIC))
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
    values = _inside(sentence, clause, frozenset())
    inside = {key for value in values if value.kind == "money" for key in value.keys}
    others = {key for role, entry in ticket.entries.items() if role != "amount" for key in entry.truths}
    if inside and inside <= others:
        return True
    return clause.holds(_FEE_KEPT if ticket.reduced else _PRICE_KEPT)


def _inside(sentence: Sentence, clause: Clause, mute: frozenset[int]) -> list[Value]:
    """Returns the values of a clause, without those that make no claim."""
    positions = range(clause.start, clause.start + len(clause.words))
    return [sentence.values[at] for at in positions if at in sentence.values and at not in mute]


def _is_year(value: Value) -> bool:
    key = value.keys[0]
    return value.kind == "code" and isinstance(key, str) and len(key) == 4 and key[:2] in ("19", "20")


def _claimants(ticket: Ticket, value: Value, clause: Clause, strong: bool) -> list[str]:
    """Returns the ticket's roles of the value's kind that have a word in the clause."""
    return [
        role
        for role in ticket.entries
        if ROLES[role].kind == value.kind and clause.holds(ROLES[role].strong if strong else ROLES[role].cues)
    ]


def _roles_of(ticket: Ticket, value: Value) -> list[str]:
    """Returns the roles that a value is right for."""
    return [
        role
        for role, entry in ticket.entries.items()
        if ROLES[role].kind == value.kind
        and not (entry.truths | ticket.also.get(role, frozenset())).isdisjoint(value.keys)
    ]


def _misplaced(
    ticket: Ticket, sentence: Sentence, clause: Clause, value: Value, inside: list[Value], named: bool
) -> str | None:
    """Returns the role whose place a known value takes: the clause has a word for it and none for its own.

    Args:
        ticket: The truth.
        sentence: The sentence it stands in.
        clause: Its clause.
        value: The value.
        inside: The values of the clause that make a claim.
        named: Whether the words beside it name it.
    """
    own = _roles_of(ticket, value)
    others = [role for role in _claimants(ticket, value, clause, strong=True) if role not in own]
    if _ORDER in others and not named:
        others.remove(_ORDER)
    if not others or any(clause.holds(ROLES[role].strong) for role in own):
        return None
    if sentence.holds(LESS):
        return None  # "$60.00 less the fee"
    # The clause may name the other role's value as well: "$42.50 of the $60.00".
    for role in others:
        if not any(not ticket.entries[role].truths.isdisjoint(v.keys) for v in inside):
            return role
    return others[0] if not any(sentence.holds(ROLES[role].cues) for role in own) else None


def _is_named(sentence: Sentence, at: int) -> bool:
    """Returns whether words beside a value name it: "order number 12345", "the fee of $5", "the $5 fee"."""
    kind = sentence.values[at].kind
    before = " ".join(word for word in sentence.words[max(0, at - _WORDS_BEFORE) : at] if word != ":")
    after = " ".join(sentence.words[at + 1 : at + _WORDS_BEFORE])
    if kind == "code":
        return bool(_ORDER_BEFORE.search(before) or _ORDER_AFTER.search(after))
    if kind == "money":
        return bool(_FEE_BEFORE.search(before) or (_THE.search(before) and _FEE_AFTER.search(after)))
    return False
