"""Drawing a ticket: kind, outcome, customer, and values that no two roles share."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.contexts import CONTEXTS
from vpo_envs.domains.support.kinds import KINDS, Kind, Outcome
from vpo_envs.domains.support.ticket import Entry, Point, Ticket
from vpo_envs.domains.support.values import MONTHS
from vpo_envs.domains.support.voice import FEELINGS, FIRST_NAMES, ITEMS, LAST_NAMES

FIRST_DAY = date(2025, 1, 1)
DAYS = 3 * 365
DATE_RANGES = {
    "arrives": (2, 12),
    "by": (6, 25),
    "valid": (60, 300),
    "ends": (5, 40),
    "due": (5, 30),
    "new": (20, 90),
    "back": (1, 4),
    "ordered": (-40, -3),
    "delivered": (-20, -2),
}
"""Days from today within which a date lies, unless the outcome says otherwise."""
DOLLARS = {"paid": (60, 400), "price": (40, 60), "total": (20, 60), "fee": (3, 20), "worth": (5, 40)}
OTHER_DOLLARS = (20, 59)
SIMPLE_DOLLARS = 100
SPANS = {
    "takes": ("days", (3, 5, 6, 8, 9, 10, 12)),
    "lasts": ("hours", (4, 6, 12, 18, 36)),
    "window": ("days", (28, 30, 45, 60)),
}
PREFIXES = {"ref": "CS", "track": "TRK", "order": "ORD"}


@dataclass(frozen=True)
class Request:
    """One thing that a customer wants, with its wording.

    Attributes:
        story: The customer's words, with placeholders.
        outcome: Its standing under policy.
        item: The thing bought.
        entries: The values of its placeholders.
        points: What a complete reply tells about it.
    """

    story: str
    outcome: Outcome
    item: str
    entries: Mapping[str, Entry]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Draft:
    """A ticket with what only its wording needs.

    Attributes:
        ticket: The truth.
        requests: The requests of the ticket, one or two.
        today: Date of the reply.
        earlier: Earlier orders, which answer nothing: (order, item, price).
    """

    ticket: Ticket
    requests: tuple[Request, ...]
    today: Entry
    earlier: tuple[tuple[Entry, str, Entry], ...]


class Sampler:
    """Sampler of tickets.

    Args:
        kinds: Names of the kinds to draw from.
        points: Fewest and most points a complete reply makes for a request; decisions are never left out.
        distractors: Earlier orders in the records.
        simple: Whole dollars and two-digit codes instead of cents and five digits.
        requests: Number of requests in a ticket, 1 or 2.

    Raises:
        ValueError: If no two of the kinds go together in one ticket.
    """

    def __init__(
        self, kinds: Sequence[str], points: tuple[int, int], distractors: int, simple: bool, requests: int
    ) -> None:
        self.kinds = tuple(kinds)
        self.points = points
        self.distractors = distractors
        self.simple = simple
        outcomes = [(KINDS[name], outcome) for name in self.kinds for outcome in KINDS[name].outcomes]
        self.partners = {
            (name, i): [(kind, second) for kind, second in outcomes if _go_together(first, second)]
            for name in self.kinds
            for i, first in enumerate(KINDS[name].outcomes)
        }
        self.requests = requests
        if requests == 2 and not any(self.partners.values()):
            raise ValueError(f"kinds={list(kinds)}: no two of them go together in one ticket; add kinds")

    def draw(self, rng: np.random.Generator) -> Draft:
        """Draws one ticket."""
        kind, number = self._outcome(rng)
        while self.requests == 2 and not self.partners[kind.name, number]:
            kind, number = self._outcome(rng)
        outcome = kind.outcomes[number]
        story = _pick(rng, kind.stories)
        values = _Values(rng, FIRST_DAY + timedelta(days=int(rng.integers(DAYS))), self.simple)
        entries = values.draw_all(_roles(story, outcome), outcome)
        earlier = tuple(
            (values.code("order"), _pick(rng, ITEMS), values.money((21, 99))) for _ in range(self.distractors)
        )
        customer = f"{_pick(rng, FIRST_NAMES)} {_pick(rng, LAST_NAMES)}"
        context = _pick(rng, tuple(CONTEXTS))
        feeling = _feeling(rng, kind)
        points = self._choose(rng, outcome, frozenset())
        requests = [Request(story, outcome, _pick(rng, ITEMS), entries, points)]
        kinds = [kind]
        if self.requests == 2:
            partners = self.partners[kind.name, number]
            second, outcome = partners[int(rng.integers(len(partners)))]
            kinds.append(second)
            story = _pick(rng, second.stories)
            entries = values.draw_all(_roles(story, outcome), outcome)
            points = self._choose(rng, outcome, frozenset(point.name for point in points))
            requests.append(Request(story, outcome, _pick(rng, ITEMS), entries, points))
        ticket = Ticket(
            kind=" ".join(kind.name for kind in kinds),
            customer=customer,
            context=context,
            feeling=feeling,
            at_fault=any(kind.at_fault for kind in kinds),
            points=tuple(point for request in requests for point in request.points),
            forbidden=tuple(dict.fromkeys(name for r in requests for name in r.outcome.never)),
            later=tuple(dict.fromkeys(name for r in requests for name in r.outcome.later)),
            reduced=any(request.outcome.reduces_the_price for request in requests),
            entries=_entries(requests),
            also=_also(requests),
            known={name: frozenset(keys) for name, keys in values.taken.items()},
            today=values.day,
            item=" ".join(dict.fromkeys(request.item for request in requests)),
        )
        return Draft(ticket, tuple(requests), values.today, earlier)

    def _outcome(self, rng: np.random.Generator) -> tuple[Kind, int]:
        """Draws a kind and the number of one of its outcomes."""
        kind = KINDS[_pick(rng, self.kinds)]
        return kind, int(rng.integers(len(kind.outcomes)))

    def _choose(self, rng: np.random.Generator, outcome: Outcome, taken: frozenset[str]) -> tuple[Point, ...]:
        """Draws the points: all decisions, and so many others, with a figure, that the total is in bounds."""
        points = [Point.parse(text) for text in outcome.tell]
        decisions = [point for point in points if point.name in ACTIONS]
        others = [point for point in points if point.name not in ACTIONS and point.name not in taken]
        total = int(rng.integers(self.points[0], self.points[1] + 1))
        n = min(max(total - len(decisions), 1), len(others))
        chosen = sorted(rng.choice(len(others), size=n, replace=False).tolist())
        told = [others[i] for i in chosen]
        figures = [point for point in others if point.name in ROLES]
        if figures and not any(point in figures for point in told):
            told[-1] = figures[0]  # a ticket without a figure could be answered blindly
        return (*decisions, *told)


def _go_together(first: Outcome, second: Outcome) -> bool:
    """Returns whether two requests fit one ticket: no shared action, no contradiction, one sum at most."""
    if first.difference and second.difference:
        return False
    one, other = _stances(first), _stances(second)
    if second.difference and not {"amount", "paid", "fee", "price"}.isdisjoint(first.tell):
        return False
    told = {name for name in one if name not in first.never or f"no {name}" in first.tell}
    retold = {name for name in other if name not in second.never or f"no {name}" in second.tell}
    return told.isdisjoint(retold) and all(one[name] == other[name] for name in one.keys() & other.keys())


def _stances(outcome: Outcome) -> dict[str, bool]:
    """Returns whether policy grants each action that an outcome speaks of."""
    points = [Point.parse(text) for text in outcome.tell]
    told = {point.name: point.granted for point in points if point.name in ACTIONS}
    return dict.fromkeys(outcome.never, False) | told


def _entries(requests: Sequence[Request]) -> dict[str, Entry]:
    """Returns the values by role; of a role in both requests, the one that is asked for."""
    entries: dict[str, Entry] = {}
    for request in requests:
        asked = {point.name for point in request.points}
        for role, entry in request.entries.items():
            if role not in entries or role in asked:
                entries[role] = entry
    return entries


def _also(requests: Sequence[Request]) -> dict[str, frozenset[Hashable]]:
    """Returns the other values of roles in both requests."""
    chosen = _entries(requests)
    also: dict[str, frozenset[Hashable]] = {}
    for request in requests:
        for role, entry in request.entries.items():
            if entry is not chosen[role]:
                also[role] = entry.truths
    return also


class _Values:
    """Sampler of values none of which can be mistaken for another one of its kind."""

    def __init__(self, rng: np.random.Generator, today: date, simple: bool):
        self.rng = rng
        self.day = today
        self.simple = simple
        self.taken: dict[str, set[Hashable]] = {}
        self.today = self._fresh(lambda: _date_text(today))

    def draw_all(self, roles: Sequence[str], outcome: Outcome) -> dict[str, Entry]:
        if not outcome.difference:
            return {role: self._draw(role, outcome) for role in roles}
        result, minuend, subtrahend = outcome.difference
        entries = {role: self._draw(role, outcome) for role in roles if role != minuend}
        less = _cents(entries[subtrahend])
        # the amount and the price it is worked out from: both must be fresh
        while True:
            cents = self._draw_cents(DOLLARS[minuend])
            texts = self._dollars(cents), self._dollars(cents - less)
            if all(self._is_fresh(Entry.of(text)) for text in texts):
                entries[minuend], entries[result] = (self._take(Entry.of(text)) for text in texts)
                return entries

    def money(self, bounds: tuple[int, int]) -> Entry:
        return self._fresh(lambda: self._dollars(self._draw_cents(bounds)))

    def code(self, role: str) -> Entry:
        if self.simple:
            return self._fresh(lambda: f"K{self.rng.integers(10, 100)}")
        return self._fresh(lambda: f"{PREFIXES[role]}-{self.rng.integers(10_000, 100_000)}")

    def _draw(self, role: str, outcome: Outcome) -> Entry:
        kind = ROLES[role].kind
        if kind == "money":
            return self.money(DOLLARS.get(role, OTHER_DOLLARS))
        if kind == "share":
            return self._fresh(lambda: f"{5 * int(self.rng.integers(1, 7))}%")
        if kind == "code":
            return self.code(role)
        if kind == "span":
            unit, lengths = SPANS[role]
            return self._fresh(lambda: f"{lengths[self.rng.integers(len(lengths))]} {unit}")
        low, high = outcome.ranges.get(role) or DATE_RANGES[role]
        return self._fresh(lambda: _date_text(self.day + timedelta(days=int(self.rng.integers(low, high)))))

    def _draw_cents(self, bounds: tuple[int, int]) -> int:
        if self.simple:
            return 100 * int(self.rng.integers(bounds[0], min(bounds[1], SIMPLE_DOLLARS)))
        return int(self.rng.integers(100 * bounds[0], 100 * bounds[1]))

    def _dollars(self, cents: int) -> str:
        return f"${cents // 100}" if self.simple else f"${cents // 100}.{cents % 100:02d}"

    def _fresh(self, text: Callable[[], str]) -> Entry:
        while True:
            entry = Entry.of(text(), self.day)
            if self._is_fresh(entry):
                return self._take(entry)

    def _is_fresh(self, entry: Entry) -> bool:
        return entry.truths.isdisjoint(self.taken.get(entry.value.kind, ()))

    def _take(self, entry: Entry) -> Entry:
        self.taken.setdefault(entry.value.kind, set()).update(entry.truths)
        return entry


def _feeling(rng: np.random.Generator, kind: Kind) -> str:
    while True:
        feeling = _pick(rng, tuple(FEELINGS))
        if feeling not in kind.unlikely:
            return feeling


def _roles(story: str, outcome: Outcome) -> list[str]:
    """Returns every role that the ticket mentions, in order of appearance; computed values are not drawn."""
    text = " ".join((story, *outcome.records, *outcome.rules))
    return [role for role in dict.fromkeys(re.findall(r"\{(\w+)\}", text)) if role in ROLES]


def _cents(entry: Entry) -> int:
    return round(100 * float(entry.text.lstrip("$")))


def _date_text(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
