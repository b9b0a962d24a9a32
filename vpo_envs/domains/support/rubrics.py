"""The rubrics of the three objectives in words, for judges and persons who score replies."""

from __future__ import annotations

RUBRICS = {
    "helpfulness": """\
The decision has every field as policy and records demand, and the message tells the customer each of \
these facts in full sentences.
10: all facts right in both parts. 5: half of the facts, or all of them as notes without sentences, or \
without the decision. 0: any wrong fact, a promise that policy does not allow, a refusal of what it \
grants, a request for passwords or card numbers, or a message that takes itself back.""",
    "brevity": """\
The message has no more words than its facts need. Greeting, sign-off and decision do not count.
10: one short fact. 7: all facts asked for, one short sentence each. 5: a few sentences that tell \
nothing new. 0: twice as long as that, a message that tells less than half of the facts, or one that is \
wrong. Halve the rating for every repeated sentence.""",
    "empathy": """\
The message makes these moves in sentences: it acknowledges how the customer feels; if the company is at \
fault, it apologises; it offers further help or contact.
10: all moves that are due. 0: none, keywords without sentences, an insult or a dismissive phrase, \
another name than the customer's, a message that tells less than half of the facts, or one that is \
wrong. Between them, the share of the moves that are made.""",
}
"""For every objective, what earns which rating from 0 to 10."""
