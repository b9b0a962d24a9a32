"""The domain: tasks, demonstrations, front, feedback, drawing; its rules are in the modules beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from os import PathLike

import numpy as np

from vpo_envs.core import Objective, Reward, Task
from vpo_envs.datasets import DatasetDomain
from vpo_envs.domains.multihop_qa import paper as papers
from vpo_envs.domains.multihop_qa import prompts, reading, scoring
from vpo_envs.domains.multihop_qa.generate import sample_question
from vpo_envs.domains.multihop_qa.musique import read_questions
from vpo_envs.domains.multihop_qa.question import MOST_HOPS, Question
from vpo_envs.domains.multihop_qa.reading import Reading
from vpo_envs.domains.worlds.answers import normalize, normalize_paper, normalize_typography, token_f1
from vpo_envs.domains.worlds.knobs import closed_vocabulary, whole_number
from vpo_envs.domains.worlds.trails import Step, some, wander

CARE = 0.45
"""Chance of a demonstration to take a step rightly, at full quality."""


class MultiHopQADomain(DatasetDomain[Question]):
    """DOCSTRING

    Example:
        >>> domain = MultiHopQADomain(min_hops=2, max_hops=2, max_citations=1)
        >>> question = domain.task("train", 0).truth
        >>> question.text
        'Who is the founder of the city at the mouth of Vustirt?'
        >>> question.support, question.answers
        ((8, 5), ('Gusmu Tratreath', 'Stefu Driweas'))
    """

    objectives = (
        *(
            Objective(f"hop_{i}", f"the paragraph of step {i} is cited, few others are, the answer is right")
            for i in range(1, MOST_HOPS + 1)
        ),
        Objective("answer_f1", "token F1 of the answer, best over accepted answers", weight=3.0),
    )

    def __init__(
        self,
        min_hops: int = 3,
        max_hops: int = 4,
        distractors: int = 14,
        facts: int = 3,
        echoes: int = 0,
        max_citations: int | None = None,
        typography: bool | None = None,
        vocabulary: int | None = None,
        dataset: str | PathLike[str] | None = None,
        paper: bool = False,
    ) -> None:
        super().__init__(dataset)
        self.min_hops = whole_number("min_hops", min_hops, 1, MOST_HOPS)
        self.max_hops = whole_number("max_hops", max_hops, self.min_hops, MOST_HOPS)
        self.distractors = whole_number("distractors", distractors, 0, 60)
        self.facts = whole_number("facts", facts, 1, 5)
        self.echoes = whole_number("echoes", echoes, 0, 5)
        if paper and (max_citations, typography, vocabulary) != (None, None, None):
            raise ValueError("paper=True fixes max_citations, typography and vocabulary; leave them out")
        self.paper = bool(paper)
        if max_citations is None:
            max_citations = papers.MOST_CITATIONS if paper or dataset is not None else 2
        self.max_citations = whole_number("max_citations", max_citations, 1, 20)
        self.typography = dataset is None if typography is None else bool(typography)
        self._normal = normalize_paper if paper else normalize_typography if self.typography else normalize
        # Every paragraph has a subject and at most so many objects of its own.
        entities = (self.max_hops + self.distractors) * (self.facts + 1)
        self.vocabulary = closed_vocabulary(vocabulary, entities)

    def sample_example(self, rng: np.random.Generator) -> Question:
        """Draws a question from an invented world."""
        hops = int(rng.integers(self.min_hops, self.max_hops + 1))
        return sample_question(rng, hops, self.distractors, self.facts, self.echoes, self.vocabulary)

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Question]:
        """Reads MuSiQue; with `paper=True` its test split is the authors' sample of 300 questions."""
        questions = read_questions(source, split)
        return papers.held_out(questions) if self.paper and split == "test" else questions

    def make_task(self, example: Question) -> Task:
        """Writes out the paragraphs and the question."""
        prompt = prompts.paper(example) if self.paper else prompts.full(example, self.max_citations)
        return Task(prompt, truth=example, compact=example.compact)

    def final_answer(self, completion: str) -> str:
        """Returns the completion without its reasoning; all of it with `paper=True`."""
        return completion if self.paper else super().final_answer(completion)

    def score(self, task: Task, answer: str) -> list[float]:
        """Scores citations and answer; zeros without an answer."""
        read = self._read(task.truth, answer)
        if self.paper:
            return papers.score(task.truth, read)
        return scoring.score(task.truth, read, self._normal)

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> list[str]:
        """Returns four answers whose reasoning goes astray at any step with chance 1 - 0.45 quality.

        At full quality one of them takes and cites the first step rightly, so that something scores.
        """
        question: Question = task.truth
        sure = int(rng.integers(4)) if rng.random() < quality else -1
        answers = []
        for i in range(4):
            trail = wander(rng, question.steps, question.told, CARE * quality, least=int(i == sure))
            read = list(dict.fromkeys(step.number for step in trail))
            cited = [read[j] for j in some(rng, len(read), self.max_citations, first=i == sure)]
            golds = question.answers if tuple(trail) == question.steps else (trail[-1].value,)
            answers.append(self._write(question, trail, cited, golds[rng.integers(len(golds))]))
        return answers

    def best_answers(self, task: Task) -> list[str]:
        """Returns the right answer with every choice of as many gold citations as count."""
        question: Question = task.truth
        size = min(self.max_citations, len(question.gold))
        return [
            self._write(question, question.steps, chosen, question.answers[0])
            for chosen in combinations(question.gold, size)
        ]

    def feedback(self, task: Task, answer: str) -> str:
        """Returns which citations support a step and how close the answer is, but never the truth."""
        question: Question = task.truth
        read = self._read(question, answer)
        if read.answer is None:
            return "There is no answer in <answer>...</answer>."
        gold = [question.shown(number) for number in question.gold] if self.paper else question.gold
        helpful = [number for number in read.cited if number in gold]
        f1 = token_f1(read.answer, question.answers, self._normal)
        verdict = "right" if f1 == 1 else "partly right" if f1 > 0 else "wrong"
        return (
            f"Counted citations: {_listed(read.cited)}; of these, {_listed(helpful)} state a step. "
            f"Steps without citation: {len(gold) - len(helpful)}. The answer is {verdict}."
        )

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the normalised answer with its citations; with `paper=True` the reward vector."""
        read = self._read(task.truth, answer)
        if read.answer is None:
            return ""
        if self.paper:
            return str(self.score(task, answer))
        return f"{self._normal(read.answer)} [{', '.join(map(str, sorted(read.cited)))}]"

    def vote_key(self, task: Task, answer: str) -> str:
        """Returns the normalised answer without its citations."""
        return self._normal(self._read(task.truth, answer).answer or "")

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """Draws the question, its chain of steps, the titles of all paragraphs, and the pool."""
        question: Question = task.truth
        steps = [
            f"  step {i}: [{step.number}] {step.key} -> {step.value}"
            for i, step in enumerate(question.steps, start=1)
        ]
        titles = [
            f"{'*' if number in question.gold else ' '}[{number}] {paragraph.title}"
            for number, paragraph in enumerate(question.paragraphs, start=1)
        ]
        lines = [question.text, *steps, "Paragraphs (* gold):", *titles]
        return "\n".join([*lines, *self.describe_pool(answers, rewards)])

    def _read(self, question: Question, answer: str) -> Reading:
        if self.paper:
            return papers.read(answer)
        return reading.read(answer, len(question.paragraphs), self.max_citations, self.typography)

    def _write(self, question: Question, trail: Sequence[Step], cited: Iterable[int], answer: str) -> str:
        """Writes an answer in the form of the prompt or, for tiny models, token by token."""
        if not question.compact:
            numbers = [question.shown(number) if self.paper else number for number in cited]
            return f"<support>{', '.join(map(str, numbers))}</support><answer>{answer}</answer>"
        # Spelling out the steps first turns one long inference into short ones.
        steps = [f"{step.key} {step.number} {step.value}." for step in trail]
        cites = ["<support>", *map(str, cited), "</support>"]
        return " ".join([*steps, *cites, "<answer>", answer, "</answer>"])


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number)[:6] for number in numbers) or "none"
