"""Plausible answers of graded quality, for warm starts.

An answer is a plan that spends the budget on names, argument names and values by a random taste, and
that has mistakes: wrong tools, argument names of other tools, other values of the right sort.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.flaws import Flaws
from vpo_envs.domains.tool_use.front import OPENING_WORDS, WELL_FORMED_WORDS, shortened
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.writing import NO_CALL_REPLY, describe, write_compact, write_full

COUNT = 8
MISTAKES = 0.6
CLOSED_MISTAKES = 0.53
"""Chance of a mistake at each name and value in demonstrations of full quality, in JSON and in the closed
vocabulary: high enough that 30 draws stay well below the true front."""

FORMLESS = 0.1
"""Chance that a demonstration in JSON has no thought."""


class Style(NamedTuple):
    """The form of a domain's answers.

    Attributes:
        closed: Whether in the short notation of the closed vocabulary.
        words: Words of an answer that are read; None for all.
    """

    closed: bool
    words: int | None


def demonstrate(problem: Problem, style: Style, rng: np.random.Generator, quality: float) -> list[str]:
    """Returns answers with mistakes: fewest at quality 1, at every name and value at quality 0."""
    fewest = CLOSED_MISTAKES if style.closed else MISTAKES
    rate = fewest + (1 - fewest) * (1 - quality)
    flaws = Flaws(problem.tools, style.closed, rate, rng)
    return [_answer(problem, style, flaws, rng) for _ in range(COUNT)]


def _answer(problem: Problem, style: Style, flaws: Flaws, rng: np.random.Generator) -> str:
    gold = problem.calls
    formed = bool(rng.random() < (0.5 if style.closed else 1 - FORMLESS))
    budget: int | None = problem.entries
    if style.words is not None:
        budget = style.words - OPENING_WORDS - WELL_FORMED_WORDS * formed
    calls = flaws.commit(_spend(gold, budget, rng))
    if style.closed:
        return write_compact(calls, formed) if calls or formed else NO_CALL_REPLY
    return write_full(calls, describe(calls) if formed else None)


def _spend(gold: Sequence[Call], budget: int | None, rng: np.random.Generator) -> list[Call]:
    """Draws parts of the calls that cost so much: names, keys and values are taken up one by one."""
    taste = rng.dirichlet([0.5, 0.5, 0.5]).tolist()
    made: dict[int, tuple[int, int]] = {}  # call -> how many of its keys, how many values for them
    if budget is None:
        budget = sum(1 + 2 * len(call.parameters) for call in gold)
    for _ in range(budget):
        steps = []
        for i, call in enumerate(gold):
            if i not in made:
                steps.append((taste[0], i, (0, 0)))
                continue
            keys, values = made[i]
            if keys < len(call.parameters):
                steps.append((taste[1], i, (keys + 1, values)))
            if values < keys:
                steps.append((taste[2], i, (keys, values + 1)))
        if not steps:
            break
        _, i, made_of_it = max(steps, key=lambda step: step[0] * (1 - rng.random()))
        made[i] = made_of_it
    return [shortened(gold[i], *made[i]) for i in sorted(made)]
