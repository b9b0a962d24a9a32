"""The empathy rubric: which moves a message makes towards the customer's feelings.

- `acknowledge`: a sentence recognizes the feeling that the ticket names or shows, in any word of that
  feeling's family or in general terms ("I can see why you are worried", "how upsetting", "no need to
  worry").
- `apologise`: sorry, apologies, our mistake; due only where the company is at fault. "Sorry to hear that" is
  sympathy.
- `offer`: the next step is open: help is at hand, someone follows up, the customer may write back.

Each move counts once and only in a sentence: keywords have no feeling. A message that insults or
dismisses the customer, or calls them by another name, makes none.
"""

from __future__ import annotations

import re

from vpo_envs.domains.support import lexicon, sympathy
from vpo_envs.domains.support.breaches import insults
from vpo_envs.domains.support.reading import Message, Sentence
from vpo_envs.domains.support.ticket import Ticket
from vpo_envs.domains.support.voice import FIRST_NAMES
from vpo_envs.domains.support.words import word_list

MOST_FEELINGS = 2
"""Naming more feelings than this is a list of words, not an acknowledgement."""
_TITLES = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sir",
        "madam",
        "customer",
        "valued",
        "there",
        "all",
        "again",
        "team",
    )
)
_CALLED = re.compile(
    r"(?:, |\b(?:[Ss]orry|[Tt]hanks|[Tt]hank you|[Hh]i|[Hh]ello|[Dd]ear) )([A-Z][a-z]{2,20})(?=[,.!?])"
)
_OPENING = re.compile(r"(?:^|[.!?\n]\s{0,3})([A-Z][a-z]{2,20}),")
_HESITATE = lexicon.pattern(r"(?:don't|do not|never|not) hesitate to")
_NOT_UNDERSTOOD = lexicon.pattern(
    r"(?:don't|do not|can't|cannot|never|couldn't) (?:\w+ )?(?:understand|see|get|imagine)|understand nothing"
    r"|(?:not|isn't|hardly|never) (?:\w+ )?(?:justified|warranted|legitimate|valid|understandable|reasonable)"
)
_CALENDAR = frozenset(
    word_list(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July "
        "August September October November December"
    )
)


def moves_of(ticket: Ticket, sentence: Sentence) -> frozenset[str]:
    """Returns the moves due on the ticket that a sentence makes."""
    if not sentence.is_prose:
        return frozenset()
    made = {
        "acknowledge": not sentence.asks and _acknowledges(ticket.feeling, sentence.text),
        "apologise": not sentence.asks and _apologises(sentence.text),
        "offer": _offers(sentence.text),
    }
    return frozenset(move for move in ticket.moves if made[move])


def is_unkind(ticket: Ticket, message: Message, text: str) -> str:
    """Returns why a message voids all empathy, in words; empty if it does not.

    Args:
        ticket: The truth.
        message: The message, read.
        text: The same as it was written.
    """
    for sentence in message.sentences:
        if insults(sentence):
            return "dismisses or insults the customer"
        if sympathy.NO_APOLOGY.search(sentence.text):
            return "refuses to apologise"
    feelings = sum(any(words.search(s.text) for s in message.sentences) for words in sympathy.NAMED.values())
    if feelings > MOST_FEELINGS + 1:
        return "lists feelings"
    return "names another customer" if _misnames(ticket, message, text) else ""


def _acknowledges(feeling: str, text: str) -> bool:
    if not sympathy.FEELING_WORDS[feeling].search(text) or _NOT_UNDERSTOOD.search(text):
        return False
    others = sympathy.MY_OWN[feeling].sub("", text)
    return bool(sympathy.FEELING_WORDS[feeling].search(others) and sympathy.ACKNOWLEDGEMENTS.search(others))


def _apologises(text: str) -> bool:
    return bool(sympathy.APOLOGIES.search(text)) and not sympathy.NO_APOLOGY.search(text)


def _offers(text: str) -> bool:
    free = _HESITATE.sub("", text)
    return bool(sympathy.OFFERS.search(text)) and not sympathy.NO_OFFER.search(free)


def _misnames(ticket: Ticket, message: Message, text: str) -> bool:
    own = {word.lower() for word in ticket.customer.split()} | _TITLES
    own |= {word.lower() for word in f"{ticket.company} {ticket.item}".split()}
    greeted = re.findall(r"[^\W\d_]+", message.greeted)
    if (
        greeted
        and all(word[0].isupper() for word in greeted)
        and own.isdisjoint(word.lower() for word in greeted)
    ):
        return True
    called = [name for name in _CALLED.findall(text) if name not in _CALENDAR]
    called += [name for name in _OPENING.findall(text) if name in FIRST_NAMES]
    return any(name.lower() not in own for name in called)
