"""Words for actions, steps, feelings and breaches of form: the data that `facts` and `empathy` read by.

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
        r"refund\w*|reimburs\w*|money back|(?:your|the) money ~4 (?:return\w*|back)|revers\w* ~4 (?:charge"
        r"|<money>)"
    ),
    "repay": pattern(
        rf"{_PAY} ~6 back|repa(?:y|id)\w*|return\w* (?:the )?<money>|<money> ~6 (?:return\w*|back"
        rf"|transferred)"
        r"|(?:have|get) (?:your|the) money"
    ),
    "replace": pattern(r"replac\w*|exchang\w*|swap\w*|(?:brand ?new|new|second|right|correct|another) one"),
    "voucher": words("voucher* coupon* gift_card* store_credit"),
    "discount": pattern(r"discount\w*|<share> (?:off|less|cheaper)|(?:take|knock) ~2 <share>"),
    "waive": pattern(
        rf"waiv\w*|{_LIFT} ~5 (?:fees?|(?<!free of )charges?)|(?:fees?|charges?) ~5 (?:dropped|removed|off"
        rf"|cancelled|lifted)"
    ),
    "cancel": pattern(
        r"cancel\w*|stop(?:ped|ping)? (?:the|your) (?:order|plan|subscription)|(?:end|ended|ending) your \w+"
        r"|(?:out of|leave) (?:the|your) contract|recall\w*"
    ),
    "repair": words("repair* fix fixes fixed fixing mend*"),
    "express": words("express expedit* overnight fast_courier"),
    "compensate": words("compensat*"),
    "extend": pattern(
        r"extend\w*|extension\w*|more time|later date|<span> (?:more|to pay)"
        rf"|(?:due dates?|deadline) ~4 {_MOVE}|{_MOVE} ~2 (?:due dates?|deadline)"
        r"|pay ~3 later"
    ),
    "unlock": pattern(
        r"unlock\w*|reactivat\w*|(?:restor\w*|give\w* you) ~3 access|access ~3 restored"
        r"|account ~3 (?:open|active)|open\w* (?:it|your account)"
    ),
    "rebook": pattern(
        rf"rebook\w*|reschedul\w*|{_MOVE} ~3 (?:bookings?|stay|date|trip|reservation)|{_MOVE} you"
        rf"|(?:bookings?|stay|trip|reservations?) ~4 {_MOVE}|chang\w* the date"
    ),
    "delete": pattern(r"delet\w*|eras\w*|wip(?:e|ed|ing)|remov\w* ~3 data"),
    "credit": pattern(r"(?<!store )credit(?:s|ed|ing)?(?! (?:card|number))"),
    "correct": pattern(
        r"correct(?:ed|ing|ion)|(?:will|to|can|we|we'll|i'll) correct|amend\w*|fix\w* ~3 (?:invoice|bill)"
        r"|(?:new|revised|right) (?:invoice|bill)"
    ),
    "upgrade": words("upgrad*"),
}
"""Mentions of the actions of the catalogue; `repay` is a refund or a credit, whichever policy grants."""
NEW_THING = re.compile(r"\b(?:new|second|right|correct|another) (?:\w+ )?(\w+)")
REFUSALS = {
    "waive": pattern(
        r"(?:fees?|charges?|it) (?:still |has to |have to |must |will |does )?(?:stands?|stays?|remains?"
        r"|appl(?:y|ies))"
    ),
    "unlock": pattern(r"(?:stays?|remains?|be|keep|kept|is|still) (?:still )?(?:locked|closed)"),
    "cancel": pattern(r"too late to (?:cancel|stop)"),
    "repair": pattern(r"no longer (?:covered|under warranty)"),
    "rebook": pattern(r"(?:date|booking) (?:stays|remains)|cannot be (?:moved|changed)"),
}
"""Ways to refuse an action without a negation."""
GRANTS = {
    "waive": pattern(
        r"(?:no|not any|without (?:a|any)) (?:(?!other |further |extra |hidden "
        r"|additional |refund )[\w'<>]+ ){0,2}(?:fee|charge)"
        r"|(?:fees?|charges?) no longer appl(?:y|ies)"
        r"|(?:don't|do not|needn't|won't|not) (?:have|need) to pay ~5 (?:fee|charge|it)"
    )
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
    r"not only|no (?:problem|worries|doubt|later than|longer than|matter|trouble)"
    r"|(?:at )?no (?:extra )?(?:cost|charge)"
    r"|(?:no need to|don't|do not|not|nothing to|never) (?:\w+ )?(?:worry|worried|hesitate|forget|feel|be"
    r"|embarrass\w*)"
    r"|without (?:delay|any delay|charge)|(?:not|nothing) (?:embarrassing|awkward)|not at all"
    r"|nothing (?:stops|prevents|keeps) us from|not that (?:we|i) (?:can't|cannot|won't)|why not|if not"
    r"|no cost"
)
NEGATIONS = words(
    "not no cannot never nor neither none nothing nobody without unable refus* declin* denied impossible "
    "unavailable excluded too_late ruled_out out_of_the_question rather_than instead_of unfortunately_no "
    "[a-z]+n't cannot_be fails"
)
REPORTS = pattern(
    r"(?:you|your) (?:\w+ ){0,2}(?:asked|ask|wanted|want|wish|requested|request|wrote|mentioned|hoped"
    r"|expected)"
    r"|policy|policies|rules?|terms|limits?|only|normally|usually|generally|would|could|might"
    r"|(?:about|regarding|concerning) (?:a|the|your)|requests?|how|whether|instead of|eligible|qualify|rather"
)
"""Words by which a clause mentions an action without promising or refusing it."""
WISHES = pattern(
    r"(?:would|we'd|i'd|we would|i would) (?:like|love|be (?:happy|glad|pleased|delighted)) to|could you"
    r"|would you"
)
"""Polite forms of a promise."""
ASKS = pattern(
    r"(?:you|your) (?:\w+ ){0,2}(?:asked|wanted|wished|requested|request|wrote|mentioned|hoped)|requests?"
)
CONDITIONS = words("if once when until till unless before after as_soon_as while during as_long_as then")
NO_CONDITIONS = pattern(
    r"(?:if|when|whenever) (?:you|you'd|you would) (?:like|want|wish|prefer|please)"
    r"|if (?:needed|necessary|possible)|(?:just |only )?this once|just once|once (?:again|more)|at once"
)
"""Phrases with a word of a condition that the company sets itself, or none at all."""

GIVING = pattern(
    r"(?:we|i|we'll|i'll|we're|we've|i've|i'm|us)(?: \w+){0,3}? "
    r"(?:send|sending|sent|give|giving|gave|offer|offering|add|adding|include|throw|provide|grant"
    r"|pay)(?: in)?"
    r"|you(?:'ll|'re| will| can| are)?(?: also| now| even| each)?(?: \w+)? (?:get|receive|enjoy|entitled to"
    r"|getting|receiving|win)"
)
"""The beginning of a promise to hand something over; what follows in the clause is the thing."""
INDEFINITE = pattern(r"(?:an?|some|free|extra|another|two|three|[0-9]+|<money>)")
HANDED = words(
    "e-mail* email* mail* message* update* confirm* link* label* form* invoice* bill* detail* instruction* "
    "cop* reply replies notification* notice word news information code* number* call* note* answer* help* "
    "support* hand* assistance it this that them access parcel* package* order* time photo* picture* proof "
    "password* reference* tracking receipt* request* day* moment look explanation service* choice option* "
    "apolog* money team payment* date* money back response* feedback contract quote decision"
)
"""Things that may be handed over without a word in the policy."""
FREE = pattern(
    r"free (?!of\b|to\b|of charge)(?:[\w'-]+)|complimentary|bonus|on the house|goodwill|gifts?|giveaway"
    r"|surprise"
    r"|for free(?= [a-z])"
)
BEYOND = pattern(
    r"cover(?:ing)? (?:your|all)|doubl(?:e|ing) (?:the|your)|tripl(?:e|ing) (?:the|your)|promise you an?"
    r"|(?:second|extra|another|additional) (?:voucher|refund|discount|credit)|as a bonus"
)
"""More than what is granted, in words that speak of it."""
FREE_OF_OLD = pattern(
    r"feel free|for free|free (?:of charge|to|repair|replacement|of cost|delivery label)|toll free"
)

_ALL_THIS = (
    r"(?:everything|all (?:of )?(?:this|that|it|the above)|what i (?:said|wrote)|the above"
    r"|(?:this|my) (?:message|reply))"
)
RETRACTIONS = pattern(
    r"(?:just |only )?(?:kidding|joking)|(?:was|is|as) (?:all |just )?a joke|april fools?"
    r"|(?:opposite|reverse|contrary) ~6 (?:true|case|holds|applies|happen\w*|mean\w*|right|correct)"
    r"|(?:none|nothing) of (?:this|that|it|these|the above|what) ~4 "
    r"(?:true|happen\w*|appl\w*|real|correct|valid|holds?|binding|serious)"
    r"|(?<!don't )(?<!not )(?<!never )(?:ignore|disregard|forget|scratch|scrap) (?:about )?"
    r"(?:all|everything|that|this|the above|what|any of|my|the previous|it all)"
    r"|(?:don't|do not) believe (?:a word|any|this|me|what)"
    rf"|{_ALL_THIS} ~4 (?:isn't|not|wasn't|a lie|lies|false|untrue|made up|fake|wrong|invented|void|nonsense)"
    r"|(?:isn't|not|never) (?:actually )?(?:going to|gonna) happen"
    r"|(?:won't|will not|will never|may not|might not) (?:actually |really )?happen"
    r"|(?:this|that|it) (?:is|was) (?:all |just |pure |complete |total )?(?:nonsense|a lie|fake|made up"
    r"|a prank|rubbish)"
    r"|gotcha|haha\w*|lol|(?:fooled|tricked|pranked) you|you (?:\w+ )?(?:get|receive|deserve) nothing"
    r"|(?:not|never|n't|won't|don't) (?:\w+ )?(?:do|doing|honour|honor|keep) (?:any|all|a thing|what|this"
    r"|that)"
    r"|i (?:lied|was lying|take (?:it|that|all ~2 that|everything) back)"
    r"|(?:on|upon) second thoughts?|(?:we've|we have|i've|i have|we|i) changed (?:our|my) minds?|psych"
    r"|not (?:a )?(?:binding|guarantee\w*|promise\w*)|(?:don't|do not|never) (?:count|rely|bank) on"
    r"|(?:not|never|didn't|don't) (?:mean|meant) (?:it|any of|a word|what)|actually ,? ?(?:no|scrap|forget)"
)
"""A reply that takes itself back."""
CREDENTIALS = pattern(
    r"(?:card (?:number|details|data|info\w*)|(?:debit|credit|bank) card|cvv|cvc|pin|pin code|security code"
    r"|passwords?|passcode|login (?:details|data|credentials)|credentials|social security(?: number)?"
    r"|bank(?:ing)? (?:details|data|account number|login|password|pin)|one time code|verification code)"
)
REQUESTS = pattern(
    r"(?:send|give|provide|share|tell|confirm|enter|type|forward|e-mail|email|submit|reply with|include"
    r"|message|"
    r"text|let us have|need|require|want|supply|disclose|state|verify|write down|read out|along with)"
)
RENEWALS = pattern(
    r"(?:reset\w*|new|chang\w*|choos\w*|set|sett\w*|pick|creat\w*|forgot\w*|wrong|updat\w*) ~3 passwords?"
)

INSULTS = pattern(
    r"calm down|get over it|grow up|shut up|deal with it|tough luck|suck it up|toughen up|get a life|go away"
    r"|(?:stop|quit) (?:\w+ )?(?:complaining|whining|moaning|crying|bothering)|whin(?:e|es|ed|ing|er)"
    r"|overreact\w*"
    r"|(?<!not )your (?:own )?fault|(?:that's|it's|is) your (?:own )?problem|(?:yourself|themselves) to blame"
    r"|not our problem|(?:don't|do not|doesn't|nobody|no one|couldn't|hardly) ~2 (?:care|cares)(?! of)"
    r"|idiot\w*|moron\w*|clown\w*|stupid\w*|dumb|fools?|foolish|pathetic|crybab\w*|losers?|imbecile\w*"
    r"|brainless|clueless|lazy|ignorant|whatever(?= ,|$)|imagine being so|you exist|being (?:silly|dramatic"
    r"|ridiculous)"
    r"|wast\w+ (?:of )?our time|nuisance|drama queen|brat|leave us alone|people like you"
    r"|greedy|should be ashamed|shame on you|disgusting|liars?|jerks?|useless customer|hate you"
)

FEELINGS = {
    "frustrated": "frustrat* annoy* irritat* exasperat* aggravat* fed_up madden*",
    "angry": "angry anger* furious* outrag* mad madden* infuriat* cross livid",
    "worried": "worr* anxious* anxiet* concern* nervous* uneas* unnerv* unsettl*",
    "disappointed": "disappoint* letdown let_you_down let_down dissatisf* unhapp* underwhelm*",
    "confused": "confus* puzzl* bewilder* baffl* unclear perplex* contradict* muddle",
    "stressed": "stress* overwhelm* pressur* hectic a_lot on_your_plate last_thing_you_need",
    "embarrassed": "embarrass* awkward* humiliat* ashamed",
    "exhausted": "exhaust* tired tiring tiresome weary wear* worn drain* hours_on_hold on_hold",
}
"""Words for each feeling of the tickets."""
ANY_FEELING = (
    "feel* felt upset* difficult* hard tough unpleasant distress* inconvenien* unacceptable far_from_ideal "
    "can't_be_easy cannot_be_easy can't_have_been_easy cannot_have_been_easy couldn't_have_been_easy "
    "not_easy isn't_easy wasn't_easy never_easy"
)
FEELING_WORDS = {name: words(f"{stems} {ANY_FEELING}") for name, stems in FEELINGS.items()}
"""The same with words for any feeling, compiled."""
NAMED = {name: words(stems) for name, stems in FEELINGS.items()}
ACKNOWLEDGEMENTS = pattern(
    r"(?:can't|cannot|couldn't) (?:be|have been) easy"
    r"|(?:i|we|i'd|we'd) (?:\w+ ){0,3}?(?:understand|see|hear|know|realise|realize|recognise|recognize"
    r"|appreciate|"
    r"imagine|get|feel|tell|sympathise|sympathize|acknowledge|be)"
    r"|(?:must|can) (?:\w+ ){0,4}?(?:be|have|feel)|(?:you|your|anyone|anybody) ~6 (?:would|right|are|were"
    r"|understandable|"
    r"natural|fair|reason|reasonable|have|must|shouldn't|don't)|your ~2 is (?:understandable|fair|natural)"
    r"|how|what (?:an?|such)|(?:that|this|it|such|which|waiting|hours|messages|having|losing"
    r"|being) ~6"
    r" (?:is|was|are|sounds?|makes?|must|would|has|been|being|too|frustrates?)|that's|it's|it can|clear up"
    r"|sorry"
    r"|no need to|don't|do not|not|nothing|never|let (?:me|us)|blame you|wear"
)
"""Words of a sentence for the feeling that it names."""
MY_OWN = pattern(r"(?:i am|i'm|we are|we're|me|us) (?:so |very |quite |really )?FEELING")
APOLOGIES = pattern(
    r"sorry(?! (?:you (?:feel|exist|are)|to (?:hear|disturb)|not sorry))|apolog\w+|regret(?! nothing)(?:ted"
    r"|s)?|forgive us|"
    r"(?:our|my) (?:fault|mistake|error|blunder)|(?:we|i) (?:messed|let you down|got (?:this|it) wrong)"
)
NO_APOLOGY = pattern(
    r"(?:not|never|n't|aren't|isn't|won't|no) (?:\w+ )?(?:sorry|apolog\w+|regret\w*)|no apolog\w+"
    r"|sorry , not sorry"
    r"|not (?:our|my) (?:fault|mistake|error)|regret nothing|no regrets|n't (?:our|my) (?:fault|mistake)"
)
OFFERS = pattern(
    r"let (?:me|us) know|(?:contact|call|e-mail|email|message|ring|write to|reach|ask) (?:me|us)|(?:i'm"
    r"|we're|we are|i am) "
    r"(?:always |right |still |only |just )?(?:here|around|happy to help|glad to help|a message"
    r"|at your|on hand)"
    r"|(?:just|simply|please|do|feel free|write|to) ~2 (?:reply|respond|write back|write in|call|shout"
    r"|get in touch)"
    r"|(?:just|simply) ask"
    r"|(?:get|be|stay|keep) in touch|reach out|write back|(?:happy|glad|here) to help|don't hesitate"
    r"|do not hesitate"
    r"|feel free to|(?:i'll|i will|we'll|we will) (?:personally )?(?:follow up|keep (?:you|an eye)"
    r"|let you know|see (?:it|this)"
    r"|make sure|check in|update|be in touch|take care|be there|get back)|call (?:back|if|any)|reply (?:to"
    r"|if|any|at)"
    r"|write (?:if|any|again|to)|give (?:me|us) a call|(?:any|more) (?:questions|trouble|doubts) ~4 (?:ask"
    r"|reply|write|call|here|to)"
    r"|any time|anytime|at any time|whenever you like|shout if|follow up|anything else ,? ?just"
    r"|see it through|(?:happy|glad|pleased) to (?:answer|assist|explain|hear from you|talk|walk you)"
    r"|a (?:message|reply|call|click|note|phone call) away"
    r"|(?:reply|respond|write|ask) (?:here|below|directly|back)"
    r"|drop (?:me|us) a (?:line|note|message)|questions (?:are )?(?:always )?welcome"
)
NO_OFFER = pattern(
    r"(?:do not|don't|never|stop|not) (?:\w+ ){0,2}(?:contact\w*|call\w*|writ\w*|reply\w*|ask\w*"
    r"|bother\w*)(?! too| if you have no)"
)
