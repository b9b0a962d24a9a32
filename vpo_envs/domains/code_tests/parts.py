"""Several problems in one exercise: which of them fit into the budget, and what that earns."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from vpo_envs.domains.code_tests.budget import size
from vpo_envs.domains.code_tests.exercise import Case, Hidden
from vpo_envs.metrics import pareto_mask
from vpo_envs.task import Reward

NOTHING, STUB, SOLUTION = range(3)
Choice = tuple[int, ...]
"""For each part, one of the three above."""


def is_alone(source: str) -> bool:
    """Checks whether code holds one function and imports alone, so that it can stand beside other code."""
    kinds = [type(node) for node in ast.parse(source).body]
    return kinds.count(ast.FunctionDef) == 1 and set(kinds) <= {ast.FunctionDef, ast.Import, ast.ImportFrom}


def best_choices(generated: Hidden, budget: int | None) -> list[Choice]:
    """Returns what can be done within the budget, so that nothing more fits in.

    Each part gets its smallest solution, a stub, or nothing. Every choice on this list earns something that
    no other does: together they are the front, as far as it is known.
    """
    parts = generated.parts
    if budget is None:
        return [(SOLUTION,) * len(parts)]
    left = budget - size(ast.parse(generated.lead))
    costs = [(0, part.stub_size, part.sizes[0]) for part in parts]
    fitting = [
        choice
        for choice in product(range(3), repeat=len(parts))
        if sum(cost[level] for cost, level in zip(costs, choice)) <= left
    ]
    known = set(fitting)
    largest = [choice for choice in fitting if not any(more in known for more in _more(choice))]
    rewards = np.array([_marks(generated, choice) for choice in largest], np.float32)
    first = np.unique(rewards, axis=0, return_index=True)[1]  # a stub may pass as much as a solution
    return [largest[i] for i in first[pareto_mask(rewards[first])]]


def source_of(generated: Hidden, choice: Choice) -> str:
    """Returns the code of a choice."""
    sources = (("", part.stub, part.references[0])[level] for part, level in zip(generated.parts, choice))
    return join(generated.lead, [source for source in sources if source])


def join(lead: str, sources: Sequence[str]) -> str:
    """Returns sources one after the other, below the lead."""
    return "\n\n".join(filter(None, [lead, *sources]))


def front(generated: Hidden, budget: int | None, objectives: int) -> Reward:
    """Returns the rewards of `best_choices`, shape (f, objectives)."""
    marks = [_marks(generated, choice) for choice in best_choices(generated, budget)]
    return np.array([[row[i % len(row)] for i in range(objectives)] for row in marks], np.float32)


def commonest(tests: Sequence[Case]) -> object:
    """Returns the result that most tests expect, of several the first."""
    results = [repr(case.expected) for case in tests]
    return tests[results.index(max(results, key=results.count))].expected


def _marks(generated: Hidden, choice: Choice) -> list[bool]:
    """Returns which hidden tests the code of a choice passes."""
    levels = dict(zip(generated.names, choice))
    owned = list(zip(generated.tests, generated.owners))
    constants = {
        name: repr(commonest([case for case, owner in owned if owner == name])) for name in generated.names
    }
    return [
        levels[owner] == SOLUTION or (levels[owner] == STUB and repr(case.expected) == constants[owner])
        for case, owner in owned
    ]


def _more(choice: Choice) -> Iterator[Choice]:
    for i, level in enumerate(choice):
        if level < SOLUTION:
            yield (*choice[:i], level + 1, *choice[i + 1 :])
