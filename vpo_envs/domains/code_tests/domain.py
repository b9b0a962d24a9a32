"""`vpo/CodeTests-v0`: writing functions and programs, with an objective for every hidden test."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Literal, get_args

import numpy as np

from vpo_envs.core import Objective, Reward, Task
from vpo_envs.datasets import DatasetDomain
from vpo_envs.domains.code.compact import compact
from vpo_envs.domains.code.families import select_families
from vpo_envs.domains.code.scoring import LIMITS
from vpo_envs.domains.code_tests.demonstrations import demonstrate
from vpo_envs.domains.code_tests.exercise import MOST_TESTS, Exercise
from vpo_envs.domains.code_tests.feedback import give_feedback
from vpo_envs.domains.code_tests.generate import sample_exercise
from vpo_envs.domains.code_tests.livecodebench import read_exercises
from vpo_envs.domains.code_tests.scoring import score
from vpo_envs.domains.worlds.knobs import whole_number
from vpo_envs.sandbox import Limits

AnswerStyle = Literal["full", "compact"]

CONTEST = Limits(fuel=5_000_000_000, load_fuel=500_000_000, total_fuel=20_000_000_000, memory_bytes=256 << 20)
"""What answers to the problems of a data set may use."""


class CodeTestsDomain(DatasetDomain[Exercise]):
    """Writing Python that passes hidden tests, each of which is an objective of its own.

    The problems are those of `vpo/Code-v0`: 51 families with parameters, more than seven million problems.
    Half of them ask for a function, half for a program that reads stdin and writes stdout. The sixteen tests
    mix edge cases with growing inputs of up to 100 elements. With `dataset=` the problems are those of
    LiveCodeBench. Answers run in `vpo_envs.sandbox`; what is expected never goes in.

    **Prompt** (of a program, shortened):

        Write a Python program that reads from standard input and writes to standard output.

        Start from 12 and add the numbers and 5 each time, one by one. Whenever the total exceeds 90, take 2
        times its excess over 90 off it. Print the total after each number.

        Input:

        - values: integers on one line, separated by blanks

        Output: the number of integers, then the integers, on one line and separated by blanks

        Example 1, input:
        46 5 77
        Example 1, output:
        3 63 73 25

    **Answer**: Python, bare or in a fenced block. For a function it must define that function, or a class
    `Solution` with that method. Of several blocks the last one counts that is Python and does so (a program
    calls something: an output that is shown is none); a `<think>` block at the beginning is not read.

    **Objectives**, equally weighted:

    - `test_i` (i = 0..15): 1 if hidden test i is passed, else 0. Tests beyond the problem's own count as 1.

    An answer without code, and one that passes no test, scores 0 in everything.

    Results of functions are compared as JSON would write them: tuples are lists, 1 and 1.0 are the same
    number, true and 1 are not. Outputs are compared line by line, without blanks around lines and around the
    text; lines of numbers agree if the numbers are equal as decimals.

    **Trade-off.** One right answer passes every test, so the true front is that one point. Answers with a
    mistake pass different tests: small inputs touch few of a problem's rules, edge cases others. Inputs are
    picked so that their results differ: always to return the commonest one passes a fifth of the tests.

    **Compact style**, for tiny models: the prompt is the family with its parameters, after `stdin` for a
    program. Demonstrations have spaces between all tokens and indent by one:

        stdin count_bins shift 7 width 3 limit 80

        def count_bins ( values ) :
         return len ( { ( value + 7 ) // 3 for value in values if value <= 80 } )
        values = list ( map ( int , input ( ) . split ( ) ) )
        print ( count_bins ( values ) )

    **LiveCodeBench.** `dataset=` takes a file of its code generation data (`test6.jsonl`, for example) as it
    is published. The first sixteen private tests are the hidden ones (where there are none, the public
    tests); the public tests are the examples of the feedback. Private tests are read without
    `pickle.loads`: a file cannot run anything. Before an answer common modules are imported, as on
    LeetCode. A test may take 5e9 instructions (a second or two), all tests of an answer 2e10. There are no
    demonstrations.

    **Cost.** Drawing a task takes some 3 ms, scoring an answer some 10 ms of a core and, without
    `dataset=`, at most about 0.1 s. Equal answers in a batch run once, and `score_batch` uses all cores.

    Args:
        families: Names of the families to draw from (keys of `code.families.FAMILIES`); all by default.
        tests: Hidden tests of a problem, 1 to 16; of a data set, the most that are used.
        program_share: Share of the problems that ask for a program on stdin, 0 to 1.
        answer_style: How demonstrations and best answers are written: `full` in a fenced block, or `compact`.
        dataset: Read LiveCodeBench from a file, a folder or a hub id instead (`vpo_envs.datasets`);
            `families` and `program_share` are then unused, and indices wrap around its rows.

    Raises:
        ValueError: If an argument is out of range.

    Source: arXiv 2605.22817 (rewards); LiveCodeBench, Jain et al. 2024, arXiv 2403.07974 (data, comparison).

    Example:
        >>> domain = CodeTestsDomain(families=["count_bins"], tests=4, program_share=0)
        >>> task = domain.task("test", 0)
        >>> domain.score(task, domain.best_answers(task)[0]) == [1.0] * 16
        True
        >>> domain.score(task, "def count_bins(values): return 0")[:4]
        [0.0, 0.0, 1.0, 0.0]
    """

    objectives = tuple(
        Objective(f"test_{i}", f"hidden test {i} is passed; 1 if there is no such test")
        for i in range(MOST_TESTS)
    )
    max_answer_length = 10_000

    def __init__(
        self,
        families: Sequence[str] | None = None,
        tests: int = MOST_TESTS,
        program_share: float = 0.5,
        answer_style: AnswerStyle = "full",
        dataset: str | PathLike[str] | None = None,
    ) -> None:
        super().__init__(dataset)
        self.families = select_families(families)
        self.tests = whole_number("tests", tests, 1, MOST_TESTS)
        if not 0 <= program_share <= 1:
            raise ValueError(f"program_share={program_share!r} must lie between 0 and 1")
        if answer_style not in get_args(AnswerStyle):
            raise ValueError(
                f"answer_style={answer_style!r} is not one of {', '.join(get_args(AnswerStyle))}"
            )
        self.program_share = program_share
        self.answer_style = answer_style
        self.limits = LIMITS if dataset is None else CONTEST

    def sample_example(self, rng: np.random.Generator) -> Exercise:
        """Draws a problem and its inputs; nothing is run in the sandbox."""
        return sample_exercise(rng, self.families, self.program_share, self.tests)

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Exercise]:
        """Reads LiveCodeBench."""
        return read_exercises(source, split, self.tests)

    def make_task(self, example: Exercise) -> Task:
        """The task of an exercise."""
        return Task(example.statement, truth=example, compact=example.compact)

    def score(self, task: Task, answer: str) -> list[float]:
        """The marks of one answer; `score_batch` is much faster for many."""
        return self.score_many([task], [answer])[0].tolist()

    def score_many(self, tasks: Sequence[Task], answers: Sequence[str]) -> Reward:
        """Scores many answers in one run of the sandbox, equal ones once."""
        return score([task.truth for task in tasks], answers, self.limits)

    def demonstrations(self, task: Task, rng: np.random.Generator) -> list[str]:
        """Right answers of every kind, some with a mistake; none for data sets."""
        return [self._write(source) for source in demonstrate(task.truth, rng)]

    def best_answers(self, task: Task) -> list[str] | None:
        """A right answer; None for data sets, which hold none."""
        references = task.truth.references
        return [self._write(references[0])] if references else None

    def pareto_front(self, task: Task) -> Reward:
        """All tests passed: the one point that a right answer attains."""
        return np.ones((1, MOST_TESTS), np.float32)

    def feedback(self, task: Task, answer: str) -> str:
        """Which visible examples failed, and how; never a hidden test."""
        return give_feedback(task.truth, answer, self.limits)

    def render(self, task: Task, answers: Sequence[str], rewards: Reward, mode: str) -> str:
        """The statement, a line of passed (#) and failed (.) tests for every answer, and the pool."""
        exercise: Exercise = task.truth
        passed = np.asarray(rewards)[:, : len(exercise.tests)] > 0
        rows = {f"Candidate {number}": row for number, row in enumerate(passed, start=1)}
        if rows:
            rows["Pool"] = passed.any(axis=0)
        marks = [f"{name:<14}{''.join('#' if mark else '.' for mark in row)}" for name, row in rows.items()]
        return "\n".join([exercise.statement, "", *marks, "", *self.describe_pool(answers, rewards)])

    def _write(self, source: str) -> str:
        return compact(source) if self.answer_style == "compact" else f"```python\n{source}\n```"
