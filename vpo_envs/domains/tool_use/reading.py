"""Reading an answer: thought, blocks and their calls, the reply beside them, what a budget cuts off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from vpo_envs.domains.tool_use.blocks import read_block
from vpo_envs.domains.tool_use.calls import NAME_KEYS, PARAMETER_KEYS, Call, calls_of
from vpo_envs.domains.tool_use.literals import read_value, value_end
from vpo_envs.reading import answer_span, is_placeholder, read_entities, unescaped

THINK = ("<think>", "</think>")
TOOL_CALL = ("<tool_call>", "</tool_call>")
TAG = re.compile(r"<(/?) ?tool_call ?>", re.IGNORECASE)
ANY_TAG = re.compile(r"</?\w{1,20}>")
WORD = re.compile(r"</?\w+>|\w+")
LETTER = re.compile(r"[^\W\d_]")
REVISION = re.compile(
    r"\b(?:wait|no|wrong|mistake|mistaken|correct\w*|instead|actually|rather|revis\w+|redo|again|better|"
    r"draft|final|sorry|oops|fix\w*|second thought|look|try|attempt|retry|reconsider\w*|once more)\b",
    re.IGNORECASE,
)
"""Words that say that the calls above are withdrawn."""

CONTINUATION = re.compile(
    r"\A\W*(?:and|then|now|after|afterwards|finally|lastly|plus|step|call|tool|\d{1,2}[.):])(?!\w)"
    r"|\b(?:also|additionally|moreover|furthermore|besides|another|other|remaining|next|as well|"
    r"second\w*|third\w*|fourth\w*|fifth\w*|sixth\w*)\b",
    re.IGNORECASE,
)
"""Words between two blocks that add the second to the first."""

MAX_BARE = 16
"""Bracketed values looked at where an answer has no block."""


class Answer(NamedTuple):
    """Content of an answer.

    Attributes:
        thought: Whether a closed thought stands before the calls or the reply.
        opened: Whether there is a `<tool_call>` block.
        closed: Whether every `<tool_call>` block is closed.
        prose: Whether a block holds anything but calls.
        calls: The calls attempted, None where one cannot be read.
        unread: How many more there are beyond the limit.
        reply: What stands outside thought and blocks.
    """

    thought: bool
    opened: bool
    closed: bool
    prose: bool
    calls: tuple[Call | None, ...]
    unread: int
    reply: str

    @property
    def blank(self) -> bool:
        """True if there is nothing but thought."""
        return not (self.opened or self.calls or LETTER.search(self.reply))


class _Span(NamedTuple):
    """Places of a block in the answer: its tags' outer ends and its text."""

    start: int
    content: int
    content_end: int
    end: int


def cut(text: str, budget: int | None) -> str:
    """Returns the text before its word number `budget + 1`; all of it without a budget.

    A tag is one word, and so is every other run of letters, digits and underscores; punctuation is
    free.

    Example:
        >>> cut("<tool_call> get_weather city = Oslo days = 3", 4)
        '<tool_call> get_weather city = Oslo '
    """
    if budget is not None:
        for number, word in enumerate(WORD.finditer(text)):
            if number == budget:
                return text[: word.start()]
    return text


def sent(calls: Sequence[Call | None], entries: int) -> tuple[Call | None, ...]:
    """Returns what arrives of calls if only their first entries are sent.

    A tool's name, an argument's name and an argument's value are an entry each. Null takes none, and
    neither does a value that is cut off: it becomes null.

    Example:
        >>> sent([Call("f", {"a": 1, "b": 2}), Call("g")], 4)
        (Call(name='f', parameters={'a': 1, 'b': None}),)
    """
    arrived: list[Call | None] = []
    for call in calls:
        if entries <= 0:
            break
        entries -= 1
        if call is None:
            arrived.append(None)
            continue
        parameters: dict[str, Any] = {}
        for key, value in call.parameters.items():
            if entries <= 0:
                break
            entries -= 1
            paid = value is not None and entries > 0
            entries -= paid
            parameters[key] = value if paid else None
        arrived.append(Call(call.name, parameters))
    return tuple(arrived)


def read_answer(text: str, limit: int, *, short: bool) -> Answer:
    """Reads an answer, of which the last complete run of blocks counts.

    Thought ends at its last closing mark outside the blocks. Blocks belong together unless the text
    between them has words that do not add anything (`also`, `then`, `second` ...) or that withdraw what
    stands above (`wait`, `instead` ...). Where there is no block, calls written as objects are
    read from the reply.

    Args:
        text: Any string.
        limit: Most calls to parse; further ones are only counted.
        short: Whether the short notation counts.
    """
    text = unescaped(text, "tool_call")
    spans, left_open = _blocks(text)
    start, end = answer_place(text)
    spans = [s for s in spans if start <= s.start < end and not _echoed(text[s.content : s.content_end])]
    if left_open is not None and not start <= left_open.start < end:
        left_open = None
    if left_open is not None and spans and _is_mention(text, spans[-1], left_open):
        left_open = None
    reply = _outside(text, start, end, [*spans, left_open] if left_open else spans)
    if left_open is not None and (not spans or not _restarts(text[spans[-1].end : left_open.start])):
        spans.append(left_open)
    calls: list[Call | None] = []
    unread, prose = 0, False
    for run in reversed(_runs(text, spans)):
        calls, unread, prose = [], 0, False
        for span in run:
            block = text[span.content : span.content_end]
            if '"' not in block:  # a value with a quote in it may be about entities
                block = read_entities(block)
            cut_off = left_open is not None and span is left_open
            read, more, words = read_block(block, limit - len(calls), short=short, cut_off=cut_off)
            calls += read
            unread += more
            prose = prose or words
        if calls:
            break
    opened = bool(spans) or left_open is not None
    if not opened:
        calls = _bare_calls(text[start:end])[:limit]
    return Answer(start > 0, opened, left_open is None, prose, tuple(calls), unread, reply)


def answer_place(text: str) -> tuple[int, int]:
    """Returns where the answer of a completion begins and ends: all but thought.

    Args:
        text: Any string; what looks like a mark of thought inside a block is the call's own text.
    """
    return answer_span(_masked(text, _blocks(text)[0]))


def _blocks(text: str) -> tuple[list[_Span], _Span | None]:
    """All complete blocks, and the one that is open at the end."""
    spans: list[_Span] = []
    opener: re.Match[str] | None = None
    for mark in TAG.finditer(text):
        if not mark[1]:
            opener = mark
        elif opener is not None:
            spans.append(_Span(opener.start(), opener.end(), mark.start(), mark.end()))
            opener = None
    if opener is None:
        return spans, None
    return spans, _Span(opener.start(), opener.end(), len(text), len(text))


def _masked(text: str, spans: Sequence[_Span]) -> str:
    """The text with the blocks blacked out: a mark of thought inside a call is the call's own text."""
    parts = []
    position = 0
    for span in spans:
        parts += [text[position : span.content], "x" * (span.content_end - span.content)]
        position = span.content_end
    return "".join([*parts, text[position:]])


def _is_mention(text: str, last: _Span, left_open: _Span) -> bool:
    """Returns whether an opening tag after the last block is a word of a sentence about the form."""
    return _restarts(text[last.end : left_open.start]) and "{" not in text[left_open.content :]


def _echoed(content: str) -> bool:
    """Returns whether a block is an empty form, such as `...`; blanks alone are an answer, if a poor one."""
    return bool(content.strip()) and is_placeholder(content)


def _restarts(between: str) -> bool:
    """Returns whether the text between two blocks withdraws the first."""
    if not LETTER.search(between):
        return False
    return REVISION.search(between) is not None or CONTINUATION.search(between) is None


def _runs(text: str, spans: Sequence[_Span]) -> list[list[_Span]]:
    """Blocks that belong together."""
    runs: list[list[_Span]] = []
    for span in spans:
        if runs and not _restarts(text[runs[-1][-1].end : span.start]):
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _outside(text: str, start: int, end: int, spans: Sequence[_Span]) -> str:
    """The answer without its blocks and tags."""
    parts = []
    for span in spans:
        parts.append(text[start : span.start])
        start = span.end
    parts.append(text[start:end])
    return ANY_TAG.sub(" ", " ".join(parts)).strip()


def _bare_calls(text: str) -> list[Call | None]:
    """Calls written without a block: objects that say both the name and the arguments."""
    calls: list[Call | None] = []
    position, failures = 0, 0
    while (position := text.find("{", position)) >= 0 and failures < MAX_BARE:
        end = value_end(text, position)
        found: list[Call | None] = []
        if end is not None:
            try:
                value = read_value(text[position:end])
            except ValueError:
                value = None
            found = calls_of(value) if _is_explicit(value) else []
        failures += not found
        calls += found
        position = position + 1 if end is None else end
    return calls


def _is_explicit(value: Any) -> bool:
    inner = value.get("function", value) if isinstance(value, dict) else None
    inner = inner if isinstance(inner, dict) else value
    return (
        isinstance(inner, dict)
        and any(key in inner for key in NAME_KEYS)
        and any(key in inner for key in PARAMETER_KEYS)
    )
