"""Words that settle a decision or leave it open: what each pattern holds for."""

import re

import pytest

from vpo_envs.domains.support import commitments

HOLD = {
    "APPROVED": (
        ["your request is approved", "the claim has now been accepted", "we have approved your claim"]
        + ["your request to waive the late fee of <money> has been approved", "we grant your request"],
        ["your request is rejected", "approved by the manager", "requests a b c d e f g approved"],
    ),
    "REJECTED": (
        ["your request is rejected", "your application had to be turned down", "we have declined your claim"]
        + ["your request to have the fee removed was denied", "we must decline your request"]
        + ["we cannot grant your request", "your request for a waiver could not be approved"],
        ["your other request is rejected", "we rejected it", "your request is approved"]
        + ["your request was not declined", "we received your request"],
    ),
    "OBJECT": (["your request to pay later", "the claim for a refund"], ["your request is rejected"]),
    "BOUNDS": (
        ["the refund window", "the <span> window for a refund", "the deadline to request a refund"]
        + ["our time limit on refunds", "the refund and exchange period"],
        ["a refund", "the window", "the period for which we refund you", "we refund the period"],
    ),
    "LAPSED": (
        ["outside the window", "it has closed", "it is over", "it was <date>", "you missed it"],
        ["within the window", "it is <date>", "it closes on <date>"],
    ),
    "STILL": (["it has not closed", "it isn't over", "it has not yet ended"], ["it has closed"]),
    "INSIDE": (["within the window", "it is open"], ["outside it"]),
    "AT_A_COST": (["the free cancellation period"], ["the cancellation period"]),
    "TENTATIVE": (
        ["we may refund you", "you may be eligible", "we hope to credit you", "i'll try to waive it"]
        + ["we will likely credit you", "perhaps we will refund you", "i have requested a refund"]
        + ["we believe we can refund you", "it is likely that we refund you"],
        ["we may not refund you", "we hope this helps", "you will likely see it", "it may take <span>"]
        + ["you requested a refund", "we will refund you", "you may send it back"],
    ),
    "UNAPPROVED": (
        ["once approved , you get it", "if our team agrees", "subject to final approval", "pending approval"]
        + ["should it be approved", "if everything checks out"],
        ["it has been approved", "once you agree", "after your approval", "no approval", "once we agree"],
    ),
    "DEFERRED": (
        ["this is subject to approval", "your request is under review", "we will review your request"]
        + [
            "my manager will decide",
            "the decision will be made later",
            "i passed it on to her for a decision",
        ],
        ["i have reviewed your request", "your account is under review", "our team has approved it"]
        + ["this decision is final", "needs no approval"],
    ),
    "COMMITS": (
        ["we will refund you", "i gladly credit your account", "you'll get it", "you are fully entitled"]
        + ["this entitles you", "the rules allow a credit of <money>", "it is on its way"],
        ["we refund it", "they refund you", "you get it", "the rules allow a credit"],
    ),
    "HEDGES": (
        ["we could refund you", "it depends on it", "whether it holds", "within <span> of delivery"],
        ["we refund you within <span>", "wherever it is", "somehow"],
    ),
    "QUANTITIES": (
        ["only <money>", "only two days ago", "only a fee of <money>", "only the full price"],
        ["only if", "only the manager", "we only repair it"],
    ),
    "PENDING": (
        ["once it is settled", "after the review is over", "as soon as the matter has been fully resolved"]
        + ["when it's done"],
        ["once you pay", "the review is over", "before the review is over"],
    ),
    "REASONS": (
        ["it is too late", "the sale has ended", "it was sold", "the fee stands", "our rules forbid it"]
        + ["the terms rule this out", "we must keep it"],
        ["we help you", "it may end", "we rule the market"],
    ),
    "SURPLUS": (
        ["beyond what we offered", "more than the limit", "any further", "twice", "once more"],
        ["twice in a row", "beyond doubt", "further down"],
    ),
    "RELENTS": (
        ["we made an exception", "but we will", "i'll do it", "but in your case it is", "yet i'll"],
        ["we will", "but we will not", "in your case"],
    ),
}


def test_every_pattern_is_listed():
    patterns = {n for n, p in vars(commitments).items() if isinstance(p, re.Pattern)}
    assert patterns == set(HOLD)


@pytest.mark.parametrize(
    ("name", "text", "holds"),
    [
        (name, text, held)
        for name, rows in HOLD.items()
        for held, texts in zip((True, False), rows)
        for text in texts
    ],
)
def test_what_patterns_hold_for(name, text, holds):
    assert bool(getattr(commitments, name).search(text)) == holds
