"""Plots of a comparison with matplotlib: SVG for the page, PNG for the Markdown report."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from baselines.registry import refuse_imports
from baselines.report.data import Comparison, Results
from baselines.report.escaping import plot_text
from baselines.report.style import Look, looks
from vpo_agent.tasks.source import DomainTasks, task_source
from vpo_envs import intervals

INK = "#010203"  # placeholder for the page's text colour
RESAMPLES = 400
LONG = 14  # characters of a label; three such labels fill a line of the legend
STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **{f"{part}.{what}": INK for part in ("xtick", "ytick") for what in ("color", "labelcolor")},
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "axes.titlecolor"), INK),
}


@dataclass(frozen=True)
class Plot:
    """Drawn figure.

    Attributes:
        name: File name without extension.
        caption: Caption of the figure.
        svg: Inline SVG with the page's text colour; empty if the figure holds images.
        png: The figure as PNG.
    """

    name: str
    caption: str
    svg: str
    png: bytes


def slug(text: str) -> str:
    """Returns a text as part of a file name or an anchor."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


Looks = Mapping[str, Look]
HISTORY = {
    "best": "best of a task's answers",
    "diversity": "mean pairwise L1 distance",
    "entropy": "entropy, nats per token",
    "well_formed": "share of well-formed candidates",
}


def environment_plots(comparison: Comparison, styles: Looks, suffix: str = "") -> list[Plot]:
    """Draws every plot of one environment for which there are data."""
    drawings = [
        ("best_at_k", "best@k of the fixed scalar against the budget k, with 95% bands", draw_best_at_k),
        ("gap", "best@k of the first agent minus that of each other, with 95% bands", draw_gap),
        (
            "training",
            "The training tasks' answers by step, smoothed over ten; bands from lowest to highest seed",
            draw_history,
        ),
        ("routes", "Answers of each agent to the first task", draw_answers),
    ]
    with plt.rc_context(STYLE):
        plots = [(name, caption, draw(comparison, styles)) for name, caption, draw in drawings]
        return [_plot(name + suffix, caption, figure) for name, caption, figure in plots if figure]


def overall_plots(results: Results) -> list[Plot]:
    """Draws the plots over all environments."""
    with plt.rc_context(STYLE):
        caption = "Performance profiles: share of runs and tasks with expected_best above tau, with 95% bands"
        return [_plot("profiles", caption, draw_profiles(results))]


def _plot(name: str, caption: str, figure: Any) -> Plot:
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=110, bbox_inches="tight")
    svg = ""
    if not any(axes.images for axes in figure.axes):
        svg = _inline_svg(figure, name, caption)
    plt.close(figure)
    return Plot(name, caption, svg, image.getvalue())


def _inline_svg(figure: Any, name: str, caption: str) -> str:
    text = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with plt.rc_context({"svg.hashsalt": name}):
        figure.savefig(text, format="svg", bbox_inches="tight", transparent=True, metadata=nothing)
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", "", svg, flags=re.S)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # the same in every figure; nothing refers to them
    svg = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\d+\.\d{2})\d+", r"\1", path[0]), svg)
    svg = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"|<svg', r"<svg\1", svg, count=1)
    label = caption.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def draw_best_at_k(comparison: Comparison, styles: Looks) -> Any:
    """Draws best@k of the fixed scalar; the dashed line is the best possible value."""
    figure, axes = plt.subplots(figsize=(6.4, 4.0))
    for label in comparison.labels:
        _band(axes, comparison, comparison.curve(label), styles[label], label)
    if "regret_scalar" in comparison.measures():
        label = comparison.labels[0]
        best = comparison.curve(label)[..., -1] + comparison.values(label, "regret_scalar")
        axes.axhline(best.mean(), color=INK, linestyle="--", linewidth=0.8, label="true optimum")
    axes.set_ylabel("best@k of the fixed scalar")
    _budget_axis(axes, comparison)
    return figure


def draw_gap(comparison: Comparison, styles: Looks) -> Any:
    """Draws the difference of best@k between the first agent and each other one, by budget."""
    if len(comparison.trained) < 2:
        return None
    figure, axes = plt.subplots(figsize=(6.4, 3.4))
    first = comparison.trained[0]
    for other in comparison.trained[1:]:
        _band(axes, comparison, comparison.gap(first, other), styles[other], f"{first} - {other}")
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.set_ylabel("difference of best@k")
    _budget_axis(axes, comparison)
    return figure


def draw_history(comparison: Comparison, styles: Looks) -> Any:
    """Draws the logged quantities by training step, smoothed over ten steps, one panel each."""
    known = {
        name: {label: comparison.history(label, name) for label in comparison.trained} for name in HISTORY
    }
    shown = {name: every for name, every in known.items() if any(one.size for one in every.values())}
    if not shown:
        return None
    figure, panels = plt.subplots(
        -(-len(shown) // 2), 2, figsize=(8.4, 2.9 * -(-len(shown) // 2)), squeeze=False
    )
    for axes, (name, histories) in zip(panels.flat, shown.items()):
        for label, history in histories.items():
            if history.size:
                width = min(10, history.shape[1])
                kernel = np.ones(width) / width
                smooth = np.array([np.convolve(run, kernel, mode="valid") for run in history])
                steps = np.arange(width, history.shape[1] + 1)
                _line(axes, steps, smooth.mean(0), (smooth.min(0), smooth.max(0)), styles[label], label)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set(xlabel="training step", ylabel=HISTORY[name])
    for axes in panels.flat[len(shown) :]:
        axes.set_axis_off()
    _legend(panels[-1][0], below=0.3)  # clear of the label of a low panel
    figure.tight_layout()
    return figure


def draw_profiles(results: Results) -> Any:
    """Draws the share of runs and tasks above each threshold, with equal weights of environments."""
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    thresholds = np.linspace(0, 1, 51)
    styles = looks(results.everyone)
    for label in results.labels:
        strata = results.strata(label, "expected_best")
        share, low, high = intervals.performance_profile(strata, thresholds, RESAMPLES)
        _line(axes, thresholds, share, (low, high), styles[label], label)
    axes.set(xlabel="tau", ylabel="share above tau")
    _legend(axes)
    return figure


def draw_answers(comparison: Comparison, styles: Looks) -> Any:
    """Draws the pools with the domain's own renderer, if there is one."""
    if not comparison.env.examples:
        return None
    try:
        refuse_imports([comparison.env.env], "the results")
        source = task_source(comparison.env.env)
        if not isinstance(source, DomainTasks) or "rgb_array" not in source.domain.render_modes:
            return None
        split, number = comparison.env.examples[0].task.split("/")
        task = source.domain.task(split, int(number))
    except (ValueError, TypeError, ImportError, OSError):
        return None  # a report may be drawn where its environment is not registered, or its data is not
    labels = comparison.labels
    columns = min(2, len(labels))
    size = (7.5 * columns, 5.2 * -(-len(labels) // columns))
    figure, grid = plt.subplots(-(-len(labels) // columns), columns, figsize=size, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, label in zip(grid.flat, labels):
        run = comparison.runs(label)[0]
        axes.imshow(source.domain.render(task, run.answers[0], run.pools.rewards()[0], "rgb_array"))
        axes.set_title(plot_text(label), fontsize=18)
    figure.tight_layout()
    return figure


def _band(axes: Any, comparison: Comparison, values: Any, look: Look, label: str) -> None:
    """Draws the means of values (seeds, tasks, n) over seeds and tasks by budget, with intervals."""
    band = intervals.percentiles(intervals.bootstrap_means(values, RESAMPLES))
    marked = [k - 1 for k in comparison.budgets]
    _line(axes, np.arange(1, comparison.pool + 1), values.mean((0, 1)), band, look, label, marked)


def _line(axes: Any, x: Any, y: Any, band: Any, look: Look, label: str, marked: Any = None) -> None:
    """Draws a line with its band; markers at the given points, or at about eight points."""
    places = range(0, len(x), max(1, len(x) // 8)) if marked is None else marked
    axes.plot(x, y, label=plot_text(label), **look.drawn(places))
    axes.fill_between(x, *band, color=look.colour, alpha=0.15, linewidth=0)


def _budget_axis(axes: Any, comparison: Comparison) -> None:
    ticks = comparison.budgets
    axes.set(xscale="log", xlabel="budget k (answers)")
    axes.set_xticks(ticks, [str(k) for k in ticks])
    axes.minorticks_off()
    _legend(axes)


def _legend(axes: Any, below: float = 0.16) -> None:
    """Draws the legend below the axes, where it covers no data; long handles show line styles.

    Args:
        axes: The axes whose lines it names.
        below: Its distance from them, as a share of their height.
    """
    names = axes.get_legend_handles_labels()[1]
    columns = 3 if max(map(len, names)) <= LONG else 2
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -below)}
    axes.legend(frameon=False, fontsize=10, ncols=columns, handlelength=3.2, **place)


def write_pictures(plots: list[Plot], folder: Path) -> None:
    """Saves each plot as PNG."""
    for plot in plots:
        (folder / f"{plot.name}.png").write_bytes(plot.png)
