"""Names that can be read: words of English, of programmers, or of the task."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from vpo_envs.domains.code.lists import listed

FILE = Path(__file__).with_name("words.txt")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
SHORT_NAMES = frozenset("abijknxy_")
"""Names of one letter that everybody reads: two alike things, counters, an amount, coordinates."""

LINKS = listed("""
a as at by dp go id in is it lo hi ms no of on op or pi so to up us we
""")
"""Short words that may stand beside longer ones."""

ALONE = listed("dp dx dy hi id lo up xs ys")
"""Short words that may stand alone."""

ENDINGS = ("s", "es", "d", "ed", "r", "er", "ing", "ly", "able")
PLURALS = (("ies", "y"), ("ied", "y"), ("ing", "e"))
CONSTANT_WORDS = listed("""
absent adjacent allowance alphabet amount angle answer area average axis bad balance base batch bias bit
block bonus border bound bounds bracket buffer byte capacity case ceiling cell chance character charge chunk
closing coefficient coin color colour column constant coordinate cost count credit cube cutoff cycle data
day decrease default delay delta denominator depth difference digit dimension direction directions discount
distance divisor down duration east edge empty end epsilon even exponent extra factor fee field final fine
first flag floor fraction frequency gain gap goal grid group growth half height high hour index infinity
infinite increase increment initial input interval invalid items iteration key largest last least left
length letter level limit line long loss low lower mask match max maximum message middle min minimum minute
missing modulo modulus month most move movement multiple multiplier name neighbor neighbour neutral none
north number numerator odd offset offsets opening operator option order origin output pad parity part
pattern penalty percent period pi place point position power precision prefix price prime prize rate ratio
reach remainder repeat rest result reward right root row rule scale score second seed separator set shift
short side sign size small smallest south space span speed square start state step stop stride suffix sum
symbol table target tax term threshold time times toll tolerance top total turn type unit unknown up upper
valid value vowel wait wall weight west width window word worth year zero mod inf dir
""")
"""Words that say what a number or a text is for, whatever the task."""

LONGEST = 60
"""Characters of a name; longer ones could hold data."""


@lru_cache(maxsize=1)
def dictionary() -> frozenset[str]:
    """Returns the words of `words.txt`."""
    lines = FILE.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def words_of(text: str) -> frozenset[str]:
    """Returns the words of a task, in lower case, so that names may be made of them.

    Example:
        >>> sorted(words_of("Return the josephus_rank."))
        ['josephus', 'rank', 'return', 'the']
    """
    return frozenset(part.lower() for part in PART.findall(text) if len(part) >= 3)


def readable(names: Iterable[str], extra: frozenset[str] = frozenset()) -> set[str]:
    """Returns those of the names that are words and differ from one another.

    Of names that differ in digits, underscores or case alone one counts: a reader confuses the rest.

    Args:
        names: Names that a program gives, in any order.
        extra: Further words, of the task.

    Example:
        >>> sorted(readable(["best_sum", "qabb", "bestSum", "x", "limit2", "limit3"]))
        ['bestSum', 'limit2', 'x']
    """
    kept: dict[str, str] = {}
    for name in sorted(set(names)):
        if is_word(name, extra):
            kept.setdefault(re.sub(r"[\W\d_]", "", name.lower()) or name, name)
    return set(kept.values())


def constant_names(names: Iterable[str], extra: frozenset[str] = frozenset()) -> set[str]:
    """Returns those of the names that say what a constant is.

    They are readable, and one of their words is of the task or of `CONSTANT_WORDS`: any other word would turn
    a number into a riddle.

    Args:
        names: Names of constants.
        extra: Words of the task.

    Example:
        >>> sorted(constant_names(["LIMIT", "toll_gate", "apple", "x"], words_of("The toll is 3.")))
        ['LIMIT', 'toll_gate']
    """
    telling = CONSTANT_WORDS | extra
    return {
        name
        for name in readable(names, extra)
        if name.lower() in extra
        or any(_base(part.lower(), telling) for part in PART.findall(name) if len(part) >= 3)
    }


def _base(part: str, known: frozenset[str]) -> bool:
    return part in known or any(part.removesuffix(ending) in known for ending in ENDINGS)


def is_word(name: str, extra: frozenset[str] = frozenset()) -> bool:
    """Returns whether a name is made of words: each part known, and one of them of three letters or more."""
    if name in SHORT_NAMES or name.lower() in extra:
        return True
    parts = [part.lower() for part in PART.findall(name)]
    if not parts or len(name) > LONGEST or max(map(len, parts)) < 3:
        return len(parts) == 1 and parts[0] in ALONE
    return all(part in LINKS or part in SHORT_NAMES or _known(part, extra) for part in parts)


def _known(part: str, extra: frozenset[str]) -> bool:
    known = dictionary()
    if part in known or part in extra:
        return True
    for ending in ENDINGS:
        stem = part.removesuffix(ending)
        if stem != part and len(stem) >= 3 and (stem in known or stem in extra):
            return True
    return any(
        part.endswith(ending) and len(part) > 5 and part.removesuffix(ending) + base in known
        for ending, base in PLURALS
    )
