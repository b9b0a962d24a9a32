"""Digits of all scripts as ASCII ones."""

from __future__ import annotations

import re
import unicodedata

OTHERS = re.compile(r"[^\W0-9a-zA-Z_]|[\u066b\u066c]")
MARKS = {"\u066b": ".", "\u066c": ","}
"""The decimal point and the separator of thousands beside Arabic digits."""


def plain_digits(text: str) -> str:
    r"""Returns a text with ASCII digits for the decimal digits of other scripts; superscripts stay.

    Example:
        >>> plain_digits("\u0663\u066b\u0665 \uff17 x\u00b2 \u00bd")
        '3.5 7 x\xb2 \xbd'
    """
    return text if text.isascii() else OTHERS.sub(_plain, text)


def _plain(mark: re.Match[str]) -> str:
    digit = unicodedata.decimal(mark[0], None)
    return MARKS.get(mark[0], mark[0]) if digit is None else str(digit)
