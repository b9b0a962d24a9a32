"""The winner of a comparison in words, and the data with which the page finds it for other k and weights."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from baselines.report.data import ENOUGH_SEEDS, Comparison
from baselines.report.style import Look
from vpo_envs.intervals import paired_interval

LEVEL_WITHIN = 0.0005  # values that are the same as shown
STEPS = 65_535  # rewards travel as whole numbers of two bytes
VALUES = 400_000  # rewards in all; of larger results, the page's sliders use the first tasks


def verdict(comparison: Comparison, k: int) -> str:
    """Returns one or two sentences on the best agent at the environment's own weights.

    Args:
        comparison: Results on one environment.
        k: Answers of the pool, 1..n.
    """
    values = {label: comparison.curve(label)[..., k - 1] for label in comparison.trained}
    order = sorted(values, key=lambda label: -values[label].mean())
    if not order:
        return "There are no trained agents to compare."
    best = values[order[0]]
    best_of = "single answers" if k == 1 else f"best of {k} answers"
    verb = "are worth" if k == 1 else "is worth"
    worth = f"{order[0]}'s {best_of} {verb} {best.mean():.3f} on average"
    seeds = len(comparison.seeds)
    note = "" if seeds >= ENOUGH_SEEDS else f" Indicative: {seeds} seed{'s' * (seeds > 1)}."
    if len(order) < 2:
        return f"{worth}.{note}"
    gap = paired_interval(best - values[order[1]])
    if gap.value < LEVEL_WITHIN:
        return f"{order[0]} and {order[1]} are level: {worth}.{note}"
    ahead = f"{gap.value:.3f} more than {order[1]}'s (95% interval {gap.low:.3f} to {gap.high:.3f})"
    if note:
        return f"{order[0]} leads: {worth}, {gap.value:.3f} more than {order[1]}'s.{note}"
    if gap.low > 0:
        return f"{order[0]} is ahead: {worth}, {ahead}."
    return f"{order[0]} leads, but not significantly: {worth}, {ahead}."


def verdict_data(comparison: Comparison, styles: dict[str, Look]) -> dict[str, Any]:
    """Returns the pools of all seeds for the page's sliders, as whole numbers of two bytes in base64."""
    runs = len(comparison.seeds) * len(comparison.labels)
    _, pool, d = comparison.runs(comparison.labels[0])[0].pools.shape
    tasks = max(1, min(comparison.tasks, VALUES // (runs * pool * d)))
    return {
        "shape": [len(comparison.seeds), tasks, pool, d],
        "allTasks": comparison.tasks,
        "enoughSeeds": ENOUGH_SEEDS,
        "agents": [
            {
                "label": label,
                "colour": styles[label].colour,
                "trained": label in comparison.trained,
                "rewards": _packed([run.pools.rewards()[:tasks] for run in comparison.runs(label)]),
            }
            for label in comparison.labels
        ],
    }


def _packed(rewards: Any) -> str:
    whole = np.rint(np.asarray(rewards, float) * STEPS).astype("<u2")
    return base64.b64encode(whole.tobytes()).decode()
