"""Exercises from the problem families of `vpo/Code-v0`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from vpo_envs.domains.code.family import Case as Call
from vpo_envs.domains.code.family import Family, Problem
from vpo_envs.domains.code_tests import prompts
from vpo_envs.domains.code_tests.budget import size
from vpo_envs.domains.code_tests.exercise import Case, Exercise, Part
from vpo_envs.domains.code_tests.parts import commonest, is_alone
from vpo_envs.domains.code_tests.programs import LEAD, make_program, make_stub, write_case

SMALLEST = 3
LARGEST = 100
"""Sizes of inputs that are no edge cases."""

DRAWS = 6
"""Inputs of a size of which one is taken."""

STREAM = 3
"""Of the first input: apart from those of `Problem.examples` and `Problem.hidden`."""

EXAMPLES_OF_ONE = 2
SLACK = 1.15
"""Budget as a multiple of the smallest known solutions, for answers in another style."""

EASILY_GUESSED = frozenset({"0", "1", "2", "-1", "[]", "''", "[0]", "[1]"})
"""Results that code which ignores its input gives."""


class Shape(NamedTuple):
    """The form of exercises.

    Attributes:
        problems: Number of problems in one.
        affordable: Number of the largest of them that the budget admits; None for no budget.
        tests: Hidden tests, of all problems together.
    """

    problems: int
    affordable: int | None
    tests: int


def sample_exercise(
    rng: np.random.Generator,
    families: Sequence[Family],
    program_share: float,
    shape: Shape,
    split: str | None = None,
) -> Exercise:
    """Draws problems and whether functions or a program are asked for.

    Args:
        rng: Source of randomness.
        families: Families to choose from, at least as many as problems.
        program_share: How often a program is asked for.
        shape: The form of the exercise.
        split: The split that the problems belong to.
    """
    chosen = rng.choice(len(families), shape.problems, replace=False).tolist()
    problems = tuple(families[i].draw(rng, split) for i in chosen)
    program = bool(rng.random() < program_share)
    generated = Generated(problems, program, shape.tests)
    budget = None
    if shape.affordable is not None:
        smallest = sorted((solutions.sizes[0] for solutions in generated.solutions), reverse=True)
        budget = round(SLACK * sum(smallest[: shape.affordable])) + size(ast.parse(generated.lead))
    shown = [problem.examples[: EXAMPLES_OF_ONE if shape.problems == 1 else 1] for problem in problems]
    return Exercise(
        statement=prompts.statement(problems, shown, program, budget),
        examples=tuple(
            generated.case(problem, call) for problem, each in zip(problems, shown) for call in each
        ),
        generated=generated,
        compact=prompts.compact_statement(problems, program, budget),
        budget=budget,
    )


@dataclass(frozen=True)
class Generated:
    """Problems with their hidden tests and solutions, made when they are first asked for.

    Attributes:
        problems: The problems.
        program: Whether a program is asked for.
        count: Number of hidden tests, shared out among the problems in turn.
    """

    problems: tuple[Problem, ...]
    program: bool
    count: int

    @property
    def named(self) -> bool:
        """True if the input of programs begins with the name of a problem."""
        return self.program and len(self.problems) > 1

    @property
    def lead(self) -> str:
        """Line that begins programs of several problems."""
        return LEAD if self.named else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the problems."""
        return tuple(problem.family.name for problem in self.problems)

    @cached_property
    def cases(self) -> tuple[tuple[Case, ...], ...]:
        """The hidden tests of each problem."""
        several = len(self.problems)
        counts = [len(range(i, self.count, several)) for i in range(several)]
        return tuple(
            tuple(self.case(problem, call) for call in hidden_calls(problem, self.program, count))
            for problem, count in zip(self.problems, counts)
        )

    @cached_property
    def tests(self) -> tuple[Case, ...]:
        """The hidden tests, one of each problem in turn."""
        return tuple(self.cases[i % len(self.problems)][i // len(self.problems)] for i in range(self.count))

    @property
    def owners(self) -> tuple[str, ...]:
        """Name of the problem that each hidden test belongs to."""
        return tuple(self.names[i % len(self.problems)] for i in range(self.count))

    @cached_property
    def solutions(self) -> tuple[Solutions, ...]:
        """Sizes of the right solutions of each problem."""
        several = len(self.problems) > 1
        return tuple(rank(problem.family, self.program, several) for problem in self.problems)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The problems with their solutions."""
        return tuple(map(self._part, self.problems, self.solutions, self.cases))

    def case(self, problem: Problem, call: Call) -> Case:
        """Returns a call as a test."""
        if self.program:
            return write_case(problem.family, call, self.named)
        return Case(*call, problem.family.name)

    def _part(self, problem: Problem, solutions: Solutions, cases: Sequence[Case]) -> Part:
        stub = make_stub(problem.family, commonest(cases), self.program)
        several = len(self.problems) > 1
        return Part(
            name=problem.family.name,
            references=tuple(self._whole(problem, problem.references[i]) for i in solutions.order),
            flawed=tuple(self._whole(problem, one) for one in problem.flawed if not several or is_alone(one)),
            sizes=solutions.sizes,
            stub=stub,
            stub_size=size(ast.parse(stub)),
        )

    def _whole(self, problem: Problem, source: str) -> str:
        return make_program(problem.family, source, self.named) if self.program else source


class Solutions(NamedTuple):
    """Right solutions of a family by size.

    Attributes:
        order: Which of the references serve, the smallest first.
        sizes: Their sizes.
    """

    order: tuple[int, ...]
    sizes: tuple[int, ...]


_RANKED: dict[tuple[Any, ...], Solutions] = {}


def rank(family: Family, program: bool, several: bool) -> Solutions:
    """Returns the solutions of a family by size, on which its parameters have little influence.

    Args:
        family: The family.
        program: Whether they are programs.
        several: Whether they must stand beside those of other problems.
    """
    key = (family.name, family.references, program, several)
    if key not in _RANKED:
        problem = Problem(family, {name: values[0] for name, values in family.parameters.items()}, 0)
        sized = sorted(
            (size(ast.parse(make_program(family, source, several) if program else source)), i)
            for i, source in enumerate(problem.references)
            if not several or is_alone(source)
        )
        _RANKED[key] = Solutions(tuple(i for _, i in sized), tuple(each for each, _ in sized))
    return _RANKED[key]


def hidden_calls(problem: Problem, program: bool, count: int) -> tuple[Call, ...]:
    """Returns edge cases, up to a third, spread evenly among inputs of sizes from `SMALLEST` to `LARGEST`.

    Small inputs touch few of a problem's rules, so that answers with different mistakes pass different tests.
    Of several inputs of a size the one is taken whose result is rarest so far and not `EASILY_GUESSED`:
    always to return the commonest result should not pay. Of edge cases with such results there are few, too.

    Args:
        problem: The problem.
        program: Whether they are for a program; texts without letters, which it could print by doing
            nothing, are then left out.
        count: Number of calls.
    """
    cases = [case for case in problem.edge_cases if not (program and case.expected == "")]
    telling = [case for case in cases if not _is_easily_guessed(case)]
    guessed = [case for case in cases if _is_easily_guessed(case)]
    edges = [*telling, *guessed[: count // 8]][: count // 3]
    results = Counter(repr(edge.expected) for edge in edges)
    calls = []
    sizes = np.geomspace(SMALLEST, LARGEST, count - len(edges)).round().astype(int)
    for place, each in enumerate(sizes.tolist()):
        drawn = problem.cases([each] * DRAWS, STREAM + place)
        calls.append(min(drawn, key=lambda call: results[repr(call.expected)] + _is_easily_guessed(call)))
        results[repr(calls[-1].expected)] += 1
    for i, edge in enumerate(edges):
        calls.insert((2 * i + 1) * count // (2 * len(edges)), edge)
    return tuple(calls)


def _is_easily_guessed(call: Call) -> bool:
    return repr(call.expected) in EASILY_GUESSED
