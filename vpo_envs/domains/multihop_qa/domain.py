"""The domain: prompt, scoring, demonstrations, front, feedback, drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from os import PathLike

import numpy as np

from vpo_envs.core import Objective, Reward, Task
from vpo_envs.datasets import DatasetDomain
from vpo_envs.domains.multihop_qa.generate import sample_question
from vpo_envs.domains.multihop_qa.musique import MOST_HOPS, read_questions
from vpo_envs.domains.multihop_qa.question import Question
from vpo_envs.domains.worlds.answers import last_tagged, normalize, token_f1
from vpo_envs.domains.worlds.knobs import closed_vocabulary, whole_number
from vpo_envs.domains.worlds.trails import Step, stray
from vpo_envs.domains.worlds.writing import capitalised

INSTRUCTIONS = """\
Answer the question from the numbered paragraphs below. The answer takes several steps, each stated in \
one paragraph; the other paragraphs do not help.

{paragraphs}

Question: {question}

Cite the paragraphs that state the steps ({limit}), then give a short answer, in this form:
<support>3, 7</support><answer>your answer</answer>"""


class MultiHopQADomain(DatasetDomain[Question]):
    """Multi-hop question answering with citations.

    Numbered paragraphs tell facts about an invented world; the question asks for the end of a chain
    of facts, each in its own paragraph. Distractor paragraphs tell rival chains through the same
    relations. With `dataset=` the questions are MuSiQue's.

    **Prompt** (shortened; two of fourteen paragraphs):

        [3] Bondho's Lost Crossing
        Bondho's Lost Crossing is a book. The dedication of Bondho's Lost Crossing names Sane Dumo.
        Pambri & Koste brought out Bondho's Lost Crossing.

        [7] Sane Dumo
        Sane Dumo is a person. The mentor of Sane Dumo was Vau Rilto. Sane Dumo is a native of Selmorburg.

        Question: What is the birthplace of the person named in the dedication of Bondho's Lost Crossing?

    **Answer.** Citations and a short answer: `<support>3, 7</support><answer>Selmor</answer>`. The
    last complete tag of each name counts, text around the tags is ignored, and of the numbers in
    `<support>` only the first `max_citations` distinct ones count.

    **Objectives**, weighted [1, 1, 1, 1, 3] / 7 in the fixed scalarization:

    - `hop_i` (i = 1..4): 1 if the gold paragraph of step i is cited, else 0. Steps beyond the
      question's own count as 1.
    - `answer_f1`: F1 = 2c / (p + g) of c common words between the p words of the answer and the g
      words of the gold one, after SQuAD's normalisation (lower case, no punctuation, no articles);
      the best over all accepted answers.

    An answer without a non-empty `<answer>` scores 0 in everything.

    **Trade-off.** With `max_citations` of at least the number of hops one answer attains every
    objective. With fewer, citing one step excludes another: every choice of `max_citations` of the
    h steps, with the right answer, is a point of the true front, C(h, max_citations) in all.
    `vpo/MultiHopQASmall-v0` has 4 hops and 2 citations: six points, each of them best under one
    sixth of the weightings.

    **Compact style** (only with `vocabulary`): every fact as relation, subject, number of the
    paragraph and object, then the question as a start and relations. Demonstrations spell out the
    steps before they answer:

        birthplace pia 1 gil. business nia 2 eva. dedicatee rex 3 pia. ... rex? dedicatee birthplace
        rex 3 pia. pia 1 gil. <support> 3 1 </support> <answer> gil </answer>

    Args:
        min_hops: Fewest steps of a question, 1 to 4.
        max_hops: Most steps, `min_hops` to 4.
        distractors: Paragraphs that do not help, 0 to 40.
        facts: Most facts told in a paragraph, 1 to 5.
        max_citations: Distinct citations that count, 1 to 20.
        vocabulary: None for invented names without end; an integer (up to 48) for so many one-word
            names, which tiny models can learn.
        dataset: Read MuSiQue from a file, a folder or a hub id instead (`vpo_envs.datasets`); the
            knobs above that shape the world are then unused, and indices wrap around its rows.

    Source: arXiv 2605.22817 (rewards); MuSiQue, Trivedi et al. 2022, arXiv 2108.00573 (data, task).

    Example:
        >>> domain = MultiHopQADomain(min_hops=2, max_hops=2)
        >>> question = domain.task("train", 0).truth
        >>> question.text
        'Who is the founder of the city at the mouth of Vustirt?'
        >>> question.support, question.answers
        ((8, 5), ('Gusmu Tratreath', 'Stefu Driweas'))
        >>> domain.score(domain.task("train", 0), "<support>8, 1</support><answer>Stefu</answer>")
        [1.0, 0.0, 1.0, 1.0, 0.6666666666666666]
    """

    objectives = (
        *(
            Objective(f"hop_{i}", f"the paragraph of step {i} is cited; 1 if there is no such step")
            for i in range(1, MOST_HOPS + 1)
        ),
        Objective("answer_f1", "token F1 of the answer, best over accepted answers", weight=3.0),
    )

    def __init__(
        self,
        min_hops: int = 2,
        max_hops: int = 4,
        distractors: int = 12,
        facts: int = 3,
        max_citations: int = 4,
        vocabulary: int | None = None,
        dataset: str | PathLike[str] | None = None,
    ) -> None:
        super().__init__(dataset)
        self.min_hops = whole_number("min_hops", min_hops, 1, MOST_HOPS)
        self.max_hops = whole_number("max_hops", max_hops, self.min_hops, MOST_HOPS)
        self.distractors = whole_number("distractors", distractors, 0, 40)
        self.facts = whole_number("facts", facts, 1, 5)
        self.max_citations = whole_number("max_citations", max_citations, 1, 20)
        # Every paragraph has a subject and at most so many objects of its own.
        entities = (self.max_hops + self.distractors) * (self.facts + 1)
        self.vocabulary = closed_vocabulary(vocabulary, entities)

    def sample_example(self, rng: np.random.Generator) -> Question:
        """Draws a question from an invented world."""
        hops = int(rng.integers(self.min_hops, self.max_hops + 1))
        return sample_question(rng, hops, self.distractors, self.facts, self.vocabulary)

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Question]:
        """Reads MuSiQue."""
        return read_questions(source, split)

    def make_task(self, example: Question) -> Task:
        """Writes out the paragraphs and the question."""
        titled = capitalised if example.compact else str
        paragraphs = "\n\n".join(
            f"[{number}] {titled(paragraph.title)}\n{paragraph.text}"
            for number, paragraph in enumerate(example.paragraphs, start=1)
        )
        n = self.max_citations
        limit = f"only the first {n} distinct numbers count" if n > 1 else "only the first number counts"
        prompt = INSTRUCTIONS.format(paragraphs=paragraphs, question=example.text, limit=limit)
        return Task(prompt, truth=example, compact=example.compact)

    def score(self, task: Task, answer: str) -> list[float]:
        """Scores citations and answer; zeros without an answer."""
        cited, text = self._read(answer)
        if text is None:
            return [0.0] * len(self.objectives)
        question: Question = task.truth
        hops = [float(str(number) in cited) for number in question.support]
        unused = [1.0] * (MOST_HOPS - len(hops))
        return [*hops, *unused, token_f1(text, question.answers)]

    def demonstrations(self, task: Task, rng: np.random.Generator) -> list[str]:
        """A faithful answer, and three that went astray somewhere."""
        question: Question = task.truth
        trails = [question.steps, *(stray(rng, question.steps, question.told) for _ in range(3))]
        return [self._demonstration(question, trails[i], rng) for i in rng.permutation(4)]

    def best_answers(self, task: Task) -> list[str]:
        """The right answer with every choice of as many gold citations as count."""
        question: Question = task.truth
        size = min(self.max_citations, len(question.gold))
        return [
            self._write(question, question.steps, chosen, question.answers[0])
            for chosen in combinations(question.gold, size)
        ]

    def feedback(self, task: Task, answer: str) -> str:
        """Which citations support a step, and how close the answer is; never the truth itself."""
        cited, text = self._read(answer)
        if text is None:
            return "There is no <answer>...</answer> with text in it."
        question: Question = task.truth
        helpful = [number for number in cited if number in map(str, question.support)]
        missing = len(question.gold) - len(helpful)
        f1 = token_f1(text, question.answers)
        verdict = "right" if f1 == 1 else "partly right" if f1 > 0 else "wrong"
        return (
            f"Counted citations: {', '.join(n[:6] for n in cited) or 'none'}; of these, "
            f"{', '.join(helpful) or 'none'} support a step. Steps without citation: {missing}. "
            f"The answer is {verdict}."
        )

    def vote_key(self, task: Task, answer: str) -> str:
        """The answer without its citations, normalised as for scoring."""
        return normalize(self._read(answer)[1] or "")

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """The question, its chain of steps, the titles of all paragraphs, and the pool."""
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

    def _read(self, answer: str) -> tuple[list[str], str | None]:
        """The citations that count, as numerals, and the text of the answer, if there is one."""
        text = answer.lower()
        support = last_tagged(text, "support") or ""
        numerals = (numeral.lstrip("0") or "0" for numeral in re.findall("[0-9]+", support))
        cited = list(dict.fromkeys(numerals))[: self.max_citations]
        answered = last_tagged(text, "answer")
        return cited, answered if answered and not answered.isspace() else None

    def _write(self, question: Question, trail: Sequence[Step], cited: Iterable[int], answer: str) -> str:
        """An answer in the form of the prompt or, for tiny models, token by token."""
        if not question.compact:
            return f"<support>{', '.join(map(str, cited))}</support><answer>{answer}</answer>"
        # Spelling out the steps first turns one long inference into short ones.
        steps = [f"{step.key} {step.number} {step.value}." for step in trail]
        cites = ["<support>", *map(str, cited), "</support>"]
        return " ".join([*steps, *cites, "<answer>", answer, "</answer>"])

    def _demonstration(self, question: Question, trail: Sequence[Step], rng: np.random.Generator) -> str:
        """Cites as many of the trail's paragraphs as count, and answers with its end."""
        read = list(dict.fromkeys(step.number for step in trail))
        cited = [read[i] for i in sorted(rng.permutation(len(read))[: self.max_citations])]
        right = tuple(trail) == question.steps
        answers = question.answers if right else (trail[-1].value,)
        return self._write(question, trail, cited, answers[rng.integers(len(answers))])
