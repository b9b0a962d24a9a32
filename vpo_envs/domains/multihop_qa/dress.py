"""The dress of answers in HTML, Markdown and LaTeX, taken off before anything is looked for in them."""

from __future__ import annotations

import re

from vpo_envs.digits import plain_digits
from vpo_envs.domains.multihop_qa.citations import NUMBER
from vpo_envs.reading import KEYCAP, is_placeholder, plain_characters, plain_marks

FORMS = frozenset({"answer", "your answer", "short answer", "your short answer", "your answer here"})

INLINE = r"b|i|u|em|strong|code|mark|span|small|font|name|text|value"
BLOCKS = r"item|number|id|ref|p|br|div|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|th|td|h[1-6]|pre"
INLINE_TAG = re.compile(rf"</?(?:{INLINE})(?: [^<>]{{0,200}})?>", re.IGNORECASE)
BLOCK_TAG = re.compile(rf"</?(?:{BLOCKS})(?: [^<>]{{0,200}})?/?>", re.IGNORECASE)
"""Tags that set type, and tags that part lines."""

STYLED = re.compile(r"\\text(?:bf|it|rm)\s?\{([^{}\n]{1,100})(?:(?<=:)\}|\}(?=:))")
"""A label in LaTeX's bold type."""

LINK = re.compile(r"\[(?![0-9, ]{1,20}\])([^\[\]\n]{1,120})\]\((?:https?:|#|/)[^()\s]{0,200}\)")
FOOTNOTE = re.compile(
    rf"【({NUMBER})(?:[†:][^【】\n]{{0,40}})?】|\[\^({NUMBER})\^?\]|<sup>\[?({NUMBER})\]?</sup>"
    rf"|<ref>\[?({NUMBER})\]?</ref>",
    re.IGNORECASE,
)
"""A number as it stands behind an answer in chat: it cites like one in square brackets."""

DEFINITION = re.compile(rf"^\[\^({NUMBER})\]:[ \t]{{0,3}}([^\n]{{1,200}})$", re.MULTILINE)
DEFINED = re.compile(rf"(?:\[|paragraph |passage |¶|#)({NUMBER})\b", re.IGNORECASE)


def undressed(text: str) -> str:
    r"""Returns a text in plain characters, without HTML, links and the marks of list items and notes.

    Example:
        >>> undressed("- [x] <b>Answer:</b> [Rome](https://rome.example)【3†source】")
        '- Answer: Rome[3]'
        >>> undressed("Rome[^1]\n\n[^1]: Paragraph 7")
        'Rome[7]\n\n'
    """
    text = re.sub(KEYCAP, lambda digit: digit[0][0], plain_marks(plain_digits(plain_characters(text))))
    defined = {name: DEFINED.match(note) for name, note in DEFINITION.findall(text)}
    if defined:
        text = DEFINITION.sub("", text)
    text = FOOTNOTE.sub(lambda mark: _bracketed(next(filter(None, mark.groups())), defined), text)
    text = LINK.sub(r"\1", STYLED.sub(r"\1", text))
    return BLOCK_TAG.sub("\n", INLINE_TAG.sub("", text)) if "<" in text else text


def _bracketed(number: str, defined: dict[str, re.Match[str] | None]) -> str:
    """Returns the citation that a footnote makes: of the paragraph its definition names, if it does."""
    note = defined.get(number)
    return f"[{note[1] if note else number}]"


def is_form(text: str) -> bool:
    """Returns True for an answer as the prompt shows its form, which is no answer.

    Example:
        >>> is_form("..."), is_form("your answer"), is_form("Rome")
        (True, True, False)
    """
    return is_placeholder(text) or text.strip(" .[](){}<>*_\n").lower() in FORMS
