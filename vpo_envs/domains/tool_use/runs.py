"""Blocks that belong together, and those that a later one withdraws.

Models write one block with all calls, a block for each call, or a draft and then a better answer. The words
between two blocks tell which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vpo_envs.domains.tool_use.calls import Call

LETTERS = re.compile(r"[^\W\d_]{2}")
"""Part of a word, which a list mark such as `b)` is not."""

_WITHDRAWN = (
    r"wrong|mistake\w*|mistaken|incorrect\w*|correct\w*|invalid|not (?:right|quite|what|valid|needed)|error"
    r"|instead|rather|better|meant|redo\w*|fix\w*|replac\w+|supersed\w+|withdr\w+|retract\w*|ignore|disregard"
    r"|discard|scrap|scratch|undo|(?:forget|cancel) (?:it|this|that|the (?:call|first|last))"
    r"|the right (?:tool|call|one|way)"
)
WITHDRAWAL = re.compile(rf"\b(?:{_WITHDRAWN})\b", re.IGNORECASE)
"""Clear words that the calls above are withdrawn."""

REVISION = re.compile(
    rf"\b(?:{_WITHDRAWN}|wait|hold on|hang on|never ?mind|hmm+"
    r"|no(?=\s*(?:[,;:!–—-]|\.(?!\s*\d)|$))|sorry|oops|apolog\w+"
    r"|my bad|actually|again|once more|second thoughts?|on reflection|the above"
    r"|revis\w+|rewrit\w+|rephras\w+|restat\w+|repeat\w*|reconsider\w*|rethink\w*|retry"
    r"|version|alternative(?:ly)?|option|(?:updated|amended|improved|refined|adjusted|modified|changed)"
    r"(?=\W*$| (?:calls?|answer|block|json|arguments?|parameters?))"
    r"|draft(?! (?:an?|the|your|my)\b)|final(?! (?:call|tool|step|request|task|one|thing)\b)|or(?=\s*[,:])"
    r"|(?:another|new|second|third|next|last|closer) (?:look|try)"
    r"|look(?:ing)? (?:again|closer|back|at (?:it|this|that))"
    r"|try(?=\s*(?:\d|[,.:!]|$)| (?:again|this|that|it|another|a )\b)|attempt(?! to\b))\b",
    re.IGNORECASE,
)
"""These and weaker words, which withdraw calls unless others say that the next ones are added."""

CONTINUATION = re.compile(
    r"\A\W*(?:and|then|now|after|afterwards|finally|lastly|plus|step|call|tool|\d{1,2}[.):])(?!\w)"
    r"|\b(?:also|additionally|moreover|furthermore|besides|another|other|remaining|next|as well|"
    r"second\w*|third\w*|fourth\w*|fifth\w*|sixth\w*)\b",
    re.IGNORECASE,
)
"""Words between two blocks that add the second to the first."""

ADDITION = re.compile(
    r"\b(?:also|additionally|in addition|as well|moreover|furthermore|besides|remaining|the rest|next|now)\b",
    re.IGNORECASE,
)
"""Words that add calls of other tools, also behind `Wait,`."""

WEAK = re.compile(r"\b(?:(?:sorry )?for the wait|option|again|once more)\b", re.IGNORECASE)
"""Words that revise calls of the same tools and add calls of others: `Here is the food option:`."""

WHOLE = re.compile(r"\b(?:calls|answers?|solution|response|output|result)\b", re.IGNORECASE)
"""Words that announce the whole answer, as after an example of the form."""

JUDGEMENT = re.compile(r"\b(?:is|are|was|be|not|should|must|needs?)\b|n't\b", re.IGNORECASE)
"""Words that say how a call of the same tool ought to be, which no heading does."""


def restarts(words: str, before: Sequence[Call | None], after: Sequence[Call | None]) -> bool:
    """Returns whether a block withdraws those before it.

    Without words it adds to them. Where the words tell nothing, such as the heading `Trains:`, it adds calls
    of other tools, and those of the same tool if the words name one of their own values, such as `In Rome:`.

    Args:
        words: What stands between the two.
        before: Calls of the blocks before.
        after: Calls of the block.

    Example:
        >>> restarts("Trains:", [Call("find_film")], [Call("find_trains")])
        False
        >>> restarts("No, wait:", [Call("find_film")], [Call("find_trains")])
        True
        >>> restarts("In Rome:", [Call("f", {"city": "Oslo"})], [Call("f", {"city": "Rome"})])
        False
    """
    if not LETTERS.search(words):
        return False
    names = {call.name for call in before if call}
    others = bool(names) and all(call and call.name not in names for call in after)
    if others and ADDITION.search(words) and not WITHDRAWAL.search(words):
        return False
    if REVISION.search(WEAK.sub(" ", words) if others else words):
        return True
    if CONTINUATION.search(words):
        return False
    added, known = [call for call in after if call], [call for call in before if call]
    if not added or not known or WHOLE.search(words):
        return True
    names = {call.name for call in added}
    rivals = [call for call in known if call.name in names]
    if not rivals:
        return False
    return bool(JUDGEMENT.search(words)) or not _words(words) & (_values(added) - _values(rivals))


def _values(calls: Iterable[Call]) -> set[str]:
    return {word for call in calls for value in call.parameters.values() for word in _words(str(value))}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
