"""Routes as language models write them: the steps of the last complete route in a completion.

A text is cut into segments at line ends and ends of sentences. A segment is a route if it holds steps and
nothing else but list marks, arrows, punctuation and labels such as `Answer:`. Neighbouring route segments
form one route, and the last route counts. So direction words are never picked out of prose. A list of tiles
under a label such as `Gold:` counts only where there is no other route, and so does a list of sentences such
as `Go up 2 tiles`. No rule looks at the maze: a text that means one route on one task means the same on all.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from vpo_envs.digits import plain_digits
from vpo_envs.domains.maze.chains import EXIT, MARKS, START, unchain
from vpo_envs.domains.maze.grid import DIRECTIONS
from vpo_envs.domains.maze.letters import LETTERS
from vpo_envs.domains.maze.notes import STEP, lists_loot, names_loot, strip_notes
from vpo_envs.domains.maze.records import rewrite_records
from vpo_envs.domains.maze.remarks import strip_remarks
from vpo_envs.domains.maze.spelling import CELL, GLYPH, GLYPHS, LIST_MARK, spell_out
from vpo_envs.layout import usual_layout
from vpo_envs.reading import last_tagged, plain_characters, plain_marks, plain_tags, remove_thought

MAX_STEPS = 2_000
"""Steps that are read; no budget is as large."""

NAMES = "path|answer|route|moves"
TAGS = re.compile(rf"[<\[](/?) ?(?:{NAMES}) ?[>\]]", re.IGNORECASE)
HEADS = "#|no|number|step|move|direction|action|tile|cell|position|from|to|path|route|start|end"
"""The heads of columns in tables."""

ELEMENTS = f"{NAMES}|steps?|move|tiles?|cells?|directions?"
REMARK = re.compile(rf"\([^()\n]*\)|\[(?![^\[\]\n]{{0,40}}\b{STEP}\b)[a-z][^\[\]\n]{{0,40}}\]")

MAX_HEADING = 40
"""Characters of a line without a colon that may be a heading."""
ANY_STEP = re.compile(rf"\b{STEP}\b")

LABEL = re.compile(
    r"[^\w\n]{0,12}(?:(?:so|thus|therefore|hence|finally|sure|here|the|my|your|a|one|this|is|are) ){0,4}"
    r"(?:(?:[a-z]{1,20} ){0,3}(?:answer|route|path|moves|steps|solution|sequence|walk)"
    r"[\"'*`}]{0,3}(?: (?:is|are|would be|as)\b:?| ?[=–—-]{1,2}>?)"
    r"|\w[\w \"'*`()-]{0,59}?[\"'*`]{0,3}[:=](?=\W|$))"
)
_PART = r"(?:phase|part|leg|segment|section|stage)"
NEXT_PART = re.compile(
    rf"\W{{0,12}}(?:{_PART}\W{{0,3}}(?:[2-9]|[b-e]|two|three|four)\b"
    rf"|(?:second|third|fourth|next|last|final)\W{{1,3}}{_PART})"
)
"""The label of a part with which a route goes on, inside its tag."""

ITEM_LABEL = re.compile(r"\W{0,12}(?:move|direction|cell|tile|position|from|to)\W{0,6}")
"""The label of one step, which begins no new route."""

NUMBER = re.compile(r"\b(?:step |move )?[0-9]{1,3}\b(?= ?[.):]| ?$| ?- ?[a-z])")
GOES_ON = re.compile(r"\s*\**(?:(?:step|move) ?)?(?!1\b)[0-9]{1,3}\s?[.):]")
"""A number that goes on with a list behind a blank line."""

WORD = re.compile(r"[^\W_]+")
ARROW = re.compile(r">|[⇒⟶➔➜]|\bto\b")
LETTER_RUN = re.compile(r"[udlr]{2,}")
SYMBOLS = frozenset("segdlb")
"""Letters of the map, which some models write beside a tile."""
FILLERS = frozenset(
    re.findall(
        r"\w+",
        "go then and to from move moves step steps start at end exit finish goal stop path route answer "
        "final tile tiles cell cells now here via done is the "
        "finally next lastly afterwards onto into walk head proceed continue travel turn take reach reaching",
    )
)
"""Words that mean nothing between the steps inside a tag, or in a list of moves."""
MOVES_ON = re.compile(
    rf"(?:{LIST_MARK.pattern})?\W{{0,6}}(?:(?:then|next|now|finally),? )?"
    rf"(?:(?:go|move|step|walk|head|proceed|continue|travel)\b|[^\n]{{0,60}}?\b(?:{'|'.join(DIRECTIONS)})\b)"
)
"""The beginning of an item that tells the next moves."""


class Segment(NamedTuple):
    """A piece of text: its steps, and what it does to the route it stands in.

    Attributes:
        steps: Moves and tiles in order.
        prose: Whether other words stand in it.
        opens: Whether it begins a new route.
        aside: Whether it lists tiles for what lies on them, or is the heading of such a list.
    """

    steps: list[str]
    prose: bool
    opens: bool
    aside: bool


def read_route(completion: str) -> list[str] | None:
    r"""Returns the steps of the last complete route, as direction words and tile names in lower case.

    Inside `<path>` (or `<answer>`) tags words like `then` are read over. Without a tag the route must
    stand on lines of its own.

    Args:
        completion: Any string.

    Returns:
        At least one step, at most `MAX_STEPS`; None where there is no route.

    Example:
        >>> read_route("Up first. <path>a1 → a2 → b2</path> It collects the gold.")
        ['a1', 'a2', 'b2']
        >>> read_route("1. **UP**\n2. **RIGHT**"), read_route("Go up, then right.")
        (['up', 'right'], None)
    """
    text = usual_layout(remove_thought(plain_digits(plain_characters(completion))), HEADS)
    text = plain_marks(text, pictures=False)
    text = TAGS.sub(r"<\1path>", plain_tags(text, ELEMENTS))
    inside = last_tagged(text, "path", ignore=lambda content: _read(content, FILLERS) is None)
    if inside is not None:
        return _read(inside, FILLERS)
    return _read(text, frozenset())


def _read(text: str, fillers: frozenset[str]) -> list[str] | None:
    """Returns the last route of a text from which the tags are gone."""
    text = rewrite_records(text.replace("\\n", "\n").lower())
    text = strip_remarks(text, tagged=bool(fillers))
    text = spell_out(strip_notes(text, tagged=bool(fillers)))
    # Remarks beside the steps go; a route that stands in parentheses itself stays.
    for candidate in dict.fromkeys((REMARK.sub(" ", text), text)):
        steps = _last_route(candidate, fillers)
        if not steps and not fillers:
            steps = _last_route(candidate, fillers, lists=FILLERS)
        steps = steps or _last_route(candidate, fillers, asides=True)
        if not steps and fillers:
            steps = _main_run(candidate)
        if steps:
            return steps[:MAX_STEPS]
    return None


def _last_route(
    text: str, fillers: frozenset[str], lists: frozenset[str] = frozenset(), asides: bool = False
) -> list[str] | None:
    """Returns the last run of route segments; a single step counts only where nothing else stands.

    In the items of a list that name moves, `lists` are fillers too. Lists of loot are read over, unless
    they are to count as `asides`.
    """
    routes: list[list[str]] = []
    prose = False
    joined = False  # whether the next steps belong to the route before
    blank = tight = False  # whether a blank line stands before a line, and none before the one above
    aside: list[str] = []  # the last list of loot
    below = False  # whether a line stands below the heading of such a list
    segments: dict[tuple[str, bool], Segment] = {}  # long texts repeat themselves
    for line in text.split("\n"):
        if not line.strip():
            blank = True
            continue
        listed = LIST_MARK.match(line) is not None
        if blank and (tight or not listed) and not GOES_ON.match(line):
            joined = False
            below = below and not aside
        tight = joined and not blank
        blank = False
        for part in re.split(r"(?<=[.!?])\s", line):
            if (part, listed) not in segments:
                told = listed and lists and MOVES_ON.match(part)
                segments[part, listed] = _segment(part, lists if told else fillers, listed)
            segment = segments[part, listed]
            if segment.aside and not asides and not (routes and _continues(routes[-1], segment.steps)):
                prose = prose or segment.prose
                aside, below = [*segment.steps], not segment.steps
                continue
            if segment.prose:
                prose, joined, below = True, False, False
                continue
            if below and segment.steps and not segment.opens and lists_loot("loot", aside + segment.steps):
                aside += segment.steps
                continue
            if aside and (below or _continues(aside, segment.steps)) and segment.steps:
                # What looked like a list of loot is the beginning of a route.
                routes.append(aside)
                joined, aside = True, []
            below = False
            if segment.opens:
                # "To the exit: b3 b2" goes on from b3.
                joined = bool(fillers and routes and _continues(routes[-1], segment.steps))
                joined = joined and segment.steps[0] != START
            if segment.steps:
                if joined and _continues(routes[-1], segment.steps):
                    routes[-1] += segment.steps[1:]
                elif joined and not _restarts(routes[-1], segment.steps):
                    routes[-1] += segment.steps
                else:
                    routes.append([*segment.steps])
                joined = True
    last: list[str] = []
    for route in map(unchain, reversed(routes)):
        if len(route) > 1:
            return route
        last = last or route
    return last if last and not prose else None


def _continues(route: list[str], steps: list[str]) -> bool:
    """Returns whether steps go on from the tile where a route ended, which they name again."""
    return len(steps) > 1 and len(route) > 1 and steps[0] == route[-1] and steps[0] not in DIRECTIONS


def _restarts(route: list[str], steps: list[str]) -> bool:
    """Returns whether steps begin where a route began: two alternatives on neighbouring lines."""
    again = len(steps) > 1 and len(route) > 1 and steps[0] == route[0] and steps[0] not in DIRECTIONS
    return again or steps[0] == START


def _segment(text: str, fillers: frozenset[str], listed: bool) -> Segment:
    """Reads one segment."""
    label = LABEL.match(text)
    opens = label is not None and not (listed and LIST_MARK.match(label[0]))
    opens = opens and not (label and ITEM_LABEL.fullmatch(label[0]))
    opens = opens and not (label and fillers and NEXT_PART.match(label[0]))
    if label is not None:
        rest = text[label.end() :]
        if _steps(label[0], fillers) is None or not WORD.search(label[0]):
            text = rest
        else:
            opens = False
    steps = _steps(NUMBER.sub(" ", text), fillers)
    if label is not None and steps and steps[0] == EXIT and len(steps) > 2:
        del steps[0]  # "to the exit: a1 a2" names where it leads
    heading = steps is None and len(text) <= MAX_HEADING and not ANY_STEP.search(text) and names_loot(text)
    aside = heading or (label is not None and steps is not None and lists_loot(label[0], steps))
    return Segment(steps or [], steps is None, opens, aside)


def _steps(text: str, fillers: frozenset[str]) -> list[str] | None:
    """Returns the steps of a text that holds nothing else but `fillers`, or None."""
    found = [word for word in WORD.finditer(text) if word[0] not in fillers or word[0] in MARKS]
    words = [word[0] for word in found]
    cells = any(CELL.fullmatch(word) for word in words)
    ends = cells or all(word in MARKS for word in words)
    steps: list[str] = []
    for word in words:
        if word in DIRECTIONS or CELL.fullmatch(word):
            steps.append(word)
        elif ends and word in MARKS:
            steps.append(MARKS[word])
        elif word in fillers or (cells and word in SYMBOLS):
            continue
        elif word in LETTERS:
            steps.append(LETTERS[word])
        elif LETTER_RUN.fullmatch(word):
            steps += [LETTERS[letter] for letter in word]
        elif not (fillers and word.isdigit()):
            return None
    if cells and steps[-1] == EXIT and not (words[-1] in MARKS and _stands_apart(text, found)):
        steps.pop()
    if fillers.issuperset(words):
        glyphs = GLYPH.findall(text)
        steps = [GLYPHS[glyph] for glyph in glyphs] or steps
    return steps


def _stands_apart(text: str, words: list[re.Match[str]]) -> bool:
    """Returns whether the last word is a step of its own and no remark on the step before."""
    gaps = [text[one.end() : other.start()].strip(" *_`\"'$()[]") for one, other in pairwise(words[-3:])]
    *before, last = (gap[:1] for gap in gaps)
    return last in before or ARROW.search(gaps[-1]) is not None


def _main_run(text: str) -> list[str] | None:
    """Returns the one long run of steps amid prose inside a tag, or None where two runs compete."""
    runs: list[list[str]] = [[]]
    for word in WORD.findall(text):
        if word in DIRECTIONS or CELL.fullmatch(word):
            runs[-1].append(word)
        elif word not in FILLERS and not word.isdigit():
            runs.append([])
    first, second = [*sorted(runs, key=len, reverse=True), []][:2]
    return unchain(first) if len(first) >= 3 and len(first) >= 2 * len(second) else None
