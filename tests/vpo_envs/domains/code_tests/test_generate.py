"""Generated exercises: tests that tell mistakes apart."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from tests.vpo_envs.domains.code_tests.by_hand import EXACT
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code_tests.domain import LIMITS
from vpo_envs.domains.code_tests.generate import EASILY_GUESSED, Shape, hidden_calls, sample_exercise
from vpo_envs.domains.code_tests.scoring import score

ONE = Shape(problems=1, affordable=None, tests=16)


def alone(name, program_share, seed=11):
    return sample_exercise(np.random.default_rng(seed), [FAMILIES[name]], program_share, ONE)


@pytest.mark.parametrize("program_share", [0, 1])
def test_references_pass_every_test_and_slips_fail_in_many_ways(program_share):
    right, wrong = [], []
    for name in FAMILIES:
        exercise = alone(name, program_share)
        assert len(exercise.tests) == 16
        assert exercise.functions == (() if program_share else (name,))
        (part,) = exercise.generated.parts
        right += [(exercise, source) for source in part.references]
        wrong += [(exercise, source) for source in part.flawed]
    rewards = score(*zip(*right, *wrong), LIMITS, EXACT)
    assert rewards[: len(right)].all()
    flawed = rewards[len(right) :]
    some = flawed.any(axis=1) & ~flawed.all(axis=1)
    assert some.mean() > 0.8, "most mistakes are noticed by some tests and not by all"
    assert flawed.all(axis=1).mean() < 0.05
    patterns = np.unique(flawed[some], axis=0)
    assert len(patterns) > 30, "and by different ones"
    assert (flawed.mean(axis=0) < 0.9).all(), "no test is for nothing"


def test_no_constant_passes_many_tests():
    shares = []
    for family in FAMILIES.values():
        calls = hidden_calls(family.draw(np.random.default_rng(2)), False, 16)
        shares.append(Counter(repr(call.expected) for call in calls).most_common(1)[0][1] / 16)
    assert np.mean(shares) < 0.25 and max(shares) <= 0.85


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16])
def test_edge_cases_are_spread_over_the_tests(count):
    family = FAMILIES["count_bins"]
    problem = family.draw(np.random.default_rng(0))
    calls = hidden_calls(problem, False, count)
    assert len(calls) == count
    places = [i for i, call in enumerate(calls) if call in problem.edge_cases]
    telling = [case for case in problem.edge_cases if repr(case.expected) not in EASILY_GUESSED]
    assert len(places) == min(count // 3, len(telling) + count // 8)
    assert all(later - earlier <= count // len(places) + 1 for earlier, later in pairwise(places))
    sizes = [len(call.arguments[0]) for call in calls if call not in problem.edge_cases]
    assert sizes == sorted(sizes) and sizes[0] == 3 and (count == 1 or sizes[-1] == 100)


def test_no_program_passes_a_test_by_doing_nothing():
    exercises = [alone(name, 1.0, seed) for name in FAMILIES for seed in range(3)]
    assert not score(exercises, ["print()"] * len(exercises), LIMITS, EXACT).any()
    texts = [name for name, one in FAMILIES.items() if one.returns == "str"]
    asked = [alone(name, 0.0, 0) for name in texts]
    assert any(case.expected == "" for one in asked for case in one.tests), "functions have that edge case"
