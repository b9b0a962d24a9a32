"""Text as tokenizers take it."""

from __future__ import annotations


def speakable(text: str) -> str:
    r"""The text with question marks for lone surrogates, which tokenizers refuse.

    Example:
        >>> speakable("a \ud800 b")
        'a ? b'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
