"""The words that carry the grammar of a reply: negation, report, restriction, condition, ends of clauses.

Words without blanks like `needless` stand for the phrases of phrases.py.
"""

from __future__ import annotations

from vpo_envs.domains.support.words import word_list


def _words(text: str) -> frozenset[str]:
    return frozenset(word_list(text))


NEGATORS = _words(
    "not no non never nor neither none nothing nobody cannot cant dont wont unable insteadof needless "
    "without "
    "nolonger hardly"
)
DENIERS = _words(
    "impossible unavailable ineligible declined decline rejected reject refused refuse denied deny "
    "excluded "
    "exclude outside against expired prohibited forbidden forbids nonrefundable prevented"
)
"""Words that deny of themselves; a negator before them turns them round ("will not refuse")."""

AUXILIARIES = _words(
    "is are was were be been being can could will would may might shall should must do does did has have "
    "had be's it's"
)
REPORTERS = _words(
    "ask asked asking asks want wanted wants wish wished wishing hoping hoped wishfor regarding concerning "
    "about if whether question questions requested requesting demand demanded demanding expecting expected "
    "mentioned hear notthat"
)
RECOGNISERS = _words("see know understand understood imagine appreciate realise realize recognise recognize")
SPEAKERS = _words("i we can fully do completely totally absolutely")

RULE_NOUNS = _words(
    "time request requests policy policies period window rules rule limit limits deadline conditions "
    "question form "
    "team terms"
)
"""A refund policy, a limit for refunds: what they are about is not promised."""
RULE_LINKS = _words("for on about of regarding concerning")
RULE_VERBS = _words("allow allows permit permits provide provides grant grants cover covers offer offers")
LIMITERS = _words("within if when for before after where once on during unless what up")
"""What follows "only" in a rule: we only refund within 60 days."""
GRANTEES = _words("you your it this us me")
"""With one of them "only" restricts a promise, not a rule: we can only offer you a voucher."""

HYPOTHETICALS = _words("would we'd i'd")
PERFECTS = _words("have")
"""After could, would and might: what was not done."""
MODALS = _words("could would might")
DETERMINERS = _words("a an your the it this some to one")
APPROVALS = _words("approved approve granted grant authorised authorized accepted issued")

PRONOUNS = _words("i we you they it it's")
BREAKS = _words(
    "but however yet although though so because since while whereas otherwise please then instead unless "
    "until till before after once when we i we'll i'll we're i'm we've i've we'd i'd"
)
CLAUSE_STARTS = BREAKS | _words(
    "you you'll it it's they will can this there he she your the here offer send have are is"
)
NEGATED_HEADS = _words("nothing way chance none notthat that")
"""Words after which a pronoun opens a relative clause: nothing we can do, no way we can refund."""

CONDITIONS = _words("once after when until unless before if provided assoonas should otherwise then")
"""Words that open a condition."""
VACUOUS = _words("question questions help need like want wish prefer interested unclear stuck wrong")
"""In a condition they ask for nothing: if you like, if you have questions."""

INTERROGATIVES = _words(
    "is are was were do does did can could will would shall should may have has had am what why how who "
    "which "
    "where when whether aren't isn't don't doesn't didn't can't couldn't won't wouldn't shouldn't haven't"
)
