"""The content of chat messages as text: plain, in parts, or missing."""

from __future__ import annotations

from typing import Any


def text_of(content: Any) -> str:
    """Returns the text of a message's content; empty for None.

    Of content in parts it joins those of type `text`. Others, such as images and thoughts, are left out.

    Raises:
        ValueError: If the content has neither form.

    Example:
        >>> text_of("left"), text_of([{"type": "text", "text": "le"}, {"type": "text", "text": "ft"}])
        ('left', 'left')
    """
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, list) and all(isinstance(part, dict) and "type" in part for part in content):
        texts = [part.get("text") for part in content if part["type"] == "text"]
        if all(isinstance(text, str) for text in texts):
            return "".join(texts)
    raise ValueError(f"{content!r:.200} is no content of a message: it holds no text")
