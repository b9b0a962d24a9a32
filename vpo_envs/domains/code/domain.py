"""`vpo/Code-v0`: writing functions, where speed, readability and maintainability pull apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from os import PathLike
from typing import ClassVar, Literal, get_args

import numpy as np

from vpo_envs.datasets import DatasetDomain, Row
from vpo_envs.domains.code.compact import in_style
from vpo_envs.domains.code.composition import FIRST, SECOND, compose
from vpo_envs.domains.code.contexts import CONTEXTS
from vpo_envs.domains.code.demonstrations import demonstrate
from vpo_envs.domains.code.families import FAMILIES, select_families
from vpo_envs.domains.code.family import Family, Problem
from vpo_envs.domains.code.feedback import give_feedback
from vpo_envs.domains.code.levels import Level, of_level
from vpo_envs.domains.code.prompts import compact_prompt, full_prompt
from vpo_envs.domains.code.published import (
    Benchmark,
    Recordings,
    complete,
    read_benchmark,
    read_benchmarks,
    score_code,
    write_prompt,
)
from vpo_envs.domains.code.scoring import Scorer, canonical_source, quality, read_solution, words_of_text
from vpo_envs.domains.code.solutions import solutions
from vpo_envs.sandbox import Limits
from vpo_envs.splits import split_of
from vpo_envs.task import Objective, Reward, Task

AnswerStyle = Literal["full", "compact"]

MOST_DRAWS = 1000
"""Draws for a task of a split before it is given up; ten are needed on average for the smallest splits."""


FUEL = 60_000_000_000
"""Instructions of a test of a data set: about six seconds of native Python."""


class CodeDomain(DatasetDomain[Problem | Benchmark]):
    """Writing a Python function that is correct, fast, readable and maintainable.

    51 families of problems (sequences, counting, texts, arithmetic, searching, intervals, grids, graphs,
    dynamic programming, simulation), each with two to four parameters that are part of the task: more
    than seven million problems. A problem has two visible examples and sixteen hidden tests: edge cases,
    small inputs, and four inputs of growing size. Answers run in `vpo_envs.sandbox`; what is expected never
    goes in. Splits share no problem: family and parameters decide to which split a problem belongs.

    **Variants.** `vpo/Code-v0` draws from all families, `vpo/CodeEasy-v0` from the third with the shortest
    solutions (below 54 tokens). `vpo/CodeHard-v0` draws from the third with the longest ones (76 tokens and
    more); half of its tasks join two problems, where the second works on the result of the first.
    `vpo/CodeSmall-v0` is for tiny models.

    **Answer**: Python that defines the function, bare or in a fenced block. Thought is not read. Of several
    blocks the last one counts that is Python and defines the function; a block that calls it, shows its
    output or repeats its empty form is passed over, and what a block lacks is taken from the blocks before it
    (module `reading`). Answers are the same for `answer_key` if they differ in comments, docstrings, type
    hints and layout alone.

    **Objectives**, equally weighted (modules `scoring` and `quality` have the formulas):

    - `correctness`: share of the hidden tests passed; results must be equal to the type.
    - `performance`: correctness * share of the work done right * min(1, R / F). F is the answer's fuel: the
      instructions that it executes over all tests and in loading, an exact number and the same in every run.
      R is that of the cheapest reference; 1% more or less than a reference counts as equal to it. Large
      inputs dominate, so that against a linear solution a quadratic one keeps a few hundredths.
    - `readability`: correctness * min(1, r / best r of a reference). r falls with Halstead volume, cognitive
      complexity, statements of more than 24 tokens, and names that are no words. A name is a word if its
      parts are in the list `words.txt` or in the task, and if it differs from others in more than digits.
    - `maintainability`: correctness * min(1, m / best m of a reference). m is the maintainability index of
      the hardest function, divided by 1 + a third of the number of literals in functions. A constant
      outside functions counts as a literal, too, unless its name says what it is.

    **What is free**: comments, docstrings, type hints with their imports, layout, and code under
    `if __name__ == "__main__":`. An import that nothing uses is left out where the sandbox may lack the
    module, and so are tests that need it; `import *` stands for the names that are used (module
    `unused_imports`). Error messages cost little. Imports, definitions and constants load for nothing; other
    work of a module is charged from 25,000 instructions on.

    **What is refused**: quality reads a list of builtins, methods and modules (module `vocabulary`) and what
    the program defines itself. Code that uses anything else (`exec`, `globals`, `getattr` with a computed
    name, frames, docstrings read as data ...) has no readability and no maintainability. For its performance
    it also pays for loading and for the sandbox's own instructions, which it could have replaced.
    `benchmarks/code_attacks.py` measures tricks: the best of them earn as much as honest solutions (0.887).
    A stub that returns 0 under the name that is asked for passes the tests whose result is 0: on the first 60
    test tasks it earns 0.088 by the fixed scalar, and 0.118 on `vpo/CodeSmall-v0`.

    **Trade-off.** Each problem has three or more references: fast ones, short ones, ones with named constants
    and small functions, often a naive quadratic one. `best_answers` gives them, and each again with constants
    for its literals; `pareto_front` is their front, of three points or more on nine tasks of ten. It is the
    best that is known and not a bound: an answer that beats it is a better solution.

    **Demonstrations** are right solutions of every kind, clumsily written (poor names, detours, work done
    twice), some with a mistake. A pool of 30 of them leaves about a quarter of the gap between one of them
    and the optimum. `quality=0` gives mistakes and clumsiness alone.

    **Contexts**: `contexts` names weightings ("hot path", "prototype", "long-lived library" ...).

    **Compact style**, for tiny models: the prompt is the family with its parameters, `count_bins shift 7
    width 3 limit 80`; demonstrations have spaces between all tokens and indent by one:

        def count_bins ( values ) :
         return len ( { ( value + 7 ) // 3 for value in values if value <= 80 } )

    **Cost.** Drawing a task takes a few milliseconds. Scoring an answer takes some 10 ms of a core, at most
    about 0.1 s; the references of a problem and equal answers run once. `score_batch` uses all cores. What
    is no code is not run. Results are compared and dropped as they arrive, and are cut off at twice the
    length of right ones. The first use of the sandbox builds it, in half a minute, once for a user and
    version. Fuel is comparable under one `Sandbox.build_id`, and so is `performance`.

    Args:
        families: Names of the families to draw from (keys of `families.FAMILIES`); all by default.
        level: `any`, or the third of these families with the shortest, middle or longest solutions: `easy`,
            `medium`, `hard`.
        composed: Share of the tasks, from 0 to 1, that join two problems into a longer one.
        answer_style: Form of demonstrations and best answers: `full` in a fenced block, or `compact`.

    Raises:
        ValueError: If a knob has a value that it cannot have.

    Source: written for this suite; reward vectors as in arXiv 2605.22817.

    Example:
        >>> domain = CodeDomain(families=["count_bins"])
        >>> task = domain.task("test", 0)
        >>> domain.score(task, "def count_bins(values): return -1")
        (0.0, 0.0, 0.0, 0.0)
        >>> domain.score(task, domain.best_answers(task)[0])[:2]
        (1.0, 1.0)
    """

    objectives = (
        Objective("correctness", "share of the hidden tests passed"),
        Objective("performance", "executed instructions of the cheapest reference / of the answer"),
        Objective("readability", "little to read, simple flow, short statements, words for names"),
        Objective("maintainability", "small functions, constants with names"),
    )
    max_answer_length = 10_000
    contexts: ClassVar[dict[str, tuple[float, float, float, float]]] = CONTEXTS

    def __init__(
        self,
        *,
        families: Sequence[str] | None = None,
        level: Level = "any",
        composed: float = 0.0,
        answer_style: AnswerStyle = "full",
        dataset: str | PathLike[str] | None = None,
    ) -> None:
        super().__init__(dataset)
        if answer_style not in get_args(AnswerStyle):
            raise ValueError(
                f"answer_style={answer_style!r} is not one of {', '.join(get_args(AnswerStyle))}"
            )
        if not 0 <= composed <= 1:
            raise ValueError(f"composed={composed!r} must be a share between 0 and 1")
        self.families = of_level(select_families(families), level)
        self.composed = float(composed)
        self.answer_style = answer_style
        self._scorer = Scorer()
        self._recordings = Recordings()
        self._limits = Limits(fuel=FUEL, total_fuel=4 * FUEL, memory_bytes=1 << 30, output_bytes=1 << 16)

    def sample_example(self, rng: np.random.Generator) -> Problem:
        """Draws a family, its parameters and its inputs; nothing is run in the sandbox."""
        return self._draw(rng)

    def row_reader(self, source: str | PathLike[str]) -> Callable[[Row, int], Benchmark | None]:
        """Returns the reader of HumanEval, MBPP and their plus versions."""
        return read_benchmark

    def read_examples(self, source: str | PathLike[str], split: str) -> list[Benchmark]:
        """Reads HumanEval, MBPP or one of their plus versions."""
        return read_benchmarks(source, split)

    def make_task(self, example: Problem | Benchmark) -> Task:
        """Returns the task of a problem."""
        if isinstance(example, Benchmark):
            return Task(write_prompt(example), truth=example)
        return self._task(example)

    def sample_from_split(self, rng: np.random.Generator, split: str) -> Task:
        """Draws until the parameters belong to the split: no problem is in two splits.

        Raises:
            ValueError: If the families have too few settings to give the split any.
        """
        for _ in range(MOST_DRAWS):
            problem = self._draw(rng)
            if split_of(compact_prompt(problem)) == split:
                return self._task(problem)
        raise ValueError(
            f"families={[one.name for one in self.families]} have no problems of split={split!r}"
        )

    def score(self, task: Task, answer: str) -> Sequence[float]:
        """Returns the four objectives of one answer; `score_batch` is much faster for many."""
        return tuple(self.score_many([task], [answer])[0].tolist())

    def score_many(self, tasks: Sequence[Task], answers: Sequence[str]) -> Reward:
        """Scores many answers in one run of the sandbox, equal ones once."""
        problems = [task.truth for task in tasks]
        if self.dataset is not None:
            return score_code(problems, answers, self._limits, self._recordings, _quality)
        return self._scorer.score(problems, answers)

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> list[str]:
        """Returns solutions of every kind, clumsily written, some with a mistake; module `demonstrations`."""
        if isinstance(task.truth, Benchmark):
            return []
        return [in_style(source, self.answer_style) for source in demonstrate(task.truth, rng, quality)]

    def best_answers(self, task: Task) -> list[str]:
        """Returns the reference solutions, and the same with constants for their parameters."""
        if isinstance(task.truth, Benchmark):
            return [in_style(task.truth.canonical, self.answer_style)]
        return [in_style(source, self.answer_style) for source in solutions(task.truth)]

    def feedback(self, task: Task, answer: str) -> str:
        """Returns which visible example failed, and how."""
        return "" if isinstance(task.truth, Benchmark) else give_feedback(task.truth, answer)

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the code without comments, docstrings, annotations and layout; empty without code."""
        problem = task.truth
        if isinstance(problem, Benchmark):
            source = complete(problem, answer)
        else:
            source = read_solution(problem, answer)
        return "" if source is None else canonical_source(source)

    def _draw(self, rng: np.random.Generator) -> Problem:
        if self.composed and rng.random() < self.composed:
            pairs = _composed_families()
            return pairs[rng.integers(len(pairs))].draw(rng)
        return self.families[rng.integers(len(self.families))].draw(rng)

    @staticmethod
    def _task(problem: Problem) -> Task:
        return Task(prompt=full_prompt(problem), truth=problem, compact=compact_prompt(problem))


def _quality(problem: Benchmark, source: str) -> tuple[float, float]:
    return quality(source, words_of_text(problem.statement))


@lru_cache(maxsize=1)
def _composed_families() -> tuple[Family, ...]:
    return tuple(compose(FAMILIES[first], FAMILIES[second]) for first in FIRST for second in SECOND)
