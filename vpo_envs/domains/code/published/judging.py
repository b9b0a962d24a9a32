"""Tests that are assertions, with the expected values where no answer can see them.

    record: canonical solution + assertions          -> the arguments of every call of the function
    run:    the answer, on those arguments           -> results (`vpo_envs.sandbox`, by the caller)
    judge:  assertions, the function playing results -> which assertions hold

Each line is an instance of the sandbox of its own. A call that a test makes only because of an earlier wrong
result has no recorded result and fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vpo_envs.domains.code.published.benchmark import Benchmark, Recording
from vpo_envs.sandbox import Limits, Outcome, SandboxError, Submission, shared_sandbox

LIMITS = Limits(fuel=60_000_000_000, total_fuel=1 << 40, memory_bytes=1 << 30, output_bytes=1 << 24)
"""Of canonical solutions and assertions: enough for all of HumanEval+ and MBPP+."""

DRIVER = """
note__marks = []
its__own = {function}


def note__test(condition):
    try:
        note__marks.append(bool(condition()))
    except Exception:
        note__marks.append(False)


def same__value(found, expected, tolerance):
    import math
    if isinstance(expected, float) and isinstance(found, (int, float)) and not isinstance(found, bool):
        near = abs(found - expected) <= max(tolerance, 1e-6 * abs(expected)) if tolerance else False
        return found == expected or near or math.isclose(found, expected, rel_tol=1e-7, abs_tol=1e-7)
    if isinstance(expected, (list, tuple)) and isinstance(found, (list, tuple)):
        pairs = zip(found, expected)
        return len(found) == len(expected) and all(same__value(*pair, tolerance) for pair in pairs)
    if isinstance(expected, dict) and isinstance(found, dict):
        return found.keys() == expected.keys() and all(
            same__value(found[key], expected[key], tolerance) for key in expected
        )
    return found == expected


def arrays__module():
    import sys, types
    module = types.ModuleType("numpy")

    def allclose(found, expected, rtol=1e-05, atol=1e-08):
        one = not isinstance(expected, (list, tuple))
        pairs = [(found, expected)] if one else list(zip(found, expected))
        if not one and len(found) != len(expected):
            raise ValueError("lengths differ")
        return all(x == y or abs(x - y) <= atol + rtol * abs(y) for x, y in pairs)

    class ndarray:
        pass

    module.allclose = module.isclose = allclose
    module.ndarray, module.float32, module.float64, module.nan = ndarray, float, float, float("nan")
    sys.modules["numpy"] = module


arrays__module()


def note__calls(data):
    import copy
    calls = []

    def candidate(*arguments):
        calls.append(copy.deepcopy(arguments))
        return its__own(*arguments)

    check(candidate, data)
    return calls, note__marks


def note__results(data, calls, results):
    left = iter(list(zip(calls, results)))

    def candidate(*arguments):
        call, (done, result) = next(left, (None, (False, None)))
        if not done or call != arguments and repr(call) != repr(arguments):
            raise ValueError("there is no result")
        return result

    try:
        check(candidate, data)
    except Exception:
        pass
    return note__marks
"""


def record(problems: Sequence[Benchmark]) -> list[Recording]:
    """Returns the calls that the tests of each problem make.

    Args:
        problems: Problems.

    Raises:
        ValueError: If a canonical solution fails one of its own tests; the message names the problem.
        SandboxError: If the sandbox cannot run at all.
    """
    submissions = [Submission(_source(one), ((one.data,),), "note__calls") for one in problems]
    recordings = []
    for problem, run in zip(problems, shared_sandbox(LIMITS).run(submissions)):
        (outcome,) = run.outcomes
        if run.lost:
            raise SandboxError(
                f"workers of the sandbox died over {problem.id}; is memory short? ({outcome.error})"
            )
        if outcome.status != "returned":
            raise ValueError(f"{problem.id}: its tests ended with {outcome.status}: {outcome.error}")
        calls, marks = outcome.value
        if not marks or not all(marks):
            raise ValueError(
                f"{problem.id}: its canonical solution passes {sum(marks)} of {len(marks)} tests"
            )
        recordings.append(Recording(tuple(calls), len(marks)))
    return recordings


def judge(
    problems: Sequence[Benchmark], recordings: Sequence[Recording], outcomes: Sequence[Sequence[Outcome]]
) -> list[list[bool]]:
    """Returns which tests the results of answers pass.

    Args:
        problems: n problems.
        recordings: What `record` returned for them.
        outcomes: For each, how the answer ended on every recorded call.

    Returns:
        For each, `Recording.tests` marks. Tests behind one that stopped the script count as failed.

    Raises:
        SandboxError: If the sandbox cannot run at all.
    """
    submissions = []
    for problem, recording, ended in zip(problems, recordings, outcomes):
        results = [(one.status == "returned", one.value) for one in ended]
        arguments = (problem.data, list(recording.calls), results)
        submissions.append(Submission(_source(problem), (arguments,), "note__results"))
    marks = []
    for recording, run in zip(recordings, shared_sandbox(LIMITS).run(submissions)):
        value: Any = run.outcomes[0].value if run.outcomes[0].status == "returned" else []
        marks.append([*value, *[False] * recording.tests][: recording.tests])
    return marks


class Recordings:
    """Recordings of problems, made once for each."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Recording] = {}

    def get(self, problems: Sequence[Benchmark]) -> list[Recording]:
        """Returns the recordings of some problems; see `record`."""
        keys = [(problem.id, problem.tests) for problem in problems]
        unknown = {key: problem for key, problem in zip(keys, problems) if key not in self._known}
        self._known.update(zip(unknown, record(list(unknown.values()))))
        return [self._known[key] for key in keys]


def _source(problem: Benchmark) -> str:
    # The problem's own text may use any name but these.
    return "\n".join([problem.canonical, DRIVER.replace("{function}", problem.function), problem.tests])
