"""From a reply to its three scores.

With P required points, M empathic moves due, p points and m moves made:

- helpfulness = credit / P, or 0 if anything is wrong. A point that the message conveys is worth 1 if the
  decision has it right and 1/2 if the decision leaves it out; half of that in a telegram,
  and where at least half of the points are told in rows of keywords (see `notes`).
- empathy = m / M (see `empathy`), 0 in a telegram.
- brevity = max(0, 1 - ((L - 8) / (14 (P + M) - 8))^2) / 2^r, where L adds up max(n, 8 k) over the
  sentences, n their words and k the points and moves that they are the first to make, and r counts repeated
  sentences. So a sentence that tells nothing new costs all its words, and cramming does not pay. The
  decision, the greeting and the sign-off cost nothing.

The gate: brevity and empathy are 0 unless the message conveys at least half of the points, a decision among
them and a figure (amount, date, duration, percentage, code) where the ticket asks for one. So neither silence
nor sympathy pays, and no text that is the same for all tickets. Without any decision they count half, too.

**The true front.** Fix p and m. By its definition L >= 8 (p + m), and brevity never grows with L; so no reply
beats (p / P, brevity(8 (p + m)), m / M). A reply with one sentence of at most 8 words for each thing
attains it (see `replies`). As 8 (P + M) < 14 (P + M), brevity is strictly decreasing on that range,
hence none of the vectors with p from the gate to P and m from 0 to M dominates another: they are the
front.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.decision import check, split_reply
from vpo_envs.domains.support.empathy import is_unkind, moves_of
from vpo_envs.domains.support.facts import errors, told, unsettled
from vpo_envs.domains.support.notes import noted
from vpo_envs.domains.support.reading import Sentence, read_message
from vpo_envs.domains.support.ticket import Ticket

WORDS_PER_POINT = 8
"""Words that a reader's attention goes to for each thing told."""
PATIENCE = 14
"""Words for each thing due after which brevity is 0."""
SHORTEST_REPEAT = 3
"""Words of a sentence from which on its repetition counts."""


def patience(ticket: Ticket) -> int:
    """Returns the number of words after which brevity is 0."""
    return PATIENCE * ticket.size


def fewest_points(ticket: Ticket) -> int:
    """Returns the smallest number of points that opens the gate to brevity and empathy."""
    names = [point.name for point in ticket.points]
    needed = any(name in ACTIONS for name in names) + any(name in ROLES for name in names)
    return max(needed, math.ceil(len(names) / 2))


@dataclass(frozen=True)
class Verdict:
    """Findings in a reply.

    Attributes:
        ticket: The ticket it answers.
        told: For each required point, whether the message conveys it.
        decided: For each required point, whether the decision has it right.
        errors: What is wrong, in words.
        moves: The empathic moves made, in the ticket's order.
        unkind: Why all empathy is void, in words; empty if it is not.
        load: L of the formula.
        repeats: Number of repeated sentences.
        telegram: Whether the message consists of notes.
        notes: Whether it tells at least half of its points in notes, beside sentences that tell none.
    """

    ticket: Ticket
    told: tuple[bool, ...]
    decided: tuple[bool, ...]
    errors: tuple[str, ...]
    moves: tuple[str, ...]
    unkind: str
    load: int
    repeats: int
    telegram: bool = False
    notes: bool = False

    @property
    def helpfulness(self) -> float:
        """Credit for the points conveyed, 0 if anything is wrong."""
        if self.errors:
            return 0.0
        credit = sum(told * (1 + decided) / 2 for told, decided in zip(self.told, self.decided))
        return credit / len(self.told) / (2 if self.telegram or self.notes else 1)

    @property
    def helps(self) -> bool:
        """True if the gate to brevity and empathy is open."""
        names = [point.name for point in self.ticket.points]
        for group in (ACTIONS, ROLES):
            wanted = [told for name, told in zip(names, self.told) if name in group]
            if wanted and not any(wanted):
                return False
        return not self.errors and 2 * sum(self.told) >= len(self.told)

    @property
    def form(self) -> float:
        """1 for a reply with a decision, 1/2 for a message alone."""
        return 1.0 if any(self.decided) else 0.5

    @property
    def brevity(self) -> float:
        """The rest of the customer's patience."""
        if not self.helps:
            return 0.0
        load = max(self.load, WORDS_PER_POINT)
        spent = (load - WORDS_PER_POINT) / (patience(self.ticket) - WORDS_PER_POINT)
        return float(max(0.0, 1.0 - spent**2) / 2 ** min(self.repeats, 30)) * self.form

    @property
    def empathy(self) -> float:
        """Share of the moves due that the message makes."""
        if not self.helps or self.unkind or self.telegram:
            return 0.0
        return len(self.moves) / len(self.ticket.moves) * self.form

    @property
    def scores(self) -> tuple[float, float, float]:
        """Helpfulness, brevity, empathy."""
        return self.helpfulness, self.brevity, self.empathy


def judge(ticket: Ticket, answer: str) -> Verdict:
    """Reads a reply of two parts and says what it decides, conveys, breaks and does for the customer."""
    fields, text = split_reply(answer)
    right, wrong = check(ticket, fields)
    message = read_message(text)
    conveyed = [(each, told(ticket, each)) for each in message.sentences if not each.free]
    points, moves, load = _tally(ticket, conveyed)
    points -= unsettled(ticket, message)
    repeats = _repeats(message.sentences)
    everything = range(len(ticket.points))
    return Verdict(
        ticket=ticket,
        told=tuple(i in points for i in everything),
        decided=tuple(i in right for i in everything),
        errors=(*wrong, *errors(ticket, message)),
        moves=tuple(move for move in ticket.moves if move in moves),
        unkind=is_unkind(ticket, message, text),
        load=load,
        repeats=repeats,
        telegram=message.is_telegram,
        notes=bool(points) and 2 * len(noted(ticket, conveyed)) >= len(points),
    )


def _tally(
    ticket: Ticket, conveyed: Sequence[tuple[Sentence, frozenset[int]]]
) -> tuple[set[int], set[str], int]:
    """Returns points stated, moves made, and the load: words of each sentence, at least 8 per new thing."""
    points: set[int] = set()
    moves: set[str] = set()
    load = 0
    for sentence, told_here in conveyed:
        fresh = told_here - points
        kind = moves_of(ticket, sentence) - moves
        points |= fresh
        moves |= kind
        load += max(sentence.length, WORDS_PER_POINT * (len(fresh) + len(kind)))
    return points, moves, load


def _repeats(sentences: Sequence[Sentence]) -> int:
    said = [
        (sentence.text, tuple(value.keys for value in sentence.values.values()))
        for sentence in sentences
        if not sentence.free and sentence.length >= SHORTEST_REPEAT
    ]
    return len(said) - len(set(said))
