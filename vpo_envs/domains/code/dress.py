"""Dress of code that is no fence: characters and signs of web pages, sessions, texts inside JSON.

What is Python as it stands is read so; these are the forms it may have otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vpo_envs.domains.code.listings import listings
from vpo_envs.literals import unwrapped, values_in, without_escapes
from vpo_envs.reading import FENCE, plain_characters, read_entities

MARK = r"(?:</?[a-zA-Z]{1,12}(?:[ \t][^<>\n]{0,80})?>|<!\[CDATA\[|\]\]>|<\|[\w-]{1,20}\|>)"
MARKS = re.compile(rf"^[ \t]{{0,8}}{MARK}{{1,4}}|{MARK}{{1,4}}[ \t]{{0,8}}$", re.MULTILINE)
"""Tags and special tokens at either end of a line, where Python has none."""

INVISIBLE = "\u200b\u2060\ufeff"
INSIDE = re.compile(rf"[^\n{INVISIBLE}][{INVISIBLE}]{{1,4}}[^\n{INVISIBLE}]")
"""Invisible characters within a line, where they are a mistake; at its ends they are dress."""

PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)|In \[[0-9]{1,3}\]: ?|[ ]{2,8}\.\.\.: ?")
VALUE = re.compile(r"(?:^|[:>*])[ \t]{0,8}(?=[{\[])", re.MULTILINE)
"""The place before a value: a line begins there, or a label ends."""

MOST_VALUES = 32


def forms(source: str) -> Iterator[str]:
    r"""Yields what code may be in other dress: with plain characters, without tags, out of a session.

    Example:
        >>> list(forms("x = 1")), list(forms("\ufeffx\u00a0= 1"))
        ([], ['x = 1'])
        >>> list(forms("<pre><code>x = 1 &lt; y</code></pre>"))
        ['\nx = 1 &lt; y\n', '\nx = 1 < y\n']
        >>> list(forms(">>> def f():\n...     return 1\n>>> f()\n1"))
        ['def f():\n    return 1\nf()']
    """
    seen = {source}
    plain = source if INSIDE.search(source) else plain_characters(source)
    bare = without_marks(plain)
    # Between fences the last block counts, not what the text as a whole may hold.
    held = () if FENCE.search(plain) else (_typed(plain), *listings(plain))
    for form in (plain, bare, read_entities(bare), *held):
        if form not in seen:
            seen.add(form)
            yield form


def without_marks(text: str) -> str:
    r"""Returns a text with line ends for the tags and special tokens at either end of its lines.

    Example:
        >>> without_marks("<code>x = 1</code>\nif x<y>z: pass</s>")
        '\nx = 1\n\nif x<y>z: pass\n'
    """
    return MARKS.sub("\n", text)


def texts_in(text: str) -> Iterator[str]:
    r"""Yields the texts inside JSON values that begin a line or follow a label, the last first.

    Example:
        >>> list(texts_in('So:\n{"answer": {"code": "f = 1"}}\nor\n[{"code": ["a = 1", "b = 2"]}]'))
        ['a = 1\nb = 2', 'b = 2', 'a = 1', 'f = 1']
        >>> list(texts_in('{"final_code": "f = 1", "draft": "f = 2"}'))
        ['f = 1', 'f = 2']
    """
    values = [value for _, _, value in values_in(without_escapes(text), VALUE)][-MOST_VALUES:]
    for value in reversed(values):
        yield from _texts(value)


def _typed(text: str) -> str:
    """Returns what was typed in a session of Python; a text that is none stays as it is."""
    if not text.lstrip().startswith((">>>", "In [")):
        return text
    prompts = ((PROMPT.match(line), line) for line in text.split("\n"))
    return "\n".join(line[prompt.end() :] for prompt, line in prompts if prompt)


def _texts(value: Any) -> Iterator[str]:
    """Yields the texts inside a value: under keys such as `final_code` first, then the last ones."""
    if isinstance(value, str):
        inner = unwrapped(value)
        yield from [value] if isinstance(inner, str) else _texts(inner)
    elif isinstance(value, dict):
        final_last = sorted(value.items(), key=_is_final)
        for _, item in reversed(final_last):
            yield from _texts(item)
    elif isinstance(value, list):
        if len(value) > 1 and all(isinstance(item, str) and "\n" not in item[:-1] for item in value):
            yield "\n".join(item.removesuffix("\n") for item in value)
        for item in reversed(value):
            yield from _texts(item)


def _is_final(item: tuple[str, Any]) -> bool:
    return item[0].lower().startswith("final")
