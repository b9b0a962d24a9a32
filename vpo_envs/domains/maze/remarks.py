"""Remarks that tell the way in words beside the tiles of a route: comments, and labels of stretches.

`b8 b7 # go down`, `b8 b7 [down]` and `Down the left: b8 b7` name the tiles, and the words only comment on
them. A direction word alone behind a dash or before a colon stays a step, such as in `UP: a1 a2`, unless so
many tiles stand there that they tell the way.

All functions take any text in lower case, never raise on it and run in linear time.
"""

from __future__ import annotations

import re
from functools import partial

from vpo_envs.domains.maze.chains import MARKS
from vpo_envs.domains.maze.grid import DIRECTIONS
from vpo_envs.domains.maze.notes import ROUTE
from vpo_envs.domains.maze.spelling import CELL, LIST_MARK

STRETCH = 3
"""Fewest tiles beside which a direction word alone is a remark."""

_WORD = re.compile(r"[^\W_]+")
_COMMENT = re.compile(r"[ \t]{0,3}(?P<sign>#|//|/\*)|[ \t](?:--|[-–—])[ \t](?=\W{0,3}[a-z]{2})")
_BRACKET = re.compile(r"\[([^\[\]\n]{1,60})\]")
_LABEL = re.compile(r"\W{0,9}([a-z][^:\n]{0,60})[*_`]{0,3}:(?!\w)[*_`]{0,3}")
_STEPPING = frozenset(
    re.findall(
        r"\w+",
        "go move moves step steps then and now next finally lastly afterwards turn head proceed continue "
        "walk travel take first",
    )
)
"""Words beside which a direction word is a step all the same."""


def strip_remarks(text: str, tagged: bool) -> str:
    r"""Returns a text without the remarks on its lines of tiles.

    Args:
        text: Any string in lower case.
        tagged: Whether it is the content of a tag, where a single tile is a step, too.

    Example:
        >>> strip_remarks("down the left: b9 b8 b7\nb6 b5 # then right\nc5 - up", tagged=True)
        ' b9 b8 b7\nb6 b5\nc5 - up'
    """
    kept: list[str] = []  # from the last line to the first
    follows: list[str] | None = None  # the tiles of the line below
    for line in map(partial(_without_remarks, fewest=1 if tagged else 2), reversed(text.split("\n"))):
        tiles = _tiles(_without_mark(line)[1])
        if tiles is None and tagged and follows and _heads(line, follows):
            continue
        kept.append(line)
        if line.strip():
            follows = tiles
    return "\n".join(reversed(kept))


def _without_remarks(line: str, fewest: int) -> str:
    """Returns a line without remarks if nothing but tiles is left, at least as many as `fewest`."""
    mark, rest = _without_mark(line)
    comment = _COMMENT.search(rest)
    if comment:
        tiles, words = _tiles(rest[: comment.start()]), _WORD.findall(rest[comment.end() :])
        if tiles and len(tiles) >= fewest and _comments(words, tiles, dashed=not comment["sign"]):
            return mark + rest[: comment.start()]
    brackets = _BRACKET.findall(rest)
    if brackets and all(map(_is_aside, brackets)):
        bare = _BRACKET.sub(" ", rest)
        if len(_tiles(bare) or ()) >= 2:
            return mark + bare
    label = _LABEL.match(rest)
    if label:
        tiles = _tiles(rest[label.end() :])
        if tiles and len(tiles) >= fewest and _names_stretch(_WORD.findall(label[1]), tiles):
            return f"{mark} {rest[label.end() :].strip()}"
    return line


def _without_mark(line: str) -> tuple[str, str]:
    """Returns the mark of a list at the beginning of a line, and the rest."""
    mark = LIST_MARK.match(line)
    end = mark.end() if mark else 0
    return line[:end], line[end:]


def _tiles(text: str) -> list[str] | None:
    """Returns the tiles of a text that holds nothing else but them and the ends, or None."""
    words = _WORD.findall(text)
    tiles = [word for word in words if CELL.fullmatch(word)]
    return tiles if tiles and all(word in MARKS or CELL.fullmatch(word) for word in words) else None


def _comments(words: list[str], tiles: list[str], dashed: bool) -> bool:
    """Returns whether words behind tiles comment on them and go on with no route."""
    others = [word for word in words if word not in DIRECTIONS and not CELL.fullmatch(word)]
    others = [word for word in others if not word.isdigit() and word not in _STEPPING]
    named = {word for word in words if CELL.fullmatch(word)}
    if dashed:
        return named.issubset(tiles) and bool(others or len(tiles) >= STRETCH)
    return bool(others) or not DIRECTIONS.keys().isdisjoint(words)


def _is_aside(words: str) -> bool:
    """Returns whether words in brackets comment on the tile before them: they list no steps."""
    found = _WORD.findall(words)
    steps = [word for word in found if word in DIRECTIONS]
    return not any(map(CELL.fullmatch, found)) and (steps == found[:1] or len(steps) < len(found))


def _names_stretch(words: list[str], tiles: list[str]) -> bool:
    """Returns whether the words before a colon tell the way along the tiles behind it."""
    others = [word for word in words if word not in DIRECTIONS and word not in _STEPPING]
    told = not DIRECTIONS.keys().isdisjoint(words) and not any(map(CELL.fullmatch, words))
    return told and (len(tiles) >= STRETCH or any(not word.isdigit() for word in others))


def _heads(line: str, tiles: list[str]) -> bool:
    """Returns whether a line without tiles is a comment, or a label, on the tiles of the next."""
    bare = line.strip(" \t*_`")
    words = _WORD.findall(bare)
    if not words or any(map(CELL.fullmatch, words)) or ROUTE.search(bare):
        return False
    return bare.startswith(("#", "//")) or (bare.endswith(":") and _names_stretch(words, tiles))
