"""Facts and questions as prose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vpo_envs.domains.worlds.schema import KINDS, Relation
from vpo_envs.domains.worlds.world import Fact


def paragraph(facts: Sequence[Fact], rng: np.random.Generator) -> str:
    """All facts of one subject in prose."""
    subject = facts[0].subject
    sentences = [
        sentence(fact.relation, subject.name, fact.object.mention, int(rng.integers(2))) for fact in facts
    ]
    return " ".join([f"{capitalised(subject.name)} is {KINDS[subject.kind]}.", *sentences])


def capitalised(name: str) -> str:
    """A name as prose writes it; the closed vocabulary has them in lower case."""
    return name[:1].upper() + name[1:]


def sentence(relation: Relation, subject: str, object: str, wording: int = 0) -> str:
    """States a fact between two names."""
    return relation.sentences[wording].format(s=capitalised(subject), o=capitalised(object))


def question(start: str, path: Sequence[Relation]) -> str:
    """Asks for the end of a chain of relations by nested description."""
    phrase = capitalised(start)
    for relation in path:
        phrase = relation.phrase.format(s=phrase)
    return f"{'Who' if path[-1].object == 'person' else 'What'} is {phrase}?"
