"""The parts of a reply, its decisions and its messages in order, in the dress of chat models.

A part stands in tags, under a heading or label (`## Decision`, `message: |`), in an object or in a fence.
Tags for messages come first: where there are some, nothing else is a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from vpo_envs.domains.support.fields import MESSAGE, Found, joined, known, lines, objects
from vpo_envs.domains.support.forms import HEADS, as_lines, element_as_fields
from vpo_envs.layout import usual_layout
from vpo_envs.literals import read_value, unwrapped
from vpo_envs.reading import fenced, is_placeholder, plain_characters, plain_marks, plain_tags, remove_thought

DECISION, REST = "decision", ""
_TAGS = r"decisions?|(?:customer_)?message|message_to_customer"
_TAG = re.compile(rf"<(/?) ?({_TAGS}) ?>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?(?:reply|response|email) ?>", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_LABEL = re.compile(
    r"^[ \t>#*_-]{0,8}(?:\d[.)][ \t]{1,3})?(?:[^\w\s]{1,2}[ \t])?[*_]{0,3}"
    r"(?:part \d[:. ]{0,3})?(?:(?:the|my|final)[ _]){0,2}"
    r"(?:(?P<decision>decisions?)|(?:customer[ _])?(?:message|reply|response))"
    r"(?:[ _](?:to|for)[ _](?:the[ _])?customer)?"
    r"[ \t*_]{0,8}(?:[:=][ \t*_]{0,8}(?:[|>][-+]?(?=\s))?|$)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"""("{3}|'{3}|["'])(.*)\1""", re.DOTALL)
_LINE_TAG = re.compile(
    r"</?(?:p|br|div|[uo]l|li|h[1-6]|table|t[rhd]|html|body)(?: [^<>\n]{0,80})? ?/?>", re.IGNORECASE
)
_WORD_TAG = re.compile(r"</?(?:b|strong|i|em|u|span)(?: [^<>\n]{0,80})? ?>", re.IGNORECASE)


class Part(NamedTuple):
    """A part of a reply.

    Attributes:
        kind: `decision`, `message`, or empty for what is neither.
        text: Its text, without tags and labels.
        closed: Whether it has an end, unlike a tag that is left open.
    """

    kind: str
    text: str
    closed: bool = True


def parts_of(text: str) -> list[Part]:
    r"""Returns the parts of a completion in order, thought removed.

    Example:
        >>> [tuple(part) for part in parts_of("## Decision\nfee: $5\n\n## Message\nThe fee is $5.")]
        [('decision', '\nfee: $5', True), ('message', 'The fee is $5.', True)]
    """
    text = usual_layout(remove_thought(plain_characters(text)), HEADS)
    text = plain_marks(plain_tags(element_as_fields(_unpacked(text)), _TAGS))
    tagged = [*_tagged(text)]
    messages = any(part.kind == MESSAGE for part in tagged)
    found: list[Part] = []
    for part in tagged:
        if part.kind:
            found.append(part)
        elif messages:
            found += _decisions(part.text)
        else:
            found += _untagged(part.text)
    return [part for part in found if part.text.strip()]


def undressed(text: str) -> str:
    r"""Returns a message without its dress: fences, tags of other names, labels on lines of their own.

    Example:
        >>> undressed("**Message:**\n```\nWe refund you.\n```")
        'We refund you.'
    """
    text = _FENCE.sub("", _OTHER_TAG.sub("\n", text))
    text = "\n".join(line for line in text.split("\n") if not _LABEL.fullmatch(line)).strip()
    quoted = _QUOTED.fullmatch(text)
    return quoted[2].strip() if quoted else text


def as_letter(text: str) -> str:
    r"""Returns a message with lines for the blocks of HTML and for escaped line breaks, without other HTML.

    Example:
        >>> as_letter("<p>We <b>refund</b> you.</p><p>5 < 6</p>")
        'We refund you.\n\n5 < 6'
    """
    return _LINE_TAG.sub("\n", _WORD_TAG.sub("", text)).replace("\\n", "\n").strip()


def complete(parts: Sequence[Part], kind: str) -> list[int]:
    """Returns the places of the parts of a kind that are complete and not empty, else of the open ones."""
    places = [i for i, part in enumerate(parts) if part.kind == kind and not is_placeholder(part.text)]
    return [i for i in places if parts[i].closed] or places


def _unpacked(text: str) -> str:
    """Returns the tags that a text of JSON holds in its strings; any other text as it is."""
    body = _FENCE.sub("", text).strip()
    todo: list[Any] = []
    if body[:1] in ("{", "[", '"'):
        with suppress(ValueError, RecursionError):
            todo.append(read_value(body, repeated_keys=True))
    if todo and isinstance(todo[0], str):
        return todo[0]
    found: list[str] = []
    for value in todo:
        inner = unwrapped(value)
        if isinstance(inner, str):
            found += [inner] if _TAG.search(inner) else []
        elif isinstance(inner, (dict, list)):
            todo += inner.values() if isinstance(inner, dict) else inner
    return "\n".join(found) or text


def _tagged(text: str) -> Iterator[Part]:
    """Yields the parts in tags and what stands between them; the innermost of nested openers counts."""
    kind, start = REST, 0
    for mark in _TAG.finditer(text):
        name = DECISION if mark[2].lower().startswith(DECISION) else MESSAGE
        if not mark[1] or name == kind or not kind:
            yield Part(kind, text[start : mark.start()], closed=bool(mark[1]) or not kind)
            kind, start = REST if mark[1] else name, mark.end()
    yield Part(kind, text[start:], closed=not kind)


def _untagged(text: str) -> Iterator[Part]:
    """Yields the parts of a text without tags for messages: objects that hold one, or what labels head."""
    labels = [*_LABEL.finditer(text)]
    if any(MESSAGE in found.fields for found in objects(text)):
        labels = []
    yield from _decisions(text[: labels[0].start()] if labels else text)
    for label, end in zip(labels, [*(label.start() for label in labels[1:]), len(text)]):
        content = text[label.end() : end]
        if label["decision"]:
            yield from _decisions(as_lines(content), labelled=True)
            continue
        inner = [*_decisions(content)]
        yield from inner if len(inner) > 1 else [Part(MESSAGE, undressed(content))]


def _decisions(text: str, labelled: bool = False) -> Iterator[Part]:
    """Yields the decisions in a text, and what stands between them.

    They are objects or fences; under a label of theirs also lines.
    """
    start = 0
    for found in objects(text) or _fences(text) or (labelled and lines(text)) or ():
        yield Part(REST, text[start : found.start])
        if known(found.fields):
            yield Part(DECISION, text[found.start : found.end])
        if MESSAGE in found.fields:
            yield Part(MESSAGE, found.fields[MESSAGE])
        start = found.end
    yield Part(REST, text[start:])


def _fences(text: str) -> list[Found]:
    """Returns the fields in code fences that begin with one; a letter begins with other words."""
    found: list[Found] = []
    start = 0
    for block in fenced(text):
        start = text.index(block, start)
        written = as_lines(block)
        inner = lines(written)
        if inner and written != block:
            inner = [Found(joined([each.fields for each in inner])[0], 0, len(block))]
        if inner and not block[: inner[0].start].strip():
            found += [Found(each.fields, start + each.start, start + each.end) for each in inner]
        start += len(block)
    return found
