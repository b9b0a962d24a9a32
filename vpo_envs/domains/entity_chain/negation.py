"""Names that a sentence denies or doubts, or between which it does not decide."""

from __future__ import annotations

import re
from collections.abc import Sequence

DENIED = (
    r"false|untrue|wrong|incorrect|mistak\w*|unlikely|improbable|impossible|implausible|unclear|uncertain"
    r"|doubt\w*|not (?:true|right|correct|so|the case)"
)
DENIAL = re.compile(
    rf"\b(?:not?|never|nobody|none|nothing|neither|cannot|{DENIED}|unsure|questionable|den(?:y|ies|ied|ying)"
    r"|reject\w*|disput\w*|refut\w*|disprov\w*|disagree\w*|disbeliev\w*|refus\w*|rul(?:e|es|ed|ing) out"
    r"|exclud\w*|hardly|scarcely|lie|myth|fiction|error|contrary|rather than|instead of|without|if|unless"
    r"|whether)\b|n't\b",
    re.IGNORECASE,
)
"""Words before a mask with which its name is no answer."""

TAKEN_BACK = re.compile(
    r"[\s,.;!?-]{0,5}(?:(?:which|but|and|yet|though|although)\s)?(?:(?:that|this|it)(?:'s)?\s|I\s)?"
    rf"(?:(?:is|was|seems|looks|must be)\s)?(?:(?:most )?(?:likely|probably|surely)\s)?(?:{DENIED})\b",
    re.IGNORECASE,
)
"""The same behind a name: `..., which is wrong`, `..., but I doubt it`."""

CERTAIN = re.compile(r"\b(?:no|not|n't|without|beyond) (?:(?:a|any|all|reasonable) )*doubt\w*", re.IGNORECASE)
VERDICT = re.compile(rf"\b(?:not|{DENIED})\b\W{{0,4}}:[^:\n]*$", re.IGNORECASE)
"""A denial as the label of what follows: `False: River A is`."""

SENTENCE_END = re.compile(
    r"[.!?](?=\s)|[:;\n]|\b(?:but|so|thus|hence|therefore|instead(?! of)|rather(?! than)|while|whereas)\b",
    re.IGNORECASE,
)
CLAUSE_END = re.compile(r"[,|]|\b(?:and|then)\b", re.IGNORECASE)
JOINED = re.compile(r"\s*(?:that|n?or)\b", re.IGNORECASE)
"""The beginning of a clause to which the words before it apply."""

ALTERNATIVE = re.compile(r"[\s,;|>*_.(-]{0,9}(?:n?or|/)\s", re.IGNORECASE)


def doubted(keys: Sequence[re.Match[str]]) -> list[bool]:
    """Returns for masks in a text, such as `River A is`, whether what follows them is no answer.

    Denial applies to its own clause, and to the masks that follow in the same sentence. Of alternatives,
    none is an answer.

    Args:
        keys: The masks in their order, with a group `letter`; a joining word before them is in the match.

    Example:
        >>> key = re.compile(r"(?:or )?River (?P<letter>[A-E]) is")
        >>> doubted(list(key.finditer("I doubt that River A is Oule, but River B is Tarn.")))
        [True, False]
        >>> doubted(list(key.finditer("River A is Oule or River A is Tarn.")))
        [True, True]
    """
    found: list[bool] = []
    end = 0
    for key in keys:
        before = key.string[end : key.start("letter")]
        *ended, sentence = SENTENCE_END.split(before)
        first = not found or bool(ended)
        clause = CLAUSE_END.split(sentence)[-1]
        heard = CERTAIN.sub("", sentence if first and JOINED.match(clause) else clause)
        doubt = DENIAL.search(heard) or VERDICT.search(before)
        found.append(doubt is not None or (not first and found[-1]))
        if ALTERNATIVE.match(key[0]):
            found[-2:] = [True] * len(found[-2:])
        end = key.end()
    return found


def is_taken_back(text: str) -> bool:
    """Returns True for words behind a name that deny or doubt it.

    Example:
        >>> is_taken_back(", which is wrong."), is_taken_back(", as no other river fits.")
        (True, False)
    """
    return TAKEN_BACK.match(text) is not None
