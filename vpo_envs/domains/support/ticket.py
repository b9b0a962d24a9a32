"""The hidden truth of a task: what a reply must tell, what it must not promise, what is known."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.values import TOMORROWS, Value, read_value

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
        """The entry for a value in words; dates with their year.

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
            truths |= {name for days, name in enumerate(TOMORROWS, 1) if value.keys == (_key(today, days),)}
        return cls(text, short, value, truths)


def _key(today: date, days: int) -> tuple[int, int, int]:
    day = today + timedelta(days=days)
    return day.month, day.day, day.year


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
        """What it tells the customer."""
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

    @property
    def moves(self) -> tuple[str, ...]:
        """The empathic moves that are due."""
        return ("acknowledge", "apologise", "offer") if self.at_fault else ("acknowledge", "offer")

    @property
    def size(self) -> int:
        """How many points and moves the best reply makes."""
        return len(self.points) + len(self.moves)
