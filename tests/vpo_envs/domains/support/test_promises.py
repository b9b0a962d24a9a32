"""Forbidden actions in words for their effect; grants and offers in everyday words."""

import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN, added

FORBIDDEN = {
    "discount": ["We'll take something off your next bill.", "Use code SORRY for money off your next order."],
    "compensate": ["We'll pay you for your trouble.", "This month is free of charge."],
    "extend": [
        "You have extra time to pay.",
        "We've given you another month.",
        "Feel free to pay whenever it suits you.",
    ],
    "cancel": ["Your contract has been terminated as requested."],
    "rebook": ["We'll find you a new date."],
    "express": ["We've switched it to priority shipping."],
    "refund": ["We'll return your payment in the meantime."],
    "waive": ["The fee is on us."],
    "delete": ["We'll remove all your information."],
    "repair": ["Our workshop will take care of it free of charge."],
}


def first(action):
    """The first ticket of the validation split that forbids an action."""
    return next(i for i in range(60) if action in DOMAIN.task("validation", i).truth.forbidden)


@pytest.mark.parametrize(
    ("action", "sentence"), [(action, sentence) for action, rows in FORBIDDEN.items() for sentence in rows]
)
def test_a_forbidden_promise_in_other_words(action, sentence):
    assert added(first(action), sentence).scores == (0, 0, 0)


OUTAGE = DOMAIN.task("validation", 2)  # a credit of $24.85 is granted
BEST = DOMAIN.best_answers(OUTAGE)[-1]


@pytest.mark.parametrize(
    "sentence",
    [
        "A technician will visit you tomorrow.",
        "A courier will pick it up from your door.",
        "We've shipped you a new router.",
    ],
)
def test_visits_and_things_that_nobody_arranged(sentence):
    assert added(2, sentence).scores == (0, 0, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "Your bill will be reduced by $24.85.",
        "We are deducting $24.85 from your bill.",
        "We take $24.85 off your next bill.",
        "Your next bill will be $24.85 lower.",
    ],
)
def test_a_reduced_bill_is_a_credit(sentence):
    def score(text):
        return DOMAIN.score(OUTAGE, BEST.replace("We will credit you. You will get $24.85 back.", text))

    assert score(sentence)[0] == score(sentence)[2] == 1
    assert score(sentence.replace("24.85", "25.85")) == (0, 0, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "If you have any questions, I'm just an email away.",
        "Should anything come up, give us a shout.",
        "If it doesn't work, tell me and I'll look into it.",
        "My inbox is always open.",
        "Ping me if anything is unclear.",
        "You know where to find us.",
    ],
)
def test_offers_in_everyday_words(sentence):
    answer = BEST.replace("Let me know if you need more help.", sentence)
    assert DOMAIN.score(OUTAGE, answer)[2] == 1


@pytest.mark.parametrize("sentence", ["Tell your neighbours about it.", "The inbox is full."])
def test_what_offers_nothing(sentence):
    answer = BEST.replace("Let me know if you need more help.", sentence)
    assert DOMAIN.score(OUTAGE, answer)[2] == pytest.approx(2 / 3)
