"""Writing replies: the optimal family behind the true front, and demonstrations of mixed quality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.decision import written
from vpo_envs.domains.support.scoring import fewest_points
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import DENIAL, Entry, Point, Ticket
from vpo_envs.domains.support.values import MONTHS, Value
from vpo_envs.domains.support.voice import FEELINGS, MOVES

REPLY_STYLES = ("prose", "compact")
ACCURACY = {"prose": 0.9, "compact": 0.58}
"""Share of the facts that a demonstration of quality 1 has right, by style."""
_PADDING = (
    "Thank you very much for taking the time to write to our team about this matter today.",
    "Your message has been read with great care by everybody in the department concerned.",
    "We value every single message that reaches us through any of our many channels.",
    "It is always our aim to deal with all requests as thoroughly as can be done.",
)


class Writer:
    """Writer of replies to one ticket.

    Args:
        ticket: The ticket to answer.
        style: `prose` for a decision and sentences, `compact` for a few tokens.
        rng: Chooses among paraphrases and formats of values; None takes the first of each.
    """

    def __init__(self, ticket: Ticket, style: str, rng: np.random.Generator | None = None) -> None:
        self.ticket = ticket
        self.style = style
        self.rng = rng

    def reply(self, points: Iterable[Point], moves: Iterable[str], padding: str = "") -> str:
        """Returns a reply that makes the given points and moves, and nothing else but the padding."""
        points, moves = list(points), list(moves)
        closing = [self.move(move) for move in moves if move == "offer"]
        opening = [self.move(move) for move in moves if move != "offer"]
        told = [self.point(point) for point in points]
        if self.style == "compact":
            return " ".join([*told, *opening, *closing])
        message = " ".join([*([padding] if padding else []), *opening, *told, *closing])
        decision = written(self.ticket, tuple(points))
        return f"<decision>{decision}</decision>\n<message>{message}</message>"

    def point(self, point: Point) -> str:
        """Returns words that convey a point."""
        name = point.name
        if name in ACTIONS:
            if self.style == "compact":
                return name if point.granted else f"{DENIAL}{name} ."
            return self._choice(ACTIONS[name].grant if point.granted else ACTIONS[name].deny)
        if name in STEPS:
            return STEPS[name].compact if self.style == "compact" else self._choice(STEPS[name].prose)
        entry = self.ticket.entries[name]
        if self.style == "compact":
            return f"{name} {entry.short}"
        return self._choice(ROLES[name].prose).format(self._format(entry))

    def move(self, move: str) -> str:
        """Returns words that make an empathic move."""
        compact, prose = MOVES[move]
        return (compact if self.style == "compact" else self._choice(prose)).format(self.ticket.feeling)

    def _choice(self, options: Sequence[str]) -> str:
        return options[0 if self.rng is None else int(self.rng.integers(len(options)))]

    def _format(self, entry: Entry) -> str:
        return entry.text if self.rng is None else self._choice((entry.text, *_formats(entry.value)))


def best_replies(ticket: Ticket, style: str) -> list[str]:
    """Returns one reply of minimal load for every number of points from the gate on, and of moves."""
    writer = Writer(ticket, style)
    decisions = [point for point in ticket.points if point.name in ACTIONS]
    # Figures belong to what is granted, and some say it along: "You get 15% off."
    first = ([point for point in decisions if point.granted] or decisions[:1])[-1]
    figure = [point for point in ticket.points if point.name in ROLES][:1]
    points = [first, *figure, *(point for point in ticket.points if point not in (first, *figure))]
    return [
        writer.reply((point for point in ticket.points if point in points[:p]), ticket.moves[:m])
        for p in range(fewest_points(ticket), len(points) + 1)
        for m in range(len(ticket.moves) + 1)
    ]


def demonstrations(ticket: Ticket, style: str, rng: np.random.Generator, quality: float) -> list[str]:
    """Returns six replies: four of any completeness, a curt one, and one with a forbidden promise.

    In prose all of them begin with empty phrases, so that 30 draws stay well below the true front.

    Args:
        ticket: The ticket to answer.
        style: One of `REPLY_STYLES`.
        rng: Source of randomness.
        quality: Scales the share of facts that are right, `ACCURACY` at 1; at 0 only the form is.
    """
    accuracy = quality * ACCURACY[style]
    least = 1 if style == "compact" else fewest_points(ticket)
    replies = []
    for i in range(6):
        curt = i == 4
        # The curt one is true, so that every task has a demonstration that scores.
        believed = _misread(ticket, rng, quality if curt else accuracy)
        points, moves = _some(believed, rng)
        if curt:
            points, moves = points[:least], []
        elif i == 5:
            promise = Point(ticket.forbidden[rng.integers(len(ticket.forbidden))])
            points = [*(point for point in points if point.name != promise.name), promise]
        padding = _padding(ticket, rng) if style == "prose" else ""
        replies.append(Writer(believed, style, rng).reply(points, moves, padding))
    return replies


def _padding(ticket: Ticket, rng: np.random.Generator) -> str:
    """Returns a greeting and empty phrases, all but one or all."""
    phrases = rng.permutation(len(_PADDING))[: rng.integers(len(_PADDING) - 1, len(_PADDING) + 1)]
    return " ".join([f"Dear {ticket.customer},", *(_PADDING[j] for j in phrases)])


def _some(ticket: Ticket, rng: np.random.Generator) -> tuple[list[Point], list[str]]:
    """Draws any number of points, at least one, and of moves, in the ticket's order."""
    p = int(rng.integers(1, len(ticket.points) + 1))
    m = int(rng.integers(len(ticket.moves) + 1))
    points = sorted(rng.choice(len(ticket.points), size=p, replace=False).tolist())
    moves = sorted(rng.choice(len(ticket.moves), size=m, replace=False).tolist())
    return [ticket.points[i] for i in points], [ticket.moves[i] for i in moves]


def _misread(ticket: Ticket, rng: np.random.Generator, accuracy: float) -> Ticket:
    """Returns the ticket as a careless reader has it: each fact is right with the given probability."""
    points = tuple(
        replace(point, granted=not point.granted)
        if point.name in ACTIONS and rng.random() >= accuracy
        else point
        for point in ticket.points
    )
    entries = {
        role: entry if rng.random() < accuracy else _other(ticket, role, rng)
        for role, entry in ticket.entries.items()
    }
    feeling = ticket.feeling
    if rng.random() >= accuracy:
        feeling = tuple(FEELINGS)[rng.integers(len(FEELINGS))]
    return replace(ticket, points=points, entries=entries, feeling=feeling)


def _other(ticket: Ticket, role: str, rng: np.random.Generator) -> Entry:
    """Returns another value of the role's kind: of the ticket if it has one, else one nearby."""
    entry = ticket.entries[role]
    others = [e for e in ticket.entries.values() if e.value.kind == entry.value.kind and e is not entry]
    if others and rng.random() < 0.5:
        return others[rng.integers(len(others))]
    key, shift = entry.value.keys[0], int(rng.integers(1, 10))
    if isinstance(key, tuple) and entry.value.kind == "date":
        day = date(*(int(part) for part in (key[2], key[0], key[1]))) + timedelta(days=shift)
        return Entry.of(f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}")
    number = "".join(char for char in entry.text if char.isdigit())
    last = str((int(number[-1]) + shift) % 10)
    if entry.value.kind in ("span", "share"):
        return Entry.of(entry.text.replace(number, str(int(number) + shift)))
    return Entry.of(entry.text[: entry.text.rindex(number[-1])] + last)


def _formats(value: Value) -> tuple[str, ...]:
    """Returns other ways to write a value."""
    key = value.keys[0]
    if value.kind == "money" and isinstance(key, tuple):
        amount = key[1] / 100
        return f"{amount:.2f} dollars", f"USD {amount:.2f}"
    if value.kind == "date" and isinstance(key, tuple):
        month, day, year = key
        suffix = {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")
        name = MONTHS[month - 1].capitalize()
        return f"{day} {name}", f"{name} {day}{suffix}", f"{year}-{month:02d}-{day:02d}"
    return ()
