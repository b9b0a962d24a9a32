"""Tables of a comparison in Markdown, LaTeX, and for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from rich.markup import escape
from rich.table import Table as RichTable

from baselines.benchmark.results import TuningRecord
from baselines.report.data import Comparison, Results
from baselines.report.escaping import markdown
from vpo_agent.common.parsing import printable
from vpo_envs import intervals
from vpo_envs.intervals import Estimate

USED = {
    "answers": "answers",
    "rollouts": "rollouts",
    "tokens": "tokens",
    "gradient_steps": "gradient steps",
    "seconds": "seconds",
}
COMPARED = ("expected_best", "regret", "diversity", "greedy_best", "greedy_expected_best")
LEVEL = 0.05
LATEX = str.maketrans(
    {
        **{c: f"\\{c}" for c in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)


@dataclass(frozen=True)
class Table:
    """Table of plain text cells.

    Attributes:
        title: Title of the table.
        columns: Headers.
        rows: Cells, one list per row.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Returns the table in Markdown, below its title."""
        lines = [
            "| " + " | ".join(markdown(cell).replace("|", "\\|") for cell in row) + " |"
            for row in (self.columns, *self.rows)
        ]
        rule = "|" + "|".join(["---"] * len(self.columns)) + "|"
        return "\n".join([f"**{markdown(self.title)}**", "", lines[0], rule, *lines[1:]])

    def latex(self) -> str:
        """Returns the table in LaTeX; needs the package booktabs."""
        head, *body = [
            " & ".join(printable(cell).translate(LATEX) for cell in row) + r" \\"
            for row in (self.columns, *self.rows)
        ]
        columns = "l" + "r" * (len(self.columns) - 1)
        return "\n".join(
            [
                r"\begin{table}",
                rf"\caption{{{printable(self.title).translate(LATEX)}}}",
                rf"\begin{{tabular}}{{{columns}}}",
                *(r"\toprule", head, r"\midrule", *body, r"\bottomrule"),
                r"\end{tabular}",
                r"\end{table}",
            ]
        )

    def rich(self) -> RichTable:
        """Returns the table for the terminal."""
        table = RichTable(title=escape(printable(self.title)), title_justify="left")
        for column in self.columns:
            table.add_column(escape(printable(column)))
        for row in self.rows:
            table.add_row(*(escape(printable(cell)) for cell in row))
        return table


def measures_table(comparison: Comparison) -> Table:
    """Returns mean [95% interval], with one row per measure and one column per agent."""
    labels = comparison.labels
    rows = [
        [f"best@{k}", *(str(intervals.mean(comparison.curve(label)[..., k - 1])) for label in labels)]
        for k in comparison.budgets
    ]
    rows += [
        [measure, *(str(comparison.estimate(label, measure)) for label in labels)]
        for measure in comparison.measures()
        if not measure.startswith("best@")  # from the pools, at the budgets of all tables and plots
    ]
    middles = (str(intervals.iqm(comparison.values(label, "expected_best"))) for label in labels)
    rows.append(["expected_best, interquartile mean", *middles])
    title = (
        f"{comparison.env.env}, {comparison.env.split} split: mean [95% bootstrap interval over "
        f"{counted(len(comparison.seeds), 'seed')} and {counted(comparison.tasks, 'task')}], pools of "
        f"{counted(comparison.pool, 'answer')}"
    )
    return Table(_marked(title, comparison), ["measure", *labels], rows)


def budgets_table(comparison: Comparison) -> Table:
    """Returns the budgets that a training run of each agent used."""
    rows = [
        [text, *(f"{comparison.budget(label, name):,.0f}" for label in comparison.labels)]
        for name, text in USED.items()
    ]
    return Table(f"{comparison.env.env}: budgets per training run", ["budget", *comparison.labels], rows)


def comparison_table(comparison: Comparison) -> Table:
    """Returns paired differences, one row per pair of agents, with stars where they are significant."""
    measures = [measure for measure in COMPARED if measure in comparison.measures()]
    pairs, found = comparison.pairs(), []
    for first, second in pairs:
        gaps = comparison.gap(first, second)
        row = [gaps[..., k - 1] for k in comparison.budgets]
        row += [comparison.difference(first, second, measure) for measure in measures]
        found.append([*row, *([comparison.trend(first, second)] if comparison.pool > 1 else [])])
    flat = [values for row in found for values in row]
    marks = iter(stars(flat) if not comparison.indicative else [""] * len(flat))
    rows = []
    for (first, second), row in zip(pairs, found):
        better = intervals.improvement(
            comparison.values(first, "expected_best"), comparison.values(second, "expected_best")
        )
        cells = [f"{_difference(values)}{next(marks)}" for values in row]
        trend = [] if comparison.pool > 1 else ["-"]
        rows.append([f"{first} - {second}", *cells, *trend, str(better)])
    columns = [*(f"best@{k}" for k in comparison.budgets), *measures]
    meaning = (
        f"* where a two-sided paired test over seeds and tasks has p < {LEVEL}, by Holm's method over the "
        f"{len(flat)} tests of the table; "
    )
    title = (
        f"{comparison.env.env}: paired differences [95% interval]; "
        f"{'' if comparison.indicative else meaning}"
        "trend of the best@k gap per e-fold k; probability that the first is better"
    )
    return Table(
        _marked(title, comparison), ["pair", *columns, "trend of the gap", "P(better expected_best)"], rows
    )


def claims_table(comparison: Comparison) -> Table:
    """Returns adjusted one-sided p-values of "the first agent is better than the second at k"."""
    pairs = [(a, b) for a in comparison.trained for b in comparison.trained if a != b]
    found = [
        [intervals.paired_test(comparison.gap(*pair)[..., k - 1]) for k in comparison.budgets]
        for pair in pairs
    ]
    adjusted = intervals.holm(np.ravel(found)).reshape(len(pairs), -1)
    rows = [[f"{a} > {b}", *(f"{p:.3f}" for p in row)] for (a, b), row in zip(pairs, adjusted)]
    title = (
        f"{comparison.env.env}: one-sided p-value of the paired test that the first is better at best@k, by "
        f"Holm's method over the {adjusted.size} tests of the table"
    )
    return Table(title, ["claim", *(f"k = {k}" for k in comparison.budgets)], rows)


def temperature_table(comparison: Comparison) -> Table:
    """Returns the measures of every agent at every temperature, and how often each was chosen."""
    last = f"best@{comparison.pool}"
    shown = [
        name for name in dict.fromkeys(("best@1", last, "expected_best")) if name in comparison.measures()
    ]
    rows = []
    for label in comparison.labels:
        runs = comparison.runs(label)
        for temperature in sorted({each.temperature for run in runs for each in run.temperatures}):
            at = [each for run in runs for each in run.temperatures if each.temperature == temperature]
            chosen = sum(run.temperature == temperature for run in runs)
            means = [f"{np.mean([each.measures[name] for each in at]):.3f}" for name in shown]
            choice = f"{np.mean([each.choice for each in at]):.3f}"
            rows.append([label, f"{temperature:g}", f"{chosen} of {len(runs)}", choice, *means])
    where = "other tasks"
    if comparison.env.split == "validation":
        where = "these very tasks, so the measures are a little high"
    title = f"{comparison.env.env}: sampling temperatures; runs are measured at the one chosen on {where}"
    columns = ["agent", "temperature", "chosen", "expected_best of the choice", *shown]
    return Table(_marked(title, comparison), columns, rows)


def summary_table(results: Results) -> Table:
    """Returns means over all environments, with equal weights."""
    rows = []
    for label in results.labels:
        strata = results.strata(label, "expected_best")
        others = [
            intervals.improvement(strata, results.strata(other, "expected_best")).value
            for other in results.trained
            if other != label
        ]
        chance = f"{min(others):.2f} to {max(others):.2f}" if others else "-"
        rows.append([label, str(intervals.mean(strata)), str(intervals.iqm(strata)), chance])
    count = len(results.comparisons)
    title = f"expected_best over {count} environments [95% interval, resampled within each]"
    if results.indicative:
        title += " (indicative)"
    return Table(title, ["agent", "mean", "interquartile mean", "P(better) against each other agent"], rows)


def tuning_table(results: Results) -> Table:
    """Returns the trials of the tuning; the chosen ones are starred, and choices at an edge named."""
    rows = [
        [
            search.env,
            search.label,
            str(trial.settings),
            f"{trial.value:.4f}"
            + (" *" if i == search.chosen else "")
            + (f", ended at {trial.ended_at:.0%} of the run" if trial.ended_at is not None else ""),
        ]
        for search in results.file.tuning
        for i, trial in enumerate(search.trials)
    ]
    title = "Hyperparameter tuning on the validation split; * chosen"
    edges = [(search, edge(search)) for search in results.file.tuning]
    named = [f"{search.label} on {search.env} ({at})" for search, at in edges if at]
    if named:
        title += f". At an edge of the grid, so that values beyond it may be better: {', '.join(named)}"
    return Table(title, ["environment", "agent", "settings", "value"], rows)


def edge(search: TuningRecord) -> str:
    """Returns the chosen settings that lie at an end of their grid, as `name=value`; empty if none does."""
    chosen = search.trials[search.chosen].settings
    found = []
    for name, value in chosen.items():
        grid = {trial.settings[name] for trial in search.trials if type(trial.settings[name]) in (int, float)}
        if len(grid) > 1 and value in (min(grid), max(grid)):
            found.append(f"{name}={value}")
    return ", ".join(found)


@dataclass(frozen=True)
class Tables:
    """All tables of a report, computed once for the page, Markdown and LaTeX: intervals are slow."""

    overall: list[Table]
    environments: list[list[Table]]
    tuning: list[Table]

    @property
    def every(self) -> list[Table]:
        """All tables, the overall ones first."""
        return [*self.overall, *chain.from_iterable(self.environments), *self.tuning]


def tables_of(results: Results) -> Tables:
    """Computes every table of a report."""
    return Tables(
        [summary_table(results)] if len(results.comparisons) > 1 else [],
        [environment_tables(comparison) for comparison in results.comparisons],
        [tuning_table(results)] if results.file.tuning else [],
    )


def all_tables(results: Results) -> list[Table]:
    """Returns every table of a report, the overall ones first."""
    return tables_of(results).every


def environment_tables(comparison: Comparison) -> list[Table]:
    """Returns the tables of one environment."""
    tables = [measures_table(comparison)]
    if comparison.pairs():
        tables.append(comparison_table(comparison))
        if not comparison.indicative:  # too few seeds show the variance of runs, not the agent
            tables.append(claims_table(comparison))
    if any(len(run.temperatures) > 1 for label in comparison.labels for run in comparison.runs(label)):
        tables.append(temperature_table(comparison))
    return [*tables, budgets_table(comparison)]


def counted(count: int, thing: str) -> str:
    """Returns a count with its noun: `1 seed`, `2 seeds`."""
    return f"{count} {thing}{'s' * (count != 1)}"


def stars(differences: Sequence[intervals.Array]) -> list[str]:
    """Returns a star for each of several differences (seeds, tasks) that is significant.

    Tests are two-sided and paired, with p-values adjusted for their number.
    """
    one_sided = np.array([intervals.paired_test(values) for values in differences])
    adjusted = intervals.holm(np.minimum(1.0, 2 * np.minimum(one_sided, 1 - one_sided)))
    return [" *" if p < LEVEL else "" for p in adjusted]


def _difference(values: intervals.Array) -> str:
    estimate: Estimate = intervals.mean(values)
    ends = (estimate.value, estimate.low, estimate.high)
    value, low, high = (round(round(x, 9), 3) + 0.0 for x in ends)  # the last bits do not decide; no -0
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"


def _marked(title: str, comparison: Comparison) -> str:
    return (
        f"{title} (indicative: {counted(len(comparison.seeds), 'seed')})" if comparison.indicative else title
    )
