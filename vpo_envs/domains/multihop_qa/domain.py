"""The domain: tasks, demonstrations, front, feedback, drawing; its rules are in the modules beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from os import PathLike

import numpy as np

from vpo_envs.datasets import DatasetDomain, Row
from vpo_envs.domains.multihop_qa import paper as papers
from vpo_envs.domains.multihop_qa import prompts, reading, scoring
from vpo_envs.domains.multihop_qa.generate import sample_question
from vpo_envs.domains.multihop_qa.musique import parse_question
from vpo_envs.domains.multihop_qa.question import MOST_HOPS, Question
from vpo_envs.domains.multihop_qa.reading import Reading
from vpo_envs.domains.worlds.answers import normalize, normalize_paper, normalize_typography, token_f1
from vpo_envs.domains.worlds.knobs import closed_vocabulary, whole_number
from vpo_envs.domains.worlds.trails import Hop, some, wander
from vpo_envs.task import Objective, Reward, Task

CARE = 0.45
"""Chance of a demonstration to take a step rightly, at full quality."""


class MultiHopQADomain(DatasetDomain[Question]):
    r"""Multi-hop question answering with citations.

    Numbered paragraphs tell facts about an invented world. The question asks for the end of a chain of
    facts, each in its own paragraph. Distractor paragraphs tell rival chains through the same
    relations. With `dataset=` the questions are MuSiQue's.

    **Prompt** (shortened; two of eighteen paragraphs):

        [3] Bondho's Lost Crossing
        Bondho's Lost Crossing is a book. The dedication of Bondho's Lost Crossing names Sane Dumo.
        Pambri & Koste brought out Bondho's Lost Crossing.

        [7] Sane Dumo
        Sane Dumo is a person. The mentor of Sane Dumo was Vau Rilto. Sane Dumo is a native of Selmorburg.

        Question: What is the birthplace of the person named in the dedication of Bondho's Lost Crossing?

    **Answer.** Citations and a short answer: `<support>3, 7</support><answer>Selmorburg</answer>`. Of the
    cited numbers only the first `max_citations` distinct ones count.

    **Reading.** Thought is removed first. Then the last complete tag of each name counts; a last tag
    that was cut off is read to its end; a closing tag may lack its slash; forms such as `...` are no
    answers. Without tags a JSON object is read, then lines or a table such as `Support: [3], [7]` and
    `Answer: Selmorburg`, then `\boxed{}`, then a short answer that stands alone. Markdown, quotes,
    `Answer:` and a final full stop are taken off.

    - Citations may be `3, 7`, `[3], [7]`, `paragraphs 3 and 7` or a rising range (`3-5`, `3 to 5`).
    - Where brackets or words for paragraphs mark some numbers, the others do not count. So years in
      titles, list numbers and `step 1` are no citations.

    **Objectives**, weighted [1, 1, 1, 1, 3] / 7 in the fixed scalarization:

    - `answer_f1`: F1 = 2c / (p + g) of c common words between the p words of the answer and the g
      words of the gold one, after SQuAD's normalization (lower case, no punctuation, no articles);
      the best over all accepted answers. With `typography`, "and" is left out like `&`.
    - `hop_i` (i = 1..4): p (1 + F1) / 2 if the gold paragraph of step i is cited, else 0. Here p is the
      share of right ones among the counted citations. So a wrong citation costs, and evidence beside
      a wrong answer is worth half.
    - Steps beyond the question's own are worth the mean of its own steps.

    An answer without text in it scores 0 in everything, and so does one that names nothing: a refusal, a
    remark, a form such as `your answer`, words of the question alone, a name behind `not`, and an
    answer that words below it withdraw.

    **Front.** With `max_citations` of at least the number of hops one answer attains every objective.
    With fewer, citing one step excludes another: every choice of `max_citations` of the h steps, with
    the right answer, is a point of the true front, C(h, max_citations) in all. By default two count of
    three or four hops: three or six points, none of them best under most weightings.

    **Variants.** `vpo/MultiHopQAEasy-v0` has four hops among 11 short paragraphs (400 words),
    `vpo/MultiHopQA-v0` three or four among 18 (700 words), `vpo/MultiHopQAHard-v0` four among 40 long
    ones that mention one another (2,500 words). `vpo/MultiHopQASmall-v0` has a closed vocabulary for
    tiny models: four hops among eleven facts.

    **Compact style** (only with `vocabulary`): every fact as relation, subject, number of the
    paragraph and object, then the question as a start and relations. Demonstrations spell out the
    steps before they answer:

        birthplace pia 1 gil. business nia 2 eva. dedicatee rex 3 pia. ... rex? dedicatee birthplace
        rex 3 pia. pia 1 gil. <support> 3 1 </support> <answer> gil </answer>

    **Reference scores**: shares of the oracle over 100 test tasks, single answers by the fixed scalar
    and sets by E_w[best]. Constants do not read the task. Copies are made of names, titles and numbers
    of the prompt by 165 fixed rules. `python -m tests.vpo_envs.domains.multihop_qa.test_blind` prints:

    | id | best constant | best 8 | best copy | best 8 copies | 1 demonstration | 30 | oracle (scalar, E_w) |
    |---|---|---|---|---|---|---|---|
    | `vpo/MultiHopQAEasy-v0` | 0.06 | 0.25 | 0.15 | 0.42 | 0.11 | 0.71 | 0.71, 0.84 |
    | `vpo/MultiHopQA-v0` | 0.03 | 0.19 | 0.14 | 0.34 | 0.13 | 0.80 | 0.76, 0.85 |
    | `vpo/MultiHopQAHard-v0` | 0.02 | 0.10 | 0.12 | 0.23 | 0.10 | 0.71 | 0.71, 0.84 |
    | `vpo/MultiHopQASmall-v0` | 0.10 | 0.27 | 0.22 | 0.64 | 0.08 | 0.68 | 0.71, 0.84 |

    **The paper's setting** (`paper=True`): the first tags count, in lower case; citations are numerals
    between commas, in the data set's numbers (from 0); a cited gold paragraph is worth 1 whatever else
    is cited, and so is a step beyond the question's own; articles are dropped before punctuation;
    repetitions are judged by reward vector; the test split is 100 questions each of 2, 3 and 4 hops,
    shuffled with seed 42. The prompt holds what theirs holds, in our words.

    Args:
        min_hops: Fewest steps of a question, 1 to 4.
        max_hops: Most steps, `min_hops` to 4.
        distractors: Paragraphs that do not help, 0 to 60.
        facts: Most facts told in a paragraph, 1 to 5.
        echoes: Further sentences of a paragraph, each of which mentions another's subject, 0 to 5.
        max_citations: Distinct citations that count, 1 to 20. None for 2 in invented worlds and 4 with
            a data set.
        typography: Compare answers with typographic quotes and dashes as ASCII ones. None for True in
            invented worlds and False, the published metric, with a data set.
        vocabulary: None for invented names without end; an integer (up to 48) for so many one-word
            names, which tiny models can learn.
        dataset: Read MuSiQue from a file, a folder or a hub id instead (`vpo_envs.datasets`); the
            knobs above that shape the world are then unused, and indices wrap around its rows.
        paper: Read, score and split as the authors of arXiv 2605.22817 do.

    Source: arXiv 2605.22817 (rewards); MuSiQue, Trivedi et al. 2022, arXiv 2108.00573 (data, task).

    Example:
        >>> domain = MultiHopQADomain(min_hops=2, max_hops=2, max_citations=1)
        >>> question = domain.task("train", 0).truth
        >>> question.text
        'Who is the founder of the city at the mouth of Vustirt?'
        >>> question.support, question.answers
        ((14, 1), ('Gusmu Tratreath', 'Stefu Driweas'))
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

    def row_reader(self, source: str | PathLike[str]) -> Callable[[Row, int], Question]:
        """Returns the reader of MuSiQue."""
        return parse_question

    def read_examples(self, source: str | PathLike[str], split: str) -> Sequence[Question]:
        """Reads MuSiQue; with `paper=True` its test split is the authors' sample of 300 questions."""
        questions = super().read_examples(source, split)
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
        """Returns the normalized answer with its citations; with `paper=True` the reward vector."""
        read = self._read(task.truth, answer)
        if read.answer is None:
            return ""
        if self.paper:
            return str(self.score(task, answer))
        return f"{self._normal(read.answer)} [{', '.join(map(str, sorted(read.cited)))}]"

    def vote_key(self, task: Task, answer: str) -> str:
        """Returns the normalized answer without its citations."""
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
        read = reading.read(answer, len(question.paragraphs), self.max_citations, self.typography)
        if (
            read.answer
            and reading.is_denied(read.answer)
            and not any(map(reading.is_denied, question.answers))
        ):
            return read._replace(answer=None)
        if read.answer is None or token_f1(read.answer, question.answers, self._normal) > 0:
            return read
        return read._replace(answer=None) if reading.names_nothing(read.answer, question) else read

    def _write(self, question: Question, trail: Sequence[Hop], cited: Iterable[int], answer: str) -> str:
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
