"""Sums that sentences work out, and changes "from ... to ...": which values make no claim of their own."""

import pytest

from vpo_envs.domains.support.sums import silent, sums_of
from vpo_envs.domains.support.values import tokenize


def mute(text, known=()):
    """The words for the values that make no claim, as (position among the values)."""
    words, values = tokenize(text)
    places = sorted(values)
    found = silent(words, values, frozenset(("usd", 100.0 * dollars) for dollars in known))
    return [places.index(at) for at in sorted(found)]


@pytest.mark.parametrize(
    ("text", "totals"),
    [
        ("$60 - $18 = $42", [42]),
        ("$60-$18=$42", [42]),
        ("$60 − $18", [42]),
        ("$60 minus the return fee of $18", [42]),
        ("$60 less $18 equals $42", [42]),
        ("$60 (price paid) - $18 (return fee) = $42", [42]),
        ("$60 - $10 - $8 = $42", [42]),
        ("$60 plus $18", [78]),
        ("paid: $60 - return fee: $18 = refund: $42", [42]),
        ("$60 - $18 and $9 + $1", [42, 10]),
        ("$60 and $18", []),
        ("$60 more or less", []),
        ("no less than $60", []),
        ("$60 for one two three four five six seven eight - $18", []),
    ],
)
def test_sums_and_what_they_come_to(text, totals):
    assert [each.total for each in sums_of(tokenize(text).values)] == [("usd", 100.0 * n) for n in totals]


def test_different_currencies_have_no_sum():
    (found,) = sums_of(tokenize("$60 - €18 = $42").values)
    assert found.total is None and mute("$60 - €18 = $42") == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("$42 ($60 - $18)", [1, 2]),
        ("$60 - $18 = $42", [0, 1]),
        ("$60 minus $18, so $42", [0, 1]),
        ("$60 - $18", []),  # nobody says what it comes to
        ("$60 - $18 = $43", []),
        ("$43 ($60 - $18)", []),
        ("$60 ($60 - $18)", []),
        ("from $60 to $42", [0]),
        ("from the wrong $60 down to only $42", [0]),
        ("from 3 March to 9 March", [0]),
        ("it was $60 and is now $42", [0]),
        ("it was $60 and the fee is $42", []),
        ("from $60 to 9 March", []),
        ("to $42 from $60", []),
        ("from $60, and we will pay you $42", []),
    ],
)
def test_values_that_make_no_claim(text, places):
    assert mute(text) == places


def test_a_sum_may_come_to_a_known_amount_without_stating_it():
    assert mute("$60 - $18", known=[42]) == [0, 1]
    assert mute("$60 - $18", known=[43]) == []
