"""Facts that a message conveys, and its errors.

Conveyed is a decision that a clause makes as policy does, a value in a sentence that holds a word for
its role nearby, and a step whose thing and deed stand in one sentence and are asked of the customer. A
decision that is held out ("we hope to"), tied to an approval or left to others is none. Wrong is a
promise that policy does not allow, a refusal of what it grants, a step waived or advised against, a value
that follows from no record or stands in another one's place, a fault that is not ours, a request for
secrets, and a sentence that takes the rest back. What the customer wrote and what
policy says may be repeated.

The decision has been compared by value before (`decision`), so doubts are settled in the message's favour.
"""

from __future__ import annotations

from vpo_envs.domains.support import commitments, lexicon
from vpo_envs.domains.support.breaches import broken_form
from vpo_envs.domains.support.catalogue import ACTIONS
from vpo_envs.domains.support.clauses import Clause, Polarity
from vpo_envs.domains.support.figures import LESS, names_the_rest, silent_in, states, wrong_values
from vpo_envs.domains.support.reading import Message, Sentence
from vpo_envs.domains.support.steps import STEPS, UNMET
from vpo_envs.domains.support.ticket import Point, Ticket
from vpo_envs.domains.support.vague import vague_errors
from vpo_envs.domains.support.waivers import KEPT, REST, TAKEN_OVER, WAIVERS

_WHOLE = lexicon.pattern(
    r"(?:full|whole|entire|complete) (?:refund|price|amount|sum|cost)|in full|fully|all of (?:the|your)"
    r"|every cent"
)
_NO_NEED = lexicon.pattern(
    r"(?:no|not|without the|don't|doesn't|needn't|won't) ~2 (?:need\w*|have to|required|necessary)|needn't"
)
_OPTIONAL = lexicon.words("optional voluntary unnecessary superfluous")
_LATER = lexicon.pattern(
    r"(?:if|once|when|until|till|after|while|as soon as|as long as)"
    r"(?! (?:you|we|i)(?:'ve)? (?!(?:\w+ ){0,6}?(?:id|identity|passport|proof|form|invoice|bill|balance)))"
)
"""A condition that policy may set; that the customer writes again is none."""
_LIMIT = lexicon.pattern("<span>|<date>")
_REVIEWED = frozenset(("unlock", "delete"))
"""Actions that wait for proof of identity where they may be promised for later."""
_SENT_BACK = frozenset(("refund", "replace", "repair"))
"""Actions for which the goods go back where there is a label."""
_VAGUE = lexicon.words("polic* rule rules term terms guideline* allow* permit* possible may depend* decid*")


def told(ticket: Ticket, sentence: Sentence) -> frozenset[int]:
    """Returns the indices of the ticket's points that a sentence conveys."""
    if sentence.is_salad:
        return frozenset()
    return frozenset(i for i, point in enumerate(ticket.points) if _conveys(ticket, point, sentence))


def unsettled(ticket: Ticket, message: Message) -> frozenset[int]:
    """Returns the indices of the decisions that a message leaves to others or to a later day.

    A sentence that names no action speaks of all of them: "this is subject to approval".
    """
    found: set[int] = set()
    decisions = [(i, point) for i, point in enumerate(ticket.points) if point.name in ACTIONS]
    for sentence in message.sentences:
        for clause in sentence.clauses:
            if clause.holds(commitments.DEFERRED) and not clause.denied and not sentence.asks:
                named = {i for i, point in decisions if _mentions(ticket, point.name, clause)}
                found |= named or {i for i, _ in decisions}
    return frozenset(i for i in found if ticket.points[i].name not in ticket.later)


def errors(ticket: Ticket, message: Message) -> tuple[str, ...]:
    """Returns what a message gets wrong, in words; empty for one that is true to policy and records."""
    found: list[str] = []
    proof = any(point.name == "identity" for point in ticket.points) or not _REVIEWED.isdisjoint(ticket.later)
    said: set[tuple[str, bool]] = set()
    for before, sentence in zip([None, *message.sentences], message.sentences):
        found += _waived(ticket, sentence, before)
        if (sentence.text, sentence.asks) in said and not sentence.values:
            continue  # what it gets wrong has been found; thousands of sentences may be the same
        said.add((sentence.text, sentence.asks))
        found += broken_form(sentence, ticket.at_fault, proof)
        found += _broken_policy(ticket, sentence)
        found += wrong_values(ticket, sentence)
        found += vague_errors(ticket, sentence)
    return tuple(dict.fromkeys(found))


def _conveys(ticket: Ticket, point: Point, sentence: Sentence) -> bool:
    name = point.name
    if name in ACTIONS:
        return any(_decides(ticket, point, sentence, clause) for clause in sentence.clauses)
    if name in STEPS:
        step = STEPS[name]
        if not (sentence.holds(step.thing) and sentence.holds(step.deed)):
            return False
        text = step.ours.sub("", sentence.text)
        asked = step.thing.search(text) is not None and step.deed.search(text) is not None
        return asked and not any(
            _spares(name, clause) or _forbids(name, sentence, clause) for clause in sentence.clauses
        )
    return states(ticket, sentence, name)


def _waived(ticket: Ticket, sentence: Sentence, before: Sentence | None) -> list[str]:
    """Returns the waiver of whatever the customer has to do; one for a time or of all the rest is none."""
    steps = [point.name for point in ticket.points if point.name in STEPS]
    if not steps or sentence.holds(lexicon.CASES) or sentence.holds(REST) or sentence.asks:
        return []
    taken = before is not None and any(
        before.holds(STEPS[name].thing) and before.holds(STEPS[name].deed) for name in steps
    )
    kept = "label" in steps and not _SENT_BACK.isdisjoint(ticket.granted)
    for clause in sentence.clauses:
        if clause.holds(WAIVERS) or (taken and clause.holds(TAKEN_OVER)) or (kept and clause.holds(KEPT)):
            return ["spares the customer what policy wants"]
    return []


def _spares(name: str, clause: Clause) -> bool:
    """Returns whether a clause says that a step is not needed: the thing, the deed, or both."""
    step = STEPS[name]
    needless = clause.holds(_NO_NEED) or (clause.holds(_OPTIONAL) and not clause.denied)
    if needless and clause.holds(step.thing) and clause.holds(step.deed):
        return True
    return clause.holds(step.spared) or clause.holds(step.undone)


def _forbids(name: str, sentence: Sentence, clause: Clause) -> bool:
    """Returns whether a clause tells the customer not to take a step; for a time or a case it may."""
    return clause.holds(STEPS[name].forbidden) and not sentence.holds(lexicon.CASES)


def _decides(ticket: Ticket, point: Point, sentence: Sentence, clause: Clause) -> bool:
    """Returns whether a clause grants or refuses an action as policy does."""
    if clause.asked or (sentence.asks and not clause.denied) or clause.holds(commitments.TENTATIVE):
        return False
    if point.granted and sentence.holds(commitments.UNAPPROVED):
        return False
    name = point.name
    lifted = _lifts(ticket, name, clause)
    kept = name in lexicon.REFUSALS and clause.holds(lexicon.REFUSALS[name])
    mentioned = _mentions(ticket, name, clause)
    if point.granted:
        affirmed = clause.polarity is Polarity.AFFIRMED and not sentence.holds(commitments.PENDING)
        return lifted or (mentioned and affirmed)
    lapsed = name in clause.lapsed and not sentence.relents
    if kept or lapsed or (mentioned and _bars(name, sentence, clause)):
        return not lifted
    return mentioned and name in ticket.later and sentence.holds(_LATER) and not sentence.holds(_VAGUE)


def _bars(action: str, sentence: Sentence, clause: Clause) -> bool:
    """Returns whether a clause turns an action down that it mentions, and not only something beyond it.

    A denial on a condition offers the action, and "only" turns it down within a limit that it names.
    """
    if clause.denied:
        return not (sentence.relents or action in clause.excepted or sentence.holds(UNMET))
    vague = clause.holds(lexicon.PARTICULAR) or clause.holds(_VAGUE)
    return clause.barred or (clause.limited and (clause.holds(_LIMIT) or not vague))


def _lifts(ticket: Ticket, action: str, clause: Clause) -> bool:
    """Returns whether a clause grants an action by a negation; a ticket without a fee has none to waive."""
    grants = lexicon.GRANTS.get(action)
    if grants is None or not clause.holds(grants):
        return False
    return action != "waive" or "fee" in ticket.entries or not clause.holds(lexicon.NO_FEE)


def _mentions(ticket: Ticket, action: str, clause: Clause) -> bool:
    """Returns whether a clause mentions an action; "back" is a refund or a credit, as policy grants."""
    if action in clause.actions:
        return True
    if action == "replace":
        return _is_new_item(ticket, clause)
    if action == "waive":
        return any(point.name == action for point in ticket.points) and clause.holds(lexicon.LIFTS_IT)
    granted = ticket.granted
    if action == "credit":
        # Of two requests one may grant a credit and the other refuse "your money back", a refund.
        refused = clause.denied and "refund" in ticket.forbidden
        reduced = any(point.name == action for point in ticket.points) and clause.holds(lexicon.REDUCED_BILL)
        return reduced or (action in granted and "repay" in clause.actions and not refused)
    if action == "refund" and "credit" not in granted:
        return "repay" in clause.actions or (action in granted and "credit" in clause.actions)
    return False


def _is_new_item(ticket: Ticket, clause: Clause) -> bool:
    return not clause.new_things.isdisjoint(word for word in ticket.item.lower().split() if word != "of")


def _broken_policy(ticket: Ticket, sentence: Sentence) -> list[str]:
    found = []
    conditional = sentence.holds(lexicon.SHOULD_IT) or (
        lexicon.CONDITIONS.search(lexicon.NO_CONDITIONS.sub("", sentence.text)) is not None
    )
    for clause in sentence.clauses:
        affirms = clause.polarity is Polarity.AFFIRMED
        for action in lexicon.ACTION_WORDS:
            if action == "repay":
                continue
            lifts, mentioned = _lifts(ticket, action, clause), _mentions(ticket, action, clause)
            excepted = action in clause.lapsed and sentence.relents
            if lifts or excepted or (mentioned and affirms):
                allowed = action in ticket.granted or (action in ticket.later and conditional)
                if not allowed and (action in ticket.forbidden or _is_gift(ticket, action, clause)):
                    found.append(f"promises {ACTIONS[action].noun}, which policy does not allow")
                elif action == "refund" and ticket.reduced and _is_whole(ticket, sentence, clause):
                    found.append("promises the whole price, of which a part is kept")
            elif not conditional and _refuses(ticket, action, sentence, clause):
                found.append(f"refuses {ACTIONS[action].noun}, which policy grants")
        if _rejects(ticket, clause):
            found.append("rejects a request, which policy grants")
        later = conditional and any(_mentions(ticket, action, clause) for action in ticket.later)
        if affirms and not later and _gives_more(ticket, sentence, clause):
            found.append("promises something that nobody granted")
        for point in ticket.points:
            if point.name in STEPS and _spares(point.name, clause):
                found.append(f"spares the customer {STEPS[point.name].label}")
            elif point.name in STEPS and _forbids(point.name, sentence, clause):
                found.append(f"tells the customer not {STEPS[point.name].label}")
    return found


def _refuses(ticket: Ticket, action: str, sentence: Sentence, clause: Clause) -> bool:
    """Returns whether a clause refuses what is granted as a whole, and not a part or something beyond it."""
    if action not in ticket.granted or clause.reported or _lacks_a_step(ticket, sentence):
        return False
    if action in clause.lapsed:
        return not clause.holds(commitments.AT_A_COST)
    if not _mentions(ticket, action, clause):
        return action in lexicon.FIRM and clause.holds(lexicon.REFUSALS[action])
    if action in ("refund", "credit") and names_the_rest(ticket, sentence, clause):
        return False
    return clause.denied and action not in clause.excepted


def _rejects(ticket: Ticket, clause: Clause) -> bool:
    """Returns whether a clause turns down a request although policy grants all; another one it may."""
    if ticket.refused or not clause.holds(commitments.REJECTED):
        return False
    named = any(_mentions(ticket, action, clause) for action in ticket.granted)
    return named or not (clause.actions or clause.holds(commitments.OBJECT))


def _lacks_a_step(ticket: Ticket, sentence: Sentence) -> bool:
    """Returns whether a sentence names the absence of a step of the ticket, the condition of a refusal."""
    return any(sentence.holds(STEPS[p.name].lacking) for p in ticket.points if p.name in STEPS)


def _is_gift(ticket: Ticket, action: str, clause: Clause) -> bool:
    """Returns whether an action that policy does not speak of is promised all the same.

    A refund may be called a credit and the other way round.
    """
    if action in lexicon.GIFTS:
        return True
    if action in ("refund", "credit") and not ticket.granted.isdisjoint(("refund", "credit", "voucher")):
        return False
    if action == "replace" and _is_new_item(ticket, clause):
        return clause.holds(lexicon.GIVING) or clause.holds(lexicon.UNDERWAY)
    words = lexicon.UNASKED.get(action)
    return words is not None and clause.holds(words) and clause.holds(lexicon.PROMISING)


def _is_whole(ticket: Ticket, sentence: Sentence, clause: Clause) -> bool:
    """Returns True for a refund in full, or of what was paid, where a fee is kept."""
    if sentence.holds(LESS):
        return False
    paid = ticket.entries["paid"].truths
    amount = ticket.entries["amount"].truths
    mute = silent_in(ticket, sentence)
    money = [value for at, value in sentence.values.items() if value.kind == "money" and at not in mute]
    if any(not amount.isdisjoint(value.keys) for value in money):
        return False
    stated = "<money>" in clause.text and any(not paid.isdisjoint(value.keys) for value in money)
    return clause.holds(_WHOLE) or stated


def _gives_more(ticket: Ticket, sentence: Sentence, clause: Clause) -> bool:
    """Returns whether a clause hands something over that is neither granted nor a matter of course."""
    text = lexicon.FREE_OF_OLD.sub("", clause.text)
    if any(point.name == "label" for point in ticket.points) and "fee" not in ticket.entries:
        text = lexicon.POSTAGE.sub("", text)
    granted = any(_mentions(ticket, action, clause) for action in ticket.granted)
    if lexicon.BEYOND.search(text) or (lexicon.FREE.search(text) and not granted):
        return True
    giving = lexicon.GIVING.search(text)
    if giving is None or granted:
        return False
    thing = text[giving.end() :]
    first = thing.replace(" you ", " ", 1).split()[:2]
    if not any(lexicon.INDEFINITE.fullmatch(word) for word in first):
        return False
    if thing.split()[-1] in ("another", "one") and sentence.holds(lexicon.PAPERS):
        return False  # "if the link has expired, we send another"
    item = ticket.item.lower().rpartition(" ")[2]
    known = lexicon.HANDED.search(thing) or item in thing.split() or "<" in thing.replace("<money>", "")
    return not known and "<money>" not in thing
