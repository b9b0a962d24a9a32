"""Masked chains from invented worlds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vpo_envs.domains.entity_chain.chain import LETTERS, Chain
from vpo_envs.domains.worlds import writing
from vpo_envs.domains.worlds.names import Entity
from vpo_envs.domains.worlds.trails import Hop
from vpo_envs.domains.worlds.world import Fact, World


def sample_chain(
    rng: np.random.Generator,
    depth: int,
    decoys: int,
    distractors: int,
    facts: int,
    echoes: int,
    vocabulary: int | None,
) -> Chain:
    """Draws a chain A -> B -> ... of links whose last entity is named, among records of a world.

    A link read backwards may fit several entities. With decoys, every masked entity has a clue as
    well, a second fact with a named object, and it alone fits both its link and its clue.

    Args:
        rng: Source of randomness.
        depth: Masked entities.
        decoys: For each of them, others that fit either the link or the clue.
        distractors: Further records, of chains through the same relations.
        facts: Most facts told in a record.
        echoes: Further sentences of a record, each with the subject of another.
        vocabulary: As in `Namer`.
    """
    world = World(rng, vocabulary)
    path = world.sample_path(depth, years=False)
    chain = world.tell_chain(world.new(path[0].subject), path)
    links = [world.facts[entity][0] for entity in chain[:-1]]
    clues = [_tell_clue(world, entity) for entity in chain[:-1]] if decoys else []
    _tell_decoys(world, links, clues, decoys)
    world.tell_rivals(path, distractors)
    world.fill(facts)
    told = world.shuffled()
    numbers = {known[0].subject: number for number, known in enumerate(told, start=1)}
    steps_back = {
        fact: Hop(fact.object.name, numbers[fact.subject], fact.subject.name)
        for known in told
        for fact in known
    }
    return Chain(
        narrative=_narrative(rng, links, clues),
        masks=tuple(f"{entity.kind.title()} {letter}" for entity, letter in zip(chain[:-1], LETTERS)),
        steps=tuple(steps_back[link] for link in reversed(links)),
        told=tuple(steps_back.values()),
        records=tuple(writing.paragraphs(told, rng, echoes)),
        compact="" if vocabulary is None else _compact(told, links, clues),
    )


def _tell_clue(world: World, entity: Entity) -> Fact:
    relation = world.unused_relation(entity)
    assert relation is not None  # the schema gives every kind at least two relations
    world.tell(entity, relation, world.new(relation.object))
    return world.facts[entity][-1]


def _tell_decoys(world: World, links: Sequence[Fact], clues: Sequence[Fact], decoys: int) -> None:
    """Adds entities that fit the link but not the clue, or the clue but not the link, in turns.

    The latter link to a decoy of the next entity, so that clues alone lead along a false chain.
    """
    rivals: list[list[Entity]] = [[] for _ in links]
    for layer in reversed(range(len(clues))):
        link, clue = links[layer], clues[layer]
        for number in range(decoys):
            decoy = world.new(link.subject.kind)
            if number % 2 == 0:
                world.tell(decoy, link.relation, link.object)
                world.tell(decoy, clue.relation, world.new(clue.relation.object))
            else:
                last = layer + 1 == len(links)
                false_next = world.new(link.relation.object) if last else rivals[layer + 1][number]
                world.tell(decoy, link.relation, false_next)
                world.tell(decoy, clue.relation, clue.object)
            rivals[layer].append(decoy)


def _narrative(rng: np.random.Generator, links: Sequence[Fact], clues: Sequence[Fact]) -> tuple[str, ...]:
    """Writes clue and link of every masked entity; only objects off the chain and its end are named."""
    names = [f"{link.subject.kind.title()} {letter}" for link, letter in zip(links, LETTERS)]
    names.append(links[-1].object.name)
    sentences = []
    for layer, link in enumerate(links):
        if clues:
            clue = clues[layer]
            sentences.append(_sentence(rng, clue, names[layer], clue.object.name))
        sentences.append(_sentence(rng, link, names[layer], names[layer + 1]))
    return tuple(sentences)


def _sentence(rng: np.random.Generator, fact: Fact, subject: str, object: str) -> str:
    return writing.sentence(fact.relation, subject, object, int(rng.integers(2)))


def _compact(told: Sequence[Sequence[Fact]], links: Sequence[Fact], clues: Sequence[Fact]) -> str:
    """Writes `ben: 1 ada mentor dan: 2 cal seat ... ? A mentor B seat eli`: Ben is Ada's mentor, and so on.

    An object is followed by the number of the record and that by the subject, so that a tiny model can
    walk backwards along the chain by the simplest of lookups: what followed this token before? The
    colon is part of its token, so that nothing else is mistaken for the object. With decoys, a clue
    follows its letter.
    """
    facts = [
        f"{fact.object.name}: {number} {fact.subject.name} {fact.relation.name}"
        for number, known in enumerate(told, start=1)
        for fact in known
    ]
    words = []
    for layer, link in enumerate(links):
        words.append(LETTERS[layer])
        if clues:
            words += [clues[layer].relation.name, clues[layer].object.name]
        words.append(link.relation.name)
    return " ".join([*facts, "?", *words, links[-1].object.name])
