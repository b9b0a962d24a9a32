"""Words with which an answer refuses the experiment that it mentions."""

from __future__ import annotations

import re

_CLAUSE_END = re.compile(r"[,;:!?]|\.\s|(?<!thing )\bbut\b", re.IGNORECASE)
_SUBORDINATE = re.compile(
    r"\b(?:where|which|as|since|because|in order)\b|^\W*(?:not )?to\b(?! avoid\W*$)", re.IGNORECASE
)
"""The beginning of words that give a reason or a purpose, and may say `not` without refusing."""
_REFUSAL = re.compile(
    r"\b(?:not|never|cannot|avoid(?:ing)?|except|excluding|unlike|without|skip(?:ping)?|reject(?:ing)?"
    r"|(?:instead|out) of|rather than|(?:any|every)thing but|bad|wrong|false|incorrect)\b|n't\b",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"\b(?:be|is|being) (?:avoided|excluded|rejected|forbidden|ruled out|out of the question"
    r"|an? (?:bad|poor|wrong|useless) )"
    r"|\b(?:should|must|would|will|shall|may|can|could|do|does|is)(?: ?not|n't| never) "
    r"(?:be |recommended|advisable|advised|allowed|possible|the experiment)",
    re.IGNORECASE,
)
_NEAR = 100
"""Characters before a value in which a refusal of it is looked for."""


def refuses(words: str) -> bool:
    """Returns whether the words before a value say that it is not to be set.

    Example:
        >>> refuses("I would avoid the experiment with x"), refuses("To avoid waste, set x to")
        (True, False)
    """
    clause = _CLAUSE_END.split(words[-_NEAR:])[-1]
    return _REFUSAL.search(_SUBORDINATE.split(clause)[0]) is not None


def rejects(words: str) -> bool:
    """Returns whether a value with words behind it is rejected: `x = 3 m should not be used`."""
    return _REJECTED.search(words) is not None
