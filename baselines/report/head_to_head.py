"""Head-to-head comparison of two agents over the results of several benches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from baselines.report.data import Array, Comparison, Results
from baselines.report.tables import LEVEL, Table, counted
from vpo_envs import intervals
from vpo_envs.suggestions import did_you_mean


def head_to_head(
    results: Sequence[Results], first: str, second: str, measures: Sequence[str] = ("expected_best",)
) -> Table:
    """Returns the paired difference of two agents on every environment, with adjusted p-values.

    The tests are two-sided, see `vpo_envs.intervals.paired_test`, and adjusted by Holm's method for the
    rows of this table alone. So the p-values hold for a question that was asked before the runs were
    seen; a search for the pair, the measure or the environments that differ most needs the tables of
    `vpo report`, which count every pair.

    Args:
        results: Results of one bench or several; environments on which one of the two did not run are
            left out.
        first: Label of the agent whose lead is shown.
        second: Label of the other agent.
        measures: Names of measures; `best@k` with a k up to the size of the pools; or `trend`, the growth
            of best@k per e-fold of k, whose difference is positive where the gap widens with k.

    Raises:
        ValueError: If the two agents ran together on no environment, or a measure is unknown there.
    """
    together = [
        comparison
        for each in results
        for comparison in each.comparisons
        if {first, second} <= set(comparison.labels)
    ]
    if first == second or not together:
        labels = list(dict.fromkeys(label for each in results for label in each.everyone))
        raise ValueError(
            f"agents {first!r} and {second!r} did not run together on any environment; there are "
            f"{', '.join(labels)}"
        )
    pairs = [(comparison, measure) for comparison in together for measure in measures]
    values = [[_values(one, label, measure) for label in (first, second)] for one, measure in pairs]
    differences = [a - b for a, b in values]
    one_sided = np.array(
        [
            np.nan if one.indicative else intervals.paired_test(difference)
            for (one, _), difference in zip(pairs, differences)
        ]
    )
    found = np.minimum(1.0, 2 * np.minimum(one_sided, 1 - one_sided))
    adjusted = intervals.holm(found)
    rows = [
        [
            one.env.env,
            *([measure] if len(measures) > 1 else []),
            f"{len(one.seeds)} x {one.tasks}",
            *(f"{value.mean():.3f}" for value in means),
            _signed(intervals.paired_interval(difference)),
            _p_value(p),
            _p_value(holm),
        ]
        for (one, measure), means, difference, p, holm in zip(pairs, values, differences, found, adjusted)
    ]
    signs = np.sign([difference.mean() for difference in differences])[adjusted < LEVEL]
    tested = int(np.isfinite(adjusted).sum())
    subject = measures[0] if len(measures) == 1 else f"{len(measures)} measures"
    title = (
        f"{first} - {second}, {subject}: significantly higher in {(signs > 0).sum()} of "
        f"{counted(tested, 'test')}, lower in {(signs < 0).sum()}; differences with 95% t-interval, "
        "two-sided p-values of paired tests over seeds and tasks, adjusted by Holm's method for these tests"
    )
    measured = ["measure"] if len(measures) > 1 else []
    columns = ["environment", *measured, "seeds x tasks", first, second, "difference", "p", "adjusted p"]
    return Table(title, columns, rows)


def _values(comparison: Comparison, label: str, measure: str) -> Array:
    """Returns the values of a measure, shape (seeds, tasks)."""
    if measure == "trend" and comparison.pool > 1:
        return comparison.slope(label)
    budget = measure.removeprefix("best@")
    if budget != measure and budget.isdecimal() and 1 <= int(budget) <= comparison.pool:
        return comparison.curve(label)[..., int(budget) - 1]
    if measure not in comparison.measures():
        raise ValueError(
            f"measure={measure!r} is unknown on {comparison.env.env}, with pools of {comparison.pool}; "
            f"{did_you_mean(measure, [*comparison.measures(), 'trend'])}"
        )
    return comparison.values(label, measure)


def _signed(estimate: intervals.Estimate) -> str:
    return f"{estimate.value:+.3f} [{estimate.low:+.3f}, {estimate.high:+.3f}]"


def _p_value(p: float) -> str:
    """Returns a p-value for a cell: `-` where there are too few seeds for a test."""
    if np.isnan(p):
        return "-"
    return f"{p:.4f}" if p >= 1e-4 else "<0.0001"
