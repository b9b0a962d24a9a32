"""The domain: tasks, demonstrations, front, feedback, drawing; its rules are in the modules beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from os import PathLike

import numpy as np

from vpo_envs.core import Objective, Reward, Task
from vpo_envs.datasets import DatasetDomain
from vpo_envs.domains.entity_chain import paper as papers
from vpo_envs.domains.entity_chain import prompts, reading, scoring
from vpo_envs.domains.entity_chain.chain import LETTERS, Chain
from vpo_envs.domains.entity_chain.eureqa import read_chains
from vpo_envs.domains.entity_chain.generate import sample_chain
from vpo_envs.domains.worlds.answers import normalize_entity
from vpo_envs.domains.worlds.knobs import closed_vocabulary, whole_number
from vpo_envs.domains.worlds.trails import Step, some, wander

CARE = 0.5
"""Chance of a demonstration to take a step rightly, at full quality."""


class EntityChainDomain(DatasetDomain[Chain]):
    """DOCSTRING

    Example:
        >>> domain = EntityChainDomain(depth=2, decoys=0, distractors=1)
        >>> task = domain.task("train", 0)
        >>> domain.score(task, f"<entity_B>{task.truth.entities[1]}</entity_B>")
        [0.0, 1.0, 0.5, 0.5, 0.5]
    """

    objectives = tuple(
        Objective(f"entity_{letter}", f"the masked entity {letter} is named, and few names are wrong")
        for letter in LETTERS
    )

    def __init__(
        self,
        depth: int = 5,
        decoys: int = 2,
        distractors: int = 5,
        facts: int = 3,
        echoes: int = 0,
        max_named: int | None = None,
        vocabulary: int | None = None,
        dataset: str | PathLike[str] | None = None,
        paper: bool = False,
    ) -> None:
        super().__init__(dataset)
        self.depth = whole_number("depth", depth, 1, len(LETTERS))
        self.decoys = whole_number("decoys", decoys, 0, 4)
        self.distractors = whole_number("distractors", distractors, 0, 40)
        self.facts = whole_number("facts", facts, 1 if self.decoys == 0 else 2, 5)
        self.echoes = whole_number("echoes", echoes, 0, 5)
        if paper and (max_named, vocabulary) != (None, None):
            raise ValueError("paper=True fixes max_named and vocabulary; leave them out")
        self.paper = bool(paper)
        if max_named is None:
            max_named = len(LETTERS) if paper or dataset is not None else 2
        self.max_named = whole_number("max_named", max_named, 1, len(LETTERS))
        # Every record has a subject and at most so many objects of its own.
        entities = (self.depth * (1 + self.decoys) + self.distractors) * (self.facts + 1)
        self.vocabulary = closed_vocabulary(vocabulary, entities)

    def sample_example(self, rng: np.random.Generator) -> Chain:
        """Draws a chain from an invented world."""
        return sample_chain(
            rng, self.depth, self.decoys, self.distractors, self.facts, self.echoes, self.vocabulary
        )

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Chain]:
        """Reads EUREQA."""
        return read_chains(source, split, only_depth=len(LETTERS) if self.paper else None)

    def make_task(self, example: Chain) -> Task:
        """Writes out the records and the story."""
        prompt = prompts.paper(example) if self.paper else prompts.full(example, self.max_named)
        return Task(prompt, truth=example, compact=example.compact)

    def final_answer(self, completion: str) -> str:
        """Returns the completion without its reasoning; all of it with `paper=True`."""
        return completion if self.paper else super().final_answer(completion)

    def score(self, task: Task, answer: str) -> list[float]:
        """Compares every name that counts; zeros if there is none."""
        rules = papers if self.paper else scoring
        return rules.score(task.truth, self._read(task.truth, answer))

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> list[str]:
        """Returns four answers whose reasoning goes astray at any step with chance 1 - 0.5 quality.

        At full quality one of them resolves and names the last entity rightly, so that something scores.
        """
        chain: Chain = task.truth
        sure = int(rng.integers(4)) if rng.random() < quality else -1
        answers = []
        for i in range(4):
            trail = wander(rng, chain.steps, chain.told, CARE * quality, least=int(i == sure))
            names = list(zip(LETTERS[len(chain.steps) - 1 :: -1], (step.value for step in trail)))
            chosen = [names[j] for j in some(rng, len(names), self.max_named, first=i == sure)]
            answers.append(self._write(chain, trail, chosen))
        return answers

    def best_answers(self, task: Task) -> list[str]:
        """Returns the right names for every choice of as many entities as count."""
        chain: Chain = task.truth
        size = min(self.max_named, len(chain.entities))
        pairs = list(zip(LETTERS, chain.entities))
        return [self._write(chain, chain.steps, chosen) for chosen in combinations(pairs, size)]

    def feedback(self, task: Task, answer: str) -> str:
        """Returns which names are right and which are not, but never the truth."""
        chain: Chain = task.truth
        named = self._read(chain, answer)
        if not named:
            return "No entity is named: write <entity_A>name</entity_A>."
        if self.paper:
            right = [letter for letter, worth in zip(LETTERS, papers.score(chain, named)) if worth]
        else:
            right = scoring.right_letters(chain, named)
        wrong = [letter for letter in named if letter not in right]
        unnamed = [letter for letter in LETTERS[: len(chain.entities)] if letter not in named]
        groups = (("Right", right), ("Wrong", wrong), ("Not named", unnamed))
        return " ".join(f"{verdict}: {', '.join(letters)}." for verdict, letters in groups if letters)

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the names that count, normalised; with `paper=True` the reward vector."""
        named = self._read(task.truth, answer)
        if self.paper:
            return str(papers.score(task.truth, named)) if named else ""
        return _listed(named)

    def vote_key(self, task: Task, answer: str) -> str:
        """Returns the names that count, normalised."""
        return _listed(self._read(task.truth, answer))

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """Draws the story, the names behind the masks, and the pool."""
        chain: Chain = task.truth
        names = [f"  {mask} = {entity}" for mask, entity in zip(chain.masks, chain.entities)]
        return "\n".join([*chain.narrative, *names, *self.describe_pool(answers, rewards)])

    def _read(self, chain: Chain, answer: str) -> dict[str, str]:
        return papers.read(answer) if self.paper else reading.read(answer, chain.masks, self.max_named)

    def _write(self, chain: Chain, trail: Sequence[Step], named: Iterable[tuple[str, str]]) -> str:
        """Writes an answer in the form of the prompt or, for tiny models, token by token."""
        named = sorted(named)
        if not chain.compact:
            return "\n".join(f"<entity_{letter}>{name}</entity_{letter}>" for letter, name in named)
        # Spelling out the chain from its named end turns one long inference into short ones.
        steps = [f"{step.key}: {step.number} {step.value}" for step in trail]
        return " ".join([*steps, *(f"<entity_{letter}> {name}" for letter, name in named)])


def _listed(named: dict[str, str]) -> str:
    return ", ".join(f"{letter}: {normalize_entity(named[letter])}" for letter in sorted(named))
