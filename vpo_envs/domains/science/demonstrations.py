"""Answers of graded quality for warm starts: laws and experiments, right, rough and wrong."""

from __future__ import annotations

import numpy as np

from vpo_envs.domains.science.answers import write_answer
from vpo_envs.domains.science.expression import Apply, Expr, Number, Symbol, substitute
from vpo_envs.domains.science.fitting import significant
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.scoring import Ladder

COUNT = 8
GOOD_FEASIBILITY = 0.7


def demonstrate(
    problem: Problem, ladder: Ladder, rng: np.random.Generator, digits: int, *, compact: bool
) -> list[str]:
    """`COUNT` answers; about half of the laws are on the true front, half of the experiments good."""
    front = [reference.law for reference, _ in ladder.front]
    known = [reference.law for reference in ladder.references if reference.complexity <= ladder.complexity]
    answers = []
    for _ in range(COUNT):
        kind = rng.random()
        if kind < 0.55:
            law = front[rng.integers(len(front))]
        elif kind < 0.75:
            law = known[rng.integers(len(known))]
        elif kind < 0.9:
            law = _rough(problem.law, rng, digits)
        else:
            law = _muddled(problem, rng)
        answers.append(write_answer(problem, law, _settings(problem, rng), compact=compact))
    return answers


def _settings(problem: Problem, rng: np.random.Generator) -> tuple[int, ...] | None:
    kind = rng.random()
    if kind < 0.1:
        return None
    places = np.argwhere(problem.feasibility >= (GOOD_FEASIBILITY if kind < 0.6 else 0.0))
    return tuple(int(index) for index in places[rng.integers(len(places))])


def _rough(law: Expr, rng: np.random.Generator, digits: int) -> Expr:
    """The law with its prefactor off by up to two fifths."""
    factor = significant(float(rng.uniform(0.6, 1.4)), digits)
    if isinstance(law, Apply) and law.op in "*/":
        head = _rough(law.args[0], rng, digits)
        return Apply(law.op, (head, law.args[1]))
    if isinstance(law, Number):
        return Number(significant(float(law.value * factor), digits))
    return Apply("*", (Number(factor), law))


def _muddled(problem: Problem, rng: np.random.Generator) -> Expr:
    """The law with one symbol taken for another, which most often spoils its units."""
    symbols = sorted(problem.family.quantities)
    wrong, taken = symbols[rng.integers(len(symbols))], symbols[rng.integers(len(symbols))]
    return substitute(problem.law, {wrong: Symbol(taken)})
