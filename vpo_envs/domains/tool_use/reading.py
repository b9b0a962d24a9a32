"""Reading an answer: thought, blocks and their calls, the reply beside them, what a budget cuts off."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from vpo_envs.domains.tool_use.blocks import Block, read_block
from vpo_envs.domains.tool_use.calls import Call, explicit_calls
from vpo_envs.domains.tool_use.elements import elements_as_json
from vpo_envs.domains.tool_use.runs import LETTERS, restarts
from vpo_envs.literals import read_value, value_end, without_escapes
from vpo_envs.reading import CLOSER, OPENER, answer_span, is_placeholder, plain_tags, read_entities
from vpo_envs.toml import toml_as_json

THINK = ("<think>", "</think>")
TOOL_CALL = ("<tool_call>", "</tool_call>")
TAG = re.compile(r"<(/?) ?tool_call ?>", re.IGNORECASE)
OTHER_NAMES = r"tool[_-]?calls?"
OTHER_TAG = re.compile(rf"<(/?) ?{OTHER_NAMES} ?>", re.IGNORECASE)
"""The tag by a name that is nearly its own."""

WORD = re.compile(r"</?\w+>|\w+")
MARKUP = re.compile(
    r"(?:</?[\w.:-]{1,40} ?/?>|<[|｜][^<>|｜]{1,40}(?:[|｜]>|[|｜]?\Z))"
    r"(?:(?:assistant|user|system|tool|model)\b)?"
    r"|\[/?[A-Z_]{2,20}\]|```+\w*"
)
"""Tags, special tokens with the role that one opens, and code fences: no words for a person."""

MARKDOWN_ESCAPE = re.compile(r"(?<!\\)\\([_*#<>\[\]-])")
r"""Escapes that JSON does not have, in names such as `send\_mail`."""

VALUE = re.compile(r"[{\[]")
SAID = re.compile(r"[^\W_]|[`'\"]")
"""Words before a tag, or a quote of it."""

NO_CALLS = re.compile(r"\[\s*\]")
"""An empty list of calls without a block around it."""

MOST_COMPARED = 32
"""Calls of a run with which those of a further block are compared."""

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
        """True if there is nothing but thought: no block, no call and no word."""
        return not (self.opened or self.calls or LETTERS.search(self.reply))


class _Span(NamedTuple):
    """A block's place in the answer: its tags' outer ends and its text.

    Attributes:
        start: Where its opening tag begins.
        content: Where its text begins.
        content_end: Where its text ends.
        end: Where its closing tag ends; without one, that of its text.
        closed: Whether it has a closing tag.
        last: Whether it is not closed and no other block follows.
    """

    start: int
    content: int
    content_end: int
    end: int
    closed: bool = True
    last: bool = False


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

    Thought ends at its last closing mark outside the blocks, and may stand between them. Blocks belong
    together unless the text between them withdraws what stands above (module `runs`). Where there is no
    block, calls written as objects are read from the reply.

    Args:
        text: Any string.
        limit: Most calls to parse; further ones are only counted.
        short: Whether the short notation counts.
    """
    text = _with_plain_tags(text)
    places = answer_places(text)
    start, end = places[-1]
    found = _read_blocks(text, places, limit, short)
    closed = all(span.closed for span, _ in found)
    last_run: list[Block] = []
    for run in reversed(_runs(text, found)):
        last_run = run
        if any(block.calls for block in run):
            break
    calls = [call for block in last_run for call in block.calls]
    unread = sum(block.unread for block in last_run) + len(calls[limit:])
    if not found:
        calls = _bare_calls(text[start:end])
    reply = _outside(text, start, end, [span for span, _ in found if span.start >= start])
    prose = any(block.prose for block in last_run)
    opened = bool(found) or NO_CALLS.fullmatch(reply) is not None
    return Answer(places[0][0] > 0, opened, closed, prose, tuple(calls[:limit]), unread, reply)


def _with_plain_tags(text: str) -> str:
    """Returns a text with its tags in plain brackets, and by their own name where none of them has it."""
    text = plain_tags(elements_as_json(toml_as_json(text)), OTHER_NAMES)
    return text if TAG.search(text) else OTHER_TAG.sub(r"<\1tool_call>", text)


def answer_places(text: str) -> list[tuple[int, int]]:
    """Returns where the parts of an answer begin and end: all but thought.

    The last part is the answer by the rules of `vpo_envs.reading`. Before it come those between two thoughts,
    as models write that think before each call.

    Args:
        text: Any string; what looks like a mark of thought inside a block is the call's own text.
    """
    masked = _masked(text, [span for span in _spans(text) if span.closed])
    places = [answer_span(masked)]
    ends = [mark.end() for mark in CLOSER.finditer(masked, 0, places[0][0])]
    for before, after in zip(reversed(ends[:-1]), reversed(ends)):
        opened = OPENER.search(masked, before, after)
        if opened is None:
            break
        places.append((before, opened.start()))
    return places[::-1]


def _spans(text: str) -> list[_Span]:
    """Returns all blocks. One that is not closed ends at the next opening tag, or with the text.

    A last opening tag behind which nothing stands is a closing tag that lacks its slash.
    """
    spans: list[_Span] = []
    opener: re.Match[str] | None = None
    for mark in TAG.finditer(text):
        if opener is not None:
            closed = bool(mark[1])
            end = mark.end() if closed else mark.start()
            spans.append(_Span(opener.start(), opener.end(), mark.start(), end, closed))
        opener = None if mark[1] else mark
    if opener is None:
        return spans
    follows = bool(spans) and not spans[-1].closed and spans[-1].end == opener.start()
    if follows and not text[opener.end() :].strip():
        return [*spans[:-1], spans[-1]._replace(end=len(text), last=True)]
    return [*spans, _Span(opener.start(), opener.end(), len(text), len(text), closed=False, last=True)]


def _masked(text: str, spans: Sequence[_Span]) -> str:
    """Blacks out the blocks of a text: a mark of thought inside a call is the call's own text."""
    parts = []
    position = 0
    for span in spans:
        parts += [text[position : span.content], "x" * (span.content_end - span.content)]
        position = span.content_end
    return "".join([*parts, text[position:]])


def _read_blocks(
    text: str, places: Sequence[tuple[int, int]], limit: int, short: bool
) -> list[tuple[_Span, Block]]:
    """Returns the blocks of an answer with their content; not those that only show or name the form."""
    found: list[tuple[_Span, Block]] = []
    starts = [start for start, _ in places]
    for span in _spans(text):
        place = bisect_right(starts, span.start) - 1
        if place < 0 or span.start >= places[place][1] or _echoed(text[span.content : span.content_end]):
            continue
        content = text[span.content : span.content_end]
        if '"' not in content:  # a value with a quote in it may be about entities
            content = read_entities(content)
        content = without_escapes(MARKDOWN_ESCAPE.sub(r"\1", content))
        block = read_block(content, limit, short=short, cut_off=span.last)
        line = max(starts[place], found[-1][0].end if found else text.rfind("\n", 0, span.start))
        said, goes_on = text[max(line, 0) : span.start], text[span.end :].partition("\n")[0]
        if not _is_mention(content, block, span, said, goes_on):
            found.append((span, block))
    return found


def _is_mention(content: str, block: Block, span: _Span, said: str, goes_on: str) -> bool:
    """Returns whether a tag is a word of a sentence about the form.

    A tag is in a sentence if something is said before it and no call is attempted after it; an empty block
    is, if the line goes on behind it, too. One that another opening tag follows must hold calls and nothing
    else.
    """
    if not (span.closed or span.last):
        return block.prose or not block.calls or None in block.calls
    if VALUE.search(content) or any(block.calls) or not SAID.search(said):
        return False
    return bool(content.strip() or not span.closed or SAID.search(goes_on))


def _echoed(content: str) -> bool:
    """Returns whether a block is an empty form such as `...`; `[]` or nothing is an answer, if a poor one."""
    return bool(content.strip("[]{} \t\r\n")) and is_placeholder(content)


def _runs(text: str, found: Sequence[tuple[_Span, Block]]) -> list[list[Block]]:
    """Returns the blocks that belong together; a new start that the text cuts off does not count."""
    runs: list[list[Block]] = []
    calls: list[Call | None] = []
    end = 0
    for span, block in found:
        if runs and not restarts(text[end : span.start], calls, block.calls):
            runs[-1].append(block)
        elif runs and span.last:
            break
        else:
            runs.append([block])
            calls = []
        calls = (calls + block.calls)[:MOST_COMPARED]
        end = span.end
    return runs


def _outside(text: str, start: int, end: int, spans: Sequence[_Span]) -> str:
    """Returns the answer without its blocks and markup."""
    parts = []
    for span in spans:
        parts.append(text[start : span.start])
        start = span.end
    parts.append(text[start:end])
    return MARKUP.sub(" ", read_entities(" ".join(parts))).strip()


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
            found = explicit_calls(value)
        failures += not found
        calls += found
        position = position + 1 if end is None else end
    return calls
