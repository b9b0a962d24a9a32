"""Writing replies: the optimal family behind the true front, and demonstrations of mixed quality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import DENIAL, Entry, Point, Ticket
from vpo_envs.domains.support.values import MONTHS, Value
from vpo_envs.domains.support.voice import MOVES

REPLY_STYLES = ("prose", "compact")
_PADDING = (
    "Thank you very much for taking the time to write to our team about this matter today.",
    "Your message has been read with great care by everybody in the department concerned.",
    "We value every single message that reaches us through any of our many channels.",
    "It is always our aim to deal with all requests as thoroughly as can be done.",
)


class Writer:
    """Writes replies to one ticket.

    Args:
        ticket: What to answer.
        style: `prose` for sentences, `compact` for a few tokens.
        rng: Chooses among paraphrases and formats of values; None takes the first of each.
    """

    def __init__(self, ticket: Ticket, style: str, rng: np.random.Generator | None = None):
        self.ticket = ticket
        self.style = style
        self.rng = rng

    def reply(self, points: Iterable[Point], moves: Iterable[str]) -> str:
        """A reply that makes the given points and moves, and nothing else."""
        moves = list(moves)
        closing = [self.move(move) for move in moves if move == "offer"]
        opening = [self.move(move) for move in moves if move != "offer"]
        told = [self.point(point) for point in points]
        if self.style == "compact":
            return " ".join([*told, *opening, *closing])
        return " ".join([*opening, *told, *closing])

    def point(self, point: Point) -> str:
        """Words that convey a point."""
        name = point.name
        if name in ACTIONS:
            if self.style == "compact":
                return name if point.granted else f"{DENIAL}{name} ."
            return self._choice(ACTIONS[name].grant if point.granted else ACTIONS[name].deny)
        if name in STEPS:
            return STEPS[name].compact if self.style == "compact" else self._choice(STEPS[name].prose)
        return self.value(name, self.ticket.entries[name])

    def value(self, role: str, entry: Entry) -> str:
        """Words that state a value in a role."""
        if self.style == "compact":
            return f"{role} {entry.short}"
        return self._choice(ROLES[role].prose).format(self._format(entry))

    def move(self, move: str) -> str:
        """Words that make an empathic move."""
        compact, prose = MOVES[move]
        return (compact if self.style == "compact" else self._choice(prose)).format(self.ticket.feeling)

    def _choice(self, options: Sequence[str]) -> str:
        return options[0 if self.rng is None else int(self.rng.integers(len(options)))]

    def _format(self, entry: Entry) -> str:
        return entry.text if self.rng is None else self._choice((entry.text, *_formats(entry.value)))


def best_replies(ticket: Ticket, style: str) -> list[str]:
    """One reply of minimal length for every number of points and moves: the front of scoring.py."""
    writer = Writer(ticket, style)
    return [
        writer.reply(ticket.points[:p], ticket.moves[:m])
        for p in range(1, len(ticket.points) + 1)
        for m in range(len(ticket.moves) + 1)
    ]


def demonstrations(ticket: Ticket, style: str, rng: np.random.Generator) -> list[str]:
    """Six replies: four true ones of any completeness, a padded or curt one, and a flawed one."""
    writer = Writer(ticket, style, rng)
    replies = [writer.reply(*_some(ticket, rng)) for _ in range(4)]
    points, moves = _some(ticket, rng)
    if style == "prose":
        padding = " ".join(_PADDING[i] for i in rng.permutation(len(_PADDING))[: rng.integers(1, 4)])
        replies.append(
            f"Dear {ticket.customer}, {padding} {writer.reply(points, moves)} Kind regards, the team"
        )
    else:
        replies.append(writer.reply(points[:1], ()))
    replies.append(_flawed(writer, rng, points, moves))
    return replies


def _some(ticket: Ticket, rng: np.random.Generator) -> tuple[list[Point], list[str]]:
    """Any number of points, at least one, and of moves, in the ticket's order."""
    p = int(rng.integers(1, len(ticket.points) + 1))
    m = int(rng.integers(len(ticket.moves) + 1))
    points = sorted(rng.choice(len(ticket.points), size=p, replace=False).tolist())
    moves = sorted(rng.choice(len(ticket.moves), size=m, replace=False).tolist())
    return [ticket.points[i] for i in points], [ticket.moves[i] for i in moves]


def _flawed(writer: Writer, rng: np.random.Generator, points: list[Point], moves: list[str]) -> str:
    """A reply with a forbidden promise, with another value in a place, or with feeling alone."""
    ticket = writer.ticket
    flaw = rng.integers(3)
    if flaw == 0:
        promise = writer.point(Point(ticket.forbidden[rng.integers(len(ticket.forbidden))]))
        return f"{writer.reply(points, moves)} {promise}"
    roles = [point.name for point in points if point.name in ROLES]
    others = [
        entry
        for role, entry in ticket.entries.items()
        if roles and role != roles[0] and ROLES[role].kind == ROLES[roles[0]].kind
    ]
    if flaw == 1 and others:
        rest = [point for point in points if point.name != roles[0]]
        return (
            f"{writer.reply(rest, moves)} {writer.value(roles[0], others[rng.integers(len(others))])}".strip()
        )
    return writer.reply((), ticket.moves)


def _formats(value: Value) -> tuple[str, ...]:
    """Other ways to write a value."""
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
