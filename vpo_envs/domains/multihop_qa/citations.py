"""The numbers of paragraphs that a text cites, and the marks that make numbers citations."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vpo_envs.domains.worlds.answers import WIDE
from vpo_envs.reading import DASHES

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

NO_CITATION = re.compile(
    r"\b(?:step|hop)s?\s{0,2}#?[0-9]{1,2}\b"
    r"|\b[0-9]{1,2} (?:\w{1,12} )?(?:steps|hops|paragraphs|passages|documents|sources):",
    re.IGNORECASE,
)
"""Numbers of steps, and of how many paragraphs follow."""
_DENIED_ONES = (
    r"(?:(?:the )?(?:paragraphs?|paras?\.?|passages?|documents?|docs?\.?|¶|nos?\.)\s?)?"
    rf"[\[#]?\b{NUMBER}\]?(?:\s?(?:and|or|nor|&|-|to)\s?[\[#]?{NUMBER}\]?){{0,3}}"
)
DENIED = re.compile(
    r"\b(?:not(?: (?:used|needed|relevant|cited|helpful):)?|without|excluding|exclude|except|except for"
    r"|ignore|ignoring|instead of|rather than|omitting|skip|skipping|leaving out|discarding|unlike):?"
    rf"\s{{1,3}}{_DENIED_ONES}"
    rf"|{_DENIED_ONES}\s{{1,3}}(?:"
    r"(?:is|are|was|were) (?:irrelevant|unrelated|unhelpful|useless|unneeded|unnecessary|redundant"
    r"|(?:an? )?distract\w{1,6}|no help|no step)"
    r"|(?:(?:is|are|was|were) not|isn't|aren't|wasn't|weren't) (?:relevant|related|helpful|useful|needed"
    r"|necessary|used|required|cited|support\w{0,4})"
    r"|(?:(?:does|do|did) not|doesn't|don't|didn't) (?:\w{1,12} )?(?:help|matter|support|state|apply"
    r"|contribute|count)"
    r"|(?:only|merely|just) (?:mentions?|names?|repeats?|describes?))\b",
    re.IGNORECASE,
)
"""Paragraphs that are named as no support."""
NUMERAL_OR_RANGE = re.compile(r"([0-9]+)(?:-([0-9]+)|\s(?:to|through)\s([0-9]+))?(?![0-9])", re.IGNORECASE)
NOTHING_ELSE = r"[\s\[\]#0-9,;&.-]{1,80}(?:and[\s\[\]#0-9,;&.-]{1,80})?$"
SUPPORT_LABEL = (
    r"(?:(?:supporting|supported|cited|relevant|used|key)[ _]){0,2}"
    r"(?:support|citations?|cites?|cited|paragraphs?|passages?|evidence|sources?|references?)"
    r"(?:[ _](?:paragraphs?|numbers?|used|cited|by)){0,3}"
)
NOTE = re.compile(
    r"\s{0,3}(?:\[[0-9][0-9,;\s\[\]-]{0,60}\]"
    r"|\((?:see |from |cf\. )?(?:paragraphs?|paras?\.?|¶{1,2})[^()]{0,60}\)"
    rf"|\((?:{SUPPORT_LABEL}|see|from|cf\.|supported by|based on)[:=]? (?:paragraphs? )?[#\[]?[0-9]"
    r"[^()]{0,60}\)"
    r"|\([0-9]{1,3}(?:(?:, ?| and )[0-9]{1,3}){1,9}\))",
    re.IGNORECASE,
)
"""Citations behind an answer, which are no words of it."""


def citations(text: str, paragraphs: int) -> list[int]:
    """Returns the distinct numbers that a text cites, in order.

    Where square brackets or words such as "paragraph" mark some numbers, the others are no citations.
    `3-5` is a range if it rises and stays among the paragraphs. Numbers of four digits are years. Paragraphs
    that are named as no support, as in "3, not 5", are not cited.

    Args:
        text: What is written for the citations.
        paragraphs: Number of paragraphs in the question, the bound of ranges.

    Example:
        >>> citations("[3] The Map (1953), [7]", 9), citations("paragraphs 3-5 and 7", 9)
        ([3, 7], [3, 4, 5, 7])
        >>> citations("3 & 7", 9), citations("3 - 7", 9), citations("7-3", 9)
        ([3, 7], [3, 7], [7, 3])
        >>> citations("3 and 7; 5 is irrelevant", 9), citations("3, 7 (not 5 or 6)", 9)
        ([3, 7], [3, 7])
    """
    text = DENIED.sub(" ", text.translate(DASHES).translate(WIDE).replace("\u2019", "'"))
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


def citations_beside(text: str, answer: str) -> str | None:
    """Returns marked citations in the last line that holds the answer.

    Example:
        >>> citations_beside("In 1953, Rome [3], see paragraph 7.", "Rome")
        '[3]; paragraph 7'
    """
    for line in reversed(text.split("\n")):
        if answer.strip() and answer.strip() in line:
            line = line.translate(DASHES)
            marked = [m[0] for m in MARKED.finditer(line)] or [m[0] for m in NOTE.finditer(line)]
            return "; ".join(marked) if marked else None
    return None


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
