"""Reading of citations and answers in completions, in the dress that chat models give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from vpo_envs.domains.worlds.answers import WIDE
from vpo_envs.domains.worlds.tables import Cell, rewrite_tables
from vpo_envs.literals import read_value
from vpo_envs.reading import (
    DASHES,
    fenced,
    final_or_last,
    is_placeholder,
    last_tagged,
    plain,
    remove_thought,
    unescaped,
)

LONGEST_BARE = 12
"""Words; a text without tags that is longer is no short answer."""

LONGEST_JSON = 5000
"""Characters; no answer is as long."""

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
SUPPORT_LABEL = (
    r"(?:(?:supporting|supported|cited|relevant|used|key)[ _]){0,2}"
    r"(?:support|citations?|cites?|cited|paragraphs?|passages?|evidence|sources?|references?)"
    r"(?:[ _](?:paragraphs?|numbers?|used|cited|by)){0,3}"
)
SUPPORT_LINE = re.compile(
    rf"[\s>*_#•+(\[-]{{0,8}}{SUPPORT_LABEL}[*_\s]{{0,4}}(?::|=|$|(?={NOTHING_ELSE}))", re.IGNORECASE
)
"""The label of citations: with a mark behind it, alone in its line, or before nothing but numbers."""

BARE_NUMBERS = re.compile(rf"[\s>*_•+-]{{0,8}}(?=.{{0,20}}[0-9]){NOTHING_ELSE}", re.IGNORECASE)
INLINE_SUPPORT = re.compile(
    r"(?:[ \t]{1,3}-{1,2}|[.,;|]?)[ \t]{1,3}[(\[]?"
    rf"(?=[*_]{{0,2}}{SUPPORT_LABEL}[*_ ]{{0,3}}[:=][*_ #¶\[]{{0,5}}(?:paragraphs? )?#?[0-9])",
    re.IGNORECASE,
)
"""The place in a line where labelled citations begin."""

TAGS = (
    (
        "support",
        r"(?:support(?:s|ed|ing)?|cite[sd]?|citations?|sources?|paragraphs?)"
        r"(?:[_ -]?(?:paragraph|number)s?)?",
    ),
    ("answer", r"(?:final|short)[_ -]?answer|answers?"),
)
"""The tags of an answer, with other names that models give them."""

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
CLAUSE = re.compile(
    r",? (?:as stated|according to|based on|supported by)\b|, (?:as|see|which|because|since)\b"
)
CITATIONS = re.compile(r"(?:final[_ -]?)?(?:support|citation|paragraph|evidence|source|cited)", re.IGNORECASE)
ENDS_IN_ANSWER = re.compile(r"answers?$", re.IGNORECASE)
ANSWER_KEY = re.compile(rf"{TAGS[1][1]}|(?:correct|revis)\w*[_ -]?answers?", re.IGNORECASE)
"""The keys of JSON: of citations, of any answers, and of the answer to the question."""

FORMAL = re.compile(r"</?(?:answer|support)|^\s*[{\[].*:", re.IGNORECASE)
NUMBERED = re.compile(
    r"paragraph|passage|number|document|support|citation|source|\bid\b|index", re.IGNORECASE
)
BOXED = re.compile(r"\\boxed\s?\{((?:[^{}]|\\text\s?\{[^{}]{0,200}\}){1,200})\}")
NOTE = re.compile(
    r"\s{0,3}(?:\[[0-9][0-9,;\s\[\]-]{0,60}\]"
    r"|\((?:see |from |cf\. )?(?:paragraphs?|paras?\.?|¶{1,2})[^()]{0,60}\)"
    rf"|\((?:{SUPPORT_LABEL}|see|from|cf\.|supported by|based on)[:=]? (?:paragraphs? )?[#\[]?[0-9]"
    r"[^()]{0,60}\)"
    r"|\([0-9]{1,3}(?:(?:, ?| and )[0-9]{1,3}){1,9}\))",
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

    Tags count before JSON, JSON before labelled lines and tables, and these before a bare short answer.

    Args:
        completion: Any string.
        paragraphs: Number of paragraphs in the question.
        most: Distinct citations that count.
        typography: Read typographic quotes and dashes in the answer as ASCII ones.
    """
    text = unescaped(remove_thought(completion), "|".join(names for _, names in TAGS))
    for tag, names in TAGS:
        text = _closed(re.sub(rf"<(/?) ?(?:{names}) ?>", rf"<\1{tag}>", text, flags=re.IGNORECASE), tag)
    text = NEXT_SUPPORT.sub("; ", text)
    support = last_tagged(text, "support")
    answer = last_tagged(text, "answer", _is_form)
    if answer is not None:
        answer = _inside(answer)
    elif "{" in text and (found := _from_json(text)):
        support, answer = (support if found[0] is None else found[0]), found[1]
    else:
        support, answer = _from_lines(text, support)
    if support is None and answer is not None:
        support = _support_lines(_lines(text))[0] or _support_around(text, answer)
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
    text = text.translate(DASHES).translate(WIDE)
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


def _closed(text: str, tag: str) -> str:
    """Returns a text with openers that stand for closers, as in `<answer>Rome<answer>`, as closers.

    Such an opener follows an open one with content, has no closer of its own, and ends its line or stands
    before another tag.
    """
    marks = list(re.finditer(rf"<(/?){tag}>(?=([\s*_`.]{{0,8}}(?:$|\n|<))?)", text))
    pieces, last, opened = [], 0, -1
    for mark, following in zip(marks, [*marks[1:], None]):
        closes = not mark[1] and opened >= 0 and mark[2] is not None and not (following and following[1])
        if closes and not is_placeholder(text[opened : mark.start()]):
            pieces += [text[last : mark.start()], f"</{tag}>"]
            last, opened = mark.end(), -1
        else:
            opened = -1 if mark[1] else mark.end()
    return "".join([*pieces, text[last:]])


def _from_json(text: str) -> tuple[str | None, str] | None:
    """Returns support and answer of the last JSON object that has an answer."""
    try:
        return _from_record(read_value(_last_object(text), repeated_keys=True))
    except (ValueError, RecursionError):
        return None


def _from_record(record: Mapping[str, Any]) -> tuple[str | None, str] | None:
    """Returns support and answer of a record, or of the records in it: the final one or else the last."""
    cited = final_or_last({key: value for key, value in reversed([*record.items()]) if CITATIONS.match(key)})
    support = None if cited is None else _cited(cited)
    answers = {key: _short(value, support) for key, value in record.items() if ENDS_IN_ANSWER.search(key)}
    answers = {key: value for key, value in answers.items() if value is not None}
    own = {key: value for key, value in answers.items() if ANSWER_KEY.fullmatch(key)}
    answer = final_or_last(own or answers)
    if answer is not None:
        return support, str(answer)
    inner = {key: _from_record(value) for key, value in record.items() if isinstance(value, dict)}
    return final_or_last({key: found for key, found in inner.items() if found})


def _short(value: Any, support: str | None) -> str | int | None:
    """Returns a short answer in JSON, perhaps the only one of a list beside citations; None for any other."""
    if isinstance(value, list) and len(value) == 1 and support is not None:
        value = value[0]
    is_short = isinstance(value, (str, int)) and not isinstance(value, bool) and not _is_form(str(value))
    return value if is_short else None


def _last_object(text: str) -> str:
    """Returns the last piece in balanced braces, of the last fence if any; empty if none or a long one."""
    text = next((block for block in reversed(fenced(text)) if "{" in block), text)
    depth, end = 0, 0
    for brace in reversed(list(re.finditer("[{}]", text))):
        if brace[0] == "}":
            end = end or brace.end()
            depth += 1
        elif end:
            depth -= 1
            if not depth:
                return text[brace.start() : end] if end - brace.start() <= LONGEST_JSON else ""
    return ""


def _cited(value: Any) -> str:
    """Returns citations in JSON as text: of an object its number, of a list those of its items."""
    if isinstance(value, list):
        return "; ".join(map(_cited, value))
    if isinstance(value, dict):
        numbered = [item for key, item in value.items() if NUMBERED.search(key)]
        keys = all(re.fullmatch(r"\W*[0-9]+\W*", key) for key in value)
        return _cited(numbered[0] if numbered else [*value] if keys else [*value.values()])
    return str(value)


def _from_lines(text: str, support: str | None) -> tuple[str | None, str | None]:
    """Returns support and answer of labelled lines, a LaTeX box, or a short answer that stands alone."""
    listed, others = _support_lines([line for line in _lines(_outside(text)) if line.strip(" \t\r`~")])
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


def _lines(text: str) -> list[str]:
    """Returns the lines of a text, rows of tables as lines with labels, labelled citations apart."""
    lines = []
    for line in INLINE_SUPPORT.sub("\n", rewrite_tables(text.translate(WIDE), _row_lines)).split("\n"):
        answer = ANSWER_LINE.search(line)
        place = answer.start() if answer and SUPPORT_LINE.match(line[: answer.start()]) else 0
        lines += [line[:place], line[place:]] if place else [line]
    return lines


def _row_lines(row: Sequence[Cell]) -> list[str] | None:
    """Returns a row that begins with a label as a line, and one below a head for the answer as one a cell."""
    if all(map(_is_label, [cell.text for cell in row])):
        return []
    if _is_label(row[0].text):
        return [f"{row[0].text}: {row[1].text}"]
    below = any(ANSWER_START.fullmatch(cell.head) for cell in row)
    return [f"{cell.head}: {cell.text}" for cell in row] if below else None


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
            line = line.translate(DASHES)
            marked = [m[0] for m in MARKED.finditer(line)] or [m[0] for m in NOTE.finditer(line)]
            return "; ".join(marked) if marked else None
    return None
