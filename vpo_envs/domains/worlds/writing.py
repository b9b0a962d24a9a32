"""Facts and questions as prose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vpo_envs.domains.worlds.schema import KINDS, Relation
from vpo_envs.domains.worlds.world import Fact

ECHOES = (
    "{s} is often named beside {o}.",
    "Guides mention {s} and {o} together.",
    "A stamp shows {s} and {o}.",
)
"""Sentences about two subjects that state no fact."""


def paragraphs(told: Sequence[Sequence[Fact]], rng: np.random.Generator, echoes: int) -> list[str]:
    """Writes the facts of each subject as prose, with mentions of other subjects behind them.

    Args:
        told: For every subject its facts.
        rng: Source of randomness.
        echoes: Mentions of other subjects in a paragraph, as far as there are others.
    """
    texts = [paragraph(facts, rng) for facts in told]
    for number in range(len(told) if echoes else 0):
        others = [i for i in rng.permutation(len(told)) if i != number][:echoes]
        for other in others:
            text = ECHOES[rng.integers(len(ECHOES))]
            names = (capitalised(told[i][0].subject.name) for i in (number, other))
            texts[number] += " " + text.format(**dict(zip("so", names)))
    return texts


def paragraph(facts: Sequence[Fact], rng: np.random.Generator) -> str:
    """Writes all facts of one subject as prose."""
    subject = facts[0].subject
    sentences = [
        sentence(fact.relation, subject.name, fact.object.mention, int(rng.integers(2))) for fact in facts
    ]
    return " ".join([f"{capitalised(subject.name)} is {KINDS[subject.kind]}.", *sentences])


def capitalised(name: str) -> str:
    """Returns a name as prose writes it; the closed vocabulary has names in lower case."""
    return name[:1].upper() + name[1:]


def sentence(relation: Relation, subject: str, object: str, wording: int = 0) -> str:
    """Writes a fact between two names."""
    return relation.sentences[wording].format(s=capitalised(subject), o=capitalised(object))


def question(start: str, path: Sequence[Relation]) -> str:
    """Writes a question for the end of a chain of relations, by nested description."""
    phrase = capitalised(start)
    for relation in path:
        phrase = relation.phrase.format(s=phrase)
    return f"{'Who' if path[-1].object == 'person' else 'What'} is {phrase}?"
