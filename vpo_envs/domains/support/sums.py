"""Values that make no claim of their own: terms of a sum that is worked out, and where a change began.

"$60.00 - $17.50 = $42.50" states the result alone, if it is right, and "from $60.00 to $42.50" the end.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping
from typing import NamedTuple

from vpo_envs.domains.support.lexicon import pattern
from vpo_envs.domains.support.values import Value

_WIDEST = 8
"""Most words between two terms of a sum, or between the ends of a change."""
_FROM = pattern(r"from(?: (?:the|an?|your|our))?(?: [\w']+){0,2}$")
_TO = pattern(r"(?:to|into)(?: [\w']+){0,5}$")
_WAS = pattern(r"(?:was|were|used to be|had been)(?: [\w']+){0,2}$")
_NOW = pattern(r"now|instead|should (?:be|have been)")


class Sum(NamedTuple):
    """A sum as a sentence writes it: "$60.00 - $17.50", with or without "= $42.50".

    Attributes:
        terms: Positions of its terms.
        total: What it comes to, as a normal form of an amount.
        result: Position of the amount behind the sign of equality; None if there is none.
    """

    terms: tuple[int, ...]
    total: Hashable
    result: int | None


def sums_of(values: Mapping[int, Value]) -> list[Sum]:
    """Returns the sums among the values of a sentence, by position.

    Example:
        >>> from vpo_envs.domains.support.values import tokenize
        >>> [tuple(found) for found in sums_of(tokenize("You get $60 minus the fee of $18 = $42.").values)]
        [((2, 7), ('usd', 4200.0), 8)]
    """
    money = [(at, value) for at, value in sorted(values.items()) if value.kind == "money"]
    found: list[Sum] = []
    i = 0
    while i < len(money):
        end = i + 1
        while end < len(money) and money[end][1].sign in ("-", "+") and _is_near(money, end):
            end += 1
        result = end < len(money) and money[end][1].sign == "=" and _is_near(money, end)
        if end > i + 1:
            total = _total([value for _, value in money[i:end]])
            found.append(Sum(tuple(at for at, _ in money[i:end]), total, money[end][0] if result else None))
        i = end + (end > i + 1 and result)
    return found


def silent(words: list[str], values: Mapping[int, Value], known: frozenset[Hashable]) -> frozenset[int]:
    """Returns the positions of values that make no claim of their own.

    Args:
        words: The words of the sentence.
        values: Its values by position.
        known: Normal forms of the amounts that a sum may come to without stating its result.
    """
    sums = sums_of(values)
    terms = {at for each in sums for at in each.terms}
    stated = {key for at, value in values.items() if at not in terms for key in value.keys}
    held = {
        at
        for each in sums
        if (each.total in stated or each.total in known)
        and (each.result is None or each.total in values[each.result].keys)
        for at in each.terms
    }
    return frozenset(held | _starts(words, values))


def _starts(words: list[str], values: Mapping[int, Value]) -> set[int]:
    """Returns the positions of the values that something changes from, to another one of their kind.

    That is "from $5 to $4" or "it was $5 and is now $4".
    """
    found = set()
    for (at, value), (end, other) in itertools.pairwise(sorted(values.items())):
        between = " ".join(word for word in words[at + 1 : min(end, at + _WIDEST)] if word not in ",:")
        before = " ".join(words[max(0, at - 4) : at])
        near = value.kind == other.kind and end - at <= _WIDEST
        changes = _FROM.search(before) and _TO.search(between)
        if near and (changes or (_WAS.search(before) and _NOW.search(between))):
            found.add(at)
    return found


def _is_near(money: list[tuple[int, Value]], i: int) -> bool:
    return money[i][0] - money[i - 1][0] <= _WIDEST


def _total(terms: list[Value]) -> Hashable:
    """Returns what terms come to; nothing for different currencies."""
    keys = [value.keys[0] for value in terms]
    amounts = [key for key in keys if isinstance(key, tuple)]
    if len({currency for currency, _ in amounts}) != 1:
        return None
    signs = [1, *(-1 if value.sign == "-" else 1 for value in terms[1:])]
    return (amounts[0][0], round(sum(sign * cents for sign, (_, cents) in zip(signs, amounts)), 2))
