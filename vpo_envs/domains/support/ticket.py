"""The hidden truth of a task: what a reply must tell, what it must not promise, what is known."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.values import TOMORROW, Value, read_value

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
            day = today + timedelta(days=1)
            truths |= {TOMORROW} if value.keys == ((day.month, day.day, day.year),) else set()
        return cls(text, short, value, truths)


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
    also: Mapping[str, frozenset[Hashable]] = field(default_factory=dict)

    @cached_property
    def granted(self) -> frozenset[str]:
        """The actions that policy grants."""
        return frozenset(point.name for point in self.points if point.name in ACTIONS and point.granted)

    @property
    def moves(self) -> tuple[str, ...]:
        """The empathic moves that are due, in order."""
        return ("acknowledge", "apologise", "offer") if self.at_fault else ("acknowledge", "offer")

    @property
    def size(self) -> int:
        """Number of points and moves of the best reply."""
        return len(self.points) + len(self.moves)
