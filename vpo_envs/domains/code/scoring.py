"""Running answers and turning what comes out into the four objectives.

    correctness     = share of the hidden tests passed
    performance     = correctness * share of the work done right * min(1, R / F)
                      F: fuel of all tests; R: that of the cheapest reference, whose fuel for a test is
                      also the work of that test. An F within 1% of a reference's is taken as equal to it
    readability     = correctness * min(1, readability of the code / the best of the references)
    maintainability = the same for maintainability

Fuel counts the WebAssembly instructions that a solution executes. Inputs grow up to some hundred elements,
and the largest dominate F: against a linear solution a quadratic one keeps a few hundredths. The same code
under other names shifts F by up to 0.4%, because the allocator finds its memory in another state.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np

from vpo_envs.core import Reward
from vpo_envs.domains.code.family import Case, Problem
from vpo_envs.domains.code.quality import Quality, measure
from vpo_envs.domains.code.reading import depth, on_fresh_stack, parse, read_code
from vpo_envs.domains.code.refusal import refusal
from vpo_envs.sandbox import Limits, Outcome, Run, SandboxError, Submission, matches, shared_sandbox

LIMITS = Limits(fuel=150_000_000, load_fuel=50_000_000, total_fuel=300_000_000, output_bytes=1 << 16)
"""About 0.1 s at most for an answer, some ten times what the slowest reference takes. Right results have
1,500 characters at most; a MiB of empty lists in each test would take half a GiB of the scorer's memory."""

SAME = 0.01
"""Difference in fuel, as a share, up to which an answer is as fast as a reference."""

READABLE = 100
"""Levels of a syntax tree up to which code has readability and maintainability: an `elif` is a level, too."""

PARS = 4096
"""Problems whose par is kept."""

SCORES = 8192
"""Answers whose scores are kept: a search draws many answers twice."""

Key = tuple[Any, ...]
Score = tuple[float, ...]
T = TypeVar("T")


class Par(NamedTuple):
    """What the references of a problem attain: the yardstick for answers.

    Attributes:
        work: Fuel of the cheapest reference for each hidden test.
        fuels: Fuel of every reference, all tests together.
        readability: Of the most readable reference.
        maintainability: Of the most maintainable reference.
    """

    work: tuple[int, ...]
    fuels: tuple[int, ...]
    readability: float
    maintainability: float


class Scorer:
    """Scores answers in the sandbox, and remembers recent scores and the pars of recent problems."""

    def __init__(self) -> None:
        self._pars: OrderedDict[Key, Par] = OrderedDict()
        self._scores: OrderedDict[Key, Score] = OrderedDict()

    def score(self, problems: Sequence[Problem], answers: Sequence[str]) -> Reward:
        """Scores answers pairwise, all new ones in one run of the sandbox.

        Args:
            problems: n problems.
            answers: n texts.

        Returns:
            Correctness, performance, readability and maintainability, shape (n, 4).

        Raises:
            SandboxError: If the sandbox cannot run at all.
        """
        sources = on_fresh_stack(
            lambda: [read_code(text, problem.family.name) for problem, text in zip(problems, answers)]
        )
        written = {
            (*self._key(problem), source): (problem, source)
            for problem, source in zip(problems, sources)
            if source is not None
        }
        known = {key: _recall(self._scores, key) for key in written}
        scores = {key: score for key, score in known.items() if score is not None}
        scores |= self._run({key: pair for key, pair in written.items() if key not in scores})
        rewards = np.zeros((len(answers), 4), np.float32)
        for row, problem, source in zip(rewards, problems, sources):
            if source is not None:
                row[:] = scores[(*self._key(problem), source)]
        return rewards

    def _run(self, written: dict[Key, tuple[Problem, str]]) -> dict[Key, Score]:
        problems = {self._key(problem): problem for problem, _ in written.values()}
        known = {key: _recall(self._pars, key) for key in problems}
        submissions: dict[Key, Submission] = {}
        for problem, source in written.values():
            key = self._key(problem)
            inputs = tuple(case.arguments for case in problem.hidden)
            for one in (source, *(problem.references if known[key] is None else ())):
                submissions.setdefault((*key, one), Submission(one, inputs, problem.family.name))
        runs = dict(zip(submissions, shared_sandbox(LIMITS).run(list(submissions.values()))))
        pars = on_fresh_stack(
            lambda: {key: known[key] or _par(key, problem, runs) for key, problem in problems.items()}
        )
        scores = on_fresh_stack(
            lambda: {
                key: _judge(problem, source, runs[key], pars[self._key(problem)])
                for key, (problem, source) in written.items()
            }
        )
        _keep(self._pars, pars, PARS)
        _keep(self._scores, {key: score for key, score in scores.items() if not runs[key].lost}, SCORES)
        return scores

    @staticmethod
    def _key(problem: Problem) -> Key:
        return shared_sandbox(LIMITS).build_id, *problem.key


def _recall(memory: OrderedDict[Key, T], key: Key) -> T | None:
    """What is remembered, which is then the last to be forgotten; threads may share the memory."""
    found = memory.pop(key, None)
    if found is not None:
        memory[key] = found
    return found


def _keep(memory: OrderedDict[Key, T], fresh: Mapping[Key, T], size: int) -> None:
    memory |= fresh
    while len(memory) > size:
        memory.popitem(last=False)


def _par(key: Key, problem: Problem, runs: Mapping[Key, Run]) -> Par:
    of_references = [runs[(*key, source)] for source in problem.references]
    if any(run.lost for run in of_references):
        raise SandboxError(
            f"workers of the sandbox died over the references of {problem.family.name}; is memory short? "
            f"({of_references[0].outcomes[0].error})"
        )
    works = [_work(run) for run in of_references]
    qualities = [quality(source) for source in problem.references]
    return Par(min(works, key=sum), tuple(map(sum, works)), *map(max, zip(*qualities)))


def _judge(problem: Problem, source: str, run: Run, par: Par) -> Score:
    right = [passed(case, outcome) for case, outcome in zip(problem.hidden, run.outcomes)]
    correctness = sum(right) / len(right)
    if not correctness:
        return (0.0,) * 4
    work = sum(fuel for fuel, done in zip(par.work, right) if done) / sum(par.work)
    fuel = sum(_work(run))
    alike = min(par.fuels, key=lambda reference: abs(reference - fuel))
    if abs(alike - fuel) <= SAME * alike:
        fuel = alike
    speed = min(1.0, sum(par.work) / max(fuel, 1))
    readability, maintainability = quality(source)
    return (
        correctness,
        correctness * work * speed,
        correctness * min(1.0, readability / par.readability),
        correctness * min(1.0, maintainability / par.maintainability),
    )


def passed(case: Case, outcome: Outcome) -> bool:
    """Whether a test came out as expected, to the type."""
    return outcome.status == "returned" and matches(outcome.value, case.expected)


def _work(run: Run) -> tuple[int, ...]:
    return tuple(outcome.fuel for outcome in run.outcomes)


@lru_cache(maxsize=1024)
def quality(source: str) -> Quality:
    """Readability and maintainability; 0 for code that is refused or nested too deeply to be read."""
    return on_fresh_stack(lambda: _quality(source))


def _quality(source: str) -> Quality:
    tree = parse(source)
    if tree is None or depth(tree) > READABLE or refusal(tree):
        return Quality(0.0, 0.0)
    return measure(tree)
