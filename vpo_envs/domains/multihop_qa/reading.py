"""Reading of citations and answers in completions, in the dress that chat models give them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vpo_envs.reading import DASHES, is_placeholder, last_tagged, plain, remove_thought, unescaped

LONGEST_BARE = 12
"""Words; a text without tags that is longer is no short answer."""

FORMS = frozenset({"answer", "your answer", "short answer", "your short answer"})
NUMBER = r"[0-9]{1,4}"
JOINT = r"(?:[ \t]{0,3}(?:,\s?and|,\s?&|,|;|&|/|\+|-|and|or|to|through)\s{0,3}#?|[ \t]{1,3}#?)"
MANY = rf"{NUMBER}(?:{JOINT}{NUMBER})*"
NAMED = (
    r"(?:\b(?:paragraphs?|paras?\.?|passages?|documents?|docs?\.?|p)|¶{1,2}|#)\s{0,3}(?:nos?\.)?\s{0,3}"
    rf"#?({MANY})\b"
)
BRACKETED = r"\[([^\[\]]{0,400})\]"
MARKED = re.compile(rf"{BRACKETED}|{NAMED}", re.IGNORECASE)
"""Numbers that are certainly citations: in square brackets, or behind a word for paragraphs."""

NO_CITATION = re.compile(r"\b(?:step|hop)s?\s{0,2}#?[0-9]{1,2}\b", re.IGNORECASE)
NUMERAL_OR_RANGE = re.compile(r"([0-9]+)(?:-([0-9]+)|\s(?:to|through)\s([0-9]+))?(?![0-9])", re.IGNORECASE)
NOTHING_ELSE = r"[\s\[\]#0-9,;&.-]{1,80}(?:and[\s\[\]#0-9,;&.-]{1,80})?$"
SUPPORT_LINE = re.compile(
    r"[\s>*_#•+-]{0,8}(?:(?:supporting|supported|cited|relevant|used|key)[ _]){0,2}"
    r"(?:support|citations?|cites?|cited|paragraphs?|passages?|evidence|sources?|references?)"
    rf"(?:[ _](?:paragraphs?|numbers?|used|cited|by)){{0,3}}[*_\s]{{0,4}}(?::|=|$|(?={NOTHING_ELSE}))",
    re.IGNORECASE,
)
"""The label of citations: with a mark behind it, alone in its line, or before nothing but numbers."""

BARE_NUMBERS = re.compile(rf"[\s>*_•+-]{{0,8}}(?=.{{0,20}}[0-9]){NOTHING_ELSE}", re.IGNORECASE)
SUPPORT_TAG = re.compile(r"<(/?) ?support ?>", re.IGNORECASE)
NEXT_SUPPORT = re.compile(r"</ ?support ?>[\s,;&]{0,5}< ?support ?>", re.IGNORECASE)
ANSWER_START = re.compile(
    r"[\s>*_#•+`-]{0,8}(?:so|thus|therefore|hence)?,? ?(?:the |my )?(?:final |short |correct )?answer"
    r"(?:[*_ ]{0,3}[:=]|[*_ ]{1,3}is\b[*_ ]{0,3}:?|[*_ ]{0,3}$)",
    re.IGNORECASE,
)
ANSWER_LINE = re.compile(
    r"\b(?:final |short |correct )?answer(?:[*_ ]{0,3}[:=]|[*_ ]{1,3}is\b[*_ ]{0,3}:?)", re.IGNORECASE
)
CLAUSE = re.compile(r",? (?:as stated|according to|based on)\b|, (?:as|see|which|because|since)\b")
FORMAL = re.compile(r"</?(?:answer|support)|^\s*[{\[].*:", re.IGNORECASE)
BOXED = re.compile(r"\\boxed\s?\{((?:[^{}]|\\text\s?\{[^{}]{0,200}\}){1,200})\}")
NOTE = re.compile(
    r"\s{0,3}(?:\[[0-9][0-9,;\s\[\]-]{0,60}\]"
    r"|\((?:see |from |cf\. )?(?:paragraphs?|paras?\.?|¶{1,2})[^()]{0,60}\))",
    re.IGNORECASE,
)
"""Citations behind an answer, which are no words of it."""


class Reading(NamedTuple):
    """The readable part of a completion.

    Attributes:
        cited: Distinct numbers of the cited paragraphs that count, in the order of the completion.
        answer: The short answer, None where there is none.
    """

    cited: tuple[int, ...]
    answer: str | None


def read(completion: str, paragraphs: int, most: int, typography: bool = True) -> Reading:
    """Reads the last complete answer and its citations.

    Tags count before JSON, JSON before labelled lines, and these before a bare short answer.

    Args:
        completion: Any string.
        paragraphs: Number of paragraphs in the question.
        most: Distinct citations that count.
        typography: Read typographic quotes and dashes in the answer as ASCII ones.
    """
    text = NEXT_SUPPORT.sub("; ", unescaped(remove_thought(completion), "support|answer"))
    support = last_tagged(text, "support")
    answer = last_tagged(text, "answer", _is_form)
    if answer is not None:
        answer = _inside(answer)
    elif "{" in text and (found := _from_json(text)):
        support, answer = (support if found[0] is None else found[0]), found[1]
    else:
        support, answer = _from_lines(text, support)
    if support is None and answer is not None:
        support = _support_lines(text.split("\n"))[0] or _support_around(text, answer)
    cited = citations(support.partition("<")[0] if support else "", paragraphs)[:most]
    if answer is None:
        return Reading(tuple(cited), None)
    bare = plain(NOTE.sub("", plain(answer, typography)), typography)
    return Reading(tuple(cited), bare if bare and not _is_form(bare) else None)


def citations(text: str, paragraphs: int) -> list[int]:
    """Returns the distinct numbers that a text cites, in order.

    Where square brackets or words such as "paragraph" mark some numbers, the others are no citations.
    `3-5` is a range if it rises and stays among the paragraphs. Numbers of four digits are years.

    Args:
        text: What is written for the citations.
        paragraphs: Number of paragraphs in the question, the bound of ranges.

    Example:
        >>> citations("[3] The Map (1953), [7]", 9), citations("paragraphs 3-5 and 7", 9)
        ([3, 7], [3, 4, 5, 7])
        >>> citations("3 & 7", 9), citations("3 - 7", 9), citations("7-3", 9)
        ([3, 7], [3, 7], [7, 3])
    """
    text = text.translate(DASHES)
    marked = [m[1] or m[2] or "" for m in MARKED.finditer(text)]
    marked = [part for part in marked if re.search("[0-9]", part)]
    text = "; ".join(marked) if marked else "\n".join(_without_list_numbers(NO_CITATION.sub(" ", text)))
    numbers: list[int] = []
    for numeral, *ends in NUMERAL_OR_RANGE.findall(text):
        first, last = (_number(part) for part in (numeral, "".join(ends)))
        if first is not None and last is not None and first < last <= paragraphs:
            numbers.extend(range(first, last + 1))
        else:
            numbers.extend(number for number in (first, last) if number is not None)
    return list(dict.fromkeys(numbers))


def _number(numeral: str) -> int | None:
    digits = numeral.lstrip("0") or numeral[-1:]
    return int(digits) if 0 < len(digits) < 4 else None


def _without_list_numbers(text: str) -> Iterable[str]:
    """Returns the lines, without `1.`, `2.` ... where these number the lines and more numbers follow."""
    lines = [line for line in text.split("\n") if line.strip()]
    marks = [re.match(r"\s{0,8}([0-9]{1,2})[.)]\s(?=.{0,80}[0-9])", line) for line in lines]
    if lines and all(mark and mark[1] == str(n) for n, mark in enumerate(marks, start=1)):
        return [line[mark.end() :] for line, mark in zip(lines, marks) if mark]
    return lines


def _is_form(text: str) -> bool:
    return is_placeholder(text) or text.strip(" .[]()*_\n").lower() in FORMS


def _inside(answer: str) -> str:
    """Returns the content of an answer tag without tags that are nested in it or follow it."""
    before, opened, rest = answer.partition("<")
    if opened and not before.strip():  # <answer><support>3</support>Rome</answer>
        rest = rest.rpartition(">")[2]
        return rest
    return before


def _from_json(text: str) -> tuple[str | None, str] | None:
    """Returns support and answer of the last JSON object that has an answer."""
    start, end = text.rfind("{"), text.rfind("}")
    if not 0 <= start < end or end - start > 5000:
        return None
    try:
        record = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return None
    record = {str(key).lower(): value for key, value in record.items()}
    answer = next((record[key] for key in ("answer", "final_answer") if key in record), None)
    if isinstance(answer, bool) or not isinstance(answer, (str, int)):
        return None
    words = ("support", "citation", "paragraph", "evidence", "source", "cited")
    support = next((str(record[key]) for key in record if key.startswith(words)), None)
    return support, str(answer)


def _from_lines(text: str, support: str | None) -> tuple[str | None, str | None]:
    """Returns support and answer of labelled lines, a LaTeX box, or a short answer that stands alone."""
    lines = [line for line in _outside(text).split("\n") if line.strip(" \t\r`~")]
    listed, others = _support_lines(lines)
    support = listed if support is None else support
    found = _labelled(others)
    if found is not None:
        return support, CLAUSE.split(found, maxsplit=1)[0] or None
    boxed = BOXED.findall(text)
    if boxed:
        return support, boxed[-1]
    if len(others) == 1 and len(others[0].split()) <= LONGEST_BARE and not FORMAL.search(others[0]):
        return support, others[0]
    return support, None


def _outside(text: str) -> str:
    """Returns the text that is in no support tag; what follows an open one is in it."""
    kept, start = [], 0
    for mark in SUPPORT_TAG.finditer(text):
        if start >= 0:
            kept.append(text[start : mark.start()])
        start = mark.end() if mark[1] else -1
    return "\n".join([*kept, text[start:] if start >= 0 else ""])


def _support_lines(lines: Sequence[str]) -> tuple[str | None, list[str]]:
    """Returns the last block of lines that cite, and the lines that do not cite."""
    support, others, before = None, [], False
    for line in lines:
        label = SUPPORT_LINE.match(line) or (BARE_NUMBERS.match(line) if before else None)
        cites = label is not None and not ANSWER_LINE.search(line)
        if label is None or not cites:
            others.append(line)
        elif re.search("[0-9]", line):
            item = line[label.end() :] if line[label.end() - 1] in ":=" else line
            new = not before or item is not line or support is None
            support = item if new else f"{support}; {item}"
        before = cites
    return support, others


def _labelled(lines: Sequence[str]) -> str | None:
    """Returns what the last line labelled as the answer holds, first of those that begin with the label."""
    for pattern in (ANSWER_START.match, ANSWER_LINE.search):
        for position in reversed(range(len(lines))):
            label = pattern(lines[position])
            if label:
                found = lines[position][label.end() :]
                following = lines[position + 1 : position + 2]
                return found if found.strip(" *_`:") else "".join(following)
    return None


def _support_around(text: str, answer: str) -> str | None:
    """Returns marked citations in the line that holds the answer."""
    for line in reversed(text.split("\n")):
        if answer.strip() and answer.strip() in line:
            marked = [m[0] for m in MARKED.finditer(line.translate(DASHES))]
            return "; ".join(marked) if marked else None
    return None
