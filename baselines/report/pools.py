"""Pools of several agents or models side by side: what they are worth, their answers, a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from baselines.report.escaping import plot_text
from baselines.report.style import MARKERS, PALETTE
from vpo_agent.agents.evaluation import WEIGHTINGS
from vpo_agent.search.choices import contexts_of
from vpo_agent.search.result import Pool, SearchResult
from vpo_agent.tasks.source import DomainTasks
from vpo_envs import metrics
from vpo_envs.scalarization import spread_weights
from vpo_envs.selection import select
from vpo_envs.suggestions import did_you_mean

Array = NDArray[np.floating[Any]]
AREA = 14
"""Area of the dot of a single answer; equal rewards share a dot of as many times the area."""


@dataclass(frozen=True)
class NamedPools:
    """The pools of a search under a label.

    Attributes:
        label: Name in tables and pictures.
        pools: A pool for each task, by the task's id.
    """

    label: str
    pools: dict[str, Pool]

    def values(self, weights: Array) -> dict[str, float]:
        """Returns means over the tasks.

        Args:
            weights: Fixed scalarization, shape (d,).

        Returns:
            The best scalar, E_w[best], the diversity and the number of different answers of a pool.
        """
        some = [np.asarray(pool.rewards, float) for pool in self.pools.values()]
        spread = spread_weights(WEIGHTINGS, len(weights))
        found = {
            "best scalar": [(rewards @ weights).max() for rewards in some],
            "expected_best": [metrics.expected_best(rewards, spread) for rewards in some],
            "diversity": [metrics.diversity(rewards) for rewards in some],
            "different answers": [len(set(pool.answers)) for pool in self.pools.values()],
        }
        return {name: float(np.mean(each)) for name, each in found.items()}


def side_by_side(results: dict[str, SearchResult]) -> list[NamedPools]:
    """Returns the pools of several searches of one environment, for the tasks that all of them have.

    Args:
        results: Results by label.

    Raises:
        ValueError: If environments or budgets differ, or there is no common task.
    """
    for what, shown in (("env", "env"), ("spec", "env"), ("budget", "budget")):
        if len({result.run.get(what) for result in results.values()}) > 1:
            listed = ", ".join(f"{label}: {result.run.get(shown)}" for label, result in results.items())
            raise ValueError(
                f"the pools are of searches with another {shown} ({listed}), or with other settings of it; "
                f"give searches with the same"
            )
    by_task = {
        label: {pool.task: pool for pool in result.pools if pool.answers} for label, result in results.items()
    }
    first = next(iter(by_task.values()))
    common = [task for task in first if all(task in pools for pools in by_task.values())]
    if not common:
        raise ValueError("the pools have no task in common; search the same split")
    return [NamedPools(label, {task: pools[task] for task in common}) for label, pools in by_task.items()]


def chosen(pool: Pool, source: DomainTasks) -> dict[int, list[str]]:
    """Returns the indices of the answers that some context takes, with the contexts of each.

    Where a domain has no contexts, every objective alone counts as one.
    """
    d = len(source.objective_names)
    wanted = contexts_of(source) or dict(zip(source.objective_names, np.eye(d)))
    found: dict[int, list[str]] = {}
    for name, weights in wanted.items():
        found.setdefault(int(select(pool.rewards, weights)), []).append(name)
    return found


def trade_off(fronts: Sequence[Array]) -> tuple[int, int]:
    """Returns the two objectives that compete most: those with the lowest covariance over the fronts.

    Args:
        fronts: Reward vectors, an array (n, d) for each task.
    """
    centred = np.concatenate([rows - rows.mean(axis=0) for rows in fronts])
    products = centred.T @ centred
    d = len(products)
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return min(pairs, key=lambda pair: products[pair]) if pairs else (0, 0)


def axes_of(names: Sequence[str], wanted: Sequence[str] | None, fronts: Sequence[Array]) -> tuple[int, int]:
    """Returns the objectives of the picture's axes.

    Args:
        names: Names of the objectives.
        wanted: Names of two objectives; None: those of `trade_off`.
        fronts: See `trade_off`.

    Raises:
        ValueError: If there are not two names, or one is unknown.
    """
    if wanted is None:
        return trade_off(fronts)
    for name in wanted:
        if name not in names:
            raise ValueError(f"axes={','.join(wanted)!r}: {did_you_mean(name, list(names))}")
    if len(wanted) != 2:
        raise ValueError(f"axes={','.join(wanted)!r} must be two of {', '.join(names)}")
    return names.index(wanted[0]), names.index(wanted[1])


def save_picture(
    named: Sequence[NamedPools],
    task: str,
    source: DomainTasks,
    front: Array | None,
    axes: tuple[int, int],
    path: Path,
) -> None:
    """Draws each label's pool for one task in the plane of two objectives; larger dots are more answers.

    Args:
        named: Pools by label, a panel for each.
        task: Id of the task.
        source: Source of the tasks, for names and contexts.
        front: True front of the task, (n, d); None: not known.
        axes: Objectives of the two axes.
        path: Image file.

    Raises:
        ValueError: If the file's format is unknown.
        OSError: If it cannot be written.
    """
    figure, panels = plt.subplots(
        1,
        len(named),
        figsize=(3.6 * len(named), 3.9),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    try:
        for panel, one in zip(panels[0], named):
            _panel(panel, one.pools[task], source, front, axes)
            panel.set_title(plot_text(one.label), fontsize=10)
        panels[0][0].set_ylabel(plot_text(source.objective_names[axes[1]]))
        figure.suptitle(plot_text(f"{source.env_id}, task {task}"), fontsize=10)
        figure.savefig(path, dpi=110)
    finally:
        plt.close(figure)


def _panel(panel: Axes, pool: Pool, source: DomainTasks, front: Array | None, axes: tuple[int, int]) -> None:
    rewards = np.asarray(pool.rewards, float)[:, axes]
    if front is not None:
        panel.plot(*front[:, axes].T, "o", ms=7, mfc="none", mec="#888888", label="true front")
    places, counts = np.unique(rewards.round(3), axis=0, return_counts=True)
    panel.scatter(places[:, 0], places[:, 1], AREA * counts, PALETTE[0], alpha=0.5, linewidths=0)
    for marker, (index, contexts) in zip(MARKERS[1:] * len(rewards), chosen(pool, source).items()):
        label = plot_text(", ".join(contexts))
        panel.plot(*rewards[index], marker, ms=5, color=PALETTE[1], label=label)
    panel.set_xlabel(plot_text(source.objective_names[axes[0]]))
    panel.set_xlim(-0.07, 1.07)
    panel.set_ylim(-0.07, 1.07)
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False)
