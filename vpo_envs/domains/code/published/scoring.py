"""The four objectives of `vpo/Code-v0` on problems of published benchmarks.

    correctness     = share of the assertions that hold
    performance     = correctness * min(1, fuel of the canonical solution / fuel of the answer)
    readability     = correctness * min(1, readability of the answer / that of the canonical solution)
    maintainability = the same for maintainability

A difference in fuel of up to 1% counts as none. Where the canonical solution has no readability (it uses what
the metrics cannot read), none is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress

import numpy as np

from vpo_envs.domains.code.published.benchmark import Benchmark
from vpo_envs.domains.code.published.completion import complete
from vpo_envs.domains.code.published.judging import Recordings, judge
from vpo_envs.sandbox import Execution, Limits, Submission, shared_sandbox
from vpo_envs.task import Reward

SAME = 1.01
"""Factor of fuel up to which an answer is as fast as the canonical solution."""

Measure = Callable[[Benchmark, str], tuple[float, float]]
"""Readability and maintainability of a source for a problem."""


def score_code(
    problems: Sequence[Benchmark],
    answers: Sequence[str],
    limits: Limits,
    recordings: Recordings,
    measure: Measure,
) -> Reward:
    """Scores answers pairwise.

    Args:
        problems: n problems.
        answers: n texts.
        limits: What an answer may use.
        recordings: What is known of the problems' tests.
        measure: Readability and maintainability of a source for a problem.

    Returns:
        Correctness, performance, readability and maintainability, shape (n, 4); 0 for answers without code.

    Raises:
        SandboxError: If the sandbox cannot run at all.
    """
    rewards = np.zeros((len(answers), 4), np.float32)
    sources = [complete(*pair) for pair in zip(problems, answers)]
    written = [source is not None for source in sources]
    rows = list(compress(range(len(answers)), written))
    asked = [problems[i] for i in rows]
    known = recordings.get(asked)
    submissions = [
        Submission(source, recording.calls, problem.function)
        for i, problem, recording in zip(rows, asked, known)
        for source in (f"{problem.setup}\n{sources[i]}", problem.canonical)
    ]
    runs = shared_sandbox(limits).run(submissions)
    found, canonical = runs[::2], runs[1::2]
    marks = judge(asked, known, [run.outcomes for run in found])
    for i, problem, passed, run, best in zip(rows, asked, marks, found, canonical):
        correctness = sum(passed) / len(passed)
        if not correctness:
            continue
        speed = min(1.0, SAME * _fuel(best) / max(_fuel(run), 1))
        qualities = zip(measure(problem, str(sources[i])), measure(problem, problem.canonical))
        shares = [min(1.0, own / right) if right else 1.0 for own, right in qualities]
        rewards[i] = correctness * np.array([1.0, speed, *shares])
    return rewards


def _fuel(run: Execution) -> int:
    return sum(outcome.fuel for outcome in run.outcomes)
