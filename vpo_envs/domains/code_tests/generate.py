"""Exercises from the problem families of `vpo/Code-v0`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

import numpy as np

from vpo_envs.domains.code.family import Case as Call
from vpo_envs.domains.code.family import Family, Problem
from vpo_envs.domains.code_tests import prompts
from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.programs import make_program, write_case

SMALLEST = 3
LARGEST = 100
"""Sizes of inputs that are no edge cases."""

DRAWS = 6
"""Inputs of a size of which one is taken."""

STREAM = 3
"""Of the first input: apart from those of `Problem.examples` and `Problem.hidden`."""


def sample_exercise(
    rng: np.random.Generator, families: Sequence[Family], program_share: float, tests: int
) -> Exercise:
    """Draws a problem and whether a function or a program is asked for.

    Args:
        rng: Source of randomness.
        families: Families to choose from.
        program_share: How often a program is asked for.
        tests: Hidden tests.
    """
    problem = families[int(rng.integers(len(families)))].draw(rng)
    program = bool(rng.random() < program_share)
    calls = hidden_calls(problem, program, tests)
    compact = prompts.compact_statement(problem, program)
    if not program:
        return Exercise(
            statement=prompts.function_statement(problem),
            function=problem.family.name,
            examples=tuple(Case(*call) for call in problem.examples),
            tests=tuple(Case(*call) for call in calls),
            compact=compact,
            references=problem.references,
            flawed=problem.flawed,
        )
    examples = tuple(write_case(problem.family, call) for call in problem.examples)
    return Exercise(
        statement=prompts.program_statement(problem, examples),
        function=None,
        examples=examples,
        tests=tuple(write_case(problem.family, call) for call in calls),
        compact=compact,
        references=tuple(make_program(problem.family, source) for source in problem.references),
        flawed=tuple(make_program(problem.family, source) for source in problem.flawed),
    )


def hidden_calls(problem: Problem, program: bool, count: int) -> tuple[Call, ...]:
    """Edge cases, up to a third, spread evenly among inputs of sizes from `SMALLEST` to `LARGEST`.

    Small inputs touch few of a problem's rules, so that answers with different mistakes pass different tests.
    Of several inputs of a size the one is taken whose result is rarest so far: always to return the commonest
    result should not pay.

    Args:
        problem: The problem.
        program: Whether they are for a program; texts without letters, which it could print by doing
            nothing, are then left out.
        count: How many calls.
    """
    cases = (case for case in problem.edge_cases if not (program and case.expected == ""))
    edges = tuple(islice(cases, count // 3))
    results = Counter(repr(edge.expected) for edge in edges)
    calls = []
    sizes = np.geomspace(SMALLEST, LARGEST, count - len(edges)).round().astype(int)
    for place, size in enumerate(sizes.tolist()):
        drawn = problem.cases([size] * DRAWS, STREAM + place)
        calls.append(min(drawn, key=lambda call: results[repr(call.expected)]))
        results[repr(calls[-1].expected)] += 1
    for i, edge in enumerate(edges):
        calls.insert((2 * i + 1) * count // (2 * len(edges)), edge)
    return tuple(calls)
