"""Running answers and turning what comes out into the four objectives.

    correctness     = share of the hidden tests passed
    performance     = correctness * share of the work done right * min(1, R / F)
                      F: fuel of all tests and of loading; R: that of the cheapest reference, whose fuel
                      for a test is also the work of that test. An F within 1% of a reference's is taken as
                      equal to it
    readability     = correctness * min(1, readability of the code / the best of the references)
    maintainability = the same for maintainability

Fuel counts the WebAssembly instructions that a solution executes. Inputs grow up to some hundred elements,
and the largest dominate F: against a linear solution a quadratic one keeps a few hundredths. The same code
under other names shifts F by up to 0.4%, because the allocator finds its memory in another state.

Loading is free for a module that only declares (module `loading`), and up to `LOADING` instructions for
others. Code that quality cannot read (module `refusal`) pays for loading in full, and for what the sandbox's
own functions take in each test, because it might have replaced them.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np

from vpo_envs.domains.code.family import Case, Problem
from vpo_envs.domains.code.judged_code import canonical, judged_code
from vpo_envs.domains.code.loading import declares_only
from vpo_envs.domains.code.names import words_of
from vpo_envs.domains.code.quality import Quality, measure
from vpo_envs.domains.code.reading import depth, on_fresh_stack, parse, read_code
from vpo_envs.domains.code.refusal import refusal
from vpo_envs.domains.code.unused_imports import without_unused_imports
from vpo_envs.sandbox import Execution, Limits, Outcome, SandboxError, Submission, matches, shared_sandbox
from vpo_envs.sandbox.codec import pack
from vpo_envs.task import Reward

LIMITS = Limits(fuel=150_000_000, load_fuel=50_000_000, total_fuel=300_000_000, output_bytes=1 << 16)
"""About 0.1 s at most for an answer, some ten times what the slowest reference takes."""

OUTPUT_ROOM = 500
"""Bytes that a result may have beyond twice the longest right one."""

LOADING = 25_000
"""Instructions of loading that are free: imports and a few constants. References take 22,000 at most."""

NOTHING = Quality(0.0, 0.0)
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


class Marks(NamedTuple):
    """The kept part of a run: enough to score it, and small whatever the solution returned.

    Attributes:
        right: Whether each hidden test was passed.
        fuels: Fuel of each hidden test.
        load_fuel: Fuel of loading.
        guest_fuel: Fuel of the sandbox's own functions in each test.
        lost: Whether workers died before anything was run.
        error: What the first test ended with, if it returned nothing.
    """

    right: tuple[bool, ...]
    fuels: tuple[int, ...]
    load_fuel: int
    guest_fuel: int
    lost: bool
    error: str


class Par(NamedTuple):
    """Results of a problem's references: the yardstick for answers.

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
    """Scorer of answers in the sandbox, with a memory of recent scores and the pars of recent problems."""

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
        sources = on_fresh_stack(lambda: [read_solution(*pair) for pair in zip(problems, answers)])
        written = {
            self._key(problem, source): (problem, source)
            for problem, source in zip(problems, sources)
            if source is not None
        }
        known = {key: _recall(self._scores, key) for key in written}
        scores = {key: score for key, score in known.items() if score is not None}
        scores |= self._run({key: pair for key, pair in written.items() if key not in scores})
        rewards = np.zeros((len(answers), 4), np.float32)
        for row, problem, source in zip(rewards, problems, sources):
            if source is not None:
                row[:] = scores[self._key(problem, source)]
        return rewards

    def _run(self, written: dict[Key, tuple[Problem, str]]) -> dict[Key, Score]:
        problems = {self._key(problem): problem for problem, _ in written.values()}
        known = {key: _recall(self._pars, key) for key in problems}
        submissions: dict[Key, Submission] = {}
        cases: dict[Key, Sequence[Case]] = {}
        for problem, source in written.values():
            key = self._key(problem)
            inputs = tuple(case.arguments for case in problem.hidden)
            room = _output_room(problem)
            for one in (source, *(problem.references if known[key] is None else ())):
                place = self._key(problem, one)
                submissions.setdefault(place, Submission(one, inputs, problem.family.name, room))
                cases[place] = problem.hidden
        places = list(submissions)
        found = shared_sandbox(LIMITS).run_each(
            list(submissions.values()), lambda index, run: _mark(cases[places[index]], run)
        )
        marks = dict(zip(places, found))
        pars = on_fresh_stack(
            lambda: {
                key: known[key]
                or _par(problem, [marks[self._key(problem, one)] for one in problem.references])
                for key, problem in problems.items()
            }
        )
        scores = on_fresh_stack(
            lambda: {
                key: _judge(problem, source, marks[key], pars[self._key(problem)])
                for key, (problem, source) in written.items()
            }
        )
        _keep(self._pars, pars, PARS)
        _keep(self._scores, {key: score for key, score in scores.items() if not marks[key].lost}, SCORES)
        return scores

    @staticmethod
    def _key(problem: Problem, source: str | None = None) -> Key:
        """Returns what tells a problem, or an answer to it, from all others, in a few bytes."""
        written = (
            () if source is None else (hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest(),)
        )
        return shared_sandbox(LIMITS).build_id, *problem.key, *written


def _recall(memory: OrderedDict[Key, T], key: Key) -> T | None:
    """Returns a remembered value, which is then the last to be forgotten; threads may share the memory."""
    found = memory.pop(key, None)
    if found is not None:
        memory[key] = found
    return found


def _keep(memory: OrderedDict[Key, T], fresh: Mapping[Key, T], size: int) -> None:
    memory |= fresh
    while len(memory) > size:
        memory.popitem(last=False)


def _output_room(problem: Problem) -> int:
    """Returns how long a result may be, in bytes of JSON."""
    return OUTPUT_ROOM + 2 * max(len(json.dumps(pack(case.expected))) for case in problem.hidden)


def _mark(cases: Sequence[Case], run: Execution) -> Marks:
    """Compares what a solution returned, which nobody needs after that."""
    return Marks(
        tuple(passed(case, outcome) for case, outcome in zip(cases, run.outcomes)),
        tuple(outcome.fuel for outcome in run.outcomes),
        run.load_fuel,
        run.guest_fuel,
        run.lost,
        run.outcomes[0].error,
    )


def _par(problem: Problem, marks: Sequence[Marks]) -> Par:
    if any(one.lost for one in marks):
        raise SandboxError(
            f"workers of the sandbox died over the references of {problem.family.name}; is memory short? "
            f"({marks[0].error})"
        )
    books = [read_book(source, _words(problem)) for source in problem.references]
    costs = [_cost(one, book) for one, book in zip(marks, books)]
    work = min(marks, key=lambda one: sum(one.fuels)).fuels
    return Par(work, tuple(costs), *map(max, zip(*(book.quality for book in books))))


def _judge(problem: Problem, source: str, marks: Marks, par: Par) -> Score:
    correctness = sum(marks.right) / len(marks.right)
    if not correctness:
        return (0.0,) * 4
    book = read_book(source, _words(problem))
    work = sum(fuel for fuel, done in zip(par.work, marks.right) if done) / sum(par.work)
    fuel = _cost(marks, book)
    alike = min(par.fuels, key=lambda reference: abs(reference - fuel))
    if abs(alike - fuel) <= SAME * alike:
        fuel = alike
    speed = min(1.0, sum(par.work) / max(fuel, 1))
    return (
        correctness,
        correctness * work * speed,
        correctness * min(1.0, book.quality.readability / par.readability),
        correctness * min(1.0, book.quality.maintainability / par.maintainability),
    )


def read_solution(problem: Problem, answer: str) -> str | None:
    """Returns the code of an answer that is run and read, or None if it does not define the function."""
    source = read_code(answer, problem.family.name)
    return None if source is None else without_unused_imports(source, problem.family.name)


def passed(case: Case, outcome: Outcome) -> bool:
    """Returns whether a test came out as expected, to the type."""
    return outcome.status == "returned" and matches(outcome.value, case.expected)


class Book(NamedTuple):
    """Facts that are read from a source.

    Attributes:
        quality: Readability and maintainability; 0 for code that cannot be read.
        reason: Why it cannot be read, or None.
        declares: Whether loading it is free.
    """

    quality: Quality
    reason: str | None
    declares: bool


def _cost(marks: Marks, book: Book) -> int:
    """Returns the fuel that an answer is charged."""
    fuel = sum(marks.fuels)
    if book.reason is not None:
        return fuel + marks.load_fuel + marks.guest_fuel * len(marks.fuels)
    return fuel if book.declares else fuel + max(0, marks.load_fuel - LOADING)


def _words(problem: Problem) -> frozenset[str]:
    """Returns the words of a task, and the names of its parameters."""
    family = problem.family
    return _words_of(" ".join([family.name, family.signature, family.task]), tuple(family.parameters))


def words_of_text(text: str) -> frozenset[str]:
    """Returns the words of a text, which names in an answer may use."""
    return _words_of(text, ())


@lru_cache(maxsize=512)
def _words_of(text: str, names: tuple[str, ...]) -> frozenset[str]:
    return words_of(" ".join([text, *names])) | {name.lower() for name in names}


@lru_cache(maxsize=1024)
def read_book(source: str, task_words: frozenset[str] = frozenset()) -> Book:
    """Returns what is read of a source, whatever it is."""
    return on_fresh_stack(lambda: _read_book(source, task_words))


def _read_book(source: str, task_words: frozenset[str]) -> Book:
    tree = parse(source)
    if tree is None:
        return Book(NOTHING, "it is no Python", False)
    levels = depth(tree)
    if levels > READABLE:
        return Book(NOTHING, f"it is nested {levels} levels deep", False)
    visible = judged_code(tree)
    reason = refusal(visible)
    if reason is not None:
        return Book(NOTHING, reason, False)
    return Book(measure(visible, task_words), None, declares_only(visible))


def quality(source: str, task_words: frozenset[str] = frozenset()) -> Quality:
    """Returns readability and maintainability; 0 for code that cannot be read."""
    return read_book(source, task_words).quality


def canonical_source(source: str) -> str:
    """Returns a source as its syntax tree says it: two with the same text are the same program."""

    def write() -> str:
        tree = parse(source)
        if tree is None or depth(tree) > READABLE:
            return " ".join(source.split())
        return canonical(tree)

    return on_fresh_stack(write)
