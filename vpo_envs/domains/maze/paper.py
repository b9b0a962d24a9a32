"""The answer reader of the paper's authors, kept exactly for `paper=True`.

Source: the maze task of the public code of arXiv 2605.22817 (`ryanboldi/vpo`, commit 767db79).
"""

from __future__ import annotations

import re

OPEN = re.compile("<answer>", re.IGNORECASE)
CLOSE = re.compile("</answer>", re.IGNORECASE)
MOVE = re.compile(r"\b(UP|DOWN|LEFT|RIGHT)\b")


def read_moves(completion: str) -> list[str] | None:
    """Returns every direction word inside the first `<answer>` pair, or else in the whole text.

    So words of the prose count as moves where the tag is missing, and thought is not removed.

    Args:
        completion: Any string.

    Returns:
        Direction words in lower case; None where there are none.

    Example:
        >>> read_moves("I go right: <answer>UP, up</answer> <answer>LEFT</answer>")
        ['up', 'up']
        >>> read_moves("Going up or left?")
        ['up', 'left']
    """
    opened = OPEN.search(completion)
    closed = CLOSE.search(completion, opened.end()) if opened else None
    text = completion[opened.end() : closed.start()] if opened and closed else completion
    return [word.lower() for word in MOVE.findall(text.upper())] or None
