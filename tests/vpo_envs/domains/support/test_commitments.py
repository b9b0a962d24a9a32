"""Words that settle a decision or leave it open: what each pattern holds for."""

import re

import pytest

from vpo_envs.domains.support import commitments

HOLD = {
    "APPROVED": (
        ["your request is approved", "the claim has now been accepted", "we have approved your claim"],
        ["your request is rejected", "approved by the manager", "requests a b c d e f g approved"],
    ),
    "REJECTED": (
        ["your request is rejected", "your application had to be turned down", "we have declined your claim"],
        ["your other request is rejected", "we rejected it", "your request is approved"],
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
