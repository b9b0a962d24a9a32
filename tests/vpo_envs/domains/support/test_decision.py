"""Decisions are compared by value; a wrong one voids everything."""

import pytest

from tests.vpo_envs.domains.support.by_hand import FULL, judge, ticket
from vpo_envs.domains.support.decision import check, split_reply
from vpo_envs.domains.support.ticket import Entry, Point


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"refund": "refused"}, "refund"),
        ({"amount": "$42.51"}, "amount"),
        ({"amount": "$42.50 or $60.00"}, "amount"),
        ({"takes": "6 days"}, "takes"),
        ({"arrives": "3 March 2027"}, "arrives"),
        ({"ref": "CS-22223"}, "ref"),
        ({"photo": "not required"}, "photo"),
        ({"voucher": "granted"}, "voucher"),
        ({"paid": "$61.00"}, "paid"),
    ],
)
def test_a_wrong_decision_voids_everything(fields, fault):
    verdict = judge(FULL, **fields)
    assert any(repr(fault) in error for error in verdict.errors)
    assert verdict.scores == (0, 0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"refund": "Approved"}, {"refund": True}, {"amount": 42.5}, {"amount": "42.50 USD"}, {"takes": 5},
        {"takes": "within 5 days"}, {"arrives": "2026-03-03"}, {"ref": "22222"}, {"photo": "yes"},
        {"voucher": "refused"}, {"paid": "$60.00"}, {"reason": "charged twice"}, {"REF": "CS-22222"},
    ],
)  # fmt: skip
def test_decisions_are_compared_by_value(fields):
    verdict = judge(FULL, **fields)
    assert all(verdict.decided) and verdict.errors == ()


@pytest.mark.parametrize("status", ["granted or refused", "granted/refused", "yes / no", "granted | refused"])
def test_both_decisions_are_none(status):
    verdict = judge(FULL, refund=status)
    assert not all(verdict.decided) and verdict.errors == ()


def test_a_share_may_be_a_fraction():
    off = ticket(points=(Point("discount"), Point("off")), entries={"off": Entry.of("15%")}, forbidden=())
    for text in ("0.15", "15", "15%", "15 percent"):
        assert check(off.truth, {"off": text}) == (frozenset({1}), ())
    assert check(off.truth, {"off": "0.2"})[1]


@pytest.mark.parametrize(
    ("text", "fields", "message"),
    [
        ('{"refund": "refused", "takes": 5}\nNo.', {"refund": "refused", "takes": "5"}, "No."),
        ("{'refund': 'refused', 'reason': \"isn't due\",}\nNo.", {"refund": "refused"}, "No."),
        ("{refund: 'refused', takes: 5}\nNo.", {"refund": "refused", "takes": "5"}, "No."),
        ("{“refund”: “refused”,}\nNo.", {"refund": "refused"}, "No."),
        ("{'refund': True, 'message': \"I can't say.\"}", {"refund": "true"}, "I can't say."),
        ('{"refund": "granted", "refund": "refused"}\nNo.', {"refund": "refused"}, "No."),
    ],
)
def test_an_object_is_read_in_json_and_in_other_spellings(text, fields, message):
    assert split_reply(text) == (fields, message)


@pytest.mark.parametrize(
    ("amount", "right"),
    [
        ("$60.00 - $17.50 = $42.50", True),
        ("60.00 - 17.50 = 42.50", True),
        ("$60.00 paid − $17.50 fee = $42.50", True),
        ("$42.50 (= $60.00 − $17.50)", True),
        ("$42.50 ($60.00 paid minus $17.50)", True),
        ("$42.50 (you paid $60.00)", True),
        ("$60.00 - $17.50", True),
        ("$60.00 - $17.50 = $43.50", False),
        ("$60.00 - $16.50 = $42.50", False),
        ("$60.00 - $16.50", False),
        ("$60.00 ($42.50)", False),
        ("$42.50 (or $43.00)", False),
        ("$42.50 and $60.00", False),
    ],
)
def test_a_sum_counts_by_its_result(amount, right):
    assert judge(FULL, amount=amount).helpfulness == (1 if right else 0)
