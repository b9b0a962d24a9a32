"""Words of English grammar, and what makes words a sentence: a verb, an order, no long list of keywords."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from vpo_envs.domains.support.words import word_list

VERBS = frozenset(
    word_list(
        "is are was were am do does did have has had will would can could may might must shall should cannot "
        "i'm i'll i've i'd we're we'll we've we'd you're you'll you've you'd it's it'll that's there's "
        "here's "
        "what's they're let's who's isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't "
        "wouldn't haven't hasn't hadn't shouldn't need"
    )
)
"""Verb forms that make a sentence one, as a subject before a verb and the openings of `REQUESTS` do."""
_TELLING = frozenset(
    word_list(
        "arrives takes ends runs applies comes costs remains stays works lasts expires goes needs means "
        "reaches "
        "leaves sounds seems feels looks makes became"
    )
)
"""Further verb forms, which need a word before them: "takes 5 days" is a note."""
SUBJECTS = frozenset(word_list("i we you they it he she"))
_DETERMINERS = frozenset(word_list("the a an my our your"))
_IMPOSSIBLE = (
    VERBS | SUBJECTS | _DETERMINERS | frozenset(word_list("sorry please of to from with for at us me takes"))
)
"""Words that cannot follow a determiner; keywords thrown together do."""
REQUESTS = frozenset(
    word_list(
        "please use print stick reset choose upload restart unplug reboot ask check sign fill set turn "
        "click open confirm "
        "quote reply write call contact let feel allow keep note expect return hand drop pay mention track "
        "follow reach "
        "send get give wait find accept forgive take post put bear simply just kindly don't do rest make "
        "message add "
        "forward show pick enjoy look speak complete switch power go thanks thank sorry what how nothing "
        "happy glad apologies"
    )
)
FUNCTION_WORDS = VERBS | frozenset(
    word_list(
        "a an the i we you he she it they me us him her them my our your his its their this that these "
        "those who which "
        "what when where why how if as at by for from in into of off on onto out over to up with within "
        "without under "
        "until through about after before and or but so not no nor than then there here also once yet any "
        "some all just "
        "please too very more most other another only because while"
    )
)
_REGRETS = frozenset(word_list("apologies apology sorry"))
_HEARTFELT = frozenset(
    word_list("my our many most so very truly deeply really sincere sincerest deep deepest humble heartfelt")
)
"""Words before a regret that is a sentence without a verb: "our sincere apologies for the wait"."""
_MOST_HEARTFELT = 3
_MOST_ODD_PAIRS = 2
_LONGEST_LIST = 6
"""More words in a row that carry meaning and no grammar are a list of keywords."""


def has_verb(words: Sequence[str]) -> bool:
    """Returns whether words hold a verb, a subject that one may follow, or begin with a request or regret."""
    tells = any(word in _TELLING and before not in ",:" for before, word in zip([",", *words], words))
    spoken = [word for word in words if word not in ",:" and word[0] != "<"]
    return (
        tells
        or not VERBS.isdisjoint(spoken)
        or not SUBJECTS.isdisjoint(spoken[:-1])
        or not REQUESTS.isdisjoint(spoken[:1])
        or _is_regret(spoken)
    )


def _is_regret(words: Sequence[str]) -> bool:
    """Returns whether words begin with a regret: "my sincere apologies"."""
    opening = itertools.takewhile(_HEARTFELT.__contains__, words[:_MOST_HEARTFELT])
    n = sum(1 for _ in opening)
    return n > 0 and not _REGRETS.isdisjoint(words[n : n + 1])


def is_grammatical(words: Sequence[str]) -> bool:
    """Returns whether enough of the words are those of grammar, with no long run of others.

    Args:
        words: Words of a sentence with `,` and `:` where it pauses and values as `<kind>`.
    """
    spoken = [word for word in words if word not in ",:" and word[0] != "<"]
    grammar = [word in FUNCTION_WORDS or "'" in word for word in spoken]
    grammar[:1] = [grammar[0] or spoken[0] in REQUESTS] if spoken else []
    run = longest = 0
    for known in grammar:
        run = 0 if known else run + 1
        longest = max(longest, run)
    return longest < _LONGEST_LIST and 4 * sum(grammar) >= len(spoken) > 0


def grammar_share(words: Sequence[str]) -> float:
    """Returns the share of words of grammar, a request at the beginning included; values are not counted."""
    spoken = [word for word in words if word not in ",:" and word[0] != "<"]
    known = sum(word in FUNCTION_WORDS or "'" in word for word in spoken[1:])
    known += bool(spoken) and (spoken[0] in FUNCTION_WORDS or spoken[0] in REQUESTS or "'" in spoken[0])
    return known / len(spoken) if spoken else 0.0


def is_salad(words: Sequence[str]) -> bool:
    """Returns whether words are in no order of English: "the we", "a is", "i the"."""
    pairs = list(itertools.pairwise(words))
    odd = sum(a in _DETERMINERS and b in _IMPOSSIBLE for a, b in pairs)
    odd += sum(a in SUBJECTS and b in _DETERMINERS for a, b in pairs if a not in ("you", "it"))
    odd += sum(a in ("is", "takes", "was") and b in ("i", "we", "he", "she", "they") for a, b in pairs)
    return odd >= _MOST_ODD_PAIRS
