"""Head-to-head comparison of two agents over the results of several benches: rows, table, forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from baselines.report.data import Array, Comparison, Results
from baselines.report.escaping import plot_text
from baselines.report.style import PALETTE
from baselines.report.tables import LEVEL, Table, counted
from vpo_envs import intervals
from vpo_envs.intervals import Estimate
from vpo_envs.suggestions import did_you_mean


@dataclass(frozen=True)
class PairedDifference:
    """Difference of two agents in a measure on one environment.

    Attributes:
        env: Id of the environment.
        measure: Name of the measure.
        seeds: Number of seeds.
        tasks: Number of held-out tasks.
        first: Mean of the agent whose lead is shown.
        second: Mean of the other agent.
        difference: `first - second` with the 95% t-interval that belongs to the test.
        p: Two-sided p-value of the paired test over seeds and tasks; NaN with too few seeds.
        adjusted: The p-value, adjusted by Holm's method for all rows.
    """

    env: str
    measure: str
    seeds: int
    tasks: int
    first: float
    second: float
    difference: Estimate
    p: float
    adjusted: float

    @property
    def sign(self) -> int:
        """1 if the first agent is significantly higher, -1 if it is lower, else 0."""
        return int(np.sign(self.difference.value)) if self.adjusted < LEVEL else 0


def head_to_head(
    results: Sequence[Results], first: str, second: str, measures: Sequence[str] = ("expected_best",)
) -> list[PairedDifference]:
    """Returns the paired differences of two agents on every environment, with adjusted p-values.

    The tests are those of `vpo_envs.intervals.paired_test`, adjusted by Holm's method for these rows alone.
    So the p-values hold for a question that was asked before the runs were seen; a search for the pair, the
    measure or the environments that differ most needs the tables of `vpo report`, which count every pair.

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
    if first == second:
        raise ValueError(f"agents {first!r} and {second!r} are the same; give two different labels")
    if not together:
        labels = list(dict.fromkeys(label for each in results for label in each.everyone))
        raise ValueError(
            f"agents {first!r} and {second!r} did not run together on any environment; there are "
            f"{', '.join(labels)}"
        )
    pairs = [(comparison, measure) for comparison in together for measure in measures]
    values = [[_values(one, label, measure) for label in (first, second)] for one, measure in pairs]
    p = np.array([_p_value(one, a - b) for (one, _), (a, b) in zip(pairs, values)])
    return [
        PairedDifference(
            one.env.env,
            measure,
            *(len(one.seeds), one.tasks),
            *(float(a.mean()), float(b.mean())),
            intervals.paired_interval(a - b),
            *(float(raw), float(adjusted)),
        )
        for (one, measure), (a, b), raw, adjusted in zip(pairs, values, p, intervals.holm(p))
    ]


def head_to_head_table(rows: Sequence[PairedDifference], first: str, second: str) -> Table:
    """Returns the table of `head_to_head`."""
    measures = list(dict.fromkeys(row.measure for row in rows))
    several = len(measures) > 1
    cells = [
        [
            row.env,
            *([row.measure] if several else []),
            f"{row.seeds} x {row.tasks}",
            *(f"{mean:.3f}" for mean in (row.first, row.second)),
            _interval(row.difference),
            *map(_shown, (row.p, row.adjusted)),
        ]
        for row in rows
    ]
    tested = sum(not np.isnan(row.p) for row in rows)
    higher, lower = (sum(row.sign == sign for row in rows) for sign in (1, -1))
    title = (
        f"{first} - {second}, {', '.join(measures)}: significantly higher in {higher} of "
        f"{counted(tested, 'test')}, lower in {lower}; differences with 95% t-interval, two-sided p-values "
        "of paired tests over seeds and tasks, adjusted by Holm's method for these tests"
    )
    measured = ["measure"] if several else []
    columns = ["environment", *measured, "seeds x tasks", first, second, "difference", "p", "adjusted p"]
    return Table(title, columns, cells)


def save_forest_plot(rows: Sequence[PairedDifference], first: str, second: str, path: Path) -> None:
    """Draws the differences with their intervals; full dots are significant.

    Args:
        rows: Return value of `head_to_head`.
        first: Label of the agent whose lead is shown.
        second: Label of the other agent.
        path: Image to write; its ending is the format, such as `.png` or `.svg`.

    Raises:
        ValueError: If matplotlib does not write this format.
        OSError: If the file cannot be written.
    """
    several = len({row.measure for row in rows}) > 1
    figure, axes = plt.subplots(figsize=(6.4, 1.2 + 0.34 * len(rows)), layout="constrained")
    for place, row in enumerate(rows):
        low, high = row.difference.value - row.difference.low, row.difference.high - row.difference.value
        axes.errorbar(
            row.difference.value,
            place,
            xerr=[[low], [high]],
            fmt="o",
            color=PALETTE[0],
            markerfacecolor=PALETTE[0] if row.sign else "white",
            capsize=3,
        )
    axes.axvline(0, color="#888888", linewidth=1)
    axes.set_yticks(range(len(rows)), [plot_text(_name(row, several)) for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel(plot_text(f"{first} - {second}" + ("" if several else f", {rows[0].measure}")))
    axes.spines[["top", "right"]].set_visible(False)
    try:
        figure.savefig(path, dpi=110)
    finally:
        plt.close(figure)


def _name(row: PairedDifference, several: bool) -> str:
    env = row.env.rpartition(":")[2]
    return f"{env}, {row.measure}" if several else env


def _p_value(comparison: Comparison, difference: Array) -> float:
    if comparison.indicative:
        return float("nan")
    one_sided = intervals.paired_test(difference)
    return min(1.0, 2 * min(one_sided, 1 - one_sided))


def _values(comparison: Comparison, label: str, measure: str) -> Array:
    """Returns the values of a measure, shape (seeds, tasks)."""
    if measure == "trend":
        if comparison.pool < 2:
            raise ValueError(
                f"measure='trend' needs pools of at least 2 answers, on {comparison.env.env} they have 1"
            )
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


def _interval(estimate: Estimate) -> str:
    value, low, high = (round(x, 3) + 0.0 for x in (estimate.value, estimate.low, estimate.high))  # no -0
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"


def _shown(p: float) -> str:
    """Returns a p-value for a cell: `-` where there are too few seeds for a test."""
    if np.isnan(p):
        return "-"
    return f"{p:.4f}" if p >= 1e-4 else "<0.0001"
