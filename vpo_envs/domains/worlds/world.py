"""A world: facts that hold between entities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vpo_envs.domains.worlds.names import Entity, Namer
from vpo_envs.domains.worlds.schema import Relation, paths, relations_of


class Fact(NamedTuple):
    """One relation between two entities."""

    subject: Entity
    relation: Relation
    object: Entity


class World:
    """Facts by subject, and the means to add random ones.

    Args:
        rng: Source of randomness.
        vocabulary: As in `Namer`; a closed vocabulary has no years.
    """

    def __init__(self, rng: np.random.Generator, vocabulary: int | None = None) -> None:
        self.rng = rng
        self.years = vocabulary is None
        self.namer = Namer(rng, vocabulary)
        self.facts: dict[Entity, list[Fact]] = {}

    def sample_path(self, length: int, years: bool) -> tuple[Relation, ...]:
        """Draws a sequence of distinct relations, each starting where the last one ends."""
        choices = paths(length, years and self.years)
        return choices[self.rng.integers(len(choices))]

    def new(self, kind: str) -> Entity:
        """Returns an entity that is not yet in the world."""
        return self.namer.entity(kind)

    def tell(self, subject: Entity, relation: Relation, object: Entity) -> None:
        """Adds a fact."""
        self.facts.setdefault(subject, []).append(Fact(subject, relation, object))

    def tell_chain(self, start: Entity, path: Sequence[Relation]) -> list[Entity]:
        """Adds a chain of facts through new entities; returns all its entities, `start` first."""
        chain = [start]
        for relation in path:
            chain.append(self.new(relation.object))
            self.tell(chain[-2], relation, chain[-1])
        return chain

    def tell_rivals(self, path: Sequence[Relation], subjects: int) -> list[list[Entity]]:
        """Adds chains through the same relations until so many new subjects are described."""
        chains = []
        while subjects > 0:
            told = path[:subjects]
            chains.append(self.tell_chain(self.new(path[0].subject), told))
            subjects -= len(told)
        return chains

    def unused_relation(self, subject: Entity) -> Relation | None:
        """Draws a relation that is not yet told of the subject; None if all are."""
        told = {fact.relation for fact in self.facts.get(subject, ())}
        free = [r for r in relations_of(subject.kind, self.years) if r not in told]
        return free[self.rng.integers(len(free))] if free else None

    def fill(self, facts: int) -> None:
        """Adds side facts, with new objects, until every subject has `facts` or no relation left."""
        for subject in list(self.facts):
            while len(self.facts[subject]) < facts:
                relation = self.unused_relation(subject)
                if relation is None:
                    break
                self.tell(subject, relation, self.new(relation.object))

    def shuffled(self) -> list[list[Fact]]:
        """Returns the facts of every subject, subjects and facts in random order."""
        subjects = list(self.facts.values())
        return [
            [subjects[i][j] for j in self.rng.permutation(len(subjects[i]))]
            for i in self.rng.permutation(len(subjects))
        ]
