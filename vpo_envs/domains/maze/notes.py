"""Notes beside a route: what lies on a tile, and which tiles hold gold, diamonds or lava.

All functions take any text in lower case, never raise on it and run in linear time.
"""

from __future__ import annotations

import re
from itertools import groupby

from vpo_envs.domains.maze.chains import leads_on
from vpo_envs.domains.maze.grid import DIRECTIONS
from vpo_envs.domains.maze.spelling import CELL, LIST_MARK

STEP = rf"(?:{CELL.pattern}|up|down|left|right)"
_NO_STEP = rf"(?![^\n]{{0,60}}\b{STEP}\b)"
NOTE = re.compile(
    rf"[ \t](?:#|//){_NO_STEP}[^\n]{{0,60}}$"
    rf"|(?<=\b[a-z][0-9]) ?[:–—-] {_NO_STEP}[a-z][^\n]{{0,60}}$",
    re.MULTILINE,
)
"""A comment at the end of a line, or behind its only tile."""

_TILE = rf"(?:\**`?)(?P<tile>{CELL.pattern})(?:`?\**)"
ONE_TILE = re.compile(
    rf"(?P<mark>(?:{LIST_MARK.pattern})?\s*){_TILE}"
    rf"(?P<note>(?![\w/]){_NO_STEP}(?![^\n]{{0,9}}(?:→|->|=>|>|⇒)\W*(?:e|exit|goal|end|finish)\b)[^\n]{{0,60}})?$"
)
"""A line that begins with its only tile; what stands behind it is a note, unless it leads on to the exit."""
FEWEST_TILES = 3
"""Lines with one tile each that make a list of tiles."""

LOOT = re.compile(
    r"\b(?:gold|diamonds?|lava|treasures?|loot|items?|gems?|coins?|pickups?|bonus|rewards?|hazards?|obstacles?"
    r"|walls?|collected|visited|passed|avoided|missed|skipped|total|start|exit|goal|end"
    r"|(?:key|turning|check|way)[ -]?(?:points?|tiles?))\b"
)
MOST_LOOT = 5
"""Neighbouring tiles that may be a list of loot; more of them are a walk."""
ROUTE = re.compile(r"\b(?:path|answer|route|moves|steps|solution|sequence|walk|leg|part|phase|final)\b")
VERB = re.compile(
    r"(?:(?:then|now|next|first|finally|and|to|i|we|let)\b\W{0,3})*"
    r"(?:go|get|collect|grab|reach|take|pick|head|move|walk|visit|avoid|pass)\b"
)
PREPOSITION = re.compile(
    r"\b(?:on|along|in|at|via|with|for|through|to|towards?|of|from|during|by|over|past|collecting|avoiding"
    r"|that|which|while|without)\b"
)
"""The beginning of words that only qualify what a label names."""
TILES = re.compile(r"(?:the |all )?(?:tiles|cells|squares|positions|places|coordinates) ?")
IN_BRACKETS = re.compile(r"\([^()\n]{0,60}\)")


def strip_notes(text: str, tagged: bool) -> str:
    r"""Returns a text without the notes on the tiles of a list of one tile a line.

    A list with notes on most of its tiles may be a legend, and stays, unless it is all that a tag holds.

    Example:
        >>> strip_notes("a1\na2 ← gold\na3", tagged=False)
        'a1\na2\na3'
    """
    lines = (NOTE.sub("", text) if tagged else text).split("\n")
    matches = [ONE_TILE.match(line) for line in lines]
    blocks = [
        [*block] for has_tile, block in groupby(enumerate(matches), lambda pair: bool(pair[1])) if has_tile
    ]
    for block in blocks:
        found = [(number, match) for number, match in block if match]
        bare = sum(not (match["note"] or "").strip(" ,;.*_`") for _, match in found)
        if len(found) >= FEWEST_TILES and (2 * bare >= len(found) or (tagged and len(blocks) == 1)):
            for number, match in found:
                lines[number] = match["mark"] + match["tile"]
    return "\n".join(lines)


def lists_loot(label: str, steps: list[str]) -> bool:
    """Returns whether the tiles behind a label are a note and no route or part of one.

    Example:
        >>> lists_loot("gold:", ["b1", "a2"]), lists_loot("route:", ["b1", "a2"])
        (True, False)
    """
    if not DIRECTIONS.keys().isdisjoint(steps) or not names_loot(label):
        return False
    return len(steps) <= MOST_LOOT or not leads_on(steps)


def names_loot(label: str) -> bool:
    """Returns whether a label names what lies on tiles, and not a route or a part of one.

    Example:
        >>> names_loot("gold on the path:"), names_loot("path to the gold:"), names_loot("collect gold:")
        (True, False, False)
    """
    label = IN_BRACKETS.sub("", label).strip(" \t*_`#>-•+\"'(")
    head = PREPOSITION.split(label, maxsplit=1)[0]
    head = label if TILES.fullmatch(head) else head
    return LOOT.search(head) is not None and not ROUTE.search(head) and not VERB.match(label)
