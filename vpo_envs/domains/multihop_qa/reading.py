"""Reading of citations and answers in completions, in the dress that chat models give them."""

from __future__ import annotations

import re
from typing import NamedTuple

from vpo_envs.domains.multihop_qa.citations import NOTE, citations, citations_beside
from vpo_envs.domains.multihop_qa.dress import is_form, undressed
from vpo_envs.domains.multihop_qa.lines import from_lines, support_lines, table_citations
from vpo_envs.domains.multihop_qa.question import Question
from vpo_envs.domains.multihop_qa.records import from_json
from vpo_envs.domains.worlds.answers import normalize_typography
from vpo_envs.domains.worlds.no_answer import FILLERS, says_nothing
from vpo_envs.domains.worlds.retraction import retracts
from vpo_envs.layout import usual_layout
from vpo_envs.reading import (
    REVISION,
    is_placeholder,
    last_tagged,
    plain,
    plain_tags,
    read_entities,
    remove_thought,
)

TAGS = (
    (
        "support",
        r"(?:support(?:s|ed|ing)?|cite[sd]?|citations?|sources?|paragraphs?)"
        r"(?:[_ -]?(?:paragraph|number)s?)?",
        r"<(evidence|references?)>((?:[\s\[\]#0-9,;&.¶*-]|paragraphs?|and){1,200})</\1>",
    ),
    (
        "answer",
        r"(?:final|short)[_ -]?answer|answers?",
        r"<(result|response|output)>\s{0,3}((?![^<>]{0,200}\banswer)[^<>\n]{1,200})\s{0,3}</\1>",
    ),
)
"""The tags of an answer, with other names that models give them, and pairs that stand for them.

Such a pair counts where the tag is nowhere, and holds no more than a tag of its kind does.
"""

HEADS = rf"{TAGS[0][1]}|{TAGS[1][1]}|field|key|part|item|evidence|references?"
"""The heads of columns in tables."""

NUMBERED = re.compile(
    rf"<({TAGS[0][1]}) (?:id|n|no|number|num|ref|paragraph|source)=[\"']?([0-9]{{1,3}})[\"']?>", re.IGNORECASE
)
"""A citation with its number as an attribute, and a quote as its content."""

NEXT_SUPPORT = re.compile(r"</ ?support ?>[\s,;&]{0,5}< ?support ?>", re.IGNORECASE)
SUPPORT = re.compile(r"<support>([^<>]*)</support>")
ONE_CITATION = re.compile(r"<support>[^<>0-9]{0,40}[0-9]{1,3}[^<>0-9]{0,40}</support>")
ANSWER_TAG = re.compile(r"</?answer>")

STATED = re.compile(
    r"(?i:\b(?:correct(?:ed)?|final|right|revised|updated|actual|true)(?: short)? answer)[*_]{0,2}\s?"
    r"(?::|=|(?i:is|should be|would be)(?=[\s:]{1,2}[*_\"'“(]{0,3}[A-Z0-9]))[*_:]{0,3}"
    r"(?P<answer>[^\n]{1,200})"
)
"""An answer below the tags: `Final answer: Rome`; behind `is` a name, which `is supported by ...` has not."""

DENIED_NAME = re.compile(
    r"\W{0,3}(?:(?:(?:certainly |definitely )?not|anything but|neither)(?-i: \W?[^\W_a-z]))", re.IGNORECASE
)

REASON = re.compile(r"\s(?:because|since|as)\s|[.!] |, (?:which|as|because|since)\b")
"""The end of an answer in a sentence that goes on to explain it."""


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
    support, answer = _parts(remove_thought(completion))
    cited = citations(support.partition("<")[0] if support else "", paragraphs)[:most]
    if answer is None:
        return Reading(tuple(cited), None)
    bare = plain(NOTE.sub("", plain(read_entities(answer), typography)), typography)
    return Reading(tuple(cited), bare if bare and not is_form(bare) else None)


def is_denied(answer: str) -> bool:
    """Returns True for a name with a leading "not": `not Oule`."""
    return DENIED_NAME.match(answer) is not None


def names_nothing(answer: str, question: Question) -> bool:
    """Returns True for an answer with no name in it: a refusal, a form, or words of the question alone.

    Where the question offers alternatives, its words may be an answer; where a right answer says no, so may
    `no`.

    Args:
        answer: An answer of which no word is right.
        question: The question.
    """
    if not normalize_typography(answer):
        return True
    if any(gold.lower().strip(" .") in ("yes", "no") or says_nothing(gold) for gold in question.answers):
        return False
    words = re.findall(r"[^\W_]+", question.text)
    if "or" in words:
        return says_nothing(answer)
    common = " ".join(word for word in words if word.islower())
    if says_nothing(answer, common):
        return True
    given = normalize_typography(answer)
    asked = f" {normalize_typography(question.text)} "
    return f" {given} " in asked and not {*given.split()}.isdisjoint({*common.split()} - FILLERS)


def _parts(text: str) -> tuple[str | None, str | None]:
    """Returns what is written for the citations and for the answer."""
    text = _with_usual_tags(text)
    support = last_tagged(text, "support")
    answer = last_tagged(text, "answer", is_form)
    if answer is not None:
        answer = _stated_below(text) or (None if _is_withdrawn(text) else _inside(_first_line(text, answer)))
    elif "{" in text and (found := from_json(text)):
        if isinstance(found, str):
            return _parts(found)
        support, answer = (support if found[0] is None else found[0]), found[1]
    else:
        support, answer = from_lines(text, support)
    if support is None and answer is not None:
        support = support_lines(text) or table_citations(text) or citations_beside(text, answer)
    return support, answer


def _with_usual_tags(text: str) -> str:
    """Returns a text without dress, whose tags are named `support` and `answer` and closed."""
    text = NUMBERED.sub(r"<\1>[\2] ", usual_layout(text, HEADS))
    text = undressed(plain_tags(text, "|".join(names for _, names, _ in TAGS)))
    for tag, names, pair in TAGS:
        text, count = re.subn(rf"<(/?) ?(?:{names}) ?>", rf"<\1{tag}>", text, flags=re.IGNORECASE)
        if not count:
            text = re.sub(pair, rf"<{tag}>\2</{tag}>", text, flags=re.IGNORECASE)
        text = _closed(text, tag)
    return _one_support(NEXT_SUPPORT.sub("; ", text))


def _one_support(text: str) -> str:
    """Returns a text in which citations of one answer that stand apart, each in its own tag, are one.

    Where one of them holds several numbers, or words between them take the earlier one back, the last counts.
    """
    pairs = list(SUPPORT.finditer(text))
    last = text.rfind("</answer>", 0, pairs[-1].start()) if pairs else -1
    own = [pair for pair in pairs if pair.start() > last]
    if len(own) < 2 or not all(ONE_CITATION.fullmatch(pair[0]) for pair in own):
        return text
    if REVISION.search(text, own[0].end(), own[-1].start()):
        return text
    end = own[-1]
    joined = ", ".join("".join(filter(str.isdigit, pair[1])) for pair in own)
    return f"{text[: end.start()]}<support>{joined}</support>{text[end.end() :]}"


def _first_line(text: str, answer: str) -> str:
    """Returns the first line of an answer whose tag is left open, and others as they are."""
    left_open = text.rstrip().endswith(answer.rstrip())
    return answer.strip().partition("\n")[0] if left_open else answer


def _stated_below(text: str) -> str | None:
    """Returns the answer that is stated in words below the last answer tag."""
    end = max((mark.end() for mark in ANSWER_TAG.finditer(text)), default=len(text))
    stated = [mark["answer"] for mark in STATED.finditer(text, end)]
    return REASON.split(stated[-1], maxsplit=1)[0] if stated else None


def _is_withdrawn(text: str) -> bool:
    """Returns True where words below the last answer tag say that it is wrong."""
    end = max((mark.end() for mark in ANSWER_TAG.finditer(text) if mark[0].startswith("</")), default=-1)
    return end >= 0 and retracts(text[end:])


def _inside(answer: str) -> str:
    """Returns the content of an answer tag without tags that are nested in it or follow it."""
    before, opened, rest = answer.partition("<")
    if opened and not before.strip():  # <answer><support>3</support>Rome</answer>
        return rest.rpartition(">")[2]
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
