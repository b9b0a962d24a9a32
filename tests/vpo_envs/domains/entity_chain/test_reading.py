"""Answers to EntityChain in the dress of chat models, right and wrong, and the rules one by one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.entity_chain import EntityChainDomain
from vpo_envs.domains.entity_chain.chain import Chain
from vpo_envs.domains.entity_chain.reading import clean, matches, read
from vpo_envs.domains.worlds.trails import Step

NAMES = ("Ada_Brook", "Stone & Hale", "The Hythe", "Oule", "Mount Tarn")
MASKS = ("Person A", "Company B", "City C", "River D", "Mountain E")
BACK = ("Oland", *reversed(NAMES))
STEPS = tuple(map(Step, BACK, range(1, 6), BACK[1:]))
CHAIN = Chain(("A story.",), MASKS, STEPS, told=STEPS, records=("A record.",))
DOMAIN = EntityChainDomain()
TASK = DOMAIN.make_task(CHAIN)

DRESSES = [
    "<entity_A>{a}</entity_A>\n<entity_B>{b}</entity_B>",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "<ENTITY_A> {a} </ENTITY_A> <Entity_b>{b}</Entity_b>",
    "<entity_B>{b}</entity_B>\n<entity_A>{a}</entity_A>",
    "<entity_A>{a}</entity_A> (Person A)\n<entity_B>{b}</entity_B> (Company B)",
    "- <entity_A>{a}</entity_A>\n- <entity_B>{b}</entity_B>\n\nThese follow from the records.",
    "```xml\n<entity_A>{a}</entity_A>\n<entity_B>{b}</entity_B>\n```",
    "<entity_A>**{a}**</entity_A><entity_B>`{b}`</entity_B>",
    "<entity_A>“{a}”</entity_A><entity_B>{b}.</entity_B>",
    "<entity_A>Person A: {a}</entity_A><entity_B>Company B = {b}</entity_B>",
    "<entity_A>**Person A:** {a}</entity_A><entity_B>_Company B_: **{b}**</entity_B>",
    "<entity_A>Person A is {a}</entity_A><entity_B>B: {b}</entity_B>",
    "<entity_A>{a} (Person A)</entity_A><entity_B>{b} (Company B)</entity_B>",
    "<entity_A>{a} <entity_B>{b}",
    "<entity_A>{a}</entity_A>\n<entity_B>{b}",
    "<entity_A>...</entity_A><entity_B>...</entity_B>\n<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B> in the form <entity_A>...</entity_A>",
    "<entity_A>name of Person A</entity_A> <entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "<think><entity_A>Oland</entity_A>?</think><entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "E is Tarn, so...</think>\n<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "Draft: <entity_A>O</entity_A> <entity_D>x</entity_D>\n<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "Person A: {a}\nCompany B: {b}",
    "A: {a}\nB: {b}",
    "**A:** {a}\n**B:** {b}",
    "- **Person A**: {a}\n- **Company B**: {b}",
    "* **Person A (a poet):** {a}\n* **Company B:** {b}",
    "1. Person A = {a}\n2. Company B = {b}",
    "entity_A = {a}\nentity_B = {b}",
    "Entity A: {a}\nEntity B: {b}",
    "`entity_A`: `{a}`\n`entity_B`: `{b}`",
    '{{"entity_A": "{a}", "entity_B": "{b}"}}',
    'Here you are:\n```json\n{{\n  "A": "{a}",\n  "B": "{b}"\n}}\n```',
    "A – {a}\nB — {b}",
    "Person A → {a}; Company B → {b}",
    "A: {a} | B: {b}",
    "| Mask | Name |\n|---|---|\n| A | {a} |\n| B | {b} |",
    "(A) {a}\n(B) {b}",
    "A) {a}\nB) {b}",
    "A. {a}\nB. {b}",
    "Final answer: A = {a}, B = {b}",
    "Person A is {a}.\nCompany B is {b}.",
    "<answer>\nA: {a}\nB: {b}\n</answer>",
    "- **Person A**: {a} – taught by the head of B\n- **Company B**: {b}, which the last record names",
    "A: {a}\nB: {b}\nC: unknown\nD: N/A\nE: ?",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B><entity_C>unknown</entity_C><entity_D>?</entity_D>",
    r"$A = \text{{{a}}}$" + "\n" + r"$B = \text{{{b}}}$",
    "River D is fed by snow.\nCompany B is based in City C.\n\nPerson A: {a}\nCompany B: {b}",
]


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("names", [("Ada Brook", "Stone & Hale"), ("Ada_Brook", "Stone and Hale")])
def test_right_names_score_alike_in_every_dress(dress, names):
    answer = dress.format(a=names[0], b=names[1])
    assert DOMAIN.score_batch([TASK], [answer])[0].tolist() == [1, 1, 0, 0, 0]
    assert DOMAIN.score(TASK, answer) == [1, 1, 0, 0, 0]


@pytest.mark.parametrize("dress", DRESSES)
def test_wrong_names_score_low_in_every_dress(dress):
    assert DOMAIN.score_batch([TASK], [dress.format(a="Ada Stone", b="Hale")])[0].max() == 0
    half = DOMAIN.score_batch([TASK], [dress.format(a="Ada Brook", b="The Hythe")])[0]
    assert half.tolist() == [0.5, 0, 0, 0, 0]


@pytest.mark.parametrize("dress", DRESSES)
def test_keys_see_through_every_dress(dress):
    if "(Person A)</" in dress:
        pytest.skip("a note in parentheses may be part of a name")
    key = DOMAIN.answer_key(TASK, dress.format(a="Ada Brook", b="Stone & Hale"))
    assert key == "A: ada brook, B: stone and hale"
    assert key == DOMAIN.vote_key(TASK, dress.format(a="ada_brook", b="The Stone &amp; Hale"))


@pytest.mark.parametrize(
    ("name", "gold", "right"),
    [
        ("Jane Doe", "Jane_Doe_(director)", True),
        ("jane_doe_(Director)", "Jane_Doe_(director)", True),
        ("Jane Doe (poet)", "Jane_Doe_(director)", False),
        ("Jane Doe (poet)", "Jane Doe", True),
        ("Jane", "Jane_Doe_(director)", False),
        ("director", "Jane_Doe_(director)", False),
        ("(director)", "Jane_Doe_(director)", False),
        ("The Jane Doe.", "Jane Doe", True),
        ("Franco–Prussian War", "Franco-Prussian_War", True),
        ("Saint-Malo", "Saint–Malo", True),
        ("D’Arcy Hill", "D'Arcy_Hill", True),
        ("Holt &amp; Sons", "Holt & Sons", True),
        ("Holt and Sons", "Holt_&_Sons", True),
        ("Holt", "Holt & Sons", False),
        ("Ada Brook or Ben Stone", "Ada_Brook", False),
        ("", "Ada_Brook", False),
    ],
)
def test_names_match(name, gold, right):
    assert matches(name, gold) is right


@pytest.mark.parametrize(
    "text", ["...", "name", "name of Person A", "Person A", " _ ", "the", "[…]", "**", "Person A:"]
)
def test_forms_are_no_names(text):
    assert clean(text, "A", "Person A") == ""


def test_the_last_run_of_different_letters_counts():
    text = "<entity_D>x</entity_D> <entity_A>1</entity_A><entity_B>2</entity_B><entity_D>3</entity_D>"
    assert read(text, MASKS, 5) == {"A": "1", "B": "2", "D": "3"}
    assert read(text, MASKS, 2) == {"B": "2", "D": "3"}, "the last ones count"
    assert read(text, MASKS[:2], 5) == {"A": "1", "B": "2"}, "only letters of the chain are names"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada Brook, Stone & Hale",
        "A is the one who was taught by somebody.",
        "a: Ada Brook",
        "The person: Ada Brook",
        "<entity_F>Ada Brook</entity_F>",
        "<entity_>Ada Brook</entity_>",
        "<entity_A></entity_A>",
        "<entity_A> \n <entity_B>",
        "<think>A: Ada Brook",
    ],
)
def test_what_names_nobody(text):
    assert read(text, MASKS, 5) == {}


WORST = [
    "<entity_a>", "<entity_A>x", "<entity_A>x</entity_A>", "</entity_A>", "<entity_", "A: ", "A: x\n", "A:",
    ",A:x", "{", "}", "|", "| A ", "Person A is ", "\n- **A", "(", "( A", "A. ", "A) ", '"', "a ", "ab", "*",
    "\n", "1. A: x\n", "; ", "&amp;", "_", "_(", "<entity_A>(", "<entity_A>name of Person A</entity_A>",
    "<entity_A>\\text{", "A = \\text{x}\n", "Person ",
]  # fmt: skip


@pytest.mark.parametrize("unit", WORST)
def test_long_answers_cost_little(unit):
    for text in (unit * (20_000 // len(unit)), "<entity_A>" + unit * (19_000 // len(unit))):
        started = time.process_time()
        DOMAIN.score(TASK, text), DOMAIN.answer_key(TASK, text)
        assert time.process_time() - started < 1.0


@given(st.text(alphabet=st.sampled_from('<>/entity_ABCab:=|(){}*"\n ,;-&.is'), max_size=200))
def test_any_text_is_read(text):
    named = read(text, MASKS, 2)
    assert len(named) <= 2 and set(named) <= set("ABCDE") and all(named.values())
