"""The compact language of tiny models and its scorer.

A reply is a row of items: a decision (`refund`, `no refund .`), a role with its value (`amount $42`), a step
(`send photo`) or an empathic move (`understand angry`, `sorry`, `contact us`). Formulas and gate are those of
`scoring`, with L the 8 words of each item plus every word beyond the first mention of what is due. There is
no decision beside the message, for the items decide by value already.
"""

from __future__ import annotations

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.scoring import WORDS_PER_POINT, Verdict
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Ticket
from vpo_envs.domains.support.values import tokenize
from vpo_envs.domains.support.voice import MOVES

_STEPS = {tuple(step.compact.split()): name for name, step in STEPS.items()}
_LONGEST_VALUE = 2


def words_of(answer: str) -> list[str]:
    """Returns the words of a compact reply, in lower case and without full stops.

    Example:
        >>> words_of("no refund . Ends 19 May")
        ['no', 'refund', 'ends', '19', 'may']
    """
    return [word for word in answer.lower().split() if word != "."]


def judge_telegram(ticket: Ticket, answer: str) -> Verdict:
    """Reads a compact reply and says what it conveys, breaks and does for the customer."""
    words = words_of(answer)
    asked = {point.name: i for i, point in enumerate(ticket.points)}
    points: set[int] = set()
    moves: set[str] = set()
    errors: list[str] = []
    extra = repeats = at = 0
    while at < len(words):
        name, size, error = _item(ticket, words, at)
        at += size
        if error:
            errors.append(error)
        if name in asked and asked[name] not in points:
            points.add(asked[name])
        elif name in ticket.moves and name not in moves:
            moves.add(name)
        else:
            extra += size
            repeats += name in asked or name in moves
    told = tuple(i in points for i in range(len(ticket.points)))
    load = WORDS_PER_POINT * (len(points) + len(moves)) + extra
    return Verdict(
        ticket=ticket,
        told=told,
        decided=told,
        errors=tuple(dict.fromkeys(errors)),
        moves=tuple(move for move in ticket.moves if move in moves),
        unkind="",
        load=load,
        repeats=repeats,
    )


def _item(ticket: Ticket, words: list[str], at: int) -> tuple[str, int, str]:
    """Reads the item at a position: its name (empty for no item), its number of words, and its error."""
    word, pair = words[at], tuple(words[at : at + 2])
    if pair in _STEPS:
        return _STEPS[pair], 2, ""
    if word == "no" and pair[1:] and pair[1] in ACTIONS:
        wrong = pair[1] in ticket.granted
        return pair[1], 2, f"refuses {ACTIONS[pair[1]].noun}, which policy grants" if wrong else ""
    if word in ACTIONS:
        wrong = word not in ticket.granted
        return word, 1, f"promises {ACTIONS[word].noun}, which policy does not allow" if wrong else ""
    if word in ROLES:
        return _value(ticket, words, at)
    if pair == ("understand", ticket.feeling):
        return "acknowledge", 2, ""
    if pair == tuple(MOVES["offer"][0].split()):
        return "offer", 2, ""
    return ("apologise", 1, "") if word == MOVES["apologise"][0] else ("", 1, "")


def _value(ticket: Ticket, words: list[str], at: int) -> tuple[str, int, str]:
    """Returns a role and its value of one or two words."""
    role = words[at]
    for size in range(_LONGEST_VALUE, 0, -1):
        tokens = tokenize(" ".join(words[at + 1 : at + 1 + size]))
        if len(tokens.words) == 1 and 0 in tokens.values and tokens.values[0].kind == ROLES[role].kind:
            entry = ticket.entries.get(role)
            right = entry is not None and not entry.truths.isdisjoint(tokens.values[0].keys)
            return role, size + 1, "" if right else f"states a wrong value for {ROLES[role].label}"
    return "", 1, ""
