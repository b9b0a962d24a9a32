"""What a sentence affirms, denies or merely reports: the scope of negation, word by word.

A denial reaches to the right until a new clause begins ("we cannot refund the order, but we will send ...")
and, from a negated auxiliary, to the left over its subject ("a refund is not possible"); a second denial in
its scope turns it round ("nothing stops us from refunding you"). What was not done is denied too ("we could
have refunded you"). Wishes, questions, rules and antecedents of conditions are reports: they promise nothing
("you asked for a refund", "we only refund within 60 days", "we would refund you").

The word classes are those of grammar.py.
"""

from __future__ import annotations

from enum import IntEnum

from vpo_envs.domains.support import grammar
from vpo_envs.domains.support.lexicon import ACTION_STEMS, concepts_of
from vpo_envs.domains.support.words import word_list


class Polarity(IntEnum):
    """How a word is meant."""

    DENIED = -1
    REPORTED = 0
    AFFIRMED = 1


DENIED, REPORTED, AFFIRMED = Polarity.DENIED, Polarity.REPORTED, Polarity.AFFIRMED

_FUNCTION_WORDS = (
    grammar.NEGATORS
    | grammar.DENIERS
    | grammar.REPORTERS
    | grammar.RECOGNISERS
    | grammar.RULE_NOUNS
    | grammar.HYPOTHETICALS
    | grammar.PERFECTS
    | grammar.APPROVALS
    | grammar.BREAKS
) | {",", "and", "or", "sorry", "only"}
_LEFT_STOPS = grammar.BREAKS | {"and", "or", "if", ",", "i", "we"}
_SUBJECT_SPAN = 7
_RULE_SPAN = 10
# "has not arrived", "is not instant": the thing itself is not denied
_ATTRIBUTES = frozenset(
    word_list(
        "arrived arrive reached reach come came landed shown show appeared appear received yet been "
        "immediate instant automatic affected charged due late surely soon wholly"
    )
)


def polarities(words: list[str]) -> list[Polarity]:
    """The polarity of every word of one sentence.

    Args:
        words: Lower-case words after `phrases.merge_phrases`, `,` for a pause.

    Example:
        >>> words = "we cannot refund you but we will replace it".split()
        >>> marks = polarities(words)
        >>> marks[words.index("refund")].name, marks[words.index("replace")].name
        ('DENIED', 'AFFIRMED')
    """
    marks: list[Polarity] = []
    scope = AFFIRMED
    aside = False  # within "..., not $60.00, ...", which ends with the next comma
    for i, word in enumerate(words):
        if word not in _FUNCTION_WORDS and not word.endswith("n't"):
            marks.append(scope)
            continue
        before = words[i - 1] if i else ""
        following = words[i + 1] if i + 1 < len(words) else ""
        if word == ",":
            if scope is REPORTED or aside or following in grammar.CLAUSE_STARTS:
                scope, aside = AFFIRMED, False
        elif word == "and" or word == "or":
            if following in grammar.CLAUSE_STARTS:
                scope = AFFIRMED
        elif word in grammar.BREAKS and not (word in grammar.PRONOUNS and before in grammar.NEGATED_HEADS):
            scope = AFFIRMED
        marks.append(scope)
        if _negates(words, i, following):
            if word == "without" and scope is DENIED:
                scope = REPORTED  # "we cannot do it without a photo" asks for the photo
            elif _turned_round(words, i, scope):
                scope = marks[-1] = AFFIRMED
            else:
                if _reaches_subject(words, i, following):
                    _mark_subject(words, marks, i, DENIED)
                scope = DENIED
                aside = word == "insteadof" or (word == "not" and following[:1] == "<")
        elif scope is AFFIRMED and _reports(words, i, following):
            scope = REPORTED
            if word == "only" and before in grammar.AUXILIARIES:
                _mark_subject(words, marks, i, REPORTED)  # "refunds are only given within 60 days"
        elif word in grammar.RULE_NOUNS and i and marks[i - 1] is AFFIRMED:
            marks[i - 1] = REPORTED
        elif word in grammar.APPROVALS and scope is not DENIED:
            for j in range(max(0, i - _SUBJECT_SPAN), i):
                marks[j] = marks[j] or AFFIRMED  # "your request for a refund is approved"
    return marks


def _negates(words: list[str], i: int, following: str) -> bool:
    word = words[i]
    if word == "no" and following in (",", "."):
        return False  # "No, ..." answers a question
    if word in grammar.PERFECTS:
        return i > 0 and words[i - 1] in grammar.MODALS and following not in grammar.DETERMINERS
    return word in grammar.NEGATORS or word in grammar.DENIERS or word.endswith("n't")


def _turned_round(words: list[str], i: int, scope: Polarity) -> bool:
    """Will not refuse, nothing prevents us from, it is not that we cannot."""
    if words[i] in grammar.DENIERS:
        return scope is DENIED and any(_plainly_negative(word) for word in words[max(0, i - 2) : i])
    return "notthat" in words[max(0, i - 3) : i] and words[i + 1 : i + 2] != ["want"]


def _plainly_negative(word: str) -> bool:
    return word in grammar.NEGATORS or word.endswith("n't")


def _reaches_subject(words: list[str], i: int, following: str) -> bool:
    word = words[i]
    if word in grammar.PERFECTS:
        return True
    if following in _ATTRIBUTES:
        return False
    if word in grammar.DENIERS or word.endswith("n't") or word == "cannot":
        return True
    return word in ("not", "never", "nolonger") and i > 0 and words[i - 1] in grammar.AUXILIARIES


def _mark_subject(words: list[str], marks: list[Polarity], i: int, polarity: Polarity) -> None:
    for j in range(i - 1, max(i - 1 - _SUBJECT_SPAN, -1), -1):
        if words[j] in _LEFT_STOPS:
            return
        marks[j] = polarity


def _reports(words: list[str], i: int, following: str) -> bool:
    word = words[i]
    if word in grammar.REPORTERS:
        return True
    if word == "sorry":
        return following in ("your", "about", "for")
    if word == "only":
        return _restricts_a_rule(words, i)
    if word in grammar.HYPOTHETICALS:
        return any(name in ACTION_STEMS for name in concepts_of(following))
    if word in grammar.RULE_NOUNS:
        if following in grammar.RULE_VERBS:
            return words[i + 2 : i + 3] not in (["us"], ["me"])
        return following in grammar.RULE_LINKS
    if word in grammar.PERFECTS:
        return i > 0 and words[i - 1] == "should"
    return word in grammar.RECOGNISERS and i > 0 and words[i - 1] in grammar.SPEAKERS


def _restricts_a_rule(words: list[str], i: int) -> bool:
    """We only refund within 60 days, but not: we can only refund you $42.50."""
    for word in words[i + 1 : i + 1 + _RULE_SPAN]:
        if word in grammar.LIMITERS:
            return True
        if word in grammar.GRANTEES or word == "," or word == "<money>":
            return False
    return False
