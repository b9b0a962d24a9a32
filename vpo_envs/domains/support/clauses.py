"""Clauses: what each affirms, denies or only reports.

A clause denies what it mentions if it holds a negation, and only reports it if it speaks of wishes, rules or
requests. A clause without a verb of its own goes with the one before it ("no refund, voucher or credit").
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property

from vpo_envs.domains.support import commitments, lexicon
from vpo_envs.domains.support.grammar import FUNCTION_WORDS, REQUESTS, SUBJECTS, VERBS

_ONLY = lexicon.words("only")
_NON = re.compile(
    r"(?<![\w'<])((?<!there )(?:is|are|was|were|be|been|it's|they're|remains?|stays?) (?:[\w']+ ){0,2}?)?"
    r"non ?(\w{2,20}[ai]ble)(?![\w'])(?=(?: ([\w'<>]{1,20}))?)"
)
"""A word like "non-refundable", with a verb before it and the word after it."""


class Polarity(Enum):
    """Attitude of a clause to what it mentions."""

    AFFIRMED, DENIED, REPORTED = range(3)


class Phrase:
    """Words between single blanks, with the patterns that were sought in them.

    Thousands of values may stand in one phrase, and each asks for the same few patterns.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _found(self) -> dict[re.Pattern[str], bool]:
        return {}

    def holds(self, pattern: re.Pattern[str]) -> bool:
        """Returns whether a pattern matches anywhere in the text."""
        if pattern not in self._found:
            self._found[pattern] = pattern.search(self.text) is not None
        return self._found[pattern]


class Clause(Phrase):
    """A part of a sentence.

    Attributes:
        text: Its words between single blanks.
        start: Position of its first word in the sentence.
        denied: Whether it denies what it mentions.
        reported: Whether it speaks of wishes, rules or requests.
        fragment: Whether it has no verb of its own and goes with the clause before it.
        limited: Whether it names a limit ("only"), and not a mere measure.
        barred: Whether a later clause names a fact against its wish, or another action in its place.
    """

    def __init__(self, words: list[str], start: int, before: Clause | None, asks: bool) -> None:
        self.words = words
        self.start = start
        super().__init__(_NON.sub(_without_prefix, " ".join(words)))
        promised = lexicon.WISHES.sub("will", self.text)
        self._wishes = promised != self.text
        plain = lexicon.NOT_NEGATIVE.sub("", promised)
        verbless = VERBS.isdisjoint(words) and SUBJECTS.isdisjoint(words) and REQUESTS.isdisjoint(words[:1])
        self.fragment = before is not None and verbless and words[0] != "but"
        rejects = commitments.REJECTED.search(plain) is not None
        self.denied: bool = (
            rejects
            or bool(lexicon.NEGATIONS.search(plain))
            or (self.fragment and before is not None and before.denied)
        )
        self.barred = False
        measured = commitments.QUANTITIES.sub("", plain)
        decided = commitments.COMMITS.search(measured) and not commitments.HEDGES.search(measured)
        self.limited = bool(_ONLY.search(measured))
        self.reported = asks or (bool(lexicon.REPORTS.search(measured)) and not decided)
        answered = rejects or bool(commitments.APPROVED.search(plain))
        self.asked = bool(lexicon.ASKS.search(plain)) and not answered

    @cached_property
    def actions(self) -> frozenset[str]:
        """Names of the actions it mentions; who cancels a fee waives it.

        A time for an action, "the refund window", promises and refuses nothing.
        """
        return _actions(commitments.BOUNDS.sub("", self.text))

    @cached_property
    def lapsed(self) -> frozenset[str]:
        """Names of the actions for which the time is over: "outside the refund window"."""
        times = " , ".join(found.group() for found in commitments.BOUNDS.finditer(self.text))
        if not times:
            return frozenset()
        over = commitments.LAPSED.search(commitments.STILL.sub("", self.text))
        return _actions(times) if over or (self.denied and self.holds(commitments.INSIDE)) else frozenset()

    @cached_property
    def excepted(self) -> frozenset[str]:
        """Names of the actions that its denial leaves as they are: "nothing beyond the credit"."""
        if self.holds(commitments.SURPLUS):
            return self.actions
        return self.actions - _actions(lexicon.EXCEPTIONS.sub("", self.text))

    @cached_property
    def new_things(self) -> frozenset[str]:
        """Nouns that something new is promised of: "a new blender", "another lamp"."""
        return frozenset(word for words in lexicon.NEW_THING.findall(self.text) for word in words)

    @property
    def may_turn(self) -> bool:
        """True for a wish and for a rule: "we do waive first fees"."""
        return not self.denied and (self._wishes or not self.holds(lexicon.PARTICULAR))

    def turn(self, against: list[Clause]) -> None:
        """Withdraws a wish, and limits a rule, that the clauses after it turn against."""
        answer = " ".join(clause.text for clause in against)
        if not against or lexicon.PROCEEDS.search(answer) or _asks_for(against[0]):
            return
        if self._wishes:
            shared = [clause for clause in against if not clause.actions or clause.actions & self.actions]
            self.denied = any(clause.denied for clause in shared)
            self.barred = len(shared) < len(against) or any(
                clause.holds(commitments.REASONS) for clause in shared
            )
        self.reported = self.reported or (not self.denied and (self._wishes or answer.startswith("but not")))

    @property
    def polarity(self) -> Polarity:
        """Denials count as such also where they are part of a report."""
        if self.denied:
            return Polarity.DENIED
        return Polarity.REPORTED if self.reported else Polarity.AFFIRMED


def _without_prefix(found: re.Match[str]) -> str:
    """Writes "is non-refundable" as "is not refundable", and leaves out "non-refundable" before a noun."""
    copula, word, after = found.groups()
    if copula is None and after is not None and after not in FUNCTION_WORDS:
        return ""
    return f"{copula or ''}not {word}"


def _actions(text: str) -> frozenset[str]:
    """Returns the names of the actions that a text mentions."""
    rest = lexicon.ACTION_WORDS["waive"].sub("", text)
    return frozenset(
        name
        for name, words in lexicon.ACTION_WORDS.items()
        if words.search(rest if name in ("cancel", "delete") else text)
    )


def _asks_for(clause: Clause) -> bool:
    """Returns whether a clause that turns is a request: "but tell us your name"."""
    return clause.words[0] == "but" and not REQUESTS.isdisjoint(clause.words[1:2])
