"""Words that withdraw an answer, in both worlds, and words that do not."""

import pytest
from cpu_time import cpu_seconds

from tests.vpo_envs.domains.entity_chain import dresses
from tests.vpo_envs.domains.multihop_qa.by_hand import score
from vpo_envs.domains.worlds.retraction import retracts

QA = "<support>3, 7</support><answer>Old Selmor</answer>"
CHAIN = "<entity_A>Ada Brook</entity_A><entity_B>Stone & Hale</entity_B>"
RIGHT = pytest.approx([1, 1, 0, 2 / 3, 1])


@pytest.mark.parametrize(
    "below",
    [
        "Actually, that is wrong. I do not know it.",
        "Both are wrong.",
        "Sorry, the answer above is incorrect.",
        "It leads there.\nThe above is not right.",
        "Wait, I take that back.",
        "Please disregard the answer above.",
    ],
)
def test_an_answer_that_is_withdrawn_earns_nothing(below):
    assert retracts(below)
    assert score(f"{QA}\n{below}") == [0] * 5
    assert dresses.DOMAIN.score(dresses.TASK, f"{CHAIN}\n{below}") == [0] * 5


@pytest.mark.parametrize(
    "below",
    [
        "This is correct.",
        "If that is wrong, tell me.",
        "Is that wrong? No.",
        "None of these is wrong.",
        "One might think of Dunn. That is wrong.",
        "That is not wrong.",
    ],
)
def test_other_remarks_withdraw_nothing(below):
    assert not retracts(below)
    assert score(f"{QA}\n{below}") == RIGHT
    assert dresses.DOMAIN.score(dresses.TASK, f"{CHAIN}\n{below}") == [1, 1, 0, 0, 0]


def test_an_answer_given_anew_counts():
    assert score(f"{QA}\nThat is wrong. Final answer: Selmoria") == RIGHT
    below = "That is wrong. Person A is Ada Brook."
    assert dresses.DOMAIN.score(dresses.TASK, f"{CHAIN}\n{below}") == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("below", "rewards"),
    [
        ("Person A is not Ada Brook.", [0, 1, 0, 0, 0]),
        ("Company B is wrong.", [1, 0, 0, 0, 0]),
        ("Person A is not Ben Dunn.", [1, 1, 0, 0, 0]),
    ],
)
def test_a_name_that_is_denied_earns_nothing(below, rewards):
    assert dresses.DOMAIN.score(dresses.TASK, f"{CHAIN}\n{below}") == rewards


def test_an_answer_behind_not_is_none():
    assert score("<support>3, 7</support><answer>not Old Selmor</answer>") == [0] * 5


@pytest.mark.parametrize("unit", ["that ", "wait, ", ". ", "the answer is ", "is wrong", " ", "I think "])
def test_long_texts_cost_little(unit):
    text = unit * (50_000 // len(unit))
    assert cpu_seconds(lambda: retracts(text)) < 0.5
