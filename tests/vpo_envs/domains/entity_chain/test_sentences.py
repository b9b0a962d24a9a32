"""Names in sentences and beside remarks: what equates a name and its mask, and what ends a name."""

import pytest

from tests.vpo_envs.domains.entity_chain.dresses import DOMAIN, TASK

A, B = "Ada Brook", "Stone & Hale"


@pytest.mark.parametrize(
    "equates",
    [
        "is therefore",
        "is thus",
        "is then",
        "is clearly",
        "is most likely",
        "must then be",
        "is identified as",
        "has been identified as",
        "can be identified as",
        "turns out to be",
        "has to be",
        "can only be",
        "corresponds to",
        "resolves to",
        "stands for",
    ],
)
def test_words_that_equate(equates):
    assert DOMAIN.score(TASK, f"Person A {equates} {A}. Company B {equates} {B}.") == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "doubts", ["is hardly", "is possibly", "might be", "could be", "is not", "is allegedly"]
)
def test_words_that_doubt(doubts):
    assert DOMAIN.score(TASK, f"Person A {doubts} {A}. Company B {doubts} {B}.") == [0] * 5


@pytest.mark.parametrize(
    "dress",
    [
        "- {a} \u2014 Person A\n- {b} \u2014 Company B",
        "{a} (Person A)\n{b} (Company B)",
        "**{a}** (Person A), **{b}** (Company B).",
        "1. {a} \u2192 Person A\n2. {b} \u2192 Company B",
    ],
)
def test_names_before_their_masks(dress):
    assert DOMAIN.score(TASK, dress.format(a=A, b=B)) == [1, 1, 0, 0, 0]
    assert DOMAIN.score(TASK, dress.format(a="Ben Dunn", b=B)) == [0, 0.5, 0, 0, 0]


@pytest.mark.parametrize(
    "text", ["**Step 1 - Person A**", "Person B (Person A)", "The one that leads it (Person A)"]
)
def test_headings_and_mentions_are_no_names(text):
    assert DOMAIN.answer_key(TASK, text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Ada Brook, president of Oland",
        "Ada Brook, who leads Oland",
        "Ada Brook - president",
        "Ada Brook \u2013 President of Oland",
        "Name: Ada Brook",
        "Person: Ada Brook",
        "It is Ada Brook.",
        "The person is Ada Brook.",
        "The name of Person A is Ada Brook",
        "the person Ada Brook",
    ],
)
def test_remarks_beside_a_name_cost_nothing(text):
    assert DOMAIN.score(TASK, f"<entity_A>{text}</entity_A><entity_B>{B}</entity_B>") == [1, 1, 0, 0, 0]
    assert DOMAIN.score(TASK, f"**Person A:** {text}\n**Company B:** {B}, based in Oland") == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "text", ["Ada Brook, or Ben Dunn", "Ada Brook, Ben Dunn", "Ada Brook - perhaps Ben Dunn"]
)
def test_alternatives_are_no_remarks(text):
    assert DOMAIN.score(TASK, f"<entity_A>{text}</entity_A><entity_B>{B}</entity_B>") == [0, 0.5, 0, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "masked",
        "ignored",
        "[name]",
        "{name}",
        "&lt;unknown&gt;",
        "No corresponding record",
        "the city",
        "a river",
    ],
)
def test_an_honest_omission_costs_nothing(text):
    answer = f"<entity_A>{A}</entity_A><entity_C>{text}</entity_C>"
    assert DOMAIN.score(TASK, answer) == [1, 0, 0, 0, 0]
