"""Words below an answer that withdraw it."""

from __future__ import annotations

import re

VERDICT = (
    r"(?: (?:is|are|was|were|must be|seems?)|['’](?:s|re)) "
    r"(?:(?:all|both|also|actually|completely|probably|clearly|simply|just|in fact) )?"
    r"(?:wrong|incorrect|false|mistaken|untrue|invalid|in error|an? (?:error|mistake)"
    r"|not (?:right|correct|true))\b"
)
PRONOUN = r"(?:(?:both|all) of )?(?:that|this|it|they|these|those|them)|both"
ABOVE = (
    r"(?:(?:the|my|this|that|these|those)(?: (?:above|previous|last|final|given))?"
    r" (?:answers?|names?|results?)(?: (?:above|given))?|(?:all of )?the above)"
)
LEAD = (
    r"\W{0,5}(?:(?:actually|wait|no|hmm|sorry|oops|but|however|on (?:reflection|second thoughts?)|correction"
    r"|I (?:now )?(?:think|believe|see|realise|realize)(?: that)?)[,.!:]?\s{1,3}){0,3}"
)
RETRACTION = re.compile(
    # A pronoun is the answer's in the first sentence alone; later it may be another's.
    rf"(?:\A{LEAD}(?:(?:{PRONOUN}){VERDICT}|scratch that|I (?:take|took|retract|withdraw) (?:that|it|both)\b)"
    rf"|(?:\A|[.!\n;:]){LEAD}"
    rf"(?:{ABOVE}{VERDICT}|(?:I (?:retract|withdraw)|(?:please )?(?:disregard|ignore)) {ABOVE}))"
    r"(?![^.!?\n]{0,200}\?)",
    re.IGNORECASE,
)
"""A sentence below an answer that takes it back; a question takes nothing back."""


def retracts(text: str) -> bool:
    """Returns True where a sentence of a text says that what stands above it is wrong.

    Example:
        >>> retracts("Actually, that is wrong."), retracts("Both are wrong. Sorry!"), retracts("Is it wrong?")
        (True, True, False)
        >>> retracts("If that is wrong, tell me."), retracts("None of these is wrong.")
        (False, False)
    """
    return RETRACTION.search(text) is not None
