"""Denial and alternatives: what they apply to, and what not."""

import re

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.entity_chain.negation import doubted, is_taken_back

KEY = re.compile(r"(?:n?or )?(?P<letter>[A-E]) is")


@pytest.mark.parametrize(
    ("text", "in_doubt"),
    [
        ("A is x and B is y", [False, False]),
        ("not that A is x and B is y", [True, True]),
        ("not that A is x. B is y", [True, False]),
        ("not that A is x; B is y", [True, False]),
        ("not so, A is x", [False]),
        ("A is x, not that B is y", [False, True]),
        ("A is x or B is y, C is z", [True, True, True]),
        ("A is x. C is z or C is y", [False, True, True]),
        ("neither A is x nor B is y", [True, True]),
        ("it is wrong, you see, that A is x", [True]),
        ("no other fits, A is x", [False]),
        ("wrong: A is x", [True]),
        ("not the rest: A is x", [False]),
        ("nobody doubts this: A is x", [False]),
        ("without any doubt A is x", [False]),
        ("", []),
    ],
)
def test_masks_in_doubt(text, in_doubt):
    assert doubted(list(KEY.finditer(text))) == in_doubt


@pytest.mark.parametrize(
    ("text", "taken_back"),
    [
        (", which is false", True),
        (", but that's unlikely", True),
        ("; this is not correct.", True),
        (", but not of the records", False),
        (", as the false trail ends there", False),
        (", which is a river", False),
        ("", False),
    ],
)
def test_what_takes_a_name_back(text, taken_back):
    assert is_taken_back(text) is taken_back


@pytest.mark.parametrize("unit", ["not ", "wrong: ", "or A is ", "no doubt ", ", that ", "A is x ", " and "])
def test_long_texts_cost_little(unit):
    text = unit * (100_000 // len(unit)) + "A is"
    assert cpu_seconds(lambda: (doubted(list(KEY.finditer(text))), is_taken_back(text))) < 0.5
