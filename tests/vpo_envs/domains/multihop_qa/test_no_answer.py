"""Answers that name nothing: refusals, forms, words of the question; and those that do name something."""

from dataclasses import replace

import pytest

from tests.vpo_envs.domains.multihop_qa.by_hand import DOMAIN, question, score

TASK = DOMAIN.make_task(
    replace(question(), text="What is the main sponsor of the school attended by Ana Dunn?")
)
HALF = pytest.approx([1 / 2, 1 / 2, 0, 1 / 3, 0])


def scored(answer, task=TASK):
    return score(f"<support>3, 7</support><answer>{answer}</answer>", task)


@pytest.mark.parametrize(
    "answer",
    [
        "Not mentioned in the paragraphs",
        "The sponsor is not specified",
        "The sponsor of Oule is not given",
        "Unable to determine from the passages",
        "Sorry, I am unable to answer",
        "The provided paragraphs do not contain the answer",
        "Unanswerable",
        "?",
        "\u2014",
        "the",
        "NAME",
        "{answer}",
        "your answer here",
        "a name or a few words",
        "the main sponsor",
        "Main Sponsor",
        "the school attended by Ana Dunn",
    ],
)
def test_without_a_name_citations_are_worth_nothing(answer):
    assert scored(answer) == [0] * 5


@pytest.mark.parametrize(
    "answer", ["Etta Voss", "Ana Dunn", "not sure, perhaps Etta Voss", "The Empty School", "1953"]
)
def test_beside_a_wrong_name_they_are_worth_half(answer):
    assert scored(answer) == HALF


@pytest.mark.parametrize(
    ("text", "gold", "wrong"),
    [
        ("Is the school older than the hall?", "yes", "no"),
        ("Is the lake frozen or open?", "frozen", "open"),
        ("Which is the older one, Old Selmor or Ana Dunn?", "Old Selmor", "Ana Dunn"),
    ],
)
def test_words_of_a_question_may_answer_it(text, gold, wrong):
    task = DOMAIN.make_task(replace(question(answers=(gold,)), text=text))
    assert scored(gold, task) == pytest.approx([1, 1, 0, 2 / 3, 1])
    assert scored(wrong, task) == HALF


def test_a_right_answer_may_be_a_word_of_the_question():
    task = DOMAIN.make_task(replace(question(answers=("country",)), text="What kind of country music is it?"))
    assert scored("country", task)[4] == 1
