"""Words by which a reply spares the customer whatever they have to do, without a word for the thing."""

from __future__ import annotations

from vpo_envs.domains.support.lexicon import pattern

_NEED = r"(?:(?:don't|do not|won't|doesn't) (?:need|have) to|needn't|need not|no need (?:for you )?to)"
_REQUIRED = r"(?:needed|required|necessary|expected|asked)"
_PART = r"(?:that|this|the|each|every) (?:last |first |one )?(?:step|part|bit|task)"
_END = (
    r"(?: (?:at all|for (?:this|that|it)|(?:from|by|of|on|at) (?:you|your (?:side|end|part))"
    r"|yourself|anyway)){0,3}$"
)
WAIVERS = pattern(
    rf"{_NEED} (?:actually )?(?:do|take care of) (?:anything|a thing|any of (?:this|that|it)|(?:this"
    rf"|that|it))"
    rf"(?: yourself)?{_END}"
    rf"|(?:there is |there's )?nothing (?:is )?(?:{_REQUIRED}|for you to do|to do|(?:that )?you (?:need"
    rf"|have) to do)"
    rf"{_END}"
    rf"|nothing (?:is )?{_REQUIRED} (?:from|of|on) you(?:r (?:side|end|part))?"
    r"|(?<!not )(?<!n't )(?<!never )(?:skip|ignore|leave out) (?:that|this|it|(?:that|this|the) (?:step"
    r"|part))$"
    rf"|{_PART}(?: is|'s) (?:\w+ )?(?:(?:not|n't) (?:\w+ )?(?:{_REQUIRED}|mandatory)|optional|voluntary"
    rf"|unnecessary"
    rf"|superfluous)|{_PART} isn't (?:\w+ )?(?:{_REQUIRED}|mandatory)"
    rf"|(?:that|this|it)(?: is|'s) (?:(?:just|only|purely|entirely|completely|all"
    rf"|totally) )?(?:optional|voluntary"
    r"|up to you|not necessary|unnecessary)$"
    rf"|no action (?:is )?(?:\w+ )?(?:{_REQUIRED} )?(?:from you|on your (?:side|part|end)|by you)"
)
TAKEN_OVER = pattern(
    r"(?:we|i|we'll|i'll) (?:will |can |shall )?(?:\w+ )?(?:do|handle|take care of) (?:that|this|it)"
)
"""The company in the customer's place; so only behind a sentence that names the step."""
KEPT = pattern(
    rf"{_NEED} (?:send|return|post|ship|mail|give|bring) (?:it|that|this|them|(?:the|your) [\w ]{{1,20}}?)"
    r"(?: back)?(?: to us)?(?: at all)?$|(?:you (?:can|may)|please|just"
    r"|feel free to) (?:\w+ )?keep (?:it|them)"
)
"""Goods that need not come back."""
REST = pattern(
    r"else|further|more|other|otherwise|beyond|apart|besides|aside|except|after|afterwards|then|now"
    r"|today|already"
    r"|meantime|meanwhile"
)
"""Words by which a waiver speaks of what is left, or of a time."""
