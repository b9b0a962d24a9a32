"""Facts in notes: rows of keywords with no verb of their own, whatever sentence they are put beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vpo_envs.domains.support.facts import told
from vpo_envs.domains.support.grammar import REQUESTS, SUBJECTS, VERBS, grammar_share
from vpo_envs.domains.support.reading import Sentence
from vpo_envs.domains.support.ticket import Ticket

_LONG = 4
"""Fewest words of a row that runs on into a sentence: "fee $5 takes 8 days I understand"."""
_LEAST_GRAMMAR = 0.25


def noted(ticket: Ticket, conveyed: Iterable[tuple[Sentence, frozenset[int]]]) -> frozenset[int]:
    """Returns the indices of the points that are told in notes alone.

    A line with a label ("Fee: $5") is no note, and a fragment that goes with a sentence tells what it
    tells without a row of keywords.

    Args:
        ticket: The truth.
        conveyed: Sentences of a message, each with the indices of the points that it conveys.
    """
    points: set[int] = set()
    in_sentences: set[int] = set()
    for sentence, told_here in conveyed:
        if told_here:
            rows = [*_rows(sentence)]
            points |= told_here
            in_sentences |= told(ticket, _without(sentence, rows)) if rows else told_here
    return frozenset(points - in_sentences)


def _rows(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Yields beginning and end of each row of keywords."""
    words = sentence.words
    clauses = [clause.start for clause in sentence.clauses]
    run_ons = {i for i in range(1, len(words)) if _runs_on(words, i)}
    starts = sorted({0, *clauses, *run_ons})
    for start, end in zip(starts, [*starts[1:], len(words)]):
        part = words[start:end]
        spoken = [word for word in part if word not in ",:"]
        verbless = VERBS.isdisjoint(part) and SUBJECTS.isdisjoint(part)
        cut = start in run_ons or end in run_ons
        row = verbless and ":" not in part and grammar_share(part) < _LEAST_GRAMMAR
        if row and len(spoken) >= (_LONG if cut else 1):
            yield start, end


def _runs_on(words: list[str], at: int) -> bool:
    """Returns whether a sentence begins at a word without any joint to the word before it."""
    begins = (
        words[at] in SUBJECTS or (words[at] in VERBS and "'" in words[at]) or words[at] in ("please", "sorry")
    )
    before = words[at - 1]
    return begins and before not in ",:" and grammar_share([before]) == 0 and before not in REQUESTS


def _without(sentence: Sentence, rows: list[tuple[int, int]]) -> Sentence:
    """Returns a sentence without its rows of keywords."""
    dropped = {at for start, end in rows for at in range(start, end)}
    kept = [at for at in range(len(sentence.words)) if at not in dropped]
    values = {i: sentence.values[at] for i, at in enumerate(kept) if at in sentence.values}
    return Sentence([sentence.words[at] for at in kept], values, sentence.asks, sentence.free)
