r"""Reading the text of a `<tool_call>` block.

Calls are JSON objects, one a line, joined by commas or `;`, or in an array; in code fences, after list
marks or between `// comments`; under any of the usual names for their parts; in Python's or JavaScript's
spelling, as Python calls, or as JSON texts in quotes. All this is unambiguous, so it counts. Words between
them are no calls.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from vpo_envs.domains.tool_use.calls import Call, calls_of, is_explicit, is_label, read_short
from vpo_envs.literals import closed, read_arguments, read_value, value_end
from vpo_envs.reading import plain_characters, plain_marks

FENCE_LABEL = r"(?<=```|~~~)[A-Za-z][\w+-]{0,20}(?=[ \t]*[\r\n{\[]|[ \t]+[A-Za-z_][\w.]{0,100}\()"
COMMENT = r"//[^\n{]*(?![^\n])|/\*[^*{]{0,200}\*/"
"""A comment without a call in it."""

SEPARATORS = re.compile(
    rf"(?:[\s,;`~\])\u200b\u2060\ufeff]|{FENCE_LABEL}|\[(?=\s*[A-Za-z_][\w.]{{0,100}}\()|{COMMENT})*"
)
LIST_MARKS = re.compile(r"(?:(?:[-*+•>]|\d{1,2}[.):]|[A-Za-z][.)])[ \t]+){1,2}")
LONGEST_MARK = 16
"""Characters of a ticked box, a keycap or emoji before a call."""

JSON_TEXT = re.compile(r'"\s{0,9}\{(?:[^"\\]|\\.)*"')
"""An object that is written as text."""

PYTHON_CALL = re.compile(r"([A-Za-z_][\w.]{0,100})\(")
BEFORE_CALL = re.compile(
    r"(?:(?:[A-Za-z_]\w{0,40}[ ]?=[ ]?(?:await[ ])?|await[ ])(?=[A-Za-z_][\w.]{0,100}\()"
    r"|print\((?=[A-Za-z_][\w.]{0,100}\())"
)
"""A name that the result gets in Python, or what shows it."""

NAMED_OBJECT = re.compile(r"`?([A-Za-z_][\w.-]{0,100})`?:?[ \t]{0,3}\n?[ \t]{0,3}(?=\{)")
"""The name of a tool before its arguments, as some models write a call."""

NEXT_VALUE = re.compile(r"\n([ \t]*)[{[]")
INSIDE_PROSE = re.compile(r"\{|\n")
MAX_FAILURES = 16
"""Values without an end that are looked at in one block; each costs a pass over the rest of it."""


class Block(NamedTuple):
    """Content of a block.

    Attributes:
        calls: The calls in order, None for a value that is no call.
        unread: How many more there are beyond the limit.
        prose: Whether there is other text between them.
    """

    calls: list[Call | None]
    unread: int
    prose: bool


def read_block(text: str, limit: int, *, short: bool, cut_off: bool = False) -> Block:
    r"""Reads the text of a block.

    What looks like a value and cannot be read is one wrong call, up to the next line that starts a value
    and is indented no deeper.

    Args:
        text: Any string.
        limit: Most calls to read.
        short: Whether the short notation counts.
        cut_off: Whether the block has no end; then a last value without an end is no call.

    Example:
        >>> read_block('{"name": "f"}, [{"tool": "g"}, 3]\nThat is all.', 9, short=False).calls
        [Call(name='f', parameters={}), Call(name='g', parameters={}), None]
        >>> read_block("f city = Oslo ; stop", 9, short=True).calls
        [Call(name='f', parameters={'city': 'Oslo'}), Call(name='stop', parameters={})]
    """
    calls: list[Call | None] = []
    unread, failures, prose = 0, 0, False
    position = 0
    while (position := _start(text, position)) < len(text):
        if failures >= MAX_FAILURES:
            return Block(calls[:limit], unread + 1, prose)
        if len(calls) >= limit:
            end = value_end(text, position) if text[position] in "{[" else None
            failures += end is None
            unread += text[position] in "{[" or short
            position = _line_end(text, position, short) if end is None else end
        elif text[position] in "{[":
            end = value_end(text, position)
            if end is None:
                failures += 1
                end = _unread_end(text, position)
                if not (cut_off and end == len(text)):
                    calls += _calls_unclosed(text[position:end])
            else:
                calls += _calls(text[position:end])
            position = end
        elif quoted := JSON_TEXT.match(text, position):
            calls += _calls(quoted[0])
            position = quoted.end()
        elif not short and (named := _named_object(text, position)):
            call, position = named
            calls.append(call)
        elif python := PYTHON_CALL.match(text, position):
            end = value_end(text, python.end() - 1)
            failures += end is None
            made = None if end is None else _python_call(python[1], text[python.end() : end - 1])
            end = _line_end(text, position, short) if end is None else end
            if made:
                calls.append(made)
            prose = prose or not made
            position = end
        elif short:
            end = _line_end(text, position, short)
            calls.append(read_short(text[position:end]))
            position = end
        else:
            prose = True
            position, found = _past_prose(text, position)
            failures += found is None
            calls += found or ()
    return Block(calls[:limit], unread + len(calls[limit:]), prose)


def _start(text: str, position: int) -> int:
    """Skips blanks, separators, code fences and marks, behind which a value may be in backticks."""
    position = _past_separators(text, position)
    mark = LIST_MARKS.match(text, position)
    position = mark.end() if mark else position
    before = BEFORE_CALL.match(text, position)
    position = before.end() if before else position
    line = text[position : position + LONGEST_MARK].partition("\n")[0]
    return _past_separators(text, position + len(line) - len(plain_marks(line)))


def _past_separators(text: str, position: int) -> int:
    return SEPARATORS.match(text, position).end()  # type: ignore[union-attr]  # matches nothing, too


def _line_end(text: str, position: int, short: bool) -> int:
    marks = (text.find("\n", position), text.find(";", position) if short else -1, len(text))
    return min(end for end in marks if end >= 0)


def _unread_end(text: str, position: int) -> int:
    """Finds the next line that starts a value and is indented no deeper than that of the position."""
    line = text[text.rfind("\n", 0, position) + 1 : position + 1]
    indent = len(line) - len(line.lstrip())
    starts = (match.start() for match in NEXT_VALUE.finditer(text, position) if len(match[1]) <= indent)
    return next(starts, len(text))


def _past_prose(text: str, position: int) -> tuple[int, list[Call | None] | None]:
    """Finds the end of a line of words, or of a call in it, with the call; None for a value with no end."""
    mark = INSIDE_PROSE.search(text, position)
    if mark is None:
        return len(text), []
    if mark[0] == "\n":
        return mark.end(), []
    end = value_end(text, mark.start())
    if end is None:
        return mark.end(), None
    made = _calls(text[mark.start() : end])
    return end, made if None not in made else []


def _calls(text: str) -> list[Call | None]:
    """Returns the calls of a value, as it is, in plain characters or with single braces.

    Models double the braces that their template doubles: all of them or the outer ones.
    """
    forms = [text, plain_characters(text)]
    if text.startswith("{{"):
        forms += [text[1:-1], text.replace("{{", "{").replace("}}", "}")]
    for form in forms:
        with suppress(ValueError):
            return calls_of(read_value(form))
    return [None]


def _calls_unclosed(text: str) -> list[Call | None]:
    """Returns the calls of a value that lacks brackets at its end, if it can be read with them."""
    with suppress(ValueError):
        return _calls(closed(text.rstrip(" \t\r\n,;`"))) or [None]
    return [None]


def _named_object(text: str, position: int) -> tuple[Call, int] | None:
    """Returns the call that is a name before an object of arguments, and where it ends."""
    name = NAMED_OBJECT.match(text, position)
    end = value_end(text, name.end()) if name else None
    if name is None or end is None:
        return None
    with suppress(ValueError):
        value = read_value(text[name.end() : end])
        if isinstance(value, dict) and not any(calls_of(value)) and not is_label(name[1]):
            return Call(name[1], value), end
    return None


def _python_call(name: str, arguments: str) -> Call | None:
    with suppress(ValueError):
        if arguments.lstrip().startswith("{"):  # one object with all arguments
            value = read_value(arguments)
            return Call(name, value) if isinstance(value, dict) and not is_explicit(value) else None
        return Call(name, read_arguments(arguments))
    return None
