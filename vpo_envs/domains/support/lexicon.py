"""Words for actions and promises: the data that `facts` reads by.

All patterns are matched against a clause or sentence of `reading`, lower-case words between single blanks,
values as `<money>`, `<date>` and so on. Every repetition in them is bounded.
"""

from __future__ import annotations

import re


def _stem(word: str) -> str:
    return word.replace("_", " ").replace("*", r"\w*")


def words(text: str) -> re.Pattern[str]:
    """Compiles stems separated by blanks; `refund*` stands for all words that begin so.

    Example:
        >>> bool(words("refund* fee").search("it is refunded")), bool(words("fee").search("coffee"))
        (True, False)
    """
    stems = "|".join(_stem(word) for word in text.split())
    return re.compile(rf"(?<![\w'<])(?:{stems})(?![\w'])")


def pattern(text: str) -> re.Pattern[str]:
    """Compiles a pattern in which `~3` stands for up to three words and blanks are literal."""
    text = re.sub(r" ~(\d) ", r" (?:[\\w'<>]+ ){0,\1}?", text)
    return re.compile(rf"(?<![\w'<])(?:{text})(?![\w'])")


_PAY = r"(?:get|gets|have|receive|see|give|given|pay|paid|paying|<money>|money|amount|price|difference|cost)"
_LIFT = r"(?:drop\w*|remov\w*|tak\w*|took|lift\w*|cancel\w*|forg[io]v\w*|delet\w*|eras\w*|scrap\w*)"
_MOVE = r"(?:mov\w*|chang\w*|switch\w*|shift\w*|postpon\w*|push\w*)"
ACTION_WORDS = {
    "refund": pattern(
        r"refund\w*|reimburs\w*|money back|(?:your|the) money ~4 (?:return\w*|back)"
        r"|return\w* (?:your|the) (?:money|payment)|revers\w* ~4 (?:charge|<money>)"
    ),
    "repay": pattern(
        rf"{_PAY} ~6 (?<!get )(?<!getting )back|get back(?! to (?:you|us|me)(?![\w']))|repa(?:y|id)\w*"
        r"|return\w* (?:the )?<money>|<money> ~6 (?:return\w*|back|transferred)"
        r"|(?:have|get) (?:your|the) money"
    ),
    "replace": pattern(r"replac\w*|exchang\w*|swap\w*|(?:brand ?new|new|second|right|correct|another) one"),
    "voucher": words("voucher* coupon* gift_card* store_credit"),
    "discount": pattern(
        r"discount\w*|<share> (?:off|less|cheaper)|(?:take|knock) ~2 <share>"
        r"|money off|(?:tak\w*|took|knock\w*) (?:something|a bit|a little) off"
    ),
    "waive": pattern(
        rf"waiv\w*|(?:{_LIFT}|ignor\w*|disregard\w*|skip\w*|let you off|writ\w* off"
        rf"|(?<!don't )(?<!not )forget) ~5 (?:fees?|(?<!free of )charges?)"
        r"|(?:fees?|charges?) ~5 (?:dropped|removed|off|cancelled|lifted|forgiven|void|gone|erased"
        r"|go(?:es)? away|going away|disappear\w*|vanish\w*)"
        r"|(?:fees?|charges?) ~7 (?:removal|cancellation|forgiveness|reversal)"
        r"|(?:fees?|charges?) (?:is|are) on us|revers\w* ~3 fees?|(?:leav\w*|left) out ~3 fees?"
        r"|(?:leav\w*|left) ~3 fees?(?: of <money>)? (?:out|off)"
    ),
    "cancel": pattern(
        r"cancel\w*|stop(?:ped|ping)? (?:the|your) (?:order|plan|subscription)|(?:end|ended"
        r"|ending) your \w+"
        r"|(?:contract|plan|subscription|order) (?:has|have|is|was|will) (?:\w+ )?(?:been |be )?terminated"
        r"|(?:plan|subscription|membership) will (?:\w+ )?(?:stop|end)"
        r"|(?:out of|leave) (?:the|your) contract|recall\w*"
    ),
    "repair": pattern(
        r"repair\w*|fix|fixes|fixed|fixing|mend\w*|workshop will (?:take care|look after|handle)"
    ),
    "express": words("express expedit* overnight fast_courier priority_shipping priority_delivery"),
    "compensate": pattern(
        r"compensat\w*|pay\w* you ~2 for (?:your|the|all this) (?:\w+ )?(?:trouble|time|inconvenience"
        r"|stress)"
    ),
    "extend": pattern(
        r"extend\w*|extension\w*|(?:more|extra) time|later date|<span> (?:more|to pay)"
        r"|(?:giv\w*|gave) you another (?:day|week|month)|pay whenever"
        rf"|(?:due dates?|deadline) ~4 {_MOVE}|{_MOVE} ~2 (?:due dates?|deadline)"
        r"|pay ~3 later"
    ),
    "unlock": pattern(
        r"unlock\w*|reactivat\w*|(?:restor\w*|give\w* you) ~3 access|access ~3 restored"
        r"|lock ~3 (?:lifted|removed|released)|account ~3 restored|log in again"
        r"|account ~3 (?:open|active)|open\w* (?:it|your account)"
    ),
    "rebook": pattern(
        rf"rebook\w*|reschedul\w*|{_MOVE} ~3 (?:bookings?|stay|date|trip|reservation)|{_MOVE} you"
        rf"|(?:bookings?|stay|trip|reservations?) ~4 {_MOVE}|chang\w* the date"
        rf"|{_MOVE} (?:it|this|that) (?:to|onto) ~5 (?:dates?|<date>)"
        r"|(?:find|pick) (?:you )?(?:an?|another) (?:new |other |different )?date"
    ),
    "delete": pattern(
        r"delet\w*|eras\w*|wip(?:e|ed|ing)|(?:remov\w*|destroy\w*|rid of) ~3 (?:data|information)"
        r"|data ~3 (?:removed|destroyed|gone)"
    ),
    "credit": pattern(r"(?<!store )credit(?:s|ed|ing)?(?! (?:card|number))"),
    "correct": pattern(
        r"correct(?:ed|ing|ion)|(?:will|to|can|cannot|can't|not|we|we'll|i'll) correct|amend\w*"
        r"|fix\w* ~3 (?:invoice|bill)|(?:new|revised|right) (?:invoice|bill)"
    ),
    "upgrade": words("upgrad*"),
}
"""Mentions of the actions of the catalogue; `repay` is a refund or a credit, whichever policy grants."""
REDUCED_BILL = pattern(
    r"(?:bill|invoice|account|balance) ~3 (?:reduced|lowered|cut|lower|less) by <money>"
    r"|<money> (?:lower|less)"
    r"|(?:deduct|subtract|tak|took|knock)\w* <money> (?:from|off) ~3 (?:bill|invoice|balance)"
    r"|(?:reduc|lower|cutt?)\w* ~3 (?:bill|invoice|balance) by <money>"
)
"""A credit by what it does to the next bill."""
LIFTS_IT = pattern(
    r"(?:drop\w*|remov\w*|lift\w*|forg[io]v\w*|scrap\w*|revers\w*|undo) (?:it|this|that)"
    r"|tak\w* (?:it|this|that) (?:off|away)"
    r"|(?:it|this|that) ~3 (?:dropped|removed|lifted|forgiven|gone|taken (?:off|away))"
)
"""Mentions of waiving where the letter is about a fee."""
NEW_THING = re.compile(r"\b(?:new|second|right|correct|another) (\w+)(?: (\w+))?")
_STILL = r"(?:(?!no |not |never |\w{1,9}n't )[\w'<>]+ ){0,6}?"
REFUSALS = {
    "waive": pattern(
        rf"(?<!no )(?:fees?|charges?) {_STILL}(?:stands?|stays?|remains?|holds?|appl(?:y|ies)"
        r"|(?:is|are) (?:still )?(?:due|payable|valid|justified|correct)"
        r"|(?:must|has to|have to|needs to) (?:still )?be paid)"
        r"|it (?:still |has to |have to |must |will |does )?(?:stands?|stays?|remains?|appl(?:y|ies))"
        r"|(?:keep\w*|uph[eo]ld\w*|maintain\w*) ~4 (?:fee|charge)"
        r"|(?:must|have to|has to|need to) (?:\w+ )?(?:pay|charge) ~5 fee"
    ),
    "unlock": pattern(r"(?:stays?|remains?|be|keep|kept|is|still) (?:still )?(?:locked|closed)"),
    "cancel": pattern(r"too late to (?:cancel|stop)"),
    "repair": pattern(r"no longer (?:covered|under warranty)"),
    "rebook": pattern(r"(?:date|booking) (?:stays|remains)|cannot be (?:moved|changed)"),
}
"""Ways to refuse an action without a negation."""
FIRM = ("waive", "repair")
"""Actions whose refusals no reply states of what is granted; an account may be locked as yet."""
_NO_FEE = (
    r"(?:no|not any|without (?:a|any)) (?:(?!other |further |extra |hidden "
    r"|additional |refund )[\w'<>]+ ){0,2}(?:fee|charge)(?! (?:can|could|will|may) be (?!charged))"
    r"|(?:fees?|charges?|return\w*) (?:it )?costs? (?:\w+ )?nothing"
    r"|return\w* (?:it )?(?:is|are|will be) (?:\w+ )?free"
    r"|(?:won't|will not|not) (?:be )?(?:charg\w*|collect\w*|demand\w*) "
    r"(?:(?!another|further|extra|additional)\w+ ){0,4}?fee"
)
NO_FEE = pattern(_NO_FEE)
"""The absence of fees, which is true where the ticket has none."""
GRANTS = {
    "waive": pattern(
        rf"{_NO_FEE}|(?:fees?|charges?) no longer (?:appl(?:y|ies)|exists?)"
        r"|(?:(?:don't|do not|won't|will not|not) (?:have|need) to|needn't|need not|no need to"
        r"|(?:don't|do not) (?:worry|bother|think) about) pay(?:ing)? ~5 (?:fee|charge|it)"
        r"|(?<!don't )(?<!not )forget about (?:the|this|that|your) (?:\w+ )?fee"
        r"|(?:don't|do not|no longer) owe ~4 (?:fee|charge)"
        r"(?! (?:today|now|yet|until|before|twice|again|immediately|right))"
    ),
    "delete": pattern(r"no longer (?:have|hold|keep|store) ~4 data|data (?:\w+ )?no longer exists?"),
}
"""Ways to grant an action by a negation."""
GIFTS = ("voucher", "discount", "upgrade", "express", "compensate")
"""Actions that may be promised only where policy grants them, mentioned by it or not."""
UNASKED = {
    "refund": words("refund* reimburs* money_back"),
    "credit": ACTION_WORDS["credit"],
    "replace": words("replac* exchang*"),
    "cancel": ACTION_WORDS["cancel"],
    "rebook": words("rebook* reschedul*"),
    "delete": words("delet* eras*"),
    "extend": words("extend* extension*"),
    "waive": words("waiv*"),
    "repair": words("repair*"),
    "unlock": words("unlock* reactivat*"),
}
"""Further such actions; words as broad as theirs are promises only beside `PROMISING`."""
PROMISING = pattern(
    r"we|i|we'll|i'll|we've|i've|we're|i'm|let (?:me|us)|you'll|you will|you(?: can| also| even| now)?"
    r" (?:get|receive|have)|approved|on its way|processed"
)
"""The company as the one who acts, or its act as done."""

NOT_NEGATIVE = pattern(
    r"not only|or not$|no (?:problem|worries|doubt|later than|longer than|matter|trouble)"
    r"|(?:at )?no (?:extra )?(?:cost|charge)"
    r"|(?:no need to|don't|do not|need not|nothing to) (?:\w+ )?be"
    r"|(?:no need to|don't|do not|not|nothing to|never) (?:\w+ )?(?:worry|worried|hesitate|forget|feel"
    r"|embarrass\w*)"
    r"|without (?:delay|any delay|charge)|(?:not|nothing) (?:embarrassing|awkward)|not at all"
    r"|nothing (?:stops|prevents|keeps) us from|not that (?:we|i) (?:can't|cannot|won't)|why not|if not"
    r"|no costs?|no (?:fees?|charges?)(?! (?:can|could|will|may) be (?!charged))|costs? (?:\w+ )?nothing"
    r"|(?:not|won't|doesn't|don't|never) cost (?:\w+ )?(?:anything|a \w+|more|extra)"
    r"|nothing (?:to|you (?:need|have) to) pay"
    r"|you (?:won't|will not|don't|do not|needn't|need not) (?:\w+ ){0,2}pay (?:anything|extra|a \w+|for)"
    r"|you (?:will )?pay nothing|(?:won't|will not) be charged"
    r"|(?:don't|do not|won't|will not) (?:have|need) to (?:\w+ ){1,4}?(?:to|for)"
    r"|need(?:n't| not) (?:\w+ ){1,4}?(?:to|for)"
    r"|no (?:further )?(?:action|steps?|need) (?:\w+ ){0,4}?(?:to|for)"
)
NEGATIONS = words(
    "not no cannot never nor neither none nothing nobody without unable refus* declin* denied impossible "
    "ineligible "
    "unavailable excluded too_late ruled_out out_of_the_question rather_than instead_of unfortunately_no "
    "[a-z]+n't cannot_be fails"
)
REPORTS = pattern(
    r"(?:you|your) (?:\w+ ){0,2}(?:asked|ask|wanted|want|wish|requested|request|wrote|mentioned|hoped"
    r"|hoping"
    r"|hope|expected|expecting)|(?:i|we) wish|(?:like|love) to be able"
    r"|policy|policies|rules?|terms|limits?|only|normally|usually|generally|would|might"
    r"|(?<!we )(?<!i )could|(?:we|i) could(?! not)"
    r"|(?:about|regarding|concerning) (?:a|the|your)|requests?|how|whether|instead of|eligible|qualify"
    r"|rather"
)
"""Words by which a clause mentions an action without promising or refusing it."""
WISHES = pattern(
    r"(?:(?<!you )would|we'd|i'd) (?:\w+ ){0,2}?(?:like|love|be (?:\w+ ){0,2}?(?:happy|glad|pleased"
    r"|delighted|thrilled|willing)) to"
    r"(?! be able)|(?:(?<!you )would|we'd|i'd) (?:gladly|happily)|(?:i|we) (?:\w+ )?(?:wanted|hoped|tried"
    r"|were hoping) to|could you|would you"
)
"""Polite forms of a promise, unless a turn takes them back."""
TURNS = pattern(
    r"^(?:but|however|yet|though|although|unfortunately|sadly|regrettably|alas|only that)"
    r"|^if (?:\w+ ){1,4}?(?:could|were|was|had|allowed)"
)
"""Beginnings of a clause that turns against the one before."""
CONCEDES = pattern(r"^(?:while|although|though|as|even though|even if)")
"""Beginnings of a clause that the next one turns against."""
PROCEEDS = pattern(
    r"^but (?:please|first|only|just|we need (?:your|a|the|you|to (?:know|see|have|check))|(?:it"
    r"|this) (?:will )?takes?"
    r"|you (?:must|have to|need|should|will)|not (?:today|now|yet|right|before|until|twice))|first$"
    r"|(?:so|and|but) (?:we|i) will$|(?:we'll|i'll|we will|i will) do (?:so|it|that)"
)
"""Turns that only say how the promise is kept."""
PARTICULAR = pattern(r"you|your|yours|it|this|that|the(?! first)|will|we'll|i'll|shall|can")
"""Words of a clause about the case at hand, which a clause about the rules lacks."""
ASKS = pattern(
    r"(?:you|your) (?:\w+ ){0,2}(?:asked|wanted|wished|requested|request|wrote|mentioned|hoped|hoping)"
    r"|requests?"
)
EXCEPTIONS = pattern(
    r"(?:beyond|besides|apart from|aside from|other than|except(?: for)?|in addition to|on top of|more than"
    r"|further"
    r"|additional|another|any other|no other) (?:(?:the|this|that|your|a|our|any) )?(?:\w+ )?\w+"
)
"""Things that a denial leaves as they are."""
CASES = words("if unless when whenever while until till before once as_long_as yet")
"""Words by which a clause speaks of a case or a time, and not of what holds now."""
CONDITIONS = words(
    "if once when until till unless before after as_soon_as while during as_long_as then first(?=_,|$)"
)
SHOULD_IT = pattern(
    r"(?:^|, )should (?:the|it|that|this|your|we|they|nothing|nobody|no|you)|in case|provided|assuming"
)
"""A condition without a word of `CONDITIONS`: "should the search fail"."""
NO_CONDITIONS = pattern(
    r"(?:if|when|whenever) (?:you|you'd|you would) (?:like|want|wish|prefer|please)"
    r"|if (?:needed|necessary|possible)|(?:just |only )?this once|just once|once (?:again|more)|at once"
    r"|after all"
)
"""Phrases with a word of a condition that the company sets itself, or none at all."""

GIVING = pattern(
    r"(?:we|i|we'll|i'll|we're|we've|i've|i'm|us)(?: \w+){0,3}? "
    r"(?:send|sending|sent|ship|shipping|shipped|give|giving|gave|offer|offering|add|adding|include"
    r"|throw|provide|grant"
    r"|pay|promise)(?: in)?"
    r"|you(?:'ll|'re| will| can| are)?(?: also| now| even| each)?(?: \w+)? (?:get|receive|enjoy|entitled to"
    r"|getting|receiving|win)"
)
"""The beginning of a promise to hand something over; what follows in the clause is the thing."""
UNDERWAY = pattern(r"(?:is|are) (?:\w+ )?(?:on (?:its|their|the) way|being (?:sent|shipped))")
INDEFINITE = pattern(r"(?:an?|some|free|extra|another|two|three|[0-9]+|<money>)")
_PAPERS = (
    "e-mail* email* mail* message* update* confirm* link* label* form* invoice* bill* detail* instruction* "
    "cop* reply replies notification* notice word news information code* number* call* note* answer*"
)
PAPERS = words(_PAPERS)
"""Things of which another one may be sent."""
HANDED = words(
    f"{_PAPERS} help* support* hand* assistance it this that them access parcel* package* order* time photo*"
    f" picture* proof "
    "password* reference* tracking receipt* request* day* moment look explanation service* choice option* "
    "rest sleep peace relief break "
    "apolog* money team payment* date* money back response* feedback contract quote decision"
)
"""Things that may be handed over without a word in the policy."""
FREE = pattern(
    r"free (?!of\b|to\b|of charge|dates?\b|days?\b|slots?\b|places?\b|one\b|appointment)"
    r"(?:[\w'-]+)|complimentary|bonus|on the house|goodwill|gifts?(?! ?wrap)"
    r"|giveaway"
    r"|surprise"
    r"|for free(?= [a-z])"
)
BEYOND = pattern(
    r"cover(?:ing)? (?:your|all)|(?:doubl|tripl)(?:e|ing) (?:the|your|it|that|this)"
    r"(?! (?:care|efforts?|attention|checks?))"
    r"|(?:we|i|we'll|i'll|we're|i'm)(?: \w+){0,2} pay(?:ing)? (?:for )?your (?!(?:\w+ )?(?:refund|credit"
    r"|money"
    r"|return|shipping|postage|label|delivery|amount))\w+"
    r"|(?:get|receive|give|pay|refund|credit) (?:you )?(?:twice|double|triple)"
    r"|(?:next|first|future|whole|dinner|lunch|coffee|drinks?|meal) (?:\w+ )?(?:is|are|will be) (?:on us"
    r"|free)"
    r"|(?:second|extra|another|additional) (?:voucher|refund|discount|credit)|as a bonus"
    r"|this month (?:is|will be) ?(?:on us|free|$)"
    r"|(?:technician|engineer|mechanic|courier|driver) (?:will|is going to|is coming to) (?:visit|come"
    r"|call|collect"
    r"|pick it up|stop by)"
)
"""More than what is granted, in words that speak of it."""
POSTAGE = pattern(
    r"cover(?:ing)? (?:your|all) (?:the )?(?:return )?(?:shipping|postage)(?: costs?)?"
    r"|(?:it|this|that)(?:'s| is) free(?: for you)?"
)
"""Words for what a prepaid label covers."""
FREE_OF_OLD = pattern(
    r"(?:return\w*|sending|shipping|postage|delivery|repair|label|replacement) (?:it )?(?:back )?(?:is|are"
    r"|will be)"
    r" (?:\w+ )?free(?: for you)?|feel free|for free|free (?:of charge|to|repair|replacement|of cost"
    r"|delivery label)|toll free|(?:gesture|token|sign|act) of (?:our )?goodwill"
)
