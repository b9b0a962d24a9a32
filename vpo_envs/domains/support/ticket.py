"""The hidden truth of a task: what a reply must tell, what it must not promise, what is known."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.values import DAYS_FROM_TODAY, Value, read_value

DENIAL = "no "


@dataclass(frozen=True)
class Entry:
    """A value of the ticket.

    Attributes:
        text: As the full prompt writes it.
        short: As the compact prompt writes it (a date without its year).
        value: What it is.
        truths: Every normal form that states it.
    """

    text: str
    short: str
    value: Value
    truths: frozenset[Hashable]

    @classmethod
    def of(cls, text: str, today: date | None = None) -> Entry:
        """Returns the entry for a value in words; dates with their year.

        Args:
            text: The value.
            today: Lets "tomorrow" state a date.

        Raises:
            ValueError: If the text does not state exactly one value.
        """
        value = read_value(text)
        short = text.rpartition(" ")[0] if value.kind == "date" else text
        truths = value.truths()
        if today and value.kind == "date":
            for name, days in DAYS_FROM_TODAY.items():
                day = today + timedelta(days=days)
                truths |= {name} if value.keys == ((day.month, day.day, day.year),) else set()
        return cls(text, short, value, truths)

    @property
    def day(self) -> date | None:
        """Its date with the year; None if it is no such date."""
        key = self.value.keys[0]
        dated = self.value.kind == "date" and isinstance(key, tuple) and key[2]
        return date(key[2], key[0], key[1]) if dated and isinstance(key, tuple) else None

    @property
    def length(self) -> timedelta:
        """Its duration; zero if it is none."""
        hours = self.value.keys[0]
        return timedelta(hours=hours if self.value.kind == "span" and isinstance(hours, float) else 0)


@dataclass(frozen=True)
class Point:
    """One thing a complete reply conveys: a decision, a value or a step of the catalogue.

    Attributes:
        name: Key in `ACTIONS`, `ROLES` or `STEPS`.
        granted: For decisions, whether policy grants it.
    """

    name: str
    granted: bool = True

    @classmethod
    def parse(cls, text: str) -> Point:
        """Reads the notation of `Outcome.tell`: `refund`, `no refund`, `amount`, `photo`."""
        return cls(text.removeprefix(DENIAL), not text.startswith(DENIAL))

    @property
    def label(self) -> str:
        """The message to the customer."""
        if self.name in ACTIONS:
            return f"our decision on {ACTIONS[self.name].noun}"
        return ROLES[self.name].label if self.name in ROLES else STEPS[self.name].label


@dataclass(frozen=True)
class Ticket:
    """Everything the scorers know about a ticket.

    Attributes:
        kind: Name of its kind.
        customer: Full name.
        context: Name of the customer context.
        feeling: Key of `voice.FEELINGS`.
        at_fault: Whether an apology is due.
        points: What a complete reply conveys, decisions first.
        forbidden: Actions that no reply may promise.
        later: Those of them that may be promised on a condition ("once the invoice is paid").
        reduced: Whether the customer gets back less than they paid.
        entries: The values of the ticket by role.
        known: Every normal form of every value in the prompt, by kind of value.
        item: The thing bought.
        company: The company that answers.
        today: Date of the reply.
        also: Further normal forms of values that may stand for a role without being asked for.
    """

    kind: str
    customer: str
    context: str
    feeling: str
    at_fault: bool
    points: tuple[Point, ...]
    forbidden: tuple[str, ...]
    entries: Mapping[str, Entry]
    known: Mapping[str, frozenset[Hashable]]
    later: tuple[str, ...] = ()
    reduced: bool = False
    item: str = ""
    company: str = ""
    today: date | None = None
    also: Mapping[str, frozenset[Hashable]] = field(default_factory=dict)

    @cached_property
    def granted(self) -> frozenset[str]:
        """The actions that policy grants."""
        return frozenset(point.name for point in self.points if point.name in ACTIONS and point.granted)

    @cached_property
    def refused(self) -> frozenset[str]:
        """The actions asked for that policy refuses."""
        return frozenset(point.name for point in self.points if point.name in ACTIONS) - self.granted

    @cached_property
    def sums(self) -> frozenset[Hashable]:
        """Sums and differences of any two amounts of the records, as normal forms."""
        keys = [entry.value.keys[0] for entry in self.entries.values() if entry.value.kind == "money"]
        amounts = [key for key in keys if isinstance(key, tuple)]
        pairs = [(a, b) for a in amounts for b in amounts if a[0] == b[0]]
        return frozenset((a[0], cents) for a, b in pairs for cents in (a[1] + b[1], a[1] - b[1]))

    @cached_property
    def other_days(self) -> frozenset[Hashable]:
        """Yesterday and the days on which the durations of the records end, as normal forms."""
        if self.today is None:
            return frozenset()
        begins: dict[str, list[date | None]] = {
            "takes": [self.today],
            "window": [self.days.get("ordered"), self.days.get("delivered")],
        }
        ends = [
            start + self.entries[role].length
            for role, starts in begins.items()
            for start in starts
            if start and role in self.entries
        ]
        days: list[date] = [self.today - timedelta(days=1), *ends]
        values = [Value("date", ((day.month, day.day, day.year),)) for day in days]
        return frozenset(key for value in values for key in value.truths())

    @cached_property
    def days(self) -> dict[str, date]:
        """The dates of the records by role."""
        days = {role: entry.day for role, entry in self.entries.items()}
        return {role: day for role, day in days.items() if day}

    def roles_within(self, hours: Hashable) -> list[str]:
        """Returns the roles of the dates that lie so many hours before or after today."""
        today = self.today
        return [role for role, day in self.days.items() if today and abs((day - today).days) * 24 == hours]

    @property
    def moves(self) -> tuple[str, ...]:
        """The empathic moves that are due, in order."""
        return ("acknowledge", "apologise", "offer") if self.at_fault else ("acknowledge", "offer")

    @property
    def size(self) -> int:
        """Number of points and moves of the best reply."""
        return len(self.points) + len(self.moves)
