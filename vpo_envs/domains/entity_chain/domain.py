"""The domain: tasks, demonstrations, front, feedback, drawing; its rules are in the modules beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from os import PathLike

import numpy as np

from vpo_envs.datasets import DatasetDomain, Row
from vpo_envs.domains.entity_chain import paper as papers
from vpo_envs.domains.entity_chain import prompts, reading, scoring
from vpo_envs.domains.entity_chain.chain import LETTERS, Chain
from vpo_envs.domains.entity_chain.eureqa import chain_reader, read_chain_rows
from vpo_envs.domains.entity_chain.generate import sample_chain
from vpo_envs.domains.worlds.answers import normalize_entity
from vpo_envs.domains.worlds.knobs import closed_vocabulary, whole_number
from vpo_envs.domains.worlds.trails import Hop, some, wander
from vpo_envs.task import Objective, Reward, Task

CARE = 0.5
"""Chance of a demonstration to take a step rightly, at full quality."""


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

    **Answer.** `<entity_A>Lorvan</entity_A> <entity_B>Taimol & Pruste</entity_B>`: names of at most
    `max_named` entities. With a data set the prompt asks for titles of Wikipedia articles.

    **Reading.** Thought is removed first. Of several names for a letter the last counts, and of all
    letters the last `max_named`. Forms such as `...`, empty tags and words that give no name
    (`unknown`, `left out`, `could not be determined`) are no names. Closing tags may be left out. A tag
    that prose only mentions does not count. Without tags, lines, sentences, table rows and JSON are read:
    `A: Lorvan`, `**University A** = Lorvan`, `University A is Lorvan`, `"entity_A": "Lorvan"`. Names
    that a sentence denies or doubts do not count there, nor does any of several for one mask, nor names in
    tags that words below them deny or withdraw. Markdown, quotes, a full stop, the mask before a name and a
    remark behind it are taken off.

    **Objectives**, equally weighted:

    - `entity_X` (X = A..E): p if the name given for X is the true one, else 0. Here p is the share of
      right ones among the names that count, so a wrong name costs.
    - Letters beyond the chain's own depth are worth the mean of its own.

    Names are equal after normalization: underscores as blanks, lower case, no articles, no punctuation,
    `&` as "and", accents in one form, escapes of addresses and of HTML read. If one of two names alone
    ends in parentheses, as Jane_Hollis_(film), these do not count. An answer that names nobody scores 0
    in everything.

    **Front.** With `max_named` of at least `depth` one answer attains every objective. With fewer,
    naming one entity excludes another: every choice of `max_named` of the entities, rightly named, is a
    point of the true front, C(depth, max_named) in all: ten by default. Entities near the named end are
    easy and those near A hard, so a policy that maximizes one scalar is drawn to the easy ones.

    **Variants.** `vpo/EntityChainEasy-v0` has a chain of five and 14 short records (520 words),
    `vpo/EntityChain-v0` a chain of five and 20 records (800 words), `vpo/EntityChainHard-v0` a chain of
    five, four decoys for each entity and 40 long records that mention one another (2,500 words).
    `vpo/EntityChainSmall-v0` has a closed vocabulary for tiny models: a chain of five, ten facts.

    **Compact style** (only with `vocabulary`): every fact as object, number of the record, subject and
    relation, then the links of the chain (with decoys, a clue follows its letter). Demonstrations spell
    out the chain from its named end before they answer:

        gil: 1 pia mentor quin: 2 jon seat jon: 3 gil employer ... ? A mentor B employer C seat quin
        quin: 2 jon jon: 3 gil gil: 1 pia <entity_A> pia <entity_C> jon

    **Reference scores**: shares of the oracle over 100 test tasks, single answers by the fixed scalar
    and sets by E_w[best]. Constants do not read the task. Copies are made of names in the prompt by
    fixed rules, some of which look at the kinds of the records. Printed by
    `python -m tests.vpo_envs.domains.entity_chain.test_blind`:

    | id | best constant | best 8 | best copy | best 8 copies | 1 demonstration | 30 | oracle (scalar, E_w) |
    |---|---|---|---|---|---|---|---|
    | `vpo/EntityChainEasy-v0` | 0.00 | 0.00 | 0.32 | 0.54 | 0.14 | 0.76 | 0.40, 0.72 |
    | `vpo/EntityChain-v0` | 0.00 | 0.00 | 0.16 | 0.40 | 0.14 | 0.75 | 0.40, 0.72 |
    | `vpo/EntityChainHard-v0` | 0.00 | 0.00 | 0.06 | 0.21 | 0.13 | 0.76 | 0.60, 0.87 |
    | `vpo/EntityChainSmall-v0` | 0.05 | 0.14 | 0.34 | 0.64 | 0.12 | 0.74 | 0.40, 0.72 |

    **The paper's setting** (`paper=True`): the first complete pair of each letter's tags counts; every
    right name is worth 1 whatever else is named; notes in parentheses and `&` are compared as they
    stand; articles are dropped before punctuation; repetitions are judged by reward vector; chains have
    five masks. The prompt holds what theirs holds, in our words.

    Args:
        depth: Masked entities, 1 to 5.
        decoys: For each masked entity, others that fit its link or its clue alone, 0 to 4.
        distractors: Further records, 0 to 40.
        facts: Most facts told in a record, 1 to 5 (decoys need 2).
        echoes: Further sentences of a record, each of which mentions another's subject, 0 to 5.
        max_named: Names that count, 1 to 5. None for 2 in invented worlds and 5 with a data set.
        vocabulary: None for invented names without end; an integer (up to 48) for so many one-word
            names, which tiny models can learn.
        dataset: Read EUREQA from a file, a folder or a hub id instead (`vpo_envs.datasets`); the
            knobs above that shape the world are then unused, and indices wrap around its rows.
        paper: Read and score as the authors of arXiv 2605.22817 do.

    Source: arXiv 2605.22817 (rewards); EUREQA, Li et al. 2024, arXiv 2311.09702 (data, task).

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

    def row_reader(self, source: str | PathLike[str]) -> Callable[[Row, int], Chain]:
        """Returns the reader of EUREQA, of chains of five masks alone with `paper=True`."""
        return chain_reader(len(LETTERS) if self.paper else None)

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Chain]:
        """Reads EUREQA, the published set in the paper's split."""
        read = self.row_reader(source)
        return [read(row, index) for index, row in enumerate(read_chain_rows(source, split))]

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
        """Returns the names that count, normalized; with `paper=True` the reward vector."""
        named = self._read(task.truth, answer)
        if self.paper:
            return str(papers.score(task.truth, named)) if named else ""
        return _listed(named)

    def vote_key(self, task: Task, answer: str) -> str:
        """Returns the names that count, normalized."""
        return _listed(self._read(task.truth, answer))

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """Draws the story, the names behind the masks, and the pool."""
        chain: Chain = task.truth
        names = [f"  {mask} = {entity}" for mask, entity in zip(chain.masks, chain.entities)]
        return "\n".join([*chain.narrative, *names, *self.describe_pool(answers, rewards)])

    def _read(self, chain: Chain, answer: str) -> dict[str, str]:
        return papers.read(answer) if self.paper else reading.read(answer, chain.masks, self.max_named)

    def _write(self, chain: Chain, trail: Sequence[Hop], named: Iterable[tuple[str, str]]) -> str:
        """Writes an answer in the form of the prompt or, for tiny models, token by token."""
        named = sorted(named)
        if not chain.compact:
            return "\n".join(f"<entity_{letter}>{name}</entity_{letter}>" for letter, name in named)
        # Spelling out the chain from its named end turns one long inference into short ones.
        steps = [f"{step.key}: {step.number} {step.value}" for step in trail]
        return " ".join([*steps, *(f"<entity_{letter}> {name}" for letter, name in named)])


def _listed(named: dict[str, str]) -> str:
    return ", ".join(f"{letter}: {normalize_entity(named[letter])}" for letter in sorted(named))
