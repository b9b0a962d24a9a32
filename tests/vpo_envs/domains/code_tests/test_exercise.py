"""Exercises: their tests, and the functions that are asked for."""

import numpy as np
import pytest

from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.published import Benchmark
from vpo_envs.domains.code_tests.exercise import OBJECTIVES, Case, Exercise
from vpo_envs.domains.code_tests.generate import Shape, sample_exercise

F, G = Case((1,), 2, "f"), Case((1,), 3, "g")
PROGRAM = Case("1\n", "2\n")
BENCHMARK = Benchmark("X/0", "h", "", True, "", "", "")


@pytest.mark.parametrize(
    ("examples", "given", "functions"),
    [
        ((F,), (), ("f",)),
        ((), (F, F), ("f",)),
        ((F,), (G,), ("g", "f")),
        ((PROGRAM,), (PROGRAM,), ()),
        ((), (), ()),
    ],
)
def test_functions_of_a_data_set_are_those_of_its_tests_in_order(examples, given, functions):
    exercise = Exercise("", examples=examples, given=given)
    assert exercise.functions == functions
    assert exercise.tests == given


def test_a_benchmark_asks_for_its_function_and_has_no_tests_here():
    exercise = Exercise("", examples=(F,), benchmark=BENCHMARK)
    assert exercise.functions == ("h",) and exercise.tests == ()


@pytest.mark.parametrize("program_share", [0, 1])
def test_generated_exercises_have_their_own_tests_and_the_functions_of_the_examples(program_share):
    families = [FAMILIES["add_bonus"], FAMILIES["count_below"]]
    exercise = sample_exercise(np.random.default_rng(0), families, program_share, Shape(2, None, 16))
    assert exercise.functions == (() if program_share else exercise.generated.names)
    assert "tests" not in vars(exercise.generated), "they are not made before they are asked for"
    assert exercise.tests == exercise.generated.tests and len(exercise.tests) == OBJECTIVES == 16


def test_exercises_are_compared_by_identity():
    assert Exercise("", ()) != Exercise("", ()) and len({Exercise("", ()), Exercise("", ())}) == 2
