"""Words that settle a decision or leave it open: commitments, hedges, reasons, exceptions.

They are matched against a clause or sentence of `reading`, as those of `lexicon` are.
"""

from __future__ import annotations

from vpo_envs.domains.support.lexicon import pattern

_APPROVED = (
    r"(?:requests?|claims?|application) ~6 (?:approved|granted|accepted)"
    r"|(?:approv|grant|accept)(?:e|ed|ing) ~4 (?:requests?|claims?|application)"
)
APPROVED = pattern(_APPROVED)
"""The answer to a request, which decides it."""
REJECTED = pattern(
    r"(?<!other )(?<!second )(?:requests?|claims?|application) (?:is|are|was|were|has been|have been"
    r"|had to be) (?:\w+ )?(?:rejected|refused|declined|denied|turned down)"
    r"|(?:we|i)(?: have)? (?:rejected|refused|declined|denied|turned down) your "
    r"(?:requests?|claims?|application)"
)
"""A request turned down."""
COMMITS = pattern(
    rf"{_APPROVED}|(?:we|i|we'll|i'll)(?: will| shall)? (?:\w+ )?(?:refund|credit|replace|repair"
    r"|waive|cancel|give|offer|send|pay|correct|unlock|rebook|delete|extend) (?:you|your)"
    r"|you(?:'ll| will) (?:\w+ )?(?:get|receive|have)|(?:you are|you're) (?:\w+ )?(?:eligible|entitled)"
    r"|you (?:\w+ )?qualify|entitles you|(?:allows?|grants?|provides?) ~4 <money>"
    r"|(?:is|are) on (?:its|their) way"
)
"""A decision on the case at hand, although rules or requests are named beside it."""
HEDGES = pattern(
    r"only|normally|usually|generally|would|could|might|how|whether|where|depend\w*|decid\w*|if|when|once"
    r"|within <span> of"
)
"""Words that leave open what a commitment promises."""
QUANTITIES = pattern(
    r"only <\w+>|only ~3 ago|only ~4 <money>"
    r"|only ~3 the (?:\w+ )?(?:difference|shipping|postage|price|rest|amount|charge|sum)"
)
"""The word "only" as a measure, which leaves nothing open."""
PENDING = pattern(
    r"(?:once|after|until|when|as soon as) ~3 (?:it|that|this|all|everything|search|review|check"
    r"|investigation|case|matter|dispute|process)"
    r" ?(?:'s|is|are|has been|have been) (?:\w+ )?(?:settled|over|done|finished"
    r"|completed?|closed|resolved|clear\w*|decided|checked|reviewed|sorted)|(?:once|when) (?:it's|that's) "
    r"(?:settled|over|done|finished|completed?|closed|resolved|cleared|decided|sorted)"
)
"""An inquiry as the condition, which leaves open what is promised after it."""
REASONS = pattern(
    r"already|too late|too long|(?:is|are|it's|they're) (?:over|past|late|gone|closed|void|sold out|out of)"
    r"|(?:has|have|had) (?:\w+ )?(?:\w+(?:ed|en|ne)|run|left|sent)|(?:was|were) \w+|ended on|must|stands?"
    r"|forbids?|prohibits?|prevents?|excludes?|rules? (?:it|that|this) out"
)
"""Facts that speak against a wish as clearly as a negation does."""
SURPLUS = pattern(
    r"(?:beyond|more than) (?:what|that|this|the (?:rules?|terms|polic\w+|limits?)|policy|our \w+)"
    r"|any further|(?:twice|a second time|once more)(?! in)"
)
"""More of what a denial leaves as it is: "we cannot refund you any further"."""
RELENTS = pattern(
    r"(?:make|makes|made|making) an exception|(?:we|i)(?:'ll| will) do (?:it|so|that|this)"
    r"|(?:but|yet) (?:we|i)(?:'ll| will)$|(?:but|yet) (?:in your case|this time|for you)"
)
"""An exception from the denial before it."""
