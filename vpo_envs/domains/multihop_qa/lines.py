"""Citations and answers in labelled lines, in tables, in a LaTeX box, or in a line that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vpo_envs.domains.multihop_qa.citations import NOTHING_ELSE, SUPPORT_LABEL
from vpo_envs.domains.worlds.answers import WIDE
from vpo_envs.domains.worlds.tables import Cell, rewrite_tables

LONGEST_BARE = 12
"""Words; a text without tags that is longer is no short answer."""

DASH = r"->|=>|→|⇒|[–—-](?=\s)"
"""Marks behind a label in the place of a colon, at the beginning of a line alone."""

SUPPORT_LINE = re.compile(
    rf"[\s>*_#•+(\[-]{{0,8}}{SUPPORT_LABEL}[*_\s]{{0,4}}(?P<mark>:|=|{DASH}|$|(?={NOTHING_ELSE}))",
    re.IGNORECASE,
)
"""The label of citations: with a mark behind it, alone in its line, or before nothing but numbers."""

LISTED = re.compile(r"\s{0,8}[-*•+]\s{1,3}(?:paragraph|passage|source)\b", re.IGNORECASE)
"""An item such as `- paragraph: 3`, whose label is the list's no less than its own."""

ITEM = re.compile(
    r"\s{0,8}(?:[-*•+]|[0-9]{1,2}[.)])\s{1,3}[*_]{0,2}"
    r"(?:(?:paragraph|passage|document) #?|[¶#]|\[)([0-9]{1,3})\b",
    re.IGNORECASE,
)
"""The beginning of an item such as `- Paragraph 3: the map`, which cites below a label."""

BARE_NUMBERS = re.compile(rf"[\s>*_•+:-]{{0,8}}(?=.{{0,20}}[0-9]){NOTHING_ELSE}", re.IGNORECASE)
INLINE_SUPPORT = re.compile(
    r"(?<!\s)(?<!\s[*•+-])(?:[ \t]{1,3}-{1,2}|[.,;|]?)[ \t]{1,3}[(\[]?"
    rf"(?=[*_]{{0,2}}{SUPPORT_LABEL}[*_ ]{{0,3}}[:=][*_ #¶\[]{{0,5}}(?:paragraphs? )?#?[0-9])",
    re.IGNORECASE,
)
"""The place in a line where labelled citations begin."""

CITED_HEAD = re.compile(
    rf"(?:from |in )?(?:{SUPPORT_LABEL}|documents?|[¶#§])[ ]?(?:#|no\.?|nos\.?|numbers?|ids?|\(s\))?",
    re.IGNORECASE,
)
"""The head of a column of citations, also beside steps."""

STEP_HEAD = re.compile(r"(?:step|hop|link)s?(?: (?:#|no\.?|number))?", re.IGNORECASE)

SUPPORT_TAG = re.compile(r"<(/?) ?support ?>", re.IGNORECASE)
ANSWER_START = re.compile(
    r"[\s>*_#•+`-]{0,8}(?:(?:so|thus|therefore|hence)?,? ?(?:the |my )?(?:final |short |correct )?answer"
    r"(?:[*_ ]{0,3}[:=]|[*_ ]{1,3}is\b[*_ ]{0,3}:?|[*_ ]{0,3}$)"
    rf"|(?:final |short )?answer[*_ ]{{0,3}}(?:{DASH}))",
    re.IGNORECASE,
)
ANSWER_LINE = re.compile(
    r"\b(?:final |short |correct )?answer(?:[*_ ]{0,3}[:=]|[*_ ]{1,3}is\b[*_ ]{0,3}:?)", re.IGNORECASE
)
CLAUSE = re.compile(
    r",? (?:as stated|according to|based on|supported by)\b|, (?:as|see|which|because|since)\b"
)
FORMAL = re.compile(r"</?(?:answer|support)|^\s*[{\[].*:", re.IGNORECASE)
BOXED = re.compile(r"\\boxed\s?\{((?:[^{}]|\\text\s?\{[^{}]{0,200}\}){1,200})\}")
LONE_BOX = re.compile(rf"[\s$*_\\(\[]{{0,9}}{BOXED.pattern}[\s$*_.\\)\]]{{0,9}}")
"""A box that is all of a line, so that it holds no remark on an answer before it."""

TYPED = re.compile(
    r"^([ \t]{0,8}\w{1,20}): ?(?:list|tuple|set|str|int)(?:\[[\w, .]{0,20}\])? = ", re.MULTILINE
)
CALL = re.compile(r"""^[ \t]{0,8}final_answer\(["']([^\n]{1,200})["']\)""", re.MULTILINE)
"""A name with its type, and a call, as in Python."""


def from_lines(text: str, support: str | None) -> tuple[str | None, str | None]:
    r"""Returns support and answer of labelled lines, a LaTeX box, or a short answer that stands alone.

    Args:
        text: A completion whose tags have their usual names.
        support: The citations in tags, which count before those in lines; None if there are none.

    Example:
        >>> from_lines("Support: 3, 7\nAnswer: Rome", None)
        (' 3, 7', ' Rome')
    """
    listed, others = _support_and_others(_lines(_outside(text)))
    if support is None:
        support = listed or table_citations(text)
    place, found = _labelled(others)
    if found is not None:
        below = [box[1] for line in others[place + 1 :] if (box := LONE_BOX.fullmatch(line))]
        return support, below[-1] if below else CLAUSE.split(found, maxsplit=1)[0] or None
    if boxed := BOXED.findall(text):
        return support, boxed[-1]
    if len(others) == 1 and len(others[0].split()) <= LONGEST_BARE and not FORMAL.search(others[0]):
        return support, others[0]
    return support, None


def support_lines(text: str) -> str | None:
    r"""Returns the last block of lines that cite, None if there is none.

    Example:
        >>> support_lines("Support: 1\n\nNo:\nSupport:\n- 3\n- 7")
        '- 3; - 7'
    """
    return _support_and_others(_lines(text))[0]


def table_citations(text: str) -> str | None:
    r"""Returns what the last table with a column for paragraphs has in it, None if there is none.

    Example:
        >>> table_citations("| Step | Paragraph |\n|---|---|\n| 1 | 11 |\n| 2 | [14] |")
        '11; [14]'
    """
    tables: list[list[str]] = []
    last: list[str] = []

    def row_lines(row: Sequence[Cell]) -> None:
        nonlocal last
        heads = [cell.head for cell in row]
        if heads != last:
            tables.append([])
            last = heads
        tables[-1] += [
            cell.text for cell in row if CITED_HEAD.fullmatch(cell.head) and re.search("[0-9]", cell.text)
        ]

    rewrite_tables(text.translate(WIDE), row_lines)
    cited = [table for table in tables if table]
    return "; ".join(cited[-1]) if cited else None


def _lines(text: str) -> list[str]:
    """Returns the lines with words, rows of tables as lines with labels, labelled citations apart."""
    text = CALL.sub(r"Answer: \1", TYPED.sub(r"\1 = ", text.translate(WIDE)))
    lines = []
    for line in INLINE_SUPPORT.sub("\n", rewrite_tables(text, _row_lines)).split("\n"):
        answer = ANSWER_LINE.search(line)
        place = answer.start() if answer and SUPPORT_LINE.match(line[: answer.start()]) else 0
        lines += [line[:place], line[place:]] if place else [line]
    return [line for line in lines if line.strip(" \t\r`~=-")]


def _row_lines(row: Sequence[Cell]) -> list[str] | None:
    """Returns a row that begins with a label as a line, and one below a head for the answer as one a cell."""
    if all(map(_is_label, [cell.text for cell in row])):
        return []
    if _is_label(row[0].text):
        return [f"{row[0].text}: {row[1].text}"]
    if not any(ANSWER_START.fullmatch(cell.head) for cell in row):
        return None
    steps = any(STEP_HEAD.fullmatch(cell.head) for cell in row)
    cells = [cell for cell in row if not (steps and CITED_HEAD.fullmatch(cell.head))]
    return [f"{cell.head}: {cell.text}" for cell in cells]


def _is_label(text: str) -> bool:
    return bool(ANSWER_START.fullmatch(text) or SUPPORT_LINE.fullmatch(text))


def _outside(text: str) -> str:
    """Returns the text that is in no support tag; what follows an open one is in it."""
    kept, start = [], 0
    for mark in SUPPORT_TAG.finditer(text):
        if start >= 0:
            kept.append(text[start : mark.start()])
        start = mark.end() if mark[1] else -1
    return "\n".join([*kept, text[start:] if start >= 0 else ""])


def _support_and_others(lines: Sequence[str]) -> tuple[str | None, list[str]]:
    """Returns the last block of lines that cite, and the lines that do not cite.

    A block begins below other lines and with each label. A label without numbers below it begins none.
    """
    support, others = None, []
    cites, begins = False, True
    for line in lines:
        item = ITEM.match(line) if cites else None
        label = SUPPORT_LINE.match(line) or (item or BARE_NUMBERS.match(line) if cites else None)
        cites = label is not None and not ANSWER_LINE.search(line)
        if label is None or not cites:
            others.append(line)
            begins = True
        elif not re.search("[0-9]", line):
            begins = True
        else:
            marked = bool(label.groupdict().get("mark"))
            cited = f"[{item[1]}]" if item else line[label.end() :] if marked else line
            begins = begins or (marked and not LISTED.match(line))
            support = cited if begins else f"{support}; {cited}"
            begins = False
    return support, others


def _labelled(lines: Sequence[str]) -> tuple[int, str | None]:
    """Returns where the last line labelled as the answer ends, first of those that begin with the label.

    With it comes the answer, None without such a line.
    """
    for pattern in (ANSWER_START.match, ANSWER_LINE.search):
        for position in reversed(range(len(lines))):
            label = pattern(lines[position])
            if label:
                found = lines[position][label.end() :]
                if found.strip(" *_`:|>+-"):
                    return position, found
                return position + 1, _below(lines[position + 1 : position + 2])
    return 0, None


def _below(lines: Sequence[str]) -> str:
    """Returns the answer in the line below its label, where a call or a record may have one of its own."""
    line = "".join(lines)
    label = ANSWER_LINE.search(line)
    return line[label.end() :] if label else line
