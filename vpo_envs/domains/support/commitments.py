"""Words that settle a decision or leave it open: commitments, hedges, reasons, exceptions.

They are matched against a clause or sentence of `reading`, as those of `lexicon` are.
"""

from __future__ import annotations

from vpo_envs.domains.support.lexicon import pattern

_APPROVED = (
    r"(?:requests?|claims?|application) ~6 (?:approved|granted|accepted)"
    r"|(?:requests?|claims?|application) (?:to|for) ~9 (?:is|are|was|were|been) (?:approved|granted|accepted)"
    r"|(?:approv(?:e|ed|ing)|(?:grant|accept)(?:ed|ing)?) ~4 (?:requests?|claims?|application)"
)
APPROVED = pattern(_APPROVED)
"""The answer to a request, which decides it."""
_REQUEST = r"(?:requests?|claims?|applications?|appeals?)"
_GRANTED = (
    r"(?:approved?|grant(?:ed)?|accept(?:ed)?|fulfil\w*|honou?r(?:ed)?|met|meet|accommodated?|agreed? to)"
)
_CANNOT = (
    r"(?:cannot|can't|could not|couldn't|won't|will not|unable to|not able to|not possible to"
    r"|(?:is|was|has) not|isn't|wasn't|hasn't|do not|don't|did not|didn't)"
)
_OBJECT = rf"{_REQUEST} (?:to|for|that|about|regarding|concerning)"
REJECTED = pattern(
    rf"(?<!other )(?<!second )(?:{_OBJECT} ~9 |{_REQUEST} )(?:(?:is|are|was|were|has been|have been|had to be"
    r"|must be) (?:(?!not|never)\w+ )?(?:rejected|refused|declined|denied|turned down|unsuccessful)"
    rf"|{_CANNOT} (?:\w+ )?(?:be |been )?{_GRANTED})"
    r"|(?:we|i)(?: have| had to| have to| must)? (?:rejected|refused?|declined?|denied|deny|reject"
    rf"|turn(?:ed)? down) (?:your|this|the) (?:\w+ )?{_REQUEST}"
    rf"|{_CANNOT} (?:\w+ )?{_GRANTED} (?:your|this|the) (?:\w+ )?{_REQUEST}"
)
"""A request turned down."""
OBJECT = pattern(_OBJECT)
"""A request that says what for."""
_KINDS = (
    r"(?:refund(?!able)\w*|money back|reimburs\w*|replac\w*|exchang\w*|credit\w*|cancel\w*|rebook\w*"
    r"|repair\w*|extension|waiver)"
)
_ANY_KIND = rf"{_KINDS}(?: (?:and|or)(?: an?)? {_KINDS})?"
_PERIOD = r"(?:windows?|periods?|deadlines?|(?:time )?limits?|time ?frames?|cut ?offs?)"
BOUNDS = pattern(
    rf"{_ANY_KIND} (?:request |claim |time )?{_PERIOD}"
    rf"|(?:{_PERIOD}|time) (?:of <span> )?(?:for|to|on) (?:(?!which|we|i |that)[\w'<>]+ ){{0,4}}?{_ANY_KIND}"
    rf"|(?:the|your) <span> (?:for|to get) (?:(?:an?|your) )?{_ANY_KIND}(?= (?:is|are|has|have) )"
)
"""A time within which an action is possible, which mentions the action and promises nothing."""
_LAPSED = (
    r"(?:outside|past|beyond|after|closed|ended|expired|over|up|missed|passed|elapsed|lapsed|exceed(?:s|ed)"
    r"|run out|ran out|gone by|behind us|too late|(?:was|were) (?:\w+ )?(?:(?:on|until) )?<date>)"
)
LAPSED = pattern(_LAPSED)
"""Words by which such a time is over."""
STILL = pattern(rf"(?:not|never|hardly|\w{{1,9}}n't) (?:(?:yet|been|being|quite) )?{_LAPSED}")
"""The same denied."""
INSIDE = pattern(r"within|inside|in|open|valid|meets?|met|running|left|part of|under|covered")
"""Words by which such a time is not over, unless they are denied."""
AT_A_COST = pattern(r"free|full|cost|costs")
"""Words for a time after which an action has a price: "the free cancellation period"."""
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
_HEDGED = r"(?:likely|probably|possibly|perhaps|maybe|hopefully|presumably)"
_WE = r"(?:we|i|we'll|i'll|we're|i'm|we've|i've)"
_SHOWS = r"(?!(?:see|notice|find|need|have to|take|appear|arrive|show)\b)\w+"
TENTATIVE = pattern(
    r"(?:we|i) (?:may|might)(?! not(?! be able))|should (?:\w+ )?be possible"
    r"|(?:may|might) (?:\w+ )?be (?:able|unable|eligible|entitled"
    r"|possible)"
    r"|you (?:may|might) (?:\w+ )?(?:get|receive|qualify)"
    r"|it(?: is|'s) (?:\w+ )?(?:likely|probable)|(?:we|i) should be able"
    r"|(?:believe|think|guess|assume) (?:that )?(?:we|i|you) (?:can|will|could)"
    rf"|{_WE}(?: \w+){{0,2}}? (?:(?:plan|intend|expect|hope|hoping|try|trying|attempt\w*|aim\w*) to"
    r"|consider(?:ing)?|look\w* into|(?:see|check|find out) (?:if|whether)|do (?:my|our) best to"
    r"|do what (?:i|we) can to)"
    rf"|{_WE}(?: have| had)? (?:\w+ )?(?:requested|applied for|asked for|proposed|suggested|recommended)"
    rf"|{_HEDGED} (?:we|i|we'll|i'll|you'll) {_SHOWS}|{_HEDGED} you(?: will)? {_SHOWS}"
    rf"|(?:we|i|you)(?: will| can|'ll)? (?:\w+ )?{_HEDGED} {_SHOWS}"
    rf"|(?:will|can|cannot) {_HEDGED} (?:not )?be (?:\w+ed)|(?:is|are|am|i'm|we're) {_HEDGED} (?:to|going to)"
)
"""Words by which a clause holds out an action, or denies it, without deciding."""
_APPROVES = r"(?:approved?|approves|granted|authori[sz]ed?|authori[sz]es|signed off|agreed|agrees?)"
_BOSS = r"(?:managers?|supervisors?|teams?|departments?|colleagues?|office|management|bosses|boss)"
_IF = r"(?:if|once|when|as soon as|provided that|assuming|should (?=it|this|that|the|our|your))"
UNAPPROVED = pattern(
    r"(?:if|once|when|provided) (?:that )?(?:[\w']+ ){1,4}?(?:checks out|is in order|goes well|works out)"
    r"|(?:see|check|find out) (?:if|whether) (?:we|i) (?:can|could|may)"
    rf"|{_IF} ?(?:(?!(?:you|we|i)\b)[\w']+ ){{0,6}}?{_APPROVES}"
    r"|(?:pending|subject to|upon|after|awaits?|awaiting|needs?|requires?|wait(?:ing)? for) "
    r"(?:(?!no |your )[\w']+ ){0,3}?approval"
)
"""An approval as the condition of what a sentence promises."""
_CASE = rf"(?:your|this|the|that) (?:\w+ )?(?:{_REQUEST}|decision)"
DEFERRED = pattern(
    r"subject to (?:[\w']+ ){0,4}?(?:approval|review|confirmation|sign off)"
    r"|(?:pending|awaits?|awaiting|needs?|requires?|wait(?:ing)? for) (?:(?!no )[\w']+ ){0,3}?approval"
    rf"|{_CASE} (?:is|remains|will be) (?:\w+ )?(?:under (?:review|consideration)"
    r"|(?:being )?(?:reviewed|considered|reconsidered|assessed)|pending|open|undecided)"
    rf"|(?:will|are|am|is|we'll|i'll|we're|i'm) (?:\w+ )?(?:re)?(?:review|consider|examine|assess)(?:ing)?"
    rf" {_CASE}"
    r"|(?:forward|pass|escalat|refer|submit|hand|sen[dt])\w* (?:[\w']+ ){1,9}?for (?:(?:an?|his|her"
    r"|their|final|further|another) ){0,2}(?:approval|review|decision|(?:re)?consideration)"
    rf"|{_BOSS} (?:(?:who|which|and they|they|and|in turn|then|still|first) ){{0,2}}(?:will"
    r"|may|might|can|could|would|should|has to|have to|must|needs? to|is going to) "
    r"(?:\w+ ){0,2}?(?:approve|decide|grant|reconsider|agree|authori[sz]e|sign off"
    r"|make the (?:\w+ )?decision)"
    r"|decision (?:will|is to|has yet to|still has to|must|has to) (?:\w+ )?"
    r"(?:be (?:\w+ )?(?:made|taken)|follow)"
)
"""A decision left to others or to a later day."""
RELENTS = pattern(
    r"(?:make|makes|made|making) an exception|(?:we|i)(?:'ll| will) do (?:it|so|that|this)"
    r"|(?:but|yet) (?:we|i)(?:'ll| will)$|(?:but|yet) (?:in your case|this time|for you)"
)
"""An exception from the denial before it."""
