"""Feelings and moves: named or shown, in words that the reader of empathy knows."""

import pytest

from vpo_envs.domains.support import sympathy
from vpo_envs.domains.support.reading import read_message
from vpo_envs.domains.support.scoring import WORDS_PER_POINT
from vpo_envs.domains.support.voice import COMPANIES, FEELINGS, FIRST_NAMES, ITEMS, LAST_NAMES, MOVES


def words(text: str) -> str:
    return " . ".join(sentence.text for sentence in read_message(text).sentences)


@pytest.mark.parametrize("feeling", FEELINGS)
def test_a_feeling_is_named_twice_and_shown_once(feeling):
    *named, shown = FEELINGS[feeling]
    assert len(named) == 2
    to_them = [words(text).replace(" me ", " you ") for text in named]  # as replies name it
    assert all(sympathy.NAMED[feeling].search(text) for text in to_them)
    own = [word for word in words(shown).split() if word.startswith(feeling[:6])]
    assert not own, "the letter shows the feeling, and does not say its name"


def test_the_reader_knows_words_for_every_feeling():
    assert FEELINGS.keys() == sympathy.FEELINGS.keys()


@pytest.mark.parametrize("move", MOVES)
def test_the_first_sentence_of_a_move_is_a_short_one(move):
    compact, sentences = MOVES[move]
    assert len(compact.split()) <= 2 and len(set(sentences)) == 3
    assert len(sentences[0].split()) <= WORDS_PER_POINT
    assert {text.count("{}") for text in (compact, *sentences)} == {1 if move == "acknowledge" else 0}


@pytest.mark.parametrize("feeling", FEELINGS)
def test_acknowledging_sentences_name_the_feeling(feeling):
    for text in MOVES["acknowledge"][1]:
        said = words(text.format(feeling))
        assert sympathy.NAMED[feeling].search(said) and sympathy.ACKNOWLEDGEMENTS.search(said)
        assert not sympathy.MY_OWN[feeling].search(said)


def test_apologies_and_offers():
    for text in MOVES["apologise"][1]:
        assert sympathy.APOLOGIES.search(words(text)) and not sympathy.NO_APOLOGY.search(words(text))
    for text in MOVES["offer"][1]:
        assert sympathy.OFFERS.search(words(text)) and not sympathy.NO_OFFER.search(words(text))


@pytest.mark.parametrize("names", [COMPANIES, FIRST_NAMES, LAST_NAMES, ITEMS])
def test_names_are_distinct_and_hold_no_value(names):
    assert len(set(names)) == len(names) >= 10
    for name in names:
        assert not any(sentence.values for sentence in read_message(f"We know the {name}.").sentences)


def test_names_of_persons_are_single_words():
    assert all(name.isalpha() and name.istitle() for name in (*FIRST_NAMES, *LAST_NAMES))
    assert not set(FIRST_NAMES) & set(LAST_NAMES)
