"""Breaches that no reply may make on any ticket: taking itself back, asking for secrets, denials, insults.

The patterns are matched as those of `lexicon` are, and every repetition in them is bounded.
"""

from __future__ import annotations

from vpo_envs.domains.support.clauses import Clause, Polarity
from vpo_envs.domains.support.lexicon import CONDITIONS, pattern
from vpo_envs.domains.support.reading import Sentence

_ALL_THIS = (
    r"(?:everything|all (?:of )?(?:this|that|it|the above)|what i (?:said|wrote)|the above"
    r"|(?:this|my) (?:message|reply)|(?:statements?|promises?|lines|sentences|words) above)"
)
_LETTER = r"(?:message|(?:e )?mail|email|reply|response|letter|note|answer)"
_FALSE = (
    r"(?:a lie|lies|false|untrue|made up|fake|wrong|invented|void|nonsense|hypothetical|fiction\w*"
    r"|imaginary"
    r"|pretend|meaningless|incorrect|not (?:true|right|correct))"
)
_THAT_IS = r"(?:(?:this|that|it) (?:is|was)|that's|it's)"
_TROUBLE = r"(?:worr(?:y|ies)|stress|trouble|fears?|hassle|anger|frustration|embarrassment)"
_ONCE = r"(?! (?:\w+ ){0,3}?(?:again|twice|any ?more|a second time|in (?:the )?future))"
RETRACTIONS = pattern(
    r"(?:just |only )?(?:kidding|joking)|(?:was|is|as) (?:all |just )?a joke|april fools?"
    r"|(?:opposite|reverse|contrary) ~6 (?:true|case|holds|applies|happen\w*|mean\w*|right|correct)"
    r"|(?:none|nothing) of (?:this|that|it|these|the above|what) ~4 "
    r"(?:true|happen\w*|appl\w*|real|correct|valid|holds?|binding|serious)"
    r"|(?:none|nothing|not a word) (?:of |that |in )?(?:above|here|i|we|what|this|that|it) ~5 "
    r"(?:true|real|binding|serious|meant)"
    r"|(?:none|nothing) of (?:this|that|it|these|the above) (?:will|can|shall|is going to) ~2 "
    r"(?:done|kept|paid|sent|carried out|honou?red)"
    r"|(?:decision|promise|approval|offer|statement) (?:\w+ ){1,3}?(?:overruled|overturned|reversed|revoked"
    r"|withdrawn|rescinded|cancelled|void)"
    r"|(?<!don't )(?<!not )(?<!never )(?:ignore|disregard|forget|scratch|scrap) (?:about )?"
    rf"(?!(?:all )?(?:this|that|the|my) (?:\w+ )?{_TROUBLE})"
    r"(?:all|everything|that|this|the above|what|any of|my|the previous|it all)"
    rf"|(?<!if )(?:this|my|our|the previous) {_LETTER} (?:was|is|went|has been|came) (?:\w+ ){{0,2}}?"
    r"(?:(?:by|in) (?:mistake|error|accident)|accidentally|mistakenly|(?:a|for) test\w*|a draft)"
    rf"|sent (?:you )?(?:this|my) {_LETTER} (?:by|in) (?:mistake|error|accident)"
    rf"|{_THAT_IS} (?:just |only |merely )?an? (?:example|test|draft|drill|exercise)(?! of)"
    r"|(?:meant|intended) for (?:somebody|someone|another)|wrong customer"
    r"|(?:i|we) (?:\w+ )?(?:made (?:(?:all|everything|it|this|that|of|the|these|those|them|any|numbers"
    r"|figures"
    r"|amounts|dates|details) ){1,3}up(?! to| for)"
    r"|(?:invented|fabricated) (?:it|this|that|all|everything))|(?:i|we) (?:was|were) (?:\w+ )?pretending"
    r"|(?:don't|do not) (?:believe|trust) (?:a word|any\w*|this|me|us|what)"
    rf"|{_ALL_THIS} ~4 (?:isn't|not|wasn't|{_FALSE})"
    rf"|(?:isn't|not|never) (?:actually )?(?:going to|gonna) happen{_ONCE}"
    rf"|(?:won't|will not|will never|may not|might not) (?:actually |really )?happen{_ONCE}"
    rf"|{_THAT_IS} (?:all |just |pure |complete |total )?(?:nonsense|a lie|fake|made up|a prank|rubbish)"
    rf"|(?:wait|oops|actually|hold on|hang on|correction) ,? ?(?:no ,? ?)?{_THAT_IS} (?:all )?{_FALSE}"
    r"|gotcha|haha\w*|lol|(?:fooled|tricked|pranked) you|you (?:\w+ )?(?:get|receive|deserve) nothing"
    r"|(?:not|never|n't|won't|don't) (?:\w+ )?(?:do|doing|honour|honor|keep) (?:any|all|a thing|what|this"
    r"|that)|(?:do|doing|honour|honor|keep) none of|no intention of (?:doing|honou?ring|paying|sending)"
    r"|(?:we|i) (?:won't|will not|are not going to|am not going to|aren't going to) (?:\w+ )?do (?:it"
    r"|anything of)"
    r"(?! again)"
    r"|reserve the right (?:not|to (?:not|change|withdraw|ignore|revoke|refuse))"
    r"|i (?:lied|was lying|take (?:it|that|all ~2 that|everything) back)"
    r"|(?:on|upon) second thoughts?|(?:we've|we have|i've|i have|we|i) changed (?:our|my) minds?|psych"
    r"|not (?:a )?(?:binding|guarantee\w*|promise\w*)|(?:don't|do not|never) (?:count|rely|bank) on"
    r"|(?:don't|do not|never) (?:expect (?:us|me)|hold your breath|hold (?:us|me) to|take (?:this|our"
    r"|my) ~2 "
    r"(?:word|seriously))"
    r"|(?:not|never|didn't|don't) (?:\w+ )?(?:mean|meant) (?:it|any of|a word|what)"
    r"(?! (?:\w+ ){0,2}?to (?!be|bind|count|hold|apply)\w)|actually ,? ?(?:no|scrap"
    r"|forget)"
)
"""A reply that takes itself back; "it won't happen again" is an apology."""
_FACTS = (
    r"(?:(?:information|details|figures|numbers|amounts|dates|facts|values|statements|data)"
    r"(?: (?:above|here|below|given|stated|in this \w+))?|the above|everything|(?:this|my) (?:message"
    r"|reply|e ?mail)"
    r"|any of (?:this|that|it|these|the above)|all (?:of )?this)"
)
_CONTENT = rf"(?:{_FACTS}|these|this|it)"
_DOUBTFUL = (
    r"(?:incorrect|inaccurate|wrong|mistaken|false|untrue|unreliable|outdated|made up|invented|fictitious"
    r"|fictional|placeholders?)"
)
_SURE = r"(?:sure|certain|confident|positive)"
DISCLAIMERS = pattern(
    rf"{_CONTENT} (?:may|might|could) (?:\w+ ){{0,2}}?(?:(?:be|are) {_DOUBTFUL}"
    rf"|not be (?:\w+ )?(?:right|correct"
    r"|true|accurate|up to date)|contain (?:\w+ )?(?:mistakes?|errors?|inaccuracies))"
    rf"|{_FACTS} (?:may|might) not be (?:\w+ )?(?:right|correct|true|accurate|up to date)"
    rf"|{_CONTENT} (?:is|are|was|were) (?:\w+ ){{0,2}}?(?:an? )?(?:placeholders?|templates?|dumm(?:y"
    rf"|ies)|mock ?ups?"
    r"|guess(?:es|work)?|(?:just |only )illustrative|simulated|hallucinated|fictional|fictitious)"
    r"|(?:as|i'm|i am|being) (?:just |only |merely )?an? (?:ai|bot|chatbot|language model|ai \w+"
    r"|virtual assistant)"
    r" (?:[\w',]+ ){0,6}?(?:cannot|can't|unable|not able|have no|don't have|not authori[sz]ed)"
    r"|(?:cannot|can't|unable to|not able to) (?:\w+ )?(?:do|perform|carry out|execute) any of (?:this"
    r"|these|the above)"
    rf"|(?:i'm|i am|we're|we are) (?:not|un|hardly|far from) ?(?:\w+ )?{_SURE} (?:(?:about|of) {_CONTENT}"
    rf"|(?:that|if|whether) {_CONTENT} (?:is|are|was) (?:\w+ )?(?:right|correct|true|accurate))"
    r"|(?:i|we) (?:may|might|could) (?:well |also |easily )?be (?:mistaken|wrong|lying)"
    r"|(?:i|we) (?:\w+ )?(?:guessed|invented|fabricated) (?:the|these|those|all|some|most|every)"
    rf"|(?:can't|cannot|don't|do not) (?:guarantee|vouch for) (?:that )?(?:the )?{_FACTS}|(?:grain"
    rf"|pinch) of salt|don't quote me|errors? (?:and omissions? )?excepted"
    rf"|{_FACTS} (?:is|are) subject to (?:change|error|correction)"
)
"""Doubts about the message that it casts itself: "the details above may be wrong"."""
OVERTAKEN = pattern(
    r"(?:ignore|disregard) (?:this|my|our) \w+ if you(?:'ve| have)? already"
    r"|if you(?:'ve| have)? already ~5 , ~2 (?:ignore|disregard) (?:this|my|our) \w+"
)
"""A message that matters no more once the customer has done what it asks."""
CREDENTIALS = pattern(
    r"(?:card (?:number|details|data|info\w*)|(?:debit|credit|bank) card|cvv|cvc|pin|pin code|security code"
    r"|passwords?|passcode|log ?in (?:details|data|credentials)|credentials|social security(?: number)?"
    r"|bank(?:ing)? (?:details|data|account number|login|password|pin)|one time (?:code|password)"
    r"|verification code|maiden name|ssn|otp|security (?:questions?|answers?)|(?:sms|2fa|authenticator"
    r"|recovery) code"
    r"|(?:last|first) (?:four|three|six|[346]) (?:digits|numbers) (?:of|on)|digits of (?:your"
    r"|the) (?:\w+ )?card"
    r"|code (?:(?:that|which) )?(?:you|we|was|is|were) (?:\w+ ){0,2}?(?:receiv\w+|g[eo]t|sen[dt]|text\w*)"
    r"(?: \w+){0,2}? (?:by|via|in|as) (?:an? )?(?:text|sms)|code (?:we )?texted)"
)
_PAPER = (
    r"(?:ids?|passport|driver's licence|driving licen[cs]e|licen[cs]e|identity (?:card|document|papers?))"
)
PAPERS = pattern(
    rf"(?:scan|copy|photo|picture|image|front|back|number) of your (?:\w+ )?{_PAPER}|your (?:\w+ )?{_PAPER}"
    r"|proof of (?:your )?identity"
)
"""Papers that no reply asks for but where policy wants proof of identity."""
REQUESTS = pattern(
    r"(?:send|give|provide|share|tell|confirm|enter|type|forward|e-mail|email|submit|reply with|include"
    r"|message|text|let (?:us|me) (?:have|know|see)|(?:answer|respond|reply|get back to us|call (?:us"
    r"|me)) with"
    r"|read (?:us|me)|key in|hand over|reveal|upload|fill in|quote|need|require|want|supply"
    r"|disclose|state|verify|write down|read out|along with"
    r"|what is|what's|what are|(?:may|can|could) (?:i|we) (?:\w+ )?(?:have|get|see|know))"
)
DEMANDS = pattern(
    r"(?:send|shar|giv|provid|enter|confirm|verify|tell|type)(?:e|ing)? (?:\w+ ){0,2}?your (?:\w+ ){0,2}?"
    r"(?:log ?in(?! page)|bank account|banking|username|access (?:data|details|codes?))"
    r"|remote (?:access|control)|access to your (?:computer|laptop|phone|device|screen)|teamviewer|anydesk"
    r"|(?:log|sign) in (?:here|below|at|on this \w+) ~4 passwords?"
)
"""Requests for access that name no credential of their own."""
RENEWALS = pattern(
    r"(?:reset\w*|new|chang\w*|choos\w*|set|sett\w*|pick|creat\w*|forgot\w*|wrong|updat\w*) ~3 passwords?"
)
GIVEN_AWAY = pattern(
    r"(?:new|temporary) (?:password|pin|passcode|login) (?:is|will be|was set to) (?!(?:\w+(?:ed|en|ent"
    r"|et|ing)|only"
    r"|not|now|the|an?|your|yours|on|in|up|to|for|by|with|valid|good|ready|safe|active|all|also|as"
    r"|still|then|live"
    r"|strong|easy|at|there|here|what|saved?|yet|never|just|too)\b)\w+"
)
"""A password that the message itself makes up."""
NO_FAULT = pattern(
    r"(?:not|n't|isn't|wasn't|aren't|never|none of (?:this|that|it) (?:is|was)|nothing (?:\w+ )?(?:is"
    r"|was)) "
    r"(?:\w+ )?(?:our|my) (?:fault|mistake|error|doing)"
    r"|(?:we|i|we're|i'm) (?:(?:are|were|am|was) )?(?:not|aren't|weren't|wasn't) (?:to blame|at fault"
    r"|responsible)"
    r"|(?:we|i|we've|i've) (?:have )?(?:did|done) nothing wrong|(?:we|i) (?:did not"
    r"|didn't) do anything wrong"
    r"|no (?:fault|mistake|error|problem) (?:\w+ )?(?:(?:in|with) our (?:network|system|service)"
    r"|on our (?:side|end|part))"
    r"|(?:is|was|were) caused by (?:you(?:rself)?$|your (?:own|mistake|error|router|equipment))"
    r"|(?:we|i) made no (?:mistakes?|errors?)|(?:don't|do not) blame us"
    r"|(?<!no )(?:fault|mistake|error|blame) (?:\w+ )?(?:is|was|lies|lay) (?!not |never )(?:\w+ )?"
    r"(?:(?:on|at) your (?:side|end|part)|yours|with you)"
)
"""The company without blame."""

_OURS = r"(?:our|my) (?:\w+ )?(?:fault|mistakes?|errors?|blunder)"
_ON_US = r"(?:on our (?:side|end|part)|with us|ours|of ours)"
OUR_FAULT = pattern(
    rf"{_OURS}|(?<!any )(?:mistakes?|errors?|faults?) (?:\w+ ){{0,2}}?{_ON_US}"
    r"|(?:we|i) (?:\w+ )?(?:made (?:an?|this|that|the) (?:\w+ )?(?:mistake|error)|(?:are|were|am) (?:\w+ )?"
    r"(?:at fault|to blame))"
    r"|(?:we|i|we've|i've)(?: have)? (?:wrongly|mistakenly|incorrectly|erroneously|accidentally) "
    r"(?:charged|billed|added|applied|sent|locked|invoiced)"
    r"|(?:charg\w+|bill\w+|add\w+|appl\w+|lock\w+) ~2 (?:by|in) (?:mistake|error|accident)"
    r"|(?:was|were|been) (?:wrongly|mistakenly|incorrectly|erroneously) "
    r"(?:charged|billed|added|applied|locked)"
)
"""The company as the one to blame."""

_MOCKED = r"(?:silly|ridiculous|absurd|petty|childish|laughable|pointless|ludicrous|boring|annoying)"
_BURDEN = r"(?:pain|embarrassment|disgrace|joke|burden|bore|bother|mess|failure)"
INSULTS = pattern(
    r"calm down|get over it|grow up|shut up|deal with it|tough luck|suck it up|toughen up|get a life"
    r"|go away"
    r"|(?:stop|quit) (?:\w+ )?(?:complaining|whining|moaning|crying|bothering)|whin(?:e|es|ed|ing|er)"
    r"|overreact\w*"
    r"|your (?:own )?fault|(?:that's|it's|is) your (?:own )?problem|(?:yourself|themselves) to blame"
    r"|not our problem|(?:don't|do not|doesn't|nobody|no one|couldn't|hardly) ~2 (?:care|cares)(?! of)"
    r"|idiot\w*|moron\w*|clown\w*|stupid\w*|dumb|fools?|foolish|pathetic|crybab\w*|losers?|imbecile\w*"
    r"|brainless|clueless|lazy|ignorant|whatever(?= ,|$)|imagine being so|you exist|being (?:so )?(?:silly"
    r"|dramatic"
    r"|ridiculous)"
    rf"|{_MOCKED} (?:\w+ )?(?:thing to|questions?|requests?|complaints?|customers?|persons?|people"
    rf"|messages?"
    r"|letters?|e-mails?|emails?)"
    rf"|(?:you|your \w+|customers?|complaints?|questions?|requests?) (?:is|are|sounds?) (?:\w+ )?{_MOCKED}"
    rf"|you're (?:\w+ )?(?:{_MOCKED}|impossible)|you are (?:\w+ )?impossible"
    rf"|(?:don't|do not|stop) (?:be|being) (?:so )?{_MOCKED}"
    r"|wast\w+ (?:of )?(?:our|my|everyone's) time|nuisance|drama queen|brat|leave (?:us|me) alone"
    r"|(?:people|customers|those|someone) like you|you (?:people|lot)|typical customer|nobody asked you"
    rf"|(?:you are|you're|you were) (?:such |nothing but )?(?:an? )?(?:\w+ )?{_BURDEN}"
    r"|(?:^|, )(?:\w+ )?get lost|go to hell|(?:damn|screw|curse) you|drop dead|cry me a river|boo hoo"
    r"|(?:bugger|piss|sod|buzz) off|get a grip|get out of here|go jump|should know better|nobody likes you"
    r"|should be (?:grateful|thankful|glad (?:we|you|that we))|(?:we|i|we're|i'm) (?:are "
    r"|am )?(?:so )?(?:sick|tired) of"
    r" (?:you|your)"
    r"|choke on|cry about it|learn (?:how )?to read|worst (?:\w+ )?(?:customer|client|person)"
    r"|serves you right"
    r"|(?:(?:this|that) is|that's) (?:exactly |just |only )?what you deserve$|good riddance"
    r"|(?:don't|do not|never) (?:ever )?(?:bother )?(?:contact|writ|call|messag"
    r"|e ?-?mail)\w* (?:to )?(?:us|me) "
    r"(?:ever )?again"
    r"|greedy|should be ashamed|shame on you|disgusting|liars?|jerks?|useless customer|hate you"
)
NO_INSULTS = pattern(
    r"(?:none|nothing|never|not|no|isn't|wasn't|aren't|hardly) (?!but|less|short|only)(?:[\w']+ ){0,3}?"
    rf"(?:your (?:own )?fault|{_BURDEN}|(?:{_MOCKED}|stupid|dumb|foolish)(?: \w+)?)"
    r"|(?:stupid|silly|foolish|dumb|lazy) (?:mistake|error|slip|blunder)"
)
"""The same words in the customer's favour."""


def broken_form(sentence: Sentence, at_fault: bool, proof: bool = True) -> list[str]:
    """Returns the breaches of a sentence, in words.

    Args:
        sentence: A sentence of the message.
        at_fault: Whether policy says that the company is to blame.
        proof: Whether policy wants proof of identity.
    """
    found = []
    if RETRACTIONS.search(OVERTAKEN.sub("", sentence.text)) or sentence.holds(DISCLAIMERS):
        found.append("takes itself back")
    if at_fault and sentence.holds(NO_FAULT):
        found.append("denies our fault")
    if not at_fault and any(_owns_up(clause) for clause in sentence.clauses):
        found.append("admits a fault that is not ours")
    text = RENEWALS.sub("", sentence.text)
    denied = all(
        clause.denied for clause in sentence.clauses if clause.holds(CREDENTIALS) or clause.holds(DEMANDS)
    )
    asked = CREDENTIALS.search(text) and REQUESTS.search(text)
    if (asked or DEMANDS.search(text)) and not denied:
        found.append("asks for secrets such as passwords or card numbers")
    wanted = any(clause.holds(PAPERS) and not clause.denied for clause in sentence.clauses)
    if not proof and wanted and sentence.holds(REQUESTS):
        found.append("asks for proof of identity, which policy does not want")
    if sentence.holds(GIVEN_AWAY):
        found.append("gives a password away")
    return found


def _owns_up(clause: Clause) -> bool:
    """Returns whether a clause affirms that the company is to blame."""
    return clause.holds(OUR_FAULT) and clause.polarity is Polarity.AFFIRMED and not clause.holds(CONDITIONS)


def insults(sentence: Sentence) -> bool:
    """Returns whether a sentence insults or dismisses the customer."""
    return INSULTS.search(NO_INSULTS.sub("", sentence.text)) is not None
