"""Helpfulness, brevity and the gate by hand."""

import json

import numpy as np
import pytest
from cpu_time import cpu_seconds

from tests.vpo_envs.domains.support.by_hand import DOMAIN, FULL, TASK, brevity, judge, score, ticket
from vpo_envs.domains.support.scoring import fewest_points
from vpo_envs.domains.support.ticket import Point
from vpo_envs.env_checker import hostile_answers


@pytest.mark.parametrize(
    "message",
    [
        "",
        "$42.50, 3 March, 5 days",  # bare values say nothing about what they are
        "You asked for a refund.",
        "Your refund request has been received.",
        "A photo is a fine thing.",
        "We received your message and will look at it.",
        "The we refund is a you takes the is 5 days I the photo send.",
    ],
)
def test_what_tells_nothing_earns_nothing(message):
    assert score(message) == (0, 0, 0)


def test_helpfulness_by_hand():
    assert score(FULL)[0] == 1
    assert score("We will refund you. Your reference is CS-22222. Please send a photo.")[0] == 0.5
    alone = f"<message>{FULL}</message>"
    assert DOMAIN.score(TASK, alone)[0] == 0.5, "a message without its decision counts half"
    partly = json.dumps({"refund": "granted", "amount": "$42.50", "takes": "5 days"})
    assert DOMAIN.score(TASK, f"{partly}\n{FULL}")[0] == 0.75, "fields left out count half"
    notes = "refund granted, $42.50 back, takes 5 days, arrives 3 March, CS-22222, send photo"
    assert score(notes)[0] == 0.5, "so do notes"
    assert DOMAIN.score(TASK, DOMAIN.decision(TASK)) == (0, 0, 0), "a decision alone tells nobody"


def test_telegrams_have_no_feeling():
    notes = "refund, $42.50 back, takes 5 days, CS-22222, send photo. understand worried, sorry, contact us"
    verdict = judge(notes)
    assert verdict.telegram and verdict.empathy == 0 and verdict.helpfulness <= 0.5


def test_brevity_by_hand():
    assert score(FULL)[1] == pytest.approx(brevity(48))
    filler = "The garden grows slowly while nobody looks on."
    assert score(f"{FULL} {filler}")[1] == pytest.approx(brevity(48 + 8))
    assert score(f"Hi Dana,\n\n{FULL}\n\nBest regards,\nAnna")[1] == pytest.approx(brevity(48))
    long = "We will, as you have so kindly asked us to do, refund you."
    assert score(FULL.replace("We will refund you.", long))[1] == pytest.approx(brevity(40 + 13))


def test_every_repetition_halves_brevity():
    follow = "I will follow up with you myself."
    once = score(f"{FULL} {follow}")[1]
    assert once == pytest.approx(brevity(56))
    assert score(f"{FULL} {follow} {follow} {follow}")[1] == pytest.approx(brevity(56 + 14) / 4)


def test_cramming_does_not_pay():
    crammed = (
        "We refund you $42.50 in 5 days under CS-22222, it arrives on 3 March, please send us a photo of it."
    )
    assert len(crammed.split()) < len(FULL.split())
    assert score(crammed) == pytest.approx(score(FULL))


def test_the_gate():
    half = "We will refund you. You will get $42.50 back. It takes up to 5 days."
    assert score(half)[1] > 0.9
    assert score("We will refund you. You will get $42.50 back.")[1:] == (0, 0), "less than half"
    assert score("You get it in 5 days. It arrives on 3 March. Case CS-22222. Send a photo.")[1] == 0
    assert fewest_points(TASK.truth) == 3
    assert fewest_points(ticket(points=(Point("refund"), Point("photo"))).truth) == 1


def test_hostile_strings_cost_bounded_time():
    rng = np.random.default_rng(1)
    task = DOMAIN.task("test", 6)
    seeds = DOMAIN.demonstrations(task, rng)
    units = [
        "not ",
        "$1 ",
        "$1",
        "1. ",
        "a.",
        "3 March ",
        "approved ",
        "sorry to ",
        "$42.50 refund. ",
        "no later ",
        "1-1-1 ",
    ]
    answers = [*hostile_answers(rng, 2000, seeds), *(unit * 20_000 for unit in units)]
    answers += [(unit * 5000)[: DOMAIN.max_answer_length] for unit in units]
    for answer in answers:
        reward = DOMAIN.score_batch([task], [answer])
        assert ((reward >= 0) & (reward <= 1)).all()
        assert cpu_seconds(lambda a=answer: DOMAIN.score_batch([task], [a])) < 1.0, answer[:40]
