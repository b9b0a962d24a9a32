"""The domain: prompt, scoring, demonstrations, front, feedback, drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from os import PathLike

import numpy as np

from vpo_envs.core import Objective, Reward, Task
from vpo_envs.datasets import DatasetDomain
from vpo_envs.domains.entity_chain.chain import LETTERS, Chain
from vpo_envs.domains.entity_chain.eureqa import read_chains
from vpo_envs.domains.entity_chain.generate import sample_chain
from vpo_envs.domains.worlds.answers import normalize_entity
from vpo_envs.domains.worlds.knobs import closed_vocabulary, whole_number
from vpo_envs.domains.worlds.trails import Step, stray

INSTRUCTIONS = """\
Some entities in the story below are masked. Only the last one is named: find the names behind the \
masks by working backwards from it, link by link. {source}

Story:
{story}

Give the names of the masked entities, and nothing else inside the tags{limit}:
{form}"""
TAGGED = re.compile(rf"<entity_([{LETTERS.lower()}])>([^<]*)")


class EntityChainDomain(DatasetDomain[Chain]):
    """Chains of masked entities that must be resolved backwards.

    A story tells how Film A, Person B, City C ... are linked; only the entity at the end of the
    chain is named. Records of an invented world tell which entities have which links. With decoys,
    a link alone fits several entities, and only one of them also fits the clue that the story gives
    about it. With `dataset=` the stories are EUREQA's: no records, the world must be known.

    **Prompt** (shortened; four of twenty records, a chain of two):

        - Lorvan is a university. Lorvan is sponsored by Taimol & Pruste.
        - Taimol & Pruste is a company. Taimol & Pruste is based in Grundri. Taimol & Pruste is headed
          by Dindwi Klebur.
        - Skave & Hondi is a company. The main office of Skave & Hondi is in Grundri.
        - Drausk & Fem is a company. The board of Drausk & Fem is led by Dindwi Klebur.

        University A is sponsored by Company B.
        The board of Company B is led by Dindwi Klebur.
        The main office of Company B is in Grundri.

    **Answer.** `<entity_A>name</entity_A> ... <entity_E>name</entity_E>`. A name ends at the next
    `<`, so closing tags may be left out; the first non-empty name for a letter counts, of all names
    only the first `max_named`; text around the tags is ignored.

    **Objectives**, equally weighted:

    - `entity_X` (X = A..E): 1 if the name given for X equals the true one after normalisation
      (underscores as blanks, lower case, no articles, no punctuation), else 0. Letters beyond the
      chain's own depth count as 1.

    An answer that names nobody scores 0 in everything.

    **Trade-off.** With `max_named` of at least `depth` one answer attains every objective. With
    fewer, naming one entity excludes another: every choice of `max_named` of the entities, rightly
    named, is a point of the true front, C(depth, max_named) in all. Entities near the named end are
    easy and those near A hard, so a policy that maximises one scalar is drawn to the easy ones.
    `vpo/EntityChainSmall-v0` has 5 entities of which 2 count: ten points, each of them best under
    one tenth of the weightings.

    **Compact style** (only with `vocabulary`): every fact as object, number of the record, subject and
    relation, then the links of the chain (with decoys, a clue follows its letter). Demonstrations spell
    out the chain from its named end before they answer:

        gil: 1 pia mentor quin: 2 jon seat jon: 3 gil employer ... ? A mentor B employer C seat quin
        quin: 2 jon jon: 3 gil gil: 1 pia <entity_A> pia <entity_C> jon

    Args:
        depth: Masked entities, 1 to 5.
        decoys: For each masked entity, others that fit its link or its clue alone, 0 to 4.
        distractors: Further records, 0 to 40.
        facts: Most facts told in a record, 1 to 5 (decoys need 2).
        max_named: Names that count, 1 to 5.
        vocabulary: None for invented names without end; an integer (up to 48) for so many one-word
            names, which tiny models can learn.
        dataset: Read EUREQA from a file, a folder or a hub id instead (`vpo_envs.datasets`); the
            knobs above that shape the world are then unused, and indices wrap around its rows.

    Source: arXiv 2605.22817 (rewards); EUREQA, Li et al. 2024, arXiv 2311.09702 (data, task).

    Example:
        >>> domain = EntityChainDomain(depth=2, decoys=0, distractors=1)
        >>> task = domain.task("train", 0)
        >>> domain.score(task, f"<entity_A>nobody</entity_A> <entity_B>{task.truth.entities[1]}")
        [0.0, 1.0, 1.0, 1.0, 1.0]
    """

    objectives = tuple(
        Objective(f"entity_{letter}", f"the masked entity {letter} is named") for letter in LETTERS
    )

    def __init__(
        self,
        depth: int = 5,
        decoys: int = 2,
        distractors: int = 5,
        facts: int = 3,
        max_named: int = 5,
        vocabulary: int | None = None,
        dataset: str | PathLike[str] | None = None,
    ) -> None:
        super().__init__(dataset)
        self.depth = whole_number("depth", depth, 1, len(LETTERS))
        self.decoys = whole_number("decoys", decoys, 0, 4)
        self.distractors = whole_number("distractors", distractors, 0, 40)
        self.facts = whole_number("facts", facts, 1 if self.decoys == 0 else 2, 5)
        self.max_named = whole_number("max_named", max_named, 1, len(LETTERS))
        # Every record has a subject and at most so many objects of its own.
        entities = (self.depth * (1 + self.decoys) + self.distractors) * (self.facts + 1)
        self.vocabulary = closed_vocabulary(vocabulary, entities)

    def sample_example(self, rng: np.random.Generator) -> Chain:
        """Draws a chain from an invented world."""
        return sample_chain(rng, self.depth, self.decoys, self.distractors, self.facts, self.vocabulary)

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Chain]:
        """Reads EUREQA."""
        return read_chains(source, split)

    def make_task(self, example: Chain) -> Task:
        """Writes out the records and the story."""
        source = "You know enough of the world to do so."
        if example.records:
            source = "These records tell what is known:\n\n" + "\n".join(
                f"- {text}" for text in example.records
            )
        form = "\n".join(
            f"<entity_{letter}>name of {mask}</entity_{letter}>"
            for letter, mask in zip(LETTERS, example.masks)
        )
        limit = ""
        if self.max_named < len(example.entities):
            limit = (
                f"; only the first {self.max_named} names count"
                if self.max_named > 1
                else "; only the first counts"
            )
        story = "\n".join(example.narrative)
        prompt = INSTRUCTIONS.format(source=source, story=story, limit=limit, form=form)
        return Task(prompt, truth=example, compact=example.compact)

    def score(self, task: Task, answer: str) -> list[float]:
        """Compares every name that counts; zeros if there is none."""
        chain: Chain = task.truth
        named = self._read(chain, answer)
        if not named:
            return [0.0] * len(LETTERS)
        right = [
            float(named.get(letter) == normalize_entity(entity))
            for letter, entity in zip(LETTERS, chain.entities)
        ]
        return right + [1.0] * (len(LETTERS) - len(right))

    def demonstrations(self, task: Task, rng: np.random.Generator) -> list[str]:
        """A faithful answer, and three that went astray somewhere."""
        chain: Chain = task.truth
        trails = [chain.steps, *(stray(rng, chain.steps, chain.told) for _ in range(3))]
        answers = []
        for i in rng.permutation(4):
            names = list(zip(LETTERS[len(chain.steps) - 1 :: -1], (step.value for step in trails[i])))
            chosen = [names[j] for j in sorted(rng.permutation(len(names))[: self.max_named])]
            answers.append(self._write(chain, trails[i], chosen))
        return answers

    def best_answers(self, task: Task) -> list[str]:
        """The right names for every choice of as many entities as count."""
        chain: Chain = task.truth
        size = min(self.max_named, len(chain.entities))
        pairs = list(zip(LETTERS, chain.entities))
        return [self._write(chain, chain.steps, chosen) for chosen in combinations(pairs, size)]

    def feedback(self, task: Task, answer: str) -> str:
        """Which names are right and which are not; never the truth itself."""
        chain: Chain = task.truth
        named = self._read(chain, answer)
        if not named:
            return "No entity is named: write <entity_A>name</entity_A>."
        truth = dict(zip(LETTERS, map(normalize_entity, chain.entities)))
        right = [letter for letter, name in named.items() if name == truth[letter]]
        wrong = [letter for letter in named if letter not in right]
        unnamed = [letter for letter in truth if letter not in named]
        groups = (("Right", right), ("Wrong", wrong), ("Not named", unnamed))
        return " ".join(f"{verdict}: {', '.join(letters)}." for verdict, letters in groups if letters)

    def vote_key(self, task: Task, answer: str) -> str:
        """The names that count."""
        named = self._read(task.truth, answer)
        return ", ".join(f"{letter}: {named[letter]}" for letter in sorted(named))

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """The story, the names behind the masks, and the pool."""
        chain: Chain = task.truth
        names = [f"  {mask} = {entity}" for mask, entity in zip(chain.masks, chain.entities)]
        return "\n".join([*chain.narrative, *names, *self.describe_pool(answers, rewards)])

    def _read(self, chain: Chain, answer: str) -> dict[str, str]:
        """The normalised names that count, by letter."""
        own = LETTERS[: len(chain.entities)]
        named: dict[str, str] = {}
        for letter, name in TAGGED.findall(answer.lower()):
            letter = letter.upper()
            if letter in own and letter not in named and name.strip() and len(named) < self.max_named:
                named[letter] = normalize_entity(name)
        return named

    def _write(self, chain: Chain, trail: Sequence[Step], named: Iterable[tuple[str, str]]) -> str:
        """An answer in the form of the prompt or, for tiny models, token by token."""
        named = sorted(named)
        if not chain.compact:
            return "\n".join(f"<entity_{letter}>{name}</entity_{letter}>" for letter, name in named)
        # Spelling out the chain from its named end turns one long inference into short ones.
        steps = [f"{step.key}: {step.number} {step.value}" for step in trail]
        return " ".join([*steps, *(f"<entity_{letter}> {name}" for letter, name in named)])
