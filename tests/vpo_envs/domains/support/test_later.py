"""Promises on a condition, of actions that policy refuses for now."""

import pytest

from tests.vpo_envs.domains.support.by_hand import added

SEARCH = 9  # of the validation split; while a search is open there is no refund


@pytest.mark.parametrize(
    "sentence",
    [
        "If the search fails, we will refund you in full.",
        "You'll get your money back if the parcel isn't found.",
        "If the parcel can't be located, you'll receive a full refund.",
        "Should the search be unsuccessful, we'll issue a refund right away.",
        "In case it is not found, you are entitled to a full refund.",
        "Should it be lost, we will send a replacement.",
    ],
)
def test_what_is_possible_later_may_be_promised_in_any_words(sentence):
    assert added(SEARCH, sentence).helpfulness == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "You'll get a full refund right away.",
        "If you like, we will refund you.",
        "If the search fails, you get a free car.",
        "Should the search fail, we will give you a voucher.",
    ],
)
def test_what_is_not_possible_later_may_not(sentence):
    assert added(SEARCH, sentence).scores == (0, 0, 0)
