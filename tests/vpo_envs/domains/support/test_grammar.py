"""Words that make a sentence, and words that do not."""

import pytest

from vpo_envs.domains.support.grammar import has_verb, is_grammatical, is_salad


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("we are sorry", True),
        ("your parcel arrives <date>", True),
        ("arrives <date>", False),  # a note
        ("the fee , arrives tomorrow", False),  # a note after a pause
        ("thanks for your patience", True),
        ("patience thanks", False),
        ("refund <money>", False),
        ("refund we", False),  # nothing follows the subject
        ("refund we send", True),
        ("my sincere apologies for this", True),
        ("so sorry for the wait", True),
        ("our refund apologies", False),
        ("my refund", False),
        ("", False),
    ],
)
def test_a_verb_a_subject_or_a_request(words, verb):
    assert has_verb(words.split()) == verb


@pytest.mark.parametrize(
    ("words", "grammatical"),
    [
        ("we refund the fee", True),
        ("cancel refund confused contact fee understand", False),  # six words without grammar in a row
        ("we cancel refund confused contact fee for you", True),
        ("we cancel refund confused contact fee understand for you", False),
        ("refund granted fee waived", False),  # none at all
        ("refund granted fee is", True),  # one of four
        ("refund granted fee voucher is", False),  # one of five
        ("<money> , <date>", False),
        ("please wait", True),
        ("it's fine", True),
        ("", False),
    ],
)
def test_a_quarter_is_grammar_and_no_long_run_is_not(words, grammatical):
    assert is_grammatical(words.split()) == grammatical


@pytest.mark.parametrize(
    ("words", "salad"),
    [
        ("we will send it to you", False),
        ("the we send a is", True),
        ("the we send it", False),  # one pair may be a slip
        ("i the wait we a fee", True),
        ("we told you the date of it the week", False),  # objects before a determiner
        ("is we takes they", True),
        ("a sorry my please", True),
    ],
)
def test_words_in_no_order(words, salad):
    assert is_salad(words.split()) == salad
