"""Access to results: arrays by agent, confidence intervals, paired differences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baselines.benchmark.plan import WARM_START
from baselines.benchmark.results import Environment, ResultsFile, Run, parse
from vpo_envs import intervals
from vpo_envs.intervals import Estimate
from vpo_envs.metrics import max_at_k_weights

Array = NDArray[np.float64]
ENOUGH_SEEDS = 3
SHOWN_BUDGETS = (1, 3, 10, 30, 100)


class Comparison:
    """Runs on one environment.

    Args:
        env: The environment.
        runs: Its runs.
        bounds: Labels of agents that know the best answers, which compete with no other.

    Attributes:
        env: The environment.
        labels: All agents, the untrained reference and upper bounds included.
        seeds: Seeds of every agent's runs.
        tasks: Held-out tasks.
        pool: Answers per task.
    """

    def __init__(self, env: Environment, runs: list[Run], bounds: Collection[str] = ()) -> None:
        self.env = env
        self._bounds = bounds
        self.labels: list[str] = list(dict.fromkeys(run.label for run in runs))
        self._runs = {
            label: sorted((run for run in runs if run.label == label), key=lambda run: run.seed)
            for label in self.labels
        }
        self.seeds = [run.seed for run in self._runs[self.labels[0]]]
        self.tasks, self.pool, _ = runs[0].pools.shape

    @property
    def trained(self) -> list[str]:
        """Labels without the untrained reference and upper bounds."""
        return _trained(self.labels, self._bounds)

    @property
    def indicative(self) -> bool:
        """True if there are too few seeds for significance tests."""
        return len(self.seeds) < ENOUGH_SEEDS

    @property
    def budgets(self) -> list[int]:
        """Pool sizes at which agents are compared."""
        return [k for k in SHOWN_BUDGETS if k <= self.pool]

    def runs(self, label: str) -> list[Run]:
        """Returns the runs of an agent, by seed."""
        return self._runs[label]

    def measures(self) -> list[str]:
        """Returns the names of the measures."""
        return list(self._runs[self.labels[0]][0].measures)

    def values(self, label: str, measure: str) -> Array:
        """Returns the values of a measure, shape (seeds, tasks)."""
        return np.array([run.measures[measure] for run in self.runs(label)])

    @cached_property
    def _curves(self) -> dict[str, Array]:
        ranks = np.array([max_at_k_weights(self.pool, k) for k in range(1, self.pool + 1)]).T
        weights = np.array(self.env.weights)
        return {
            label: np.array(
                [np.sort(run.pools.rewards() @ weights, axis=-1) @ ranks for run in self.runs(label)]
            )
            for label in self.labels
        }

    def curve(self, label: str) -> Array:
        """Returns best@k for k = 1..n, shape (seeds, tasks, n)."""
        return self._curves[label]

    def estimate(self, label: str, measure: str) -> Estimate:
        """Returns the mean of a measure with its confidence interval."""
        return intervals.mean(self.values(label, measure))

    def difference(self, first: str, second: str, measure: str) -> Array:
        """Returns `first - second`, paired by seed and task, shape (seeds, tasks)."""
        return self.values(first, measure) - self.values(second, measure)

    def gap(self, first: str, second: str) -> Array:
        """Returns the difference of best@k for k = 1..n, shape (seeds, tasks, n)."""
        return self.curve(first) - self.curve(second)

    def slope(self, label: str) -> Array:
        """Returns the slope of best@k against log k over doubling budgets, shape (seeds, tasks)."""
        budgets = 2 ** np.arange(int(np.log2(self.pool)) + 1)
        return intervals.log_slope(self.curve(label)[..., budgets - 1], budgets)

    def trend(self, first: str, second: str) -> Array:
        """Returns the slope of the gap against log k over doubling budgets, shape (seeds, tasks)."""
        return self.slope(first) - self.slope(second)

    def history(self, label: str, name: str) -> Array:
        """Returns a logged quantity by step, shape (seeds, steps), cut to the shortest run."""
        histories = [run.history.get(name, []) for run in self.runs(label)]
        return np.array([values[: min(map(len, histories))] for values in histories], float)

    def budget(self, label: str, name: str) -> float:
        """Returns the mean of a budget over the seeds."""
        return float(np.mean([getattr(run.budget, name) for run in self.runs(label)]))

    def pairs(self) -> list[tuple[str, str]]:
        """Returns every pair of trained agents, each against the agents listed after it."""
        names = self.trained
        return [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]


class Results:
    """Results on all environments of a results file.

    Args:
        content: A results file, or its content as plain data.

    Attributes:
        file: The validated content.
        comparisons: One per environment.

    Raises:
        ValueError: If the content is not a results file of this version.
    """

    def __init__(self, content: ResultsFile | dict[str, Any]) -> None:
        self.file = content if isinstance(content, ResultsFile) else parse(content)
        self._bounds = set(_oracles(self.file.plans))
        self.comparisons = [
            Comparison(env, [run for run in self.file.runs if run.env == env.env], self._bounds)
            for env in self.file.environments
        ]

    @property
    def everyone(self) -> list[str]:
        """Agents with runs on at least one environment."""
        return list(dict.fromkeys(label for each in self.comparisons for label in each.labels))

    @property
    def labels(self) -> list[str]:
        """Agents with runs on every environment."""
        first, *others = self.comparisons
        return [label for label in first.labels if all(label in other.labels for other in others)]

    @property
    def trained(self) -> list[str]:
        """Agents with runs on every environment, without the untrained reference and upper bounds."""
        return _trained(self.labels, self._bounds)

    @property
    def indicative(self) -> bool:
        """True if an environment has too few seeds for significance tests."""
        return any(comparison.indicative for comparison in self.comparisons)

    def strata(self, label: str, measure: str) -> list[Array]:
        """Returns the values of a measure on every environment."""
        return [comparison.values(label, measure) for comparison in self.comparisons]


def _trained(labels: list[str], bounds: Collection[str]) -> list[str]:
    return [label for label in labels if label != WARM_START and label not in bounds]


def _oracles(plans: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yields the labels of oracles in descriptions of plans."""
    for plan in plans:
        for spec in plan.get("agents", ()):
            if isinstance(spec, dict) and spec.get("agent") == "Oracle":
                yield str(spec.get("label"))
