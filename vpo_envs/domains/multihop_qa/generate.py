"""Questions from invented worlds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from vpo_envs.domains.multihop_qa.question import Paragraph, Question
from vpo_envs.domains.worlds import writing
from vpo_envs.domains.worlds.schema import Relation
from vpo_envs.domains.worlds.trails import Hop
from vpo_envs.domains.worlds.world import Fact, World

ALIAS_CHANCE = 0.25


def sample_question(
    rng: np.random.Generator, hops: int, distractors: int, facts: int, echoes: int, vocabulary: int | None
) -> Question:
    """Draws a chain of facts, hides it among paragraphs, and asks for its end.

    Distractor paragraphs tell rival chains through the same relations, so that the words of the
    question alone do not tell which paragraph is meant; side facts fill every paragraph.

    Args:
        rng: Source of randomness.
        hops: Facts in the chain.
        distractors: Paragraphs off the chain.
        facts: Most facts told in a paragraph.
        echoes: Further sentences of a paragraph, each with the subject of another.
        vocabulary: As in `Namer`.
    """
    world = World(rng, vocabulary)
    path = world.sample_path(hops, years=True)
    chain = world.tell_chain(world.new(path[0].subject), path)
    if vocabulary is None and chain[-1].kind != "year" and rng.random() < ALIAS_CHANCE:
        last = world.facts[chain[-2]].pop()
        chain[-1] = replace(last.object, alias=world.namer.name(last.object.kind))
        world.tell(chain[-2], path[-1], chain[-1])
    world.tell_rivals(path, distractors)
    world.fill(facts)
    told = world.shuffled()
    numbers = {known[0].subject: number for number, known in enumerate(told, start=1)}
    answer = chain[-1]
    return Question(
        text=writing.question(chain[0].name, path),
        paragraphs=tuple(
            Paragraph(known[0].subject.name, text)
            for known, text in zip(told, writing.paragraphs(told, rng, echoes))
        ),
        steps=tuple(Hop(subject.name, numbers[subject], object.name) for subject, object in pairwise(chain)),
        answers=(answer.name, answer.alias) if answer.alias else (answer.name,),
        told=tuple(
            Hop(fact.subject.name, number, fact.object.name)
            for number, known in enumerate(told, start=1)
            for fact in known
        ),
        compact="" if vocabulary is None else _compact(told, chain[0].name, path),
    )


def _compact(told: list[list[Fact]], start: str, path: tuple[Relation, ...]) -> str:
    """Writes `mentor ada 1 ben. seat cal 2 dan. ... ada? mentor seat`.

    A subject is followed by the number of its paragraph, and that by the object of the fact, so that a
    tiny model can walk along a chain by the simplest of lookups: what followed this token before? The
    full stop and the question mark are parts of their tokens, so that a subject occurs but once.
    """
    facts = [
        f"{fact.relation.name} {fact.subject.name} {number} {fact.object.name}."
        for number, known in enumerate(told, start=1)
        for fact in known
    ]
    return " ".join([*facts, f"{start}?", *(relation.name for relation in path)])
