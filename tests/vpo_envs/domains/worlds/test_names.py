"""Names of entities: distinct ones in the form of their kind."""

import re

import numpy as np
import pytest

from vpo_envs.domains.worlds.answers import normalize
from vpo_envs.domains.worlds.names import (
    ADJECTIVES,
    CITY_TAILS,
    CLOSED_NAMES,
    COUNTRY_TAILS,
    NOUNS,
    Entity,
    Namer,
)
from vpo_envs.domains.worlds.schema import KINDS


@pytest.mark.parametrize("kind", list(KINDS))
def test_invented_names_are_distinct(kind):
    namer = Namer(np.random.default_rng(0))
    names = [namer.name(kind) for _ in range(100)]
    assert len(set(names)) == 100
    assert all(name and "<" not in name and normalize(name) for name in names)


def test_closed_names_come_from_the_first_words():
    namer = Namer(np.random.default_rng(0), 20)
    assert {namer.name("city") for _ in range(20)} == set(CLOSED_NAMES[:20])
    assert all(normalize(name) == name for name in CLOSED_NAMES)


def names(kind: str, count: int = 60) -> list[str]:
    namer = Namer(np.random.default_rng(1))
    return [namer.name(kind) for _ in range(count)]


def is_word(text: str) -> bool:
    """A capital and two syllables: two groups of vowels, each with consonants before it."""
    parts = re.fullmatch(r"(?:[^aeiou]{1,4}[aeiou]{1,2}){2}[^aeiou]{0,2}", text.lower())
    return parts is not None and text.istitle()


@pytest.mark.parametrize("kind", ["university", "river", "mountain"])
def test_names_of_one_word(kind):
    assert all(is_word(name) for name in names(kind))


@pytest.mark.parametrize(("kind", "between"), [("person", " "), ("company", " & ")])
def test_names_of_two_words(kind, between):
    for name in names(kind):
        first, second = name.split(between)
        assert is_word(first) and is_word(second)


@pytest.mark.parametrize(("kind", "tails"), [("city", CITY_TAILS), ("country", COUNTRY_TAILS)])
def test_names_of_places_have_a_tail(kind, tails):
    found = names(kind)
    for name in found:
        assert any(name.endswith(tail) and is_word(name.removesuffix(tail)) for tail in tails)
    assert all(any(name.endswith(tail) for name in found) for tail in tails)


def test_years():
    assert {int(year) for year in names("year", 150)} == set(range(1850, 2000))


@pytest.mark.parametrize("kind", ["book", "film"])
def test_titles(kind):
    """Of an adjective and a noun; the lists have fewer words than there may be titles."""
    found = [name.split() for name in names(kind)]
    assert all(len(words) == 3 for words in found)
    starts = [words[0] for words in found]
    assert all(start == "The" or is_word(start.removesuffix("'s")) for start in starts)
    assert 15 < starts.count("The") < 45
    listed = min(len(ADJECTIVES), len(NOUNS))
    for _, adjective, noun in found[:listed]:
        assert adjective.lower() in ADJECTIVES and noun.lower() in NOUNS
    for _, *words in found[max(len(ADJECTIVES), len(NOUNS)) :]:
        assert all(map(is_word, words))


def test_aliases_are_mentioned_in_passing():
    assert Entity("city", "Oslo").mention == "Oslo"
    assert Entity("city", "Oslo", "Kristiania").mention == "Oslo (also called Kristiania)"


def test_entities_are_named_after_one_another():
    rng, same = np.random.default_rng(0), np.random.default_rng(0)
    namer, other = Namer(rng), Namer(same)
    assert [namer.entity(kind) for kind in KINDS] == [Entity(kind, other.name(kind)) for kind in KINDS]


def test_a_closed_list_is_used_up():
    namer = Namer(np.random.default_rng(0), 3)
    assert len({namer.entity("city").name for _ in range(3)}) == 3
    with pytest.raises(IndexError):
        namer.entity("city")
    assert len(set(CLOSED_NAMES)) == len(CLOSED_NAMES)
