"""Worlds: chains, rivals and side facts, by number and by kind."""

import numpy as np
import pytest

from vpo_envs.domains.worlds.answers import normalize
from vpo_envs.domains.worlds.names import CLOSED_NAMES, Entity
from vpo_envs.domains.worlds.schema import RELATIONS, relations_of
from vpo_envs.domains.worlds.world import Fact, World

BY_NAME = {relation.name: relation for relation in RELATIONS}
PATH = [BY_NAME[name] for name in ("author", "birthplace", "river", "source")]


def world(vocabulary: int | None = None) -> World:
    return World(np.random.default_rng(0), vocabulary)


def test_names_of_one_world_share_no_word():
    """Naming another entity of the right kind earns nothing, in the largest worlds too."""
    for index in range(3):
        world = World(np.random.default_rng(index))
        world.tell_rivals(world.sample_path(4, years=True), 40)
        world.fill(5)
        facts = [fact for known in world.facts.values() for fact in known]
        entities = {entity for fact in facts for entity in (fact.subject, fact.object)}
        words = [word for entity in entities for word in normalize(entity.name).split()]
        assert len(entities) > 150 and len(set(words)) == len(words)


def test_no_relation_of_a_subject_is_told_twice():
    world = World(np.random.default_rng(0))
    world.tell_rivals(world.sample_path(4, years=True), 12)
    world.fill(5)
    for known in world.facts.values():
        assert len({fact.relation for fact in known}) == len(known) <= 5
        assert all(fact.subject.kind == fact.relation.subject for fact in known)
        assert all(fact.object.kind == fact.relation.object for fact in known)


def test_a_chain_links_new_entities():
    made = world()
    book = Entity("book", "The Start")
    chain = made.tell_chain(book, PATH)
    assert chain[0] == book and [entity.kind for entity in chain] == [
        "book",
        "person",
        "city",
        "river",
        "mountain",
    ]
    facts = [Fact(*triple) for triple in zip(chain, PATH, chain[1:])]
    assert made.facts == {fact.subject: [fact] for fact in facts}
    assert made.tell_chain(book, []) == [book]


def test_facts_of_one_subject_stand_together():
    made = world()
    city, land, river = Entity("city", "A"), Entity("country", "B"), Entity("river", "C")
    made.tell(city, BY_NAME["land"], land)
    made.tell(city, BY_NAME["river"], river)
    assert made.facts == {city: [Fact(city, BY_NAME["land"], land), Fact(city, BY_NAME["river"], river)]}


@pytest.mark.parametrize(("subjects", "lengths"), [(0, []), (1, [1]), (4, [4]), (6, [4, 2]), (9, [4, 4, 1])])
def test_rivals_describe_so_many_new_subjects(subjects, lengths):
    made = world()
    chains = made.tell_rivals(PATH, subjects)
    assert [len(chain) - 1 for chain in chains] == lengths
    assert len(made.facts) == subjects
    for chain in chains:
        assert [made.facts[entity][0].relation for entity in chain[:-1]] == PATH[: len(chain) - 1]


def test_relations_are_told_once_until_none_is_left():
    made = world()
    book = made.new("book")
    drawn = []
    while (relation := made.unused_relation(book)) is not None:
        made.tell(book, relation, made.new(relation.object))
        drawn.append(relation)
    assert set(drawn) == set(relations_of("book", years=True)) and len(drawn) == 5
    assert made.unused_relation(made.new("year")) is None


@pytest.mark.parametrize(("facts", "numbers"), [(1, [1, 1, 1]), (2, [2, 2, 2]), (9, [5, 5, 3])])
def test_side_facts_fill_the_records_of_all_subjects(facts, numbers):
    """Of a book and a person five relations are known, of a river three."""
    made = world()
    for name, kind in (("author", "book"), ("birthplace", "person"), ("source", "river")):
        made.tell(made.new(kind), BY_NAME[name], made.new(BY_NAME[name].object))
    made.fill(facts)
    assert [len(known) for known in made.facts.values()] == numbers
    objects = [fact.object for known in made.facts.values() for fact in known]
    assert len(set(objects)) == len(objects)


def test_facts_are_shuffled_and_none_is_lost():
    made = world()
    made.tell_rivals(PATH, 12)
    made.fill(3)
    told = made.shuffled()
    assert {known[0].subject for known in told} == set(made.facts)
    for known in told:
        assert set(known) == set(made.facts[known[0].subject])
    assert [known[0].subject for known in told] != list(made.facts)
    assert any(known != made.facts[known[0].subject] for known in told)


def test_paths_are_drawn_with_years_if_both_want_them():
    ends = {
        (vocabulary, years): {made.sample_path(1, years)[0].object for _ in range(300)}
        for vocabulary in (None, 9)
        for years in (False, True)
        for made in [world(vocabulary)]
    }
    assert {key for key, objects in ends.items() if "year" in objects} == {(None, True)}
    assert len({path for made in [world()] for path in [made.sample_path(3, True) for _ in range(50)]}) > 40


def test_a_closed_vocabulary_has_neither_years_nor_invented_names():
    made = world(40)
    made.tell(made.new("film"), BY_NAME["director"], made.new("person"))
    made.fill(9)
    (known,) = made.facts.values()
    assert [len(known), made.years, world().years] == [4, False, True]
    assert {fact.object.name for fact in known} <= set(CLOSED_NAMES)
