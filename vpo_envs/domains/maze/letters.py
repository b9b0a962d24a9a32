"""Moves by their letters with counts, such as `2L 3U`, `L x2, U x3` and `L2U3`, written out in words.

D and L also stand for diamonds and lava, and `l2` names a tile. So a line counts only where it holds nothing
else, and all lines together must leave no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LETTERS = {"u": "up", "d": "down", "l": "left", "r": "right"}
MAX_MOVES = 100
"""Most letters that are written out, which bounds the length of the text."""
MAX_LENGTH = 1_000
"""Characters of a line that is looked at."""
MIN_MOVES = 3
"""Fewest letters; two are enough if U or R is among them, which name nothing on the map."""

_COUNT = "(?P<count>[1-9][0-9]?)"
_MOVE = "(?P<move>[udlr])"
_SIGN = "[x×*]"
_GAP = r"(?: ?(?:[,;.|>→⇒]|->|-(?= ))? ?(?:then |and )?)"
_BEFORE = re.compile(rf"(?:{_COUNT}(?: ?{_SIGN} ?|(?P<blank> ?)))?{_MOVE}(?![a-z_]){_GAP}")
_AFTER = re.compile(
    rf"{_MOVE}(?:(?: ?{_SIGN} ?| ?[(\[] ?{_SIGN} ?|(?P<blank> ?[(\[] ?| ?[:=-] ?| ))"
    rf"{_COUNT}(?: ?{_SIGN})?(?: ?[)\]])?)?(?!\w){_GAP}"
)
_WORD = (re.compile(f"(?:{_COUNT})?{_MOVE}(?P<blank>)"), re.compile(f"{_MOVE}(?:{_COUNT})?(?P<blank>)"))
"""The same without gaps."""
_HEAD = re.compile(
    r"[ \t]{0,12}(?:(?:[-*+•]|(?:(?:step|move) ?)?[0-9]{1,3}[.):])[ \t]{1,4})?"
    r"(?:[a-z][a-z ]{3,40}:[ \t]{1,4})?"
)
"""The mark of a list, and a label."""
_REMARK = re.compile(r"\([^()]{0,40}[a-z]{3}[^()]{0,40}\)$")
_AROUND = " \t*_`\"'.,;"


class _Line(NamedTuple):
    """The moves of a line.

    Attributes:
        head: The text before them.
        moves: Letters and their counts, 0 where there is none.
        sure: Whether the numbers can be nothing but counts.
    """

    head: str
    moves: list[tuple[str, int]]
    sure: bool


def write_out_letters(text: str) -> str:
    r"""Returns a text with the letters of moves that have counts as words.

    Args:
        text: Any string in lower case.

    Example:
        >>> write_out_letters("2l 3u, d"), write_out_letters("l x2\nu x1"), write_out_letters("u2r1")
        ('left left up up up down', 'left left\nup', 'up up right')
        >>> write_out_letters("l2 u3"), write_out_letters("2d, 1l"), write_out_letters("1 l 2 u 3 l")
        ('l2 u3', '2d, 1l', '1 l 2 u 3 l')
    """
    lines = text.split("\n")
    found = {number: line for number, line in enumerate(map(_line, lines)) if line}
    moves = [move for line in found.values() for move in line.moves]
    counts = [count for _, count in moves if count]
    fewest = 2 if any(letter in "ur" for letter, _ in moves) else MIN_MOVES
    if not fewest <= len(moves) <= MAX_MOVES or len(counts) < 2:
        return text
    if not all(line.sure for line in found.values()) and _numbers(counts):
        return text
    for number, line in found.items():
        lines[number] = line.head + " ".join(LETTERS[move] for move, n in line.moves for _ in range(n or 1))
    return "\n".join(lines)


def _numbers(counts: Sequence[int]) -> bool:
    """Returns whether numbers may be those of the steps, or of the steps that are left."""
    numbering = [*range(1, len(counts) + 1)]
    return counts in (numbering, numbering[::-1])


def _line(line: str) -> _Line | None:
    """Returns the moves of a line that holds nothing else, at least one of them with a count."""
    head = _HEAD.match(line)
    if head is None or len(line) > MAX_LENGTH:
        return None
    content = _REMARK.sub("", line[head.end() :].strip(_AROUND)).strip(_AROUND)
    for form in (_BEFORE, _AFTER, *_WORD):
        found = list(_matches(form, content))
        counted = any(match["count"] for match in found)
        if counted and (form not in _WORD or len({match["move"] for match in found}) > 1):
            moves = [(match["move"], int(match["count"] or 0)) for match in found]
            return _Line(head[0], moves, not any(match["blank"] for match in found))
    return None


def _matches(form: re.Pattern[str], content: str) -> Iterator[re.Match[str]]:
    """Yields the moves of a text, or nothing if it holds anything else."""
    found = []
    place = 0
    while place < len(content):
        match = form.match(content, place)
        if match is None:
            return
        found.append(match)
        place = match.end()
    yield from found
