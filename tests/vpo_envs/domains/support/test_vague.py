"""Values in words without a figure, against the records, on tickets of the validation split."""

from itertools import islice

import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN, added

FIRST = [(index, DOMAIN.task("validation", index).truth) for index in range(60)]

WRONG = {
    "takes": ["It takes just a few hours.", "It takes about a month.", "It may take years."],
    "arrives": ["It arrives today.", "It should reach you next year.", "It will arrive in a few months."],
    "ends": ["It ends today.", "Your access never ends."],
    "back": ["Service is already back.", "Service will be back in a few months."],
    "due": ["Payment is due today.", "It is due in a few years."],
    "valid": ["It never expires."],
    "lasts": ["The link works for a week.", "The link never expires."],
    "by": ["There's no deadline."],
    "fee": ["It's free.", "The fee is nothing."],
    "amount": ["You get half of it back.", "The amount is zero."],
}
FAIR = {
    "takes": ["It may take a few days.", "Restarting takes just a minute.", "It takes days longer by post."],
    "arrives": ["It will not arrive today.", "I will write to you when it arrives."],
    "ends": ["Nothing ends today."],
    "back": ["We will get back to you today.", "We will follow up today."],
    "due": ["It is not due today."],
    "by": ["Please mind the deadline."],
    "lasts": ["The link works at once."],
    "fee": ["Feel free to write today."],
    "amount": ["It goes back to your card."],
}


def indices(role):
    """The first two tickets with a value for a role; who waives a fee may call it nothing."""
    return [*islice((i for i, t in FIRST if role in t.entries and t.kind != "latefee"), 2)] or [
        next(i for i, t in FIRST if role in t.entries)
    ]


@pytest.mark.parametrize(
    ("index", "sentence"),
    [(index, sentence) for role, rows in WRONG.items() for index in indices(role) for sentence in rows],
)
def test_vague_values_far_from_the_records_are_wrong(index, sentence):
    assert added(index, sentence).scores == (0, 0, 0)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [(index, sentence) for role, rows in FAIR.items() for index in indices(role) for sentence in rows],
)
def test_what_the_records_bear_out_is_not(index, sentence):
    assert added(index, sentence).helpfulness == 1


def test_everything_back_is_wrong_where_a_part_is_kept():
    index = next(i for i, ticket in FIRST if ticket.reduced)
    assert added(index, "You get everything back.").scores == (0, 0, 0)
