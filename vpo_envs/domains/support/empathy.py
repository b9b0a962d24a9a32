"""The empathy rubric: which moves a reply makes towards the customer's feelings.

- `acknowledge`: a sentence recognises the feeling that the ticket names or shows ("I can see why you are
  worried", "how frustrating"), in any word of that feeling's family or in general terms ("how you feel",
  "upsetting"). The writer's own feelings, denied ones ("no need to be worried") and lists of feelings do
  not count.
- `apologise`: sorry, apologies, our mistake; due only where the company is at fault. "Sorry to hear that"
  is sympathy; "sorry, not sorry", "we regret nothing" and "sorry?" are none.
- `offer`: the next step is open: help is at hand, someone follows up, the customer may write back.

Each move counts once, however often it is made, and a question makes none but the offer. A dismissive phrase
("calm down", "your own fault", "we don't care") voids them all.
"""

from __future__ import annotations

from vpo_envs.domains.support.lexicon import FEELING_STEMS
from vpo_envs.domains.support.polarity import AFFIRMED, DENIED
from vpo_envs.domains.support.reading import Reading, Sentence
from vpo_envs.domains.support.ticket import Ticket
from vpo_envs.domains.support.words import word_list

MOST_FEELINGS = 2
"""Naming more feelings than this is a list of words, not an acknowledgement."""
_SUBJECTS = frozenset(("we", "i", "nobody", "one"))
_OBJECT_REACH = 3
_NOTHING = frozenset(("nothing", "none", "nobody"))
_BEFELL = frozenset(word_list("had have were got received ran waited did didn't never you've"))
"""Sorry you had to wait: what happened to the customer, not what they feel or are."""
_GENERAL = "any feeling"
_OWN = frozenset(("am", "i'm", "we're", "me", "us"))


def is_rude(reading: Reading) -> bool:
    """Whether the reply dismisses the customer."""
    return any(sentence.mentions("rude") or _cares_not(sentence) for sentence in reading.sentences)


def _cares_not(sentence: Sentence) -> bool:
    return any(
        sentence.marks[i] is DENIED and not _SUBJECTS.isdisjoint(sentence.words[max(0, i - 3) : i])
        for i in sentence.concepts.get("caring", ())
    )


def moves_made(ticket: Ticket, reading: Reading) -> tuple[str, ...]:
    """The moves due on this ticket that the reply makes, in the ticket's order."""
    if is_rude(reading):
        return ()
    made = {
        "acknowledge": _acknowledges(ticket.feeling, reading),
        "apologise": any(_apologises(sentence) for sentence in reading.sentences)
        and not any(sentence.says("apology", DENIED) for sentence in reading.sentences),
        "offer": any(sentence.mentions("offer") for sentence in reading.sentences),
    }
    return tuple(move for move in ticket.moves if made[move])


def _apologises(sentence: Sentence) -> bool:
    """Sorry for something: not for nothing, not "sorry you feel so", and not as a question."""
    for i in sentence.concepts.get("apology", ()):
        following = sentence.words[i + 1 : i + 1 + _OBJECT_REACH]
        if sentence.marks[i] is not AFFIRMED or i >= sentence.asks or not _NOTHING.isdisjoint(following):
            continue
        if following[:1] != ["you"] or not _BEFELL.isdisjoint(following):
            return True
    return False


def _acknowledges(feeling: str, reading: Reading) -> bool:
    named = {family for s in reading.sentences for family in FEELING_STEMS if family in s.concepts}
    if len(named) > MOST_FEELINGS:
        return False
    return any(
        sentence.mentions("recognition") and (_felt(feeling, sentence) or _felt(_GENERAL, sentence))
        for sentence in reading.sentences
    )


def _felt(feeling: str, sentence: Sentence) -> bool:
    """Whether the sentence speaks of the feeling as the customer's."""
    for i in sentence.concepts.get(feeling, ()):
        before = sentence.words[i - 1] if i else ""
        if sentence.marks[i] is not DENIED and before not in _OWN and i < sentence.asks:
            return True
    return False
