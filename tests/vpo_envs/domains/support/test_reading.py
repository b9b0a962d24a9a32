"""Reading replies: values in free wording, phrases, and what a sentence affirms, denies or reports."""

from datetime import date

import numpy as np
import pytest

from vpo_envs.domains.support.lexicon import concepts_of
from vpo_envs.domains.support.polarity import Polarity
from vpo_envs.domains.support.reading import read
from vpo_envs.domains.support.ticket import Entry
from vpo_envs.domains.support.values import read_value, tokenize

AFFIRMED, REPORTED, DENIED = Polarity.AFFIRMED, Polarity.REPORTED, Polarity.DENIED


# Values


@pytest.mark.parametrize(
    ("wordings", "kind", "key"),
    [
        (
            "$42.50|$ 42.50|42.50 dollars|USD 42.5|usd42.50|42.5 USD|US$42.50|$42.5|42.50 bucks|"
            "42 dollars and 50 cents|42 dollars 50 cents|forty-two dollars and fifty cents|42.50",
            "money",
            ("usd", 4250),
        ),
        ("$1,299|$1,299.00|1299 dollars|USD 1,299", "money", ("usd", 129_900)),
        ("42 euros|€42|42 EUR|EUR 42.00", "money", ("eur", 4200)),
        ("3 March|March 3|March 3rd|3rd of March|Mar 3|the 3rd of march|MARCH 3RD|3 mar", "date", (3, 3, 0)),
        (
            "3 March 2026|March 3, 2026|March the 3rd, 2026|2026-03-03|3.3.2026|3/3/2026|Mar 3rd 2026",
            "date",
            (3, 3, 2026),
        ),
        (
            "14 days|two weeks|2 weeks|fourteen days|14 business days|a maximum of 14 days",
            "span",
            ("day", 14),
        ),
        (
            "5 days|five days|five working days|3-5 days|3 to 5 business days|3–5 days|5-day",
            "span",
            ("day", 5),
        ),
        ("48 hours|2 days|two days|48 hrs", "span", ("day", 2)),
        ("one year|12 months|twelve months", "span", ("month", 12)),
        ("twenty-one days|21 days|three weeks|twenty one days", "span", ("day", 21)),
        ("15%|15 percent|15 %|fifteen percent", "share", 15),
        ("half of it|half the price|half your money|50%", "share", 50),
        ("a quarter of the price|25 percent", "share", 25),
        ("$100|one hundred dollars|a hundred dollars|hundred bucks", "money", ("usd", 10_000)),
        ("two hundred and five dollars|two hundred five dollars|USD 205", "money", ("usd", 20_500)),
        ("three thousand and ten euros|€3,010", "money", ("eur", 301_000)),
        ("within a week|in one week|it takes a week|7 days|within seven days", "span", ("day", 7)),
        ("half a day|12 hours|twelve hours", "span", ("hour", 12)),
        ("CS-48213|cs48213|Cs-48213.|(CS-48213)", "code", "cs48213"),
    ],
)
def test_a_value_is_the_same_in_every_wording(wordings, kind, key):
    for wording in wordings.split("|"):
        value = read_value(wording)
        assert (value.kind, value.keys) == (kind, (key,)), wording


@pytest.mark.parametrize(
    ("stated", "truth"),
    [
        ("3 March", "3 March 2026"),
        ("04/03/2026", "4 March 2026"),
        ("03/04/2026", "4 March 2026"),
        ("3/4", "4 March 2026"),
        ("#48213", "CS-48213"),
        ("number 48213", "CS-48213"),
    ],
)
def test_short_and_ambiguous_forms_match_what_they_may_mean(stated, truth):
    assert read_value(truth).truths() & set(read_value(stated).keys)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$42.50", "$42.05"),
        ("$42.50", "€42.50"),
        ("$42.505", "$42.50"),
        ("3 March", "3 May"),
        ("3 March 2025", "3 March 2026"),
        ("5 days", "5 hours"),
        ("CS-48213", "TRK-48213"),
        ("15%", "$15"),
    ],
)
def test_different_values_stay_different(one, other):
    assert not read_value(other).truths() & set(read_value(one).keys)


@pytest.mark.parametrize(
    "text",
    [
        "a day",
        "you may go",
        "the second time",
        "chapter 3",
        "99",
        "13/13",
        "45 March",
        "9" * 400,
        "1e999",
        "½",
    ],
)
def test_what_is_no_value(text):
    assert not tokenize(text).values


def test_tomorrow_is_a_date_of_the_ticket_where_it_is_one():
    today = date(2026, 2, 28)
    arrives = Entry.of("1 March 2026", today)
    assert set(read_value("tomorrow").keys) <= arrives.truths
    assert set(read_value("the day after tomorrow").keys) <= Entry.of("2 March 2026", today).truths
    assert not set(read_value("tomorrow").keys) & Entry.of("2 March 2026", today).truths
    assert not set(read_value("tomorrow").keys) & Entry.of("1 March 2027", today).truths


def test_idioms_and_bare_numbers_are_not_strict():
    for text in ("24/7", "one day", "one week", "100%", "version 2.10", "room 4711"):
        assert not read_value(text).strict, text
    for text in ("$5", "3 May", "2 days", "20%", "CS-123", "2026-03-03"):
        assert read_value(text).strict, text


def test_the_length_counts_a_value_as_one_word_and_punctuation_as_none():
    assert tokenize("Refund: $42.50, by March the 3rd, 2026 - CS-123!").word_count == 5
    assert tokenize("refund$42.50refund").word_count == 3, "glued words are still words"
    assert tokenize(" ... !? ").word_count == 0


# Phrases and concepts


def test_stems_and_phrases():
    assert concepts_of("reimbursement") == ("refund",)
    assert "refund" in read("You get your money back.").sentences[0].concepts
    assert "credit" not in read("You will get it back on your credit card.").sentences[0].concepts
    assert "any feeling" not in read("Feel free to send us a photo.").sentences[0].concepts


# Polarity


@pytest.mark.parametrize(
    ("text", "concept", "polarity"),
    [
        ("We will refund you.", "refund", AFFIRMED),
        ("Your refund is on its way.", "refund", AFFIRMED),
        ("refund amount $42", "refund", AFFIRMED),
        ("Don't worry, your refund is coming.", "refund", AFFIRMED),
        ("You will have your refund no later than Friday.", "refund", AFFIRMED),
        ("No, we will refund you.", "refund", AFFIRMED),
        ("We will not refuse your refund.", "refund", AFFIRMED),
        ("Your request for a refund has been approved.", "refund", AFFIRMED),
        ("Your refund has not arrived yet.", "refund", AFFIRMED),
        ("If you'd like, we can refund you.", "refund", AFFIRMED),
        ("We can't replace it, but we will refund you.", "refund", AFFIRMED),
        ("We cannot replace it and will refund you.", "refund", AFFIRMED),
        ("Instead of a new one, a refund is on its way.", "refund", AFFIRMED),
        ("We cannot refund you.", "refund", DENIED),
        ("We can’t refund you.", "refund", DENIED),
        ("no refund", "refund", DENIED),
        ("A refund is not possible.", "refund", DENIED),
        ("A refund of $42.50 for this order isn't available.", "refund", DENIED),
        ("The refund you asked for is not possible.", "refund", DENIED),
        ("We are unable to process a refund.", "refund", DENIED),
        ("We offer a voucher rather than a refund.", "refund", DENIED),
        ("Rather than a refund, we can offer a voucher.", "refund", DENIED),
        ("We can offer neither a voucher nor a refund.", "refund", DENIED),
        ("We can't offer a voucher, a replacement or a refund.", "refund", DENIED),
        ("I'm sorry, but a refund is outside our policy.", "refund", DENIED),
        ("You are not eligible for a refund.", "refund", DENIED),
        ("The fee is non-refundable.", "refund", DENIED),
        ("It's too late for a refund.", "refund", DENIED),
        ("The plan ends without a refund.", "refund", DENIED),
        ("A refund is no longer possible.", "refund", DENIED),
        ("A refund can no longer be given.", "refund", DENIED),
        ("There's nothing I can refund.", "refund", DENIED),
        ("There is no way we can refund you.", "refund", DENIED),
        ("We could have refunded you earlier.", "refund", DENIED),
        ("A refund would have been possible in May.", "refund", DENIED),
        ("Policy stops us from refunding you.", "refund", DENIED),
        ("I wish I could refund you.", "refund", DENIED),
        ("Nothing stops us from refunding you.", "refund", AFFIRMED),
        ("It's not that we can't refund you.", "refund", AFFIRMED),
        ("We won't refuse a refund.", "refund", AFFIRMED),
        ("There is no reason not to refund you.", "refund", AFFIRMED),
        ("We would like to refund you.", "refund", AFFIRMED),
        ("We can only refund you $42.50.", "refund", AFFIRMED),
        ("Our policy lets us refund you.", "refund", AFFIRMED),
        ("We only refund within 60 days.", "refund", REPORTED),
        ("Refunds are only possible within 60 days.", "refund", REPORTED),
        ("Our policy allows refunds only within 60 days.", "refund", REPORTED),
        ("The limit for refunds is 60 days.", "refund", REPORTED),
        ("We would refund you if we could.", "refund", REPORTED),
        ("We'd love to refund you.", "refund", REPORTED),
        ("You asked for a refund.", "refund", REPORTED),
        ("I understand that you want a refund.", "refund", REPORTED),
        ("Regarding your refund, see below.", "refund", REPORTED),
        ("The refund policy is online.", "refund", REPORTED),
        ("We can't replace it until you send a photo.", "photo", AFFIRMED),
        ("We can't replace it without a photo.", "photo", REPORTED),
        ("There is no need to send a photo.", "photo", DENIED),
    ],
)
def test_polarity(text, concept, polarity):
    found = [s.marks[i] for s in read(text).sentences for i in s.concepts.get(concept, ())]
    assert found == [polarity]


@pytest.mark.parametrize(
    ("text", "deeds"),
    [
        ("Your money will be returned to your card.", {("refund", AFFIRMED)}),
        ("We'll return the $98.01.", {("refund", AFFIRMED)}),
        ("The $98.01 can't be returned.", {("refund", DENIED)}),
        ("Please return the kettle.", set()),
        ("I have cancelled the late fee.", {("waive", AFFIRMED)}),
        ("I have cancelled your order.", {("cancel", AFFIRMED)}),
        ("I have cancelled the order and the late fee.", {("cancel", AFFIRMED), ("waive", AFFIRMED)}),
        ("We cancel it for a fee of $9.", {("cancel", AFFIRMED)}),
        ("We can't take the $9.12 fee off.", {("waive", DENIED)}),
        ("The late fee of $9.12 has been taken off.", {("waive", AFFIRMED)}),
        ("You don't have to pay the fee.", {("waive", AFFIRMED)}),
        ("You have to pay the fee.", set()),
        ("There is no fee.", {("waive", AFFIRMED)}),
        ("There is no other fee.", set()),
        ("The due date can be moved.", {("extend", AFFIRMED)}),
        ("Due dates do not move.", {("extend", DENIED)}),
        ("We can move you to the 9:40 flight.", {("rebook", AFFIRMED)}),
        ("We've stopped the order.", {("cancel", AFFIRMED)}),
        ("You get a brand new jacket.", {("replace", AFFIRMED)}),
        ("You get a new date.", set()),
        ("Would you like a refund?", {("refund", REPORTED)}),
        ("Sorry, can we refund you?", {("refund", REPORTED)}),
    ],
)
def test_a_verb_and_its_object_name_an_action(text, deeds):
    found = {(deed.action, deed.polarity) for s in read(text).sentences for deed in s.deeds}
    assert found == deeds


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("Once it is paid, we delete your data.", True),
        ("We delete your data as soon as you have paid.", True),
        ("Pay the invoice, then we delete your data.", True),
        ("We delete your data, and when you write again, mention this.", False),
        ("We delete your data after 3 days.", False),
        ("If you like, we delete your data.", False),
        ("If you have questions, call us, and we delete your data.", False),
    ],
)
def test_what_holds_only_on_a_condition(text, condition):
    (sentence,) = read(text).sentences
    assert [deed.position in sentence.conditions for deed in sentence.deeds] == [condition]


def test_who_refuses_to_waive_a_fee_states_it():
    for text, stated in (
        ("We can't waive the $9.65 late fee.", True),
        ("We can't waive the late fee of $9.65.", True),
        ("You get the voucher, not the $9.65.", False),
        ("The fee is not $9.65.", False),
    ):
        assert any("money" in sentence.stated for sentence in read(text).sentences) is stated, text


def test_an_aside_denies_only_itself():
    (sentence,) = read("You owe $38.58, not $62.25, by 20 October.").sentences
    assert [value.keys[0] for _, value in sentence.stated["money"]] == [("usd", 3858)]
    assert "date" in sentence.stated


def test_sentences_without_a_concept_or_value_are_dropped_but_counted():
    reading = read("Lorem ipsum dolor. We refund you.")
    assert len(reading.sentences) == 1 and reading.word_count == 6


def test_reading_is_linear_in_the_length():
    rng = np.random.default_rng(0)
    units = [
        "not ",
        "$1 ",
        "1 ",
        "3 ",
        "may ",
        "twenty ",
        "sorry to ",
        "no later ",
        "approved ",
        "a'",
        "1,111,",
        "us",
    ]
    for _ in range(40):
        text = "".join(rng.choice(units, size=3)) * 2000
        assert read(text[:20_000]).word_count > 0
