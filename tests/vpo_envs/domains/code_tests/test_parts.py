"""Several problems in one exercise: what fits into a budget, by hand."""

from dataclasses import dataclass

import pytest

from vpo_envs.domains.code_tests.exercise import Case, Part
from vpo_envs.domains.code_tests.parts import (
    NOTHING,
    SOLUTION,
    STUB,
    best_choices,
    commonest,
    front,
    is_alone,
    join,
    source_of,
)


@dataclass(frozen=True)
class ByHand:
    """An exercise of some of the parts below, whose tests take turns."""

    parts: tuple[Part, ...]
    lead: str = ""

    @property
    def names(self):
        return tuple(part.name for part in self.parts)

    @property
    def owners(self):
        return tuple(name for _ in range(3) for name in self.names)

    @property
    def tests(self):
        return tuple(Case((), EXPECTED[name][turn], name) for turn in range(3) for name in self.names)


EXPECTED = {"a": [1, 1, 2], "b": [5, 6, 7], "same": [0, 0, 0]}
"""A stub passes two tests of three, the first of three, or all."""
A = Part("a", ("solve a", "solve a at length"), (), (10, 20), "stub a", 2)
B = Part("b", ("solve b",), (), (6,), "stub b", 3)
SAME = Part("same", ("solve same",), (), (4,), "stub same", 1)


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("def f(): pass", True),
        ("import re\nfrom math import pi\n\ndef f(): return pi", True),
        ("def f(): pass\ndef g(): pass", False),
        ("import re", False),
        ("", False),
        ("X = 1\ndef f(): return X", False),
        ("async def f(): pass", False),
        ("class A: pass\ndef f(): pass", False),
        ("def f():\n    def g(): pass\n    return g", True),
    ],
)
def test_one_function_and_imports_can_stand_beside_other_code(source, alone):
    assert is_alone(source) == alone


@pytest.mark.parametrize(
    ("parts", "budget", "choices"),
    [
        ((A, B), None, [(SOLUTION, SOLUTION)]),
        ((A, B), 16, [(SOLUTION, SOLUTION)]),
        ((A, B), 15, [(SOLUTION, STUB), (STUB, SOLUTION)]),
        ((A, B), 13, [(SOLUTION, STUB), (STUB, SOLUTION)]),
        ((A, B), 12, [(SOLUTION, NOTHING), (STUB, SOLUTION)]),
        ((A, B), 8, [(STUB, SOLUTION)]),
        ((A, B), 7, [(NOTHING, SOLUTION), (STUB, STUB)]),
        ((A, B), 4, [(NOTHING, STUB), (STUB, NOTHING)]),
        ((A, B), 2, [(STUB, NOTHING)]),
        ((A, B), 1, [(NOTHING, NOTHING)]),
        ((B,), 5, [(STUB,)]),
        ((B,), 6, [(SOLUTION,)]),
        ((SAME,), 4, [(SOLUTION,)]),
        ((SAME, A), 14, [(SOLUTION, SOLUTION)]),
        ((A, SAME), 14, [(SOLUTION, SOLUTION)]),
        ((A, SAME), 13, [(SOLUTION, STUB)]),  # as good as any
        ((SAME, A, B), 20, [(SOLUTION, SOLUTION, SOLUTION)]),
        ((A, SAME, B), 15, [(SOLUTION, STUB, STUB), (STUB, SOLUTION, SOLUTION)]),
    ],
)  # fmt: skip
def test_nothing_more_fits_into_the_budget(parts, budget, choices):
    assert sorted(best_choices(ByHand(parts), budget)) == sorted(choices)


def test_the_lead_counts_too():
    """`import sys` is of size 2."""
    led = ByHand((A, B), "import sys")
    assert best_choices(led, 18) == [(SOLUTION, SOLUTION)]
    assert best_choices(led, 17) == best_choices(ByHand((A, B)), 15)


@pytest.mark.parametrize(
    ("choice", "source"),
    [
        ((SOLUTION, STUB), "import sys\n\nsolve a\n\nstub b"),
        ((NOTHING, SOLUTION), "import sys\n\nsolve b"),
        ((NOTHING, NOTHING), "import sys"),
    ],
)
def test_the_code_of_a_choice_takes_the_smallest_solutions(choice, source):
    assert source_of(ByHand((A, B), "import sys"), choice) == source


def test_sources_are_joined_below_the_lead():
    assert join("", ["x", "y"]) == "x\n\ny" and join("lead", []) == "lead"


@pytest.mark.parametrize(
    ("budget", "rewards"),
    [
        (None, [[1] * 8]),
        (8, [[1, 1, 1, 1, 0, 1, 1, 1]]),
        (7, [[0, 1, 0, 1, 0, 1, 0, 1], [1, 1, 1, 0, 0, 0, 1, 1]]),
        (1, [[0] * 8]),
    ],
)
def test_tests_of_the_front_are_repeated_to_fill_the_objectives(budget, rewards):
    assert sorted(front(ByHand((A, B)), budget, 8).tolist()) == rewards


@pytest.mark.parametrize(
    ("results", "expected"), [([1, 2, 2], 2), ([3, 1, 1, 3], 3), ([True, 1, 1], 1), ([[], 0, []], [])]
)
def test_of_results_that_are_as_common_the_first_counts(results, expected):
    found = commonest([Case((), result) for result in results])
    assert repr(found) == repr(expected)
