"""Spellings of steps: a text with every move and every tile as one plain word.

The rules look at the text alone. They take any string, never raise on it and run in linear time.
"""

from __future__ import annotations

import html
import re

from vpo_envs.domains.maze.chains import MARKS
from vpo_envs.domains.maze.grid import DIRECTIONS
from vpo_envs.domains.maze.letters import write_out_letters

MAX_REPEATS = 100
"""Most places where `up x3` is written out, which bounds the length of the text."""
COUNTDOWN = 5
"""Fewest numbers that, one lower each to 1, are the steps left and no counts."""

CELL = re.compile(r"[a-z](?:[1-9]|1[0-9]|2[0-6])")
GLYPHS = {
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "⬆": "up",
    "⬇": "down",
    "⬅": "left",
    "➡": "right",
    **dict.fromkeys("▲🔼", "up"),
    **dict.fromkeys("▼🔽", "down"),
    **dict.fromkeys("◀◄", "left"),
    **dict.fromkeys("▶►", "right"),
}
GLYPH = re.compile("[" + "".join(GLYPHS) + "]")
LIST_MARK = re.compile(r"\s*(?:[-*+•]\s|\**(?:(?:step|move) ?)?[0-9]{1,3}\s?[.):])")

ENTITY = re.compile(r"&#?[a-z0-9]{2,16};")
OTHER_SIGNS = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}  # full-width ones
OTHER_SIGNS[ord("：")] = ": "  # as wide as a colon and the blank behind it
OTHER_SIGNS |= {ord("₀") + digit: str(digit) for digit in range(10)}
FOOTNOTE = re.compile(r"\[\^[\w-]{1,20}\]")
OTHER_TAG = re.compile(r"</?[a-z_]{1,20}[0-9]{0,2} ?/?>")
LATEX = re.compile(
    r"\\(?:boxed|text|textbf|textit|texttt|mathrm|mathbf|(?:long)?rightarrow|to|quad|,|;)(?![a-z])"
)
INDEX = re.compile(r"\b([a-z])\}?_\{?([1-9][0-9]?)\b\}?")
PAIR = re.compile(r"[(\[] ?[\"']?([a-z])[\"']? ?, ?([1-9][0-9]?) ?[)\]]")

_MOVE = f"({'|'.join(DIRECTIONS)})"
_COUNT = "([1-9][0-9]?)"
_UNIT = "(?:steps?|moves?|tiles?|cells?|squares?|spaces?)"
PLURAL = re.compile(r"(?<=[a-z])\(s\)")
NUMERALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = "|".join(NUMERALS)
NUMERAL = re.compile(
    rf"\b(?:(?P<times>once|twice|thrice)\b|(?P<number>{_NUMBER})(?= (?:times|{_UNIT}|{_MOVE})\b)"
    rf"|(?P<move>{_MOVE}(?::? | ?\(| by | for ))(?P<count>{_NUMBER})\b(?P<stop>\.?))"
)
STOPPED = re.compile(rf"(?<=[a-z]) {_COUNT}\.(?= ?(?:{'|'.join(DIRECTIONS)})\b)")
"""A number that either counts the move before it or numbers the move behind it."""
MOVE = re.compile(rf"(?<![a-z]){_MOVE}(?![a-z])")
TIMES = re.compile(
    rf"\b{_MOVE}[ *_]{{0,3}}[(\[]? ?(?:[x×*] ?{_COUNT}\b|{_COUNT} ?(?:x|×|times)(?!\w)) ?[)\]]?"
    rf"|\b{_COUNT} ?(?:[x×*]|times) ?{_MOVE}\b"
)
COUNT_AFTER = re.compile(
    rf"\b{_MOVE}[ *_:=^-]{{0,3}}(?:[(\[{{] ?{_COUNT}(?: {_UNIT})? ?[)\]}}]"
    rf"|(?:by |for )?{_COUNT}(?: {_UNIT}\b|(?!\w| ?[):]| ?\. ?\S)))"
)
COUNT_BEFORE = re.compile(rf"(?<![\w.]){_COUNT} ?(?:{_UNIT} )?{_MOVE}\b")
NAMED_TILE = re.compile(rf"\b(?:[segdlb]|start|exit|goal|end|finish)[ *_]{{0,3}}\( ?({CELL.pattern}) ?\)")
LONE_END = re.compile(r"(?<=[>→⇒]) ?\((e|exit|goal)\)")
LONE_NUMBER = re.compile(r"(?<!\w)[0-9]")
ANY_MOVE = re.compile(rf"{MOVE.pattern}|\b(?:[ur]|[udlr]{{2,}})\b")  # d and l are also on the map
_FORM = r"(?:(?:in|as) (?:moves|directions|steps|words|tiles|cells|coordinates)|(?:moves|tiles|cells)(?=:))\b"
_OR = r"(?:or|equivalently|alternatively|that is|i\.e\.)(?!\w)"
OTHER_FORM = re.compile(
    rf"\b(\w{{1,99}})\b\W{{1,6}}(?:{_OR}\W{{0,4}}(?:{_FORM}\W{{0,6}})?|{_FORM}\W{{0,6}})(?=(\w{{1,99}})\b)"
)


def spell_out(text: str) -> str:
    r"""Returns a text with its steps as plain words, each move as often as its count says.

    Args:
        text: Any string in lower case.

    Example:
        >>> spell_out("$a_1$ &rarr; a₂"), spell_out("up 2, right (1)"), spell_out("1 up 2 right")
        ('$a1$ > a2', ' up up ,  right ', '1 up 2 right')
        >>> spell_out("s (a1) -> a2, or in moves up")
        ' a1  -> a2\n\nup'
    """
    text = ENTITY.sub(lambda entity: html.unescape(entity[0]), FOOTNOTE.sub("", text)).translate(OTHER_SIGNS)
    text = INDEX.sub(r"\1\2", OTHER_TAG.sub(" ", LATEX.sub(" ", text)))
    text = NUMERAL.sub(_numeral, PLURAL.sub("s", PAIR.sub(r" \1\2 ", text)))
    text = _write_out_counts(write_out_letters(text))
    text = "\n".join(map(_name_tiles, OTHER_FORM.sub(_break, text).split("\n")))
    if re.search(rf"\b{CELL.pattern}\b", text) and len({GLYPHS[glyph] for glyph in GLYPH.findall(text)}) == 1:
        return GLYPH.sub(">", text)  # beside tiles, arrows of one kind lead from one to the next
    return text


def _numeral(match: re.Match[str]) -> str:
    """Returns a number word in digits."""
    if match["times"]:
        return f"{('once', 'twice', 'thrice').index(match['times']) + 1} times"
    number = NUMERALS.index(match["number"] or match["count"]) + 1
    # A stop behind digits would make them the number of the next step.
    return f"{match['move'] or ''}{number}{' ;' if match['stop'] else ''}"


def _write_out_counts(text: str) -> str:
    """Writes each move as often as the number beside it says; numbers that count moves themselves stay."""
    if not (MOVE.search(text) or TIMES.search(text)):
        return text
    text = "\n".join(map(_part_sentences, text.split("\n")))
    text = TIMES.sub(_repeat, text, count=MAX_REPEATS)
    lines = [(line, _count_pattern(line)) for line in text.split("\n")]
    counts = [_parts(count)[0] for line, pattern in lines for count in pattern.finditer(line)]
    *_, rest = pieces = MOVE.split(text)
    moves = len(pieces) // 2
    is_total = counts == [moves] and str(moves) in rest
    numbering = [*range(1, len(counts) + 1)]
    is_left = counts == numbering[::-1] and len(counts) >= COUNTDOWN
    if is_total or counts == numbering or is_left or len(counts) > MAX_REPEATS:
        return text
    return "\n".join(pattern.sub(_repeat, line) for line, pattern in lines)


def _part_sentences(line: str) -> str:
    """Returns `up 4. left 4.` with marks that do not look like those of a list, unless its numbers go on."""
    numbers = [int(number) for number in STOPPED.findall(line)]
    if not numbers or numbers == [*range(2, len(numbers) + 2)] or LIST_MARK.match(line):
        return line
    return STOPPED.sub(r" \1 ;", line)


def _count_pattern(line: str) -> re.Pattern[str]:
    """Returns the form of the counts in a line: before the moves if the first of them is, else after."""
    mark, move = LIST_MARK.match(line), MOVE.search(line)
    head = line[mark.end() if mark else 0 : move.start() if move else 0].rpartition(":")[2]
    return COUNT_BEFORE if LONE_NUMBER.search(head) else COUNT_AFTER


def _parts(match: re.Match[str]) -> tuple[int, str]:
    """Returns the count and the move of `up x3` or `3 up`."""
    count, move = sorted(filter(None, match.groups()))  # digits sort before letters
    return int(count), move


def _repeat(match: re.Match[str]) -> str:
    """Returns `up x3` as three words."""
    count, move = _parts(match)
    return f" {move}" * count + " "


def _break(match: re.Match[str]) -> str:
    """Returns a break between two forms of one route, tiles and moves, in place of the words between."""
    kinds = {
        "tile" if word in MARKS or CELL.fullmatch(word) else "move" if ANY_MOVE.fullmatch(word) else word
        for word in match.groups()
    }
    return f"{match[1]}\n\n" if kinds == {"tile", "move"} else match[0]


def _name_tiles(line: str) -> str:
    """Returns a line of tiles with `s (a1)` as `a1`; beside moves, names in parentheses are remarks."""
    if "(" not in line or ANY_MOVE.search(line):
        return line
    return LONE_END.sub(r" \1", NAMED_TILE.sub(r" \1 ", line))
