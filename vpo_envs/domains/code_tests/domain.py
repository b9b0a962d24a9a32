"""`vpo/CodeTests-v0`: writing functions and programs, with an objective for every hidden test."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from os import PathLike
from typing import Literal, get_args

import numpy as np

from vpo_envs.datasets import DatasetDomain, Row
from vpo_envs.domains.code.compact import in_style
from vpo_envs.domains.code.families import select_families
from vpo_envs.domains.code.published import Recordings
from vpo_envs.domains.code_tests import splits
from vpo_envs.domains.code_tests.comparison import CHECKERS
from vpo_envs.domains.code_tests.demonstrations import demonstrate
from vpo_envs.domains.code_tests.exercise import OBJECTIVES, Exercise
from vpo_envs.domains.code_tests.feedback import give_feedback
from vpo_envs.domains.code_tests.generate import Shape, sample_exercise
from vpo_envs.domains.code_tests.parts import best_choices, front, source_of
from vpo_envs.domains.code_tests.reading import read_source, without_layout
from vpo_envs.domains.code_tests.rows import Tests, read_exercise, read_exercises
from vpo_envs.domains.code_tests.scoring import score
from vpo_envs.domains.worlds.knobs import whole_number
from vpo_envs.sandbox import Limits
from vpo_envs.splits import SPLITS, check_index
from vpo_envs.task import Objective, Reward, Task

AnswerStyle = Literal["full", "compact"]

LIMITS = Limits(fuel=150_000_000, load_fuel=50_000_000, total_fuel=600_000_000, output_bytes=1 << 14)
"""Limits of answers to generated exercises."""

FUEL = 60_000_000_000
"""Instructions of a test of a data set: about the six seconds of native Python that LiveCodeBench allows."""


class CodeTestsDomain(DatasetDomain[Exercise]):
    """Writing Python that passes hidden tests, each of which is an objective of its own.

    A task has several problems and a budget of code that is too small for all of them: the answer decides
    which problems it solves. The problems are those of `vpo/Code-v0`: 51 families with parameters, more than
    seven million problems. Half of the tasks ask for functions, half for a program that reads stdin, whose
    first line names the problem, and writes stdout. The sixteen tests are shared out among the problems in
    turn: edge cases and growing inputs of up to 100 elements. With `dataset=` the tasks are those of
    LiveCodeBench, HumanEval or MBPP. Answers run in `vpo_envs.sandbox`; what is expected never goes in.

    **Prompt** (of functions, shortened):

        Write Python functions. There are 4 to choose from:

            def count_bins(values: list[int]) -> int

        Keep the numbers of at most 80. Return how many different values (number + 7) // 3 they give.

            count_bins([46, 5, 77]) == 3

        ...

        The code has a budget of 58 units, which is too small for everything, so choose what to write: ...

    **Answer**: Python. The last fenced block counts that is Python and defines a function that is asked for,
    or a class `Solution` with it; for a program, that calls something outside its definitions and puts
    something out. Functions that it lacks are taken from earlier blocks; one that needs names of an earlier
    whole program is an excerpt or an example, and the program counts. Without fences the whole answer is the
    code, prose around it left out. Thought is removed first.

    **Budget.** The size of code is the number of its names, numbers, keywords and operators; texts count one
    for every two characters. Free are comments, docstrings, annotations, brackets, commas, colons, dots and
    layout. The smallest solutions of any `affordable` of the problems fit into it, with 15% to spare. Code
    counts up to the last statement at the top level up to which it keeps the budget: an answer that goes on
    for too long loses what comes last. Code with `exec`, `eval`, `compile` or `globals` scores 0 then.

    **Objectives**, equally weighted:

    - `test_i` (i = 0 ... 15): 1 if hidden test i is passed, else 0. Of n < 16 tests, test i modulo n counts;
      of more, the share passed of the tests i, i + 16, i + 32, ...

    So an answer that passes all tests scores 1 in everything, and absent tests add nothing.

    Results are compared as JSON would write them (`checker="exact"`): tuples are lists, 1 and 1.0 are the
    same number, true and 1 are not. Outputs are compared line by line, without blanks around lines and around
    the text; lines of numbers agree if the numbers are equal as decimals.

    **Trade-off.** The front holds every choice of solutions that fits into the budget, with stubs that return
    a constant where something is left: with four problems of which two fit, some six points. It is the best
    that the known solutions attain. Inputs are picked so that their results differ: to return the same always
    passes few tests. With `problems=1` there is no budget and one right answer passes everything.

    **Difficulty.** `vpo/CodeTestsEasy-v0`: functions of a few lines, three problems of which one fits.
    `vpo/CodeTests-v0`: all families, four problems of which two fit, half of them programs.
    `vpo/CodeTestsHard-v0`: the longer families, six problems of which three fit. Their training, validation
    and test tasks never share a problem: each setting of the parameters belongs to one split.

    **Compact style**, for tiny models: the prompt is the budget and the families with their parameters, after
    `stdin` for a program. Demonstrations have spaces between all tokens and indent by one:

        58 count_bins shift 7 width 3 limit 80 ; add_bonus divisor 9 rest 2 scale 4 bonus 17 ; ...

        def count_bins ( values ) :
         return len ( { ( value + 7 ) // 3 for value in values if value <= 80 } )

    **LiveCodeBench.** `dataset=` takes one file as it is published, under any name, or a folder of them. Rows
    from before `cutoff` (their `contest_date`) are `train`, the latest tenth of them `validation`, and the
    rest is `test`. Tests are the sixteen smallest private ones of at most 8,192 characters, or all, public
    ones first (`tests="all"`); the public ones are the examples of the feedback. Private tests are read
    without `pickle.loads`: a file cannot run anything. Names are bound before an answer as LiveCodeBench's
    harness does, the limit on digits is lifted, and recursion may be 10,000 calls deep, also through
    `functools.cache`. A test may take `fuel` instructions, about six seconds of native Python; all tests of
    an answer four times that. `checker="official"`: Python's `==`, a tuple being a list; lines of numbers as
    decimals, where numbers with a fraction may be off by 1e-6 (the published code allows nothing, and fails
    right answers).

    **HumanEval, MBPP and their plus versions.** `dataset="HumanEval.jsonl"`: the tests are the assertions of
    the data set. An answer is a whole function or, where the prompt is code, its body. Assertions run apart
    from the answer, which sees arguments alone. A file without named splits serves for every split. All 164
    canonical solutions of HumanEval pass, whole, as bodies and in fences; none of 164 with other results
    does.

    **`paper=True`** is the LiveCodeBench setting of arXiv 2605.22817: train before 2025-02-01, test from then
    to before 2025-05-01, `math` alone is bound, results are compared with `==` and outputs as texts up to
    blanks at ends of lines. Without `dataset=` it means one problem and no budget.

    **Reference scores** (16 test tasks; mean over the tests, and E_w of the best of a pool):

    | id | best constant | a demonstration | best of 30 | optimum | E_w of 30 | E_w of the front | points |
    |---|---|---|---|---|---|---|---|
    | `CodeTestsSmall-v0` | .02 | .18 | .61 | .77 | .64 | .84 | 3.0 |
    | `CodeTestsEasy-v0` | .05 | .12 | .40 | .54 | .46 | .60 | 3.8 |
    | `CodeTests-v0` | .04 | .20 | .54 | .79 | .60 | .84 | 4.9 |
    | `CodeTestsHard-v0` | .05 | .19 | .48 | .84 | .55 | .91 | 16.9 |

    **Cost.** Drawing a task takes some 10 ms, scoring an answer some 10 ms of a core for each problem and,
    without `dataset=`, at most about 0.3 s. Equal answers in a batch run once, and `score_batch` uses all
    cores.

    Args:
        families: Names of the families to draw from (keys of `code.families.FAMILIES`); all by default.
        problems: Problems of a task, 1 to 6.
        affordable: How many of the largest ones fit into the budget, at least 1 and fewer than `problems`.
        tests: Hidden tests of a task, `problems` to 16; of LiveCodeBench, the most that are used, or `all`.
        program_share: Share of the tasks that ask for a program on stdin, 0 to 1.
        answer_style: How demonstrations and best answers are written: `full` in a fenced block, or `compact`.
        dataset: A source as in `vpo_envs.datasets`; the knobs above but `tests` are then unused, and indices
            wrap around its rows.
        checker: `exact`, `official` or `paper`; None: `official` with `dataset=`, else `exact`. cutoff: First
        date of the test split of LiveCodeBench, as YYYY-MM-DD; None: names of files tell splits. fuel:
        Instructions of a test of a data set. paper: The settings of the paper; `checker` and `cutoff` must
        then be left alone.

    Raises:
        ValueError: If an argument is out of range.
        TypeError: If a number is none.

    Source: arXiv 2605.22817 (rewards); LiveCodeBench, Jain et al. 2024, arXiv 2403.07974 (data, comparison);
    HumanEval, Chen et al. 2021, arXiv 2107.03374; MBPP, Austin et al. 2021, arXiv 2108.07732; plus versions,
    Liu et al. 2023, arXiv 2305.01210.

    Example:
        >>> domain = CodeTestsDomain(families=["count_bins"], problems=1, tests=4, program_share=0)
        >>> task = domain.task("test", 0)
        >>> domain.score(task, domain.best_answers(task)[0]) == [1.0] * 16
        True
        >>> sum(domain.score(task, "def count_bins(values): return -1"))
        0.0
    """

    objectives = tuple(
        Objective(f"test_{i}", f"hidden test {i} is passed; of n < {OBJECTIVES} tests, test {i} modulo n")
        for i in range(OBJECTIVES)
    )
    max_answer_length = 20_000

    def __init__(
        self,
        families: Sequence[str] | None = None,
        problems: int = 4,
        affordable: int = 2,
        tests: Tests = OBJECTIVES,
        program_share: float = 0.5,
        answer_style: AnswerStyle = "full",
        dataset: str | PathLike[str] | None = None,
        checker: str | None = None,
        cutoff: str | None = splits.CUTOFF,
        fuel: int = FUEL,
        paper: bool = False,
    ) -> None:
        super().__init__(dataset)
        if paper:
            if checker not in (None, "paper") or cutoff != splits.CUTOFF:
                raise ValueError(
                    f"checker={checker!r}, cutoff={cutoff!r}: paper=True sets both; leave them out"
                )
            checker, problems = "paper" if dataset is not None else None, 1
        if not 0 <= program_share <= 1:
            raise ValueError(f"program_share={program_share!r} must lie between 0 and 1")
        if answer_style not in get_args(AnswerStyle):
            raise ValueError(
                f"answer_style={answer_style!r} is not one of {', '.join(get_args(AnswerStyle))}"
            )
        if checker is not None and checker not in CHECKERS:
            raise ValueError(f"checker={checker!r} is not one of {', '.join(CHECKERS)}")
        if cutoff is not None:
            splits.read_day("cutoff", cutoff)
        self.families = select_families(families)
        most = min(6, len(self.families))
        problems = whole_number("problems", problems, 1, most)
        if problems > 1:
            affordable = whole_number("affordable", affordable, 1, problems - 1)
        self.tests: Tests = "all"
        count = OBJECTIVES
        if not (tests == "all" and dataset is not None):
            self.tests = count = whole_number("tests", tests, problems if dataset is None else 1, OBJECTIVES)
        self.shape = Shape(problems, affordable if problems > 1 else None, count)
        self.program_share = program_share
        self.answer_style = answer_style
        self.checker = checker or ("exact" if dataset is None else "official")
        self.cutoff = cutoff
        self.paper = paper
        fuel = whole_number("fuel", fuel, 1, 1 << 60)
        self.limits = LIMITS
        if dataset is not None:
            room = 1 << 24 if self.tests == "all" else 1 << 16
            self.limits = Limits(
                fuel=fuel, total_fuel=4 * fuel, memory_bytes=1 << 30, output_bytes=room, wall_seconds=300.0
            )
        self._recordings = Recordings()

    def task(self, split: str, index: int) -> Task:
        """Returns the task of (split, index), whose problems belong to the split alone."""
        if self.dataset is not None:
            return super().task(split, index)
        check_index(split, index)
        rng = np.random.default_rng(np.random.SeedSequence([SPLITS.index(split), int(index)]))
        return replace(self.sample_from_split(rng, split), split=split, index=int(index))

    def sample_from_split(self, rng: np.random.Generator, split: str) -> Task:
        """Draws a task whose problems belong to the split."""
        return self.make_task(self._sample(rng, split))

    def sample_example(self, rng: np.random.Generator) -> Exercise:
        """Draws problems of any split and their inputs; nothing is run in the sandbox."""
        return self._sample(rng, None)

    def _sample(self, rng: np.random.Generator, split: str | None) -> Exercise:
        return sample_exercise(rng, self.families, self.program_share, self.shape, split)

    def row_reader(self, source: str | PathLike[str]) -> Callable[[Row, int], Exercise | None]:
        """Returns the reader of LiveCodeBench, HumanEval and MBPP."""
        return lambda row, index: read_exercise(row, index, self.tests, self.checker)

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Exercise]:
        """Reads LiveCodeBench, HumanEval or MBPP."""
        end = splits.PAPER_END if self.paper else None
        return read_exercises(source, split, self.tests, self.checker, self.cutoff, end)

    def _split(self, split: str) -> Sequence[Exercise]:
        """Reads a split once; the warning of the base class is for sources that names of files split."""
        known = self._examples
        if split not in known:
            self._examples = {}
            try:
                known[split] = super()._split(split)
            finally:
                self._examples = known
            if len(known) > 1 and known[split][0].benchmark is not None:
                warnings.warn(
                    f"dataset={str(self.dataset)!r}: the tasks of split {split!r} are those of other splits",
                    stacklevel=4,
                )
        return known[split]

    def make_task(self, example: Exercise) -> Task:
        """Returns the task of an exercise."""
        return Task(example.statement, truth=example, compact=example.compact)

    def score(self, task: Task, answer: str) -> list[float]:
        """Returns the marks of one answer; `score_batch` is much faster for many."""
        return self.score_many([task], [answer])[0].tolist()

    def score_many(self, tasks: Sequence[Task], answers: Sequence[str]) -> Reward:
        """Scores many answers, equal ones once."""
        exercises = [task.truth for task in tasks]
        return score(exercises, answers, self.limits, CHECKERS[self.checker], self._recordings)

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> list[str]:
        """Returns answers that keep the budget, most with a mistake; none for data sets."""
        return [in_style(source, self.answer_style) for source in demonstrate(task.truth, rng, quality)]

    def best_answers(self, task: Task) -> list[str] | None:
        """Returns an answer for every point of the front; the canonical one, or None, for data sets."""
        exercise: Exercise = task.truth
        generated = exercise.generated
        if generated is not None:
            choices = best_choices(generated, exercise.budget)
            return [in_style(source_of(generated, choice), self.answer_style) for choice in choices]
        if exercise.benchmark is not None:
            return [in_style(exercise.benchmark.canonical, self.answer_style)]
        return None

    def pareto_front(self, task: Task) -> Reward:
        """Returns what `best_answers` earn; for data sets the point of a right answer."""
        exercise: Exercise = task.truth
        if exercise.generated is not None:
            return front(exercise.generated, exercise.budget, OBJECTIVES)
        return np.ones((1, OBJECTIVES), np.float32)

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the code that runs, without comments and layout; empty where there is none."""
        source = read_source(task.truth, answer)
        return "" if source is None else without_layout(source)

    def feedback(self, task: Task, answer: str) -> str:
        """Returns which visible examples failed, and how; never a hidden test."""
        return give_feedback(task.truth, answer, self.limits, CHECKERS[self.checker])

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """Returns the statement, a line of passed (#) and failed (.) tests for every answer, and the pool."""
        exercise: Exercise = task.truth
        passed = np.asarray(rewards)[:, : len(exercise.tests) or OBJECTIVES] == 1
        rows = {f"Candidate {number}": row for number, row in enumerate(passed, start=1)}
        if rows:
            rows["Pool"] = passed.any(axis=0)
        marks = [f"{name:<14}{''.join('#' if mark else '.' for mark in row)}" for name, row in rows.items()]
        return "\n".join([exercise.statement, "", *marks, "", *self.describe_pool(answers, rewards)])
