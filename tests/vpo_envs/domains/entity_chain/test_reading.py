"""Which names of an answer count, which are denied or in doubt, and what names nobody."""

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.entity_chain.dresses import DOMAIN, MASKS, TASK
from vpo_envs.domains.entity_chain.reading import clean, matches, read


@pytest.mark.parametrize(
    "text",
    [
        "not sure",
        "I don’t know",
        "could not be determined from the records",
        "left out",
        "(unknown)",
        "[unknown company]",
        "*Omitted*",
        "Company B: unresolved",
        "not given, as only two names count",
    ],
)
def test_words_without_a_name_displace_none(text):
    answer = "<entity_A>Ada Brook</entity_A><entity_C>The Hythe</entity_C>"
    assert DOMAIN.score(TASK, f"{answer}<entity_B>{text}</entity_B>") == [1, 0, 1, 0, 0]
    assert DOMAIN.score(TASK, f"A: Ada Brook\nC: The Hythe\nB: {text}") == [1, 0, 1, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "<entity_B>not sure, perhaps Oule</entity_B>",
        "<entity_B>not Stone & Hale</entity_B>",
        "<entity_B>Stone & Hale or unknown</entity_B>",
        "<entity_B>Oule (unknown)</entity_B>",
        "<entity_B>Oule",
        "(<entity_B>Oule)",
    ],
)
def test_names_that_are_wrong_or_in_doubt_cost(text):
    answer = "<entity_A>Ada Brook</entity_A><entity_C>The Hythe</entity_C>"
    assert DOMAIN.score(TASK, f"{answer}\n{text}") == [0, 0, 0.5, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "Person A is either Ada Brook or Ben Stone.",
        "Person A is not Ada Brook.",
        "| A | Ada Brook or Ben Stone |",
        "| A | Ben Stone | Ada Brook |",
        '{"A": ["Ada Brook", "Ben Stone"]}',
        "The teacher of Person A is Company B, which Ada Brook leads.",
        "I know <entity_A> and Ada Brook.",
        "Person A (Ada Brook) or Person A (Ben Stone)",
        "Person A (Ben Stone), or perhaps Person A (Ada Brook)",
        "Person A (Ben Stone) / Person A (Ada Brook)",
        "Person A is Ada Brook or Person A is Ben Stone.",
        "A: Ada Brook\nor A: Ben Stone",
        "[Person A] leads [Company B] Ada Brook",
        "Either Person A is Ada Brook or City C is The Hythe.",
        "| A | Ada Brook | Ben Stone |\n| C | The Hythe | Oland |",
        "A | Ada Brook | Ben Stone",
        "| Mask | First | Second |\n|---|---|---|\n| A | Ada Brook | Ben Stone |",
        "| Mask | Name | Other name |\n|---|---|---|\n| A | Ada Brook | Ben Stone |",
        '[["A", "Ada Brook", "Ben Stone"]]',
        "### Person A\n\nAda Brook or Ben Stone",
        "### Person A\n\nAda Brook leads it.",
        "- entity: A\n  name: Ada Brook\n  other name: Ben Stone",
        "A,Ada Brook,Ben Stone",
        "A\tAda Brook\tBen Stone",
        "[A] Ada Brook or Ben Stone",
        "[A, B] = [Ada Brook, Ben Stone]",
        '<entity_A value="Ada Brook" text="Ben Stone"/>',
        "entity_A,entity_B\nAda Brook,Stone & Hale\nBen Stone,Oule",
        'A: ["Ada Brook", "Ben Stone"]',
        '{"reasoning": "Person A: Ada Brook", "answer": "unknown"}',
        "<entity id='A'>Ada Brook or Ben Stone</entity>",
        "Person A (a poet) → Ada Brook (poet) or Ben Stone",
    ],
)
def test_alternatives_and_mentions_earn_nothing(text):
    assert max(DOMAIN.score(TASK, text)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "It is false that Person A is Ada Brook.",
        "I doubt that Person A is Ada Brook.",
        "I do not think that Person A is Ada Brook or that City C is The Hythe.",
        "I do not think Person A is Ada Brook or that City C is The Hythe.",
        "It is not the case that Person A is Ada Brook, and that City C is The Hythe.",
        "It is false, I believe, that Person A is Ada Brook.",
        "It can’t be that Person A is Ada Brook and City C is The Hythe.",
        "I reject the idea that Person A = Ada Brook.",
        "It is unlikely that the name of Person A is Ada Brook.",
        "Wrong: Person A is Ada Brook, City C is The Hythe.",
        "If A is Ada Brook, I am surprised.",
        "Not A: Ada Brook",
        "Person A is Ada Brook, which is wrong.",
        "Person A is Ada Brook, but I doubt it.",
        "Person A: Ada Brook. That is not true.",
    ],
)
def test_denied_and_doubted_names_earn_nothing(text):
    assert max(DOMAIN.score(TASK, text)) == 0
    assert DOMAIN.answer_key(TASK, text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Since B is not in the records, Person A is {a} and City C is {c}.",
        "As nobody else fits, we find that Person A is {a} and that City C is {c}.",
        "I could not resolve the others, so Person A is {a} and City C is {c}.",
        "I do not know River D. Person A is {a}. City C is {c}.",
        "I have not resolved the rest: A: {a}, C: {c}",
        "There is no doubt that Person A is {a} and that City C is {c}.",
        "I doubt that Person A is Ben Stone, but Person A is {a} and City C is {c}.",
        "A: {a}, since it is not Ben Stone\nC: {c}, as no other city fits",
        "Person A is not Ben Stone. Person A is {a}, and City C is {c}.",
        "| A | {a} | Taught by the head of B |\n| C | {c} | Record 7 |",
    ],
)
def test_denial_of_something_else_costs_nothing(text):
    assert DOMAIN.score(TASK, text.format(a="Ada Brook", c="The Hythe")) == [1, 0, 1, 0, 0]


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
        ("Kurt Go\u0308del", "Kurt_G\u00f6del", True),
        ("Kurt_G\u00f6del", "Kurt_Go\u0308del", True),
        ("Kurt Godel", "Kurt_G\u00f6del", False),
        ("Beyonc%C3%A9", "Beyonc\u00e9", True),
        ("Jane_Doe_%28director%29", "Jane_Doe_(director)", True),
        ("Jane_Doe_%28poet%29", "Jane_Doe_(director)", False),
        ("100% Wool", "100%_Wool", True),
        ("D&#39;Arcy Hill", "D'Arcy_Hill", True),
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


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ada Brook (or Jane Hollis)", False),
        ("Ada Brook (perhaps)", False),
        ("Ada Brook (not certain)", False),
        ("Ada Brook (not Jane Hollis)", False),
        ("Ada Brook (poet)", True),
        ("Ada Brook (not to be confused with Jane Hollis)", True),
        ("Ada Brook (Orlando)", True),
    ],
)
def test_a_doubt_in_brackets_takes_a_name_back(name, kept):
    assert clean(name, "A", "Person A") == (name if kept else "")


def test_the_last_name_of_every_letter_counts():
    text = "<entity_D>x</entity_D> <entity_A>1</entity_A><entity_B>2</entity_B><entity_D>3</entity_D>"
    assert read(text, MASKS, 5) == {"A": "1", "B": "2", "D": "3"}
    assert read(text, MASKS, 2) == {"B": "2", "D": "3"}, "the last ones count"
    assert read(text, MASKS[:2], 5) == {"A": "1", "B": "2"}, "only letters of the chain are names"
    corrected = "<entity_A>1</entity_A><entity_B>2</entity_B> No, B is <entity_B>3</entity_B>"
    assert read(corrected, MASKS, 2) == {"A": "1", "B": "3"}


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
    "<entity_A>\\text{", "A = \\text{x}\n", "Person ", "<entity_A> and ", "| A | x |\n", "and the ",
    " is A is ", "| A | B |\n|---|---|\n", "Person A (", ". A: ", "[", '{"A":', '{"A": {', '["A", ', "%C3",
    "not ", " or A is ", "not that A: x ", "| A | X | Y |\n", "wrong: ", "false: A: X, ", "no doubt ",
    "e\u0301", "\u0323\u0301", "['", '["A: x"] ', "[{", "- a: x\n", "- A:\n a: x\n", "### A\nX\n", "**A**\n",
    "A (X) → ", "A,X\n", "f(A=", '<entity id="A">', "<entity><id>A</id>", "<A>", "<A>x</A>", "\\text{x",
    "[^1]", "</dt> ", " \\\\", '{"A": "x"}\n',
]  # fmt: skip


@pytest.mark.parametrize("unit", WORST)
def test_long_answers_cost_little(unit):
    for text in (unit * (20_000 // len(unit)), "<entity_A>" + unit * (19_000 // len(unit))):
        assert cpu_seconds(lambda text=text: (DOMAIN.score(TASK, text), DOMAIN.answer_key(TASK, text))) < 1.0


@given(st.text(alphabet=st.sampled_from('<>/entity_ABCab:=|(){}*"\n ,;-&.is'), max_size=200))
def test_any_text_is_read(text):
    named = read(text, MASKS, 2)
    assert len(named) <= 2 and set(named) <= set("ABCDE") and all(named.values())


@pytest.mark.parametrize(
    ("below", "b"),
    [
        ("Correction: Company B is Stone & Hale.", "Stone & Hale"),
        ("Wait, I made a mistake.\nB: Stone & Hale", "Stone & Hale"),
        ("Actually, Company B is where it all began.", "Oule"),
        ("Company B is Stone & Hale's rival.", "Oule"),
    ],
)
def test_a_correction_below_the_tags_counts(below, b):
    text = f"<entity_A>Ada Brook</entity_A><entity_B>Oule</entity_B>\n\n{below}"
    assert read(text, MASKS, 2) == {"A": "Ada Brook", "B": b}


@pytest.mark.parametrize("text", ["See above", "not attempted to avoid penalty", "(not one of my two)"])
def test_remarks_in_tags_are_no_names(text):
    answer = "<entity_A>Ada Brook</entity_A><entity_C>The Hythe</entity_C>"
    assert DOMAIN.score(TASK, f"{answer}<entity_B>{text}</entity_B>") == [1, 0, 1, 0, 0]
