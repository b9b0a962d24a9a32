"""Report of an unlock experiment: Markdown with tables, and a plot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from baselines.benchmark.plan import WARM_START
from baselines.report.data import ENOUGH_SEEDS
from baselines.report.escaping import code_span, markdown, plot_text
from baselines.report.style import looks
from baselines.report.tables import Table, stars
from baselines.unlock.results import UnlockFile
from vpo_agent.common.atomic_io import explained, write_atomically
from vpo_envs import intervals

BUDGETS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)


def write_report(results: UnlockFile, out: str | Path) -> Path:
    """Writes `unlock.md` and `unlock.png`.

    Args:
        results: Results of the experiment.
        out: Folder of the files.

    Returns:
        The Markdown file.
    """
    folder = Path(out)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    draw(results, folder / "unlock.png")
    parts = [
        f"# Unlock experiment on {markdown(results.env)}",
        f"Of {results.screened} tasks no run {_of_screeners(results)}solves {results.unsolved} within "
        f"{results.experiment['pool']} answers. The first {len(results.hard)} of these were searched with "
        f"every run: strategy {markdown(str(results.experiment['strategy']))}, {results.budget:,} answers "
        f"per task. Solved: {markdown(results.solved)}.",
        *(table.markdown() for table in tables(results)),
        "![Share of the hard tasks that are solved, by answers](unlock.png)",
        "Intervals are 95% bootstrap intervals over seeds and tasks. Where all values are equal, they are "
        "exact intervals over tasks (Clopper-Pearson), because a bootstrap would have width zero. "
        "Differences are paired by seed and task; * marks p < .05 in a paired test over both. "
        f"Made by {code_span(results.command)}.",
    ]
    page = folder / "unlock.md"
    write_atomically(page, "\n\n".join(parts) + "\n")
    return page


def tables(results: UnlockFile) -> list[Table]:
    """Returns tables of solved shares by budget, their differences, and tasks solved by one agent alone."""
    budgets = [*(k for k in BUDGETS if k < results.budget), results.budget]
    solved = {label: solved_by(results.solved_at(label), budgets) for label in results.labels}
    alone = [
        [
            label,
            str(len(results.ever(label))),
            ", ".join(results.only(label)) or "none",
            f"{sum(run.tokens for run in results.runs if run.label == label):,}",
        ]
        for label in results.labels
    ]
    return [
        *screening_tables(results),
        _shares(f"Share of the {len(results.hard)} hard tasks solved after k answers", solved, budgets),
        _differences(solved, budgets),
        Table(
            "Hard tasks solved by at least one seed",
            ["agent", "solved", "that no other agent solves", "tokens"],
            alone,
        ),
    ]


def screening_tables(results: UnlockFile) -> list[Table]:
    """Returns the tables of the screening of all tasks; none for files without a screening."""
    if not results.screening:
        return []
    pool = int(results.experiment["pool"])
    budgets = [*(k for k in (1, 3, *BUDGETS) if k < pool), pool]
    labels = results.screeners or results.labels
    solved = {label: solved_by(results.screened_at(label), budgets) for label in labels}
    title = f"Share of all {results.screened} tasks solved in the screening"
    shares = _shares(title, solved, budgets)
    return [shares, _differences(solved, budgets)] if len(labels) > 1 else [shares]


def _of_screeners(results: UnlockFile) -> str:
    return f"of {', '.join(map(markdown, results.screeners))} " if results.screeners else ""


def _shares(title: str, solved: dict[str, list[NDArray[np.float64]]], budgets: list[int]) -> Table:
    rows = [[label, *(str(intervals.bounded_mean(at)) for at in solved[label])] for label in solved]
    return Table(title, ["agent", *(f"k={k:,}" for k in budgets)], rows)


def _differences(solved: dict[str, list[NDArray[np.float64]]], budgets: list[int]) -> Table:
    """Returns the differences of every pair of agents, the warm start last."""
    order = sorted(solved, key=lambda label: label == WARM_START)
    pairs = list(combinations(order, 2))
    found = [[a - b for a, b in zip(solved[one], solved[other])] for one, other in pairs]
    rows = [[f"{one} − {other}", *cells] for (one, other), cells in zip(pairs, differences(found))]
    title = "Differences of these shares, paired by seed and task; * p < .05, by Holm's method over the table"
    return Table(title, ["agents", *(f"k={k:,}" for k in budgets)], rows)


def differences(found: Sequence[Sequence[intervals.Array]]) -> list[list[str]]:
    """Formats the differences of a table; with at least three seeds, significant ones are starred."""
    flat = [values for row in found for values in row]
    tested = flat and len(flat[0]) >= ENOUGH_SEEDS
    marks = iter(stars(flat) if tested else [""] * len(flat))
    return [[f"{intervals.bounded_mean(values, low=-1.0)}{next(marks)}" for values in row] for row in found]


def solved_by(solved_at: NDArray[np.float64], budgets: list[int]) -> list[NDArray[np.float64]]:
    """Returns for each budget an array (seeds, tasks): 1 where the task was solved within it, else 0."""
    return [(solved_at <= budget).astype(float) for budget in budgets]


def draw(results: UnlockFile, path: Path) -> None:
    """Draws the solved share by number of answers, with bands."""
    budgets = np.unique(np.geomspace(1, results.budget, 60).astype(int))
    figure, axes = plt.subplots(figsize=(6.4, 4.0))
    for label, look in looks(results.labels).items():
        curve = np.stack(solved_by(results.solved_at(label), budgets.tolist()), axis=-1)
        low, high = intervals.bounded_interval(curve)
        axes.plot(
            budgets, curve.mean(axis=(0, 1)), label=plot_text(label), **look.drawn(range(0, len(budgets), 8))
        )
        axes.fill_between(budgets, low, high, color=look.colour, alpha=0.15, linewidth=0)
    axes.set(xscale="log", xlabel="answers per task", ylabel="share of the hard tasks solved")
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110, bbox_inches="tight")
    plt.close(figure)
