"""Kinds of requests: enough of them, and outcomes that agree with themselves."""

from string import Formatter

import pytest

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.kinds import KINDS, Outcome
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Point


def test_there_are_enough_kinds_and_policies_allow_and_forbid():
    assert len(KINDS) >= 12
    outcomes = [outcome for kind in KINDS.values() for outcome in kind.outcomes]
    tells = [[Point.parse(text) for text in outcome.tell] for outcome in outcomes]
    for outcome, points in zip(outcomes, tells):
        decisions = [point for point in points if point.name in ACTIONS]
        assert decisions and len(outcome.never) >= 2
        for point in points:
            assert point.name in ACTIONS or point.name in ROLES or point.name in STEPS
        for point in decisions:
            assert (point.name in outcome.never) != point.granted, (
                "refused means forbidden, granted means not"
            )
    granted = {point.granted for points in tells for point in points if point.name in ACTIONS}
    assert granted == {True, False}


@pytest.mark.parametrize("name", KINDS)
def test_placeholders_are_roles_or_the_item_and_differences_are_told(name):
    kind = KINDS[name]
    assert kind.name == name
    for outcome in kind.outcomes:
        for text in (*kind.stories, *outcome.records, *outcome.rules):
            fields = {field for _, field, _, _ in Formatter().parse(text) if field}
            assert fields <= {*ROLES, "item"}, text
        assert set(outcome.later) <= set(outcome.never)
        assert all(low < high for low, high in outcome.ranges.values())
        if outcome.difference:
            result, *terms = outcome.difference
            assert result in outcome.tell and {result, *terms} <= set(ROLES)


@pytest.mark.parametrize(
    ("difference", "reduces"),
    [(None, False), (("amount", "paid", "fee"), True), (("amount", "total", "fee"), False)],
)
def test_a_fee_reduces_what_was_paid(difference, reduces):
    assert Outcome((), (), ("refund",), ("voucher",), difference=difference).reduces_the_price is reduces
