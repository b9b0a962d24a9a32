"""Reading an answer: its blocks, and what of it fits into the budget."""

from __future__ import annotations

import re
from typing import NamedTuple

from vpo_envs.domains.tool_use.calls import Call, read_calls

THINK = ("<think>", "</think>")
TOOL_CALL = ("<tool_call>", "</tool_call>")
TAG = re.compile("<think>|<tool_call>")
WORD = re.compile(r"</?\w+>|\w+")


class Blocks(NamedTuple):
    """The blocks of an answer.

    Attributes:
        thought: Whether there is a closed `<think>` block, and no `<tool_call>` block before it.
        calls: The text of each `<tool_call>` block.
        closed: Whether they all are closed.
    """

    thought: bool
    calls: list[str]
    closed: bool


class Answer(NamedTuple):
    """What an answer holds.

    Attributes:
        thought: Whether there is a closed `<think>` block, and no `<tool_call>` block before it.
        opened: Whether there is a `<tool_call>` block.
        closed: Whether every `<tool_call>` block is closed.
        calls: The calls attempted, None where one cannot be read.
        unread: How many more there are beyond the limit.
    """

    thought: bool
    opened: bool
    closed: bool
    calls: tuple[Call | None, ...]
    unread: int = 0


def cut(text: str, budget: int | None) -> str:
    """The text before its word number `budget + 1`; all of it without a budget.

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


def find_blocks(text: str) -> Blocks:
    """Finds the blocks in one pass from the left.

    Tags inside a block are its text: a call in the thoughts is no call. A block that is not closed
    reaches to the end.
    """
    thought, closed = False, True
    calls: list[str] = []
    position = 0
    while True:
        tag = TAG.search(text, position)
        if tag is None:
            return Blocks(thought, calls, closed)
        is_thought = tag[0] == THINK[0]
        end = text.find(THINK[1] if is_thought else TOOL_CALL[1], tag.end())
        if is_thought:
            thought = thought or (end >= 0 and not calls)
        else:
            calls.append(text[tag.end() :] if end < 0 else text[tag.end() : end])
            closed = closed and end >= 0
        if end < 0:
            return Blocks(thought, calls, closed)
        position = end


def read_answer(text: str, limit: int, *, short: bool) -> Answer:
    """Reads an answer.

    Args:
        text: Any string.
        limit: Most calls to parse; further ones are only counted.
        short: Whether the short notation counts.
    """
    thought, blocks, closed = find_blocks(text)
    calls: list[Call | None] = []
    unread = 0
    for block in blocks:
        read, more = read_calls(block, limit - len(calls), short=short)
        calls += read
        unread += more
    return Answer(thought, bool(blocks), closed, tuple(calls), unread)
