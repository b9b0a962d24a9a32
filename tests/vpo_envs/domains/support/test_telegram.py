"""The compact language and its scorer."""

import gymnasium as gym
import pytest

from tests.vpo_envs.domains.support.by_hand import TASK, brevity

SMALL = gym.make("vpo/SupportSmall-v0").unwrapped.domain


def compact(answer, task=TASK):
    return SMALL.score(task, answer)


def test_telegrams_are_fine_in_the_compact_language():
    full = "refund amount $42.50 takes 5 days arrives 3 March ref CS-22222 send photo"
    assert compact(full) == pytest.approx((1, brevity(48), 0))
    kind = f"{full} understand worried sorry contact us"
    assert compact(kind) == pytest.approx((1, brevity(72), 1))
    assert compact(f"{full} so it goes")[1] == pytest.approx(brevity(48 + 3))
    assert compact(f"{full} refund")[1] == pytest.approx(brevity(48 + 1) / 2)
    assert compact("refund amount $42.50 takes 5 days")[0] == 0.5


@pytest.mark.parametrize(
    "wrong",
    ["no refund .", "voucher", "amount $60", "amount $9", "takes 6 days", "ref ORD-11111", "worth $42.50"],
)
def test_wrong_items_void_a_compact_reply(wrong):
    assert compact(f"refund amount $42.50 takes 5 days send photo {wrong}") == (0, 0, 0)


@pytest.mark.parametrize(
    "answer", ["", "amount", "$42.50", "understand worried", "the", "no", "no voucher ."]
)
def test_compact_replies_that_tell_nothing(answer):
    assert compact(answer) == (0, 0, 0)


def test_compact_keys():
    assert SMALL.answer_key(TASK, " Refund  amount $5 .") == SMALL.answer_key(TASK, "refund amount $5")
