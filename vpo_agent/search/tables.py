"""Tables of search results for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.table import Table

from vpo_agent.agents.evaluation import WEIGHTINGS
from vpo_agent.search.choices import contexts_of
from vpo_agent.search.result import SearchResult
from vpo_agent.tasks.source import DomainTasks, TaskSource
from vpo_envs.metrics import best_utilities
from vpo_envs.scalarization import spread_weights
from vpo_envs.selection import satisfaction


def curve_table(result: SearchResult, source: TaskSource) -> Table:
    """Returns a table of the best answer by budget: under the fixed scalarization and over weightings."""
    table = Table("answers", "tokens", "best scalar", "expected_best")
    budgets = budgets_to(result.run["budget"])
    tokens = [np.mean([pool.tokens[:k][-1] for pool in result.pools]) for k in budgets]
    scalars = result.curve(source.weights, budgets)
    expected = result.curve(spread_weights(WEIGHTINGS, len(source.weights)), budgets)
    for k, spent, scalar, best in zip(budgets, tokens, scalars, expected):
        table.add_row(f"{k:,}", f"{spent:,.0f}", f"{scalar:.3f}", f"{best:.3f}")
    return table


def choice_table(result: SearchResult) -> Table:
    """Returns a table with the mean reward vector of the chosen answers."""
    table = Table("chosen by", *result.objectives)
    table.add_row(result.choice, *(f"{value:.3f}" for value in result.rewards.mean(axis=0)))
    return table


def satisfaction_table(result: SearchResult, source: DomainTasks, tasks: Sequence[Any]) -> Table:
    """Returns a table of satisfaction per context: with one answer for all, and with an answer of its own.

    The one for all is the best under the fixed scalarization, whatever the search chose. Satisfaction is a
    share of the best reward: on the true fronts where they are known, else in the pools. Tasks without a
    reward there are left out.
    """
    contexts = contexts_of(source)
    population = np.array(list(contexts.values()))
    fronts = [source.domain.pareto_front(task) for task in tasks]
    known = [pool.rewards if front is None else front for pool, front in zip(result.pools, fronts)]
    pools = [pool.rewards for pool in result.pools]
    compromises = [rewards[[int((rewards @ source.weights).argmax())]] for rewards in pools]
    # A task where nothing is worth anything has no share of the best.
    worth = np.array([best_utilities(np.asarray(best, float), population) > 0 for best in known])
    one, own = (
        np.where(worth, [satisfaction(rewards, population, best) for rewards, best in zip(offers, known)], 0)
        for offers in (compromises, pools)
    )
    there = "in the pool" if any(front is None for front in fronts) else "on the true front"
    table = Table("context", "one answer for all", "an answer of its own", title=f"share of the best {there}")
    for name, tasks_of, *shares in zip(contexts, worth.sum(axis=0), one.sum(axis=0), own.sum(axis=0)):
        table.add_row(name, *(f"{share / tasks_of:.3f}" if tasks_of else "–" for share in shares))
    return table


def budgets_to(most: int) -> list[int]:
    """Returns the budgets 1, 3, 10, 30 ... below the largest one, and the largest one.

    Example:
        >>> budgets_to(64)
        [1, 3, 10, 30, 64]
    """
    steps = (10**power * digit for power in range(len(str(most))) for digit in (1, 3))
    return [*(k for k in steps if k < most), most]
