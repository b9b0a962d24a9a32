"""Relations between kinds of entities, and the paths along them."""

from itertools import pairwise

import pytest

from vpo_envs.domains.worlds.names import CLOSED_NAMES
from vpo_envs.domains.worlds.schema import KINDS, RELATIONS, paths, relations_of


def test_relations_are_well_formed():
    assert len({r.name for r in RELATIONS}) == len(RELATIONS)
    for relation in RELATIONS:
        assert relation.subject in KINDS and relation.object in KINDS
        assert relation.name.isalpha() and relation.name not in CLOSED_NAMES
        assert relation.phrase.endswith("{s}"), "nested phrases read well only if the subject comes last"
        assert all("{s}" in text and "{o}" in text for text in relation.sentences)
        assert len(set(relation.sentences)) == 2


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "year"])
def test_every_kind_has_a_link_and_a_clue(kind):
    assert len(relations_of(kind, years=False)) >= 2


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_paths_are_connected_and_do_not_repeat(length):
    for path in paths(length, years=True):
        assert len(set(path)) == length
        assert all(a.object == b.subject for a, b in pairwise(path))
    assert all(r.object != "year" for path in paths(length, years=False) for r in path)


def test_there_are_many_paths():
    assert len(paths(4, years=True)) > 1000


def test_relations_of_a_kind_by_hand():
    names = {years: [relation.name for relation in relations_of("film", years)] for years in (False, True)}
    assert names[True] == ["director", "studio", "basis", "backdrop", "released"]
    assert names[False] == ["director", "studio", "basis", "backdrop"]
    assert relations_of("year", years=True) == ()


@pytest.mark.parametrize("years", [False, True])
def test_all_paths_are_there_once(years):
    """Those of two steps, by a look at every pair of relations."""
    usable = [relation for relation in RELATIONS if years or relation.object != "year"]
    pairs = [(a, b) for a in usable for b in usable if a is not b and a.object == b.subject]
    assert sorted(paths(2, years), key=str) == sorted(pairs, key=str)
    assert list(paths(1, years)) == [(relation,) for relation in usable]


def test_years_lie_at_the_end_of_paths_alone():
    ends = [[relation.object for relation in path] for path in paths(3, years=True)]
    assert any(objects[-1] == "year" for objects in ends)
    assert not any("year" in objects[:-1] for objects in ends)


def test_no_phrase_and_no_sentence_stands_for_two_relations():
    phrases = [relation.phrase for relation in RELATIONS]
    sentences = [sentence for relation in RELATIONS for sentence in relation.sentences]
    assert len(set(phrases)) == len(phrases) and len(set(sentences)) == len(sentences)
