"""Words for feelings and for the moves that meet them, matched as those of `lexicon` are."""

from __future__ import annotations

import re

from vpo_envs.domains.support.lexicon import pattern, words

FEELINGS = {
    "frustrated": "frustrat* annoy* irritat* exasperat* aggravat* fed_up madden*",
    "angry": "angry anger* furious* outrag* mad madden* infuriat* cross livid",
    "worried": "worr* anxious* anxiet* concern* nervous* uneas* unnerv* unsettl*",
    "disappointed": "disappoint* letdown let_you_down letting_you_down let_down dissatisf* unhapp*"
    " underwhelm*",
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
    r"|(?:understand|see|realise|realize|recognise|recognize|appreciate|acknowledge|get) (?:how|why"
    r"|that you"
    r"|your)"
    r"|(?:i|we|i'd|we'd) (?:\w+ ){0,3}?(?:understand|see|hear|know|realise|realize|recognise|recognize"
    r"|appreciate|"
    r"imagine|get|feel|tell|sympathise|sympathize|acknowledge|be)"
    r"|(?:must|can) (?:\w+ ){0,4}?(?:be|have|feel)|(?:you|your|anyone|anybody) ~6 (?:would|right|are|were"
    r"|understandable|"
    r"natural|fair|reason|reasonable|justified|valid|warranted|legitimate|makes|have|must|shouldn't|don't)"
    r"|your ~2 is (?:understandable|fair|natural|justified|valid|warranted|legitimate)"
    r"|how|what (?:an?|such)|(?:that|this|it|such|which|waiting|hours|messages|having|losing"
    r"|being) ~6"
    r" (?:is|was|are|sounds?|makes?|must|would|has|been|being|too|frustrates?)|that's|it's|it can|clear up"
    r"|sorry|apolog\w+|regret"
    r"|no need to|don't|do not|not|nothing|never|let (?:me|us)|blame you|wear"
)
"""Words of a sentence for the feeling that it names."""
MY_OWN = {
    name: re.compile(rf"\b(?:i am|i'm|we are|we're) (?:so |very |quite |really )?{found.pattern}")
    for name, found in FEELING_WORDS.items()
}
"""The company's own feelings, which acknowledge nothing."""
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
_OUR_TEAM = (
    r"(?:(?:our|the) (?:\w+ ){0,2}?(?:team|support|service|hotline|staff|colleagues)"
    r"|customer (?:service|support|care))"
)
OFFERS = pattern(
    r"let (?:me|us) know|(?<!time to )(?<!trouble to )"
    rf"(?:contact|call|e mail|email|message|ring|write to|reach|ask) (?:me|us|{_OUR_TEAM})"
    rf"|(?:i'm|we're|we are|i am|(?:we|i|we'll|i'll) (?:will |can )?(?:be|stay|remain)"
    rf"|{_OUR_TEAM} (?:is|are|will be|stays|remains)) (?:always |right |still |only |just |also )?"
    r"(?:here|there for|around|(?:happy|glad) to help|a message|at your|on hand|available)"
    r"|(?:can|may|could|else) (?:i|we) (?:\w+ )?(?:help|assist|do for you)|what else can (?:i|we) do"
    rf"|(?:we|i|we'll|i'll|{_OUR_TEAM}) (?:will |can )?(?:gladly |happily )?(?:help|assist) (?:you|with)"
    r"|ask away|do you need anything else|anything else (?:that )?(?:i|we) can|(?:any|more) (?:other "
    r"|further |more )?questions ?$"
    r"|(?:just|simply|please|do|feel free|write|to) ~2 (?:reply|respond|write back|write in|call|shout"
    r"|get in touch)"
    r"|(?:just|simply) (?:ask|write)|in contact with"
    r"|(?:get|be|stay|keep) in touch|reach out|write back|(?:happy|glad|here) to help|don't hesitate"
    r"|do not hesitate"
    r"|feel free to|(?:i'll|i will|we'll|we will) (?:personally )?(?:follow up|keep (?:you|an eye)"
    r"|let you know|see (?:it|this)"
    r"|make sure|check in|update|be in touch|take care|be there|get back)|call (?:back|if|any)|reply (?:to"
    r"|if|any|at)"
    r"|(?<!time to )(?<!trouble to )write (?:if|any|again|to)"
    r"|give (?:me|us) a (?:call|shout|ring|buzz|line)|(?:any|more) (?:questions|trouble|doubts) ~4 (?:ask"
    r"|reply|write|call|here|to)"
    r"|any time|anytime|at any time|whenever you like|shout if|follow up|anything else ,? ?just"
    r"|see it through|(?:happy|glad|pleased) to (?:answer|assist|explain|hear from you|talk|walk you)"
    r"|an? (?:message|reply|call|click|note|phone call|e ?-?mail|text) away"
    r"|(?:my|our) (?:inbox|door|lines?|chat) (?:is|are) (?:\w+ )?open"
    r"|you (?:\w+ )?know where to (?:find|reach) (?:me|us)"
    r"|(?:tell|ping|alert) (?:me|us) (?:if|when|should|any)|holler (?:if|when|any)"
    r"|(?:^|, )(?:if|should|in case|whenever) (?:[\w']+ ){1,7}?, ?(?:(?:just|please|simply"
    r"|do) )?(?:tell|ping|shout|holler)"
    r"|look into (?:it|this|that) if"
    r"|(?:reply|respond|write|ask) (?:here|below|directly|back)"
    r"|drop (?:me|us) a (?:line|note|message)|questions (?:are )?(?:always )?welcome"
)
NO_OFFER = pattern(
    r"(?:do not|don't|never|stop|not) (?:\w+ ){0,2}(?:contact\w*|call\w*|writ\w*|reply\w*|ask\w*"
    r"|bother\w*|available|here|there)(?! too| if you have no)|(?:can't|cannot|won't|nothing"
    r"|unable) (?:\w+ ){0,3}?(?:help|assist)"
    r"|nothing else|isn't available"
)
