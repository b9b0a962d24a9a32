"""The plots of a comparison, drawn with matplotlib into an existing figure's axes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from baselines.plan import WARM_START
from baselines.report.data import Results
from vpo_agent.tasks import task_source
from vpo_envs.metrics import bootstrap_interval
from vpo_envs.scalarization import spread_weights

PALETTE = ("#0072b2", "#009e73", "#d55e00", "#cc79a7", "#e69f00", "#56b4e9", "#666666", "#000000")
BAND_RESAMPLES = 300


def colours(results: Results) -> dict[str, str]:
    """A colour for every agent; grey for the untrained reference."""
    chosen = {label: PALETTE[i % len(PALETTE)] for i, label in enumerate(results.trained)}
    return {**chosen, WARM_START: "#999999"}


def draw_all(results: Results, folder: Path) -> list[tuple[str, str]]:
    """Writes every plot that the results allow as PNG; returns (file name, caption) pairs."""
    drawings = [
        ("best_at_k.png", "best@k against the budget k, with 95% bands", draw_best_at_k),
        ("diversity.png", "Diversity of the training pools, by step", draw_history),
        ("pools.png", "Pools of one held-out task in reward space, and its true front", draw_pools),
        ("routes.png", "What each agent answers to that task", draw_answers),
    ]
    written = []
    for name, caption, draw in drawings:
        figure = draw(results)
        if figure is not None:
            figure.savefig(folder / name, dpi=120, bbox_inches="tight")
            plt.close(figure)
            written.append((name, caption))
    return written


def draw_best_at_k(results: Results) -> Any:
    """best@k curves of the fixed scalar; the dashed line is the best that is possible."""
    figure, axes = plt.subplots(figsize=(6.4, 4.2))
    for label in results.labels:
        curve = results.curve(label)
        budgets = np.arange(1, curve.shape[-1] + 1)
        colour = colours(results)[label]
        style = ":" if label == WARM_START else "-"
        axes.plot(budgets, curve.mean((0, 1)), style, label=label, color=colour)
        band = np.array([bootstrap_interval(curve[..., k - 1], resamples=BAND_RESAMPLES) for k in budgets])
        axes.fill_between(budgets, band[:, 0], band[:, 1], color=colour, alpha=0.15, linewidth=0)
    if "regret_scalar" in results.measures():
        label = results.labels[0]
        best = float((results.curve(label)[..., -1] + results.values(label, "regret_scalar")).mean())
        axes.axhline(best, color="black", linestyle="--", linewidth=0.8, label="true optimum")
    axes.set(xscale="log", xlabel="budget k (answers)", ylabel="best@k of the fixed scalar")
    ticks = [k for k in (1, 3, 10, 30, 100) if k <= len(budgets)]
    axes.set_xticks(ticks, [str(k) for k in ticks])
    axes.minorticks_off()
    axes.legend(frameon=False, fontsize=8)
    axes.set_title(results.plan["env"])
    return figure


def draw_history(results: Results) -> Any:
    """Diversity of the answers of a task within a training step, smoothed over ten steps."""
    learnt = [label for label in results.trained if results.history(label, "diversity").size]
    if not learnt:
        return None
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for label in learnt:
        history = results.history(label, "diversity")
        width = max(1, min(10, history.shape[1]))
        kernel = np.ones(width) / width
        smooth = np.array([np.convolve(run, kernel, mode="valid") for run in history])
        steps = np.arange(width, history.shape[1] + 1)
        axes.plot(steps, smooth.mean(0), color=colours(results)[label], label=label)
        axes.fill_between(
            steps, smooth.min(0), smooth.max(0), color=colours(results)[label], alpha=0.15, linewidth=0
        )
    axes.set(xlabel="training step", ylabel="mean pairwise L1 distance")
    axes.legend(frameon=False, fontsize=8)
    return figure


def draw_pools(results: Results) -> Any:
    """Each agent's pool on one task, in the plane of the two objectives that conflict most there."""
    index = _telling_example(results)
    front = results.runs(results.labels[0])[0]["examples"][index]["front"]
    source = task_source(results.plan["env"])
    pools = {
        label: np.array(results.runs(label)[0]["examples"][index]["rewards"]) for label in results.labels
    }
    everything = np.concatenate([*pools.values(), *([np.array(front)] if front else [])])
    if everything.shape[1] < 2:
        return None
    x, y = _conflicting_pair(everything)
    names = source.objective_names
    figure, row = plt.subplots(
        1, len(pools), figsize=(2.3 * len(pools), 2.6), sharex=True, sharey=True, squeeze=False
    )
    for axes, (label, pool) in zip(row[0], pools.items()):
        points, counts = np.unique(pool[:, [x, y]], axis=0, return_counts=True)
        axes.scatter(*points.T, s=25 + 12 * counts, color=colours(results)[label], alpha=0.7, linewidth=0)
        if front:
            axes.scatter(
                *np.array(front)[:, [x, y]].T, marker="o", s=140, facecolors="none", edgecolors="black"
            )
        axes.set_title(label, fontsize=9)
        axes.set(xlim=(-0.12, 1.12), ylim=(-0.12, 1.12), xlabel=names[x])
    row[0][0].set_ylabel(names[y])
    figure.suptitle("circles: true Pareto front; area: how many of the answers", fontsize=9, y=1.02)
    return figure


def draw_answers(results: Results) -> Any:
    """The pools drawn by the domain itself, where it can draw."""
    source = task_source(results.plan["env"])
    domain = getattr(source, "domain", None)
    if domain is None or "rgb_array" not in domain.render_modes:
        return None
    index = _telling_example(results)
    labels = results.labels
    columns = min(3, len(labels))
    rows = -(-len(labels) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(4.4 * columns, 3.2 * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, label in zip(grid.flat, labels):
        example = results.runs(label)[0]["examples"][index]
        split, number = example["task"].split("/")
        picture = domain.render(
            domain.task(split, int(number)), example["answers"], np.array(example["rewards"]), "rgb_array"
        )
        axes.imshow(picture)
        axes.set_title(label, fontsize=10)
    figure.tight_layout()
    return figure


def _telling_example(results: Results) -> int:
    """The example with the largest true front, where there are fronts."""
    shown = results.runs(results.labels[0])[0]["examples"]
    return max(range(len(shown)), key=lambda i: len(shown[i]["front"] or []))


def _conflicting_pair(rewards: Any) -> tuple[int, int]:
    """The two objectives whose shares of the best single answer differ most across weightings."""
    d = rewards.shape[1]
    best = rewards[(rewards @ spread_weights(256, d).T).argmax(axis=0)]
    spread = best.std(axis=0)
    first, second = np.argsort(-spread, kind="stable")[:2]
    return min(int(first), int(second)), max(int(first), int(second))
