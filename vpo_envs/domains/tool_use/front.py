"""The true Pareto front under a budget.

A budget is worth spending only on the name of a gold call, on one of its argument names or on
the value of one, each of which costs 1; and, where words count, on tags. So an answer that no other
beats is, for each gold call, a number of argument names and a number of values among them. All
such plans are weighed by dynamic programming over the calls; which names and values are written does not
matter, as each counts the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.gold import GoldCall, match_arguments
from vpo_envs.domains.tool_use.scoring import Pair
from vpo_envs.metrics import pareto_mask

OPENING_WORDS = 1
"""`<tool_call>`."""

WELL_FORMED_WORDS = 3
"""`<think>`, `</think>` and `</tool_call>`."""


class Plan(NamedTuple):
    """Parts of the gold calls.

    Attributes:
        calls: What is made of them.
        cost: Names, argument names and values.
        right: Whether one of them is right enough to earn the format its worth.
        arg_key: Sum of the matches of the argument names.
        arg_value: Sum of the matches of the values.
    """

    calls: tuple[Call, ...] = ()
    cost: int = 0
    right: bool = False
    arg_key: float = 0.0
    arg_value: float = 0.0


def best_by_entries(gold: Sequence[GoldCall], entries: int) -> list[Plan]:
    """Returns a plan for each point of the true front if so many entries are sent.

    Args:
        gold: The gold calls, at least one.
        entries: Entries that are sent.
    """
    plans = _plans(gold, entries)
    mask = _distinct_best([(p.right, len(p.calls), p.arg_key, p.arg_value) for p in plans])
    return [plans[i] for i in mask]


def best_by_words(gold: Sequence[GoldCall], budget: int) -> list[tuple[Plan, bool]]:
    """Returns a plan, and whether to be well-formed, for each point of the true front.

    Args:
        gold: The gold calls, at least one; of different tools, every value a single word.
        budget: Words that are read.
    """
    spendable = budget - OPENING_WORDS
    answers = [(plan, False) for plan in _plans(gold, spendable)]
    answers += [(plan, True) for plan in _plans(gold, spendable - WELL_FORMED_WORDS) if plan.right]
    mask = _distinct_best([(formed, len(p.calls), p.arg_key, p.arg_value) for p, formed in answers])
    return [answers[i] for i in mask]


def shortened(call: Call, n_keys: int, n_values: int) -> Call:
    """Returns the call with its first `n_keys` arguments, the first `n_values` of them with values."""
    items = list(call.parameters.items())[:n_keys]
    return Call(call.name, {key: value if i < n_values else None for i, (key, value) in enumerate(items)})


def _plans(gold: Sequence[GoldCall], budget: int) -> list[Plan]:
    """Returns the plans within a budget; those that cost more and bring no more than another are left out."""
    plans = [Plan()]
    for wanted in gold:
        parts = _parts(wanted)
        longer = plans + [_joined(plan, part) for plan in plans for part in parts]
        affordable = [plan for plan in longer if plan.cost <= budget]
        values = [(-p.cost, len(p.calls), p.right, p.arg_key, p.arg_value) for p in affordable]
        plans = [affordable[i] for i in _distinct_best(values)]
    return plans


def _parts(gold: GoldCall) -> list[Plan]:
    """Returns all that can be made of one call."""
    call = gold.call
    parts = []
    for n_keys in range(len(call.parameters) + 1):
        for n_values in range(n_keys + 1):
            made = shortened(call, n_keys, n_values)
            keys, values = match_arguments(gold, made)
            right = Pair(gold, made, 1.0, keys, values).right
            parts.append(Plan((made,), 1 + n_keys + n_values, right, keys, values))
    return parts


def _joined(plan: Plan, part: Plan) -> Plan:
    return Plan(
        plan.calls + part.calls,
        plan.cost + part.cost,
        plan.right or part.right,
        plan.arg_key + part.arg_key,
        plan.arg_value + part.arg_value,
    )


def _distinct_best(values: Sequence[tuple[float, ...]]) -> list[int]:
    """Returns the places of the values that no other beats, the first of equal ones."""
    distinct: dict[tuple[float, ...], int] = {}
    for place, value in enumerate(values):
        distinct.setdefault(tuple(round(number, 9) for number in value), place)
    if not distinct:
        return []
    mask = pareto_mask(np.array(list(distinct), float))
    return [place for place, best in zip(distinct.values(), mask) if best]
