"""Reading results: arrays by agent, intervals, paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baselines.plan import WARM_START
from vpo_envs.statistics import bootstrap_interval, interquartile_mean

RESAMPLES = 1000


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95% bootstrap interval over seeds and tasks.

    Attributes:
        mean: Of all values.
        low: Lower end of the interval.
        high: Upper end.
        middle: Interquartile mean.
    """

    mean: float
    low: float
    high: float
    middle: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Estimate:
        """Estimates from values (seeds, tasks)."""
        low, high = bootstrap_interval(values, resamples=RESAMPLES)
        return cls(float(values.mean()), low, high, interquartile_mean(values))

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Results:
    """The content of a results file.

    Args:
        content: What `run_benchmark` returned or `results.json` holds.

    Raises:
        ValueError: If it was written by a version that this one cannot read.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        if content.get("schema_version") != 1:
            raise ValueError(
                f"results have schema_version={content.get('schema_version')!r}, this version reads 1; "
                "run the benchmark again"
            )
        self.content = content
        self.plan: dict[str, Any] = content["plan"]
        self.labels: list[str] = list(dict.fromkeys(run["label"] for run in content["runs"]))

    @property
    def trained(self) -> list[str]:
        """Labels without the untrained reference."""
        return [label for label in self.labels if label != WARM_START]

    def runs(self, label: str) -> list[dict[str, Any]]:
        """Runs of an agent, by seed."""
        return sorted((r for r in self.content["runs"] if r["label"] == label), key=lambda r: r["seed"])

    def measures(self) -> list[str]:
        """Names of the measures that every run has."""
        return [name for name in self.content["runs"][0]["measures"] if name in self._common()]

    def values(self, label: str, measure: str) -> NDArray[np.float64]:
        """A measure, shape (seeds, tasks)."""
        return np.array([run["measures"][measure] for run in self.runs(label)])

    def estimate(self, label: str, measure: str) -> Estimate:
        """A measure with its interval."""
        return Estimate.of(self.values(label, measure))

    def difference(self, first: str, second: str, measure: str) -> Estimate:
        """`first - second`, paired by seed and task."""
        return Estimate.of(self.values(first, measure) - self.values(second, measure))

    def ratio(self, first: str, second: str, measure: str) -> float:
        """Ratio of the means."""
        below = float(self.values(second, measure).mean())
        return float(self.values(first, measure).mean()) / below if below else float("nan")

    def curve(self, label: str) -> NDArray[np.float64]:
        """best@k for k = 1..n, shape (seeds, tasks, n)."""
        return np.array([run["curve"] for run in self.runs(label)])

    def history(self, label: str, name: str) -> NDArray[np.float64]:
        """A logged quantity by step, shape (seeds, steps)."""
        return np.array([run["history"][name] for run in self.runs(label)])

    def budget(self, label: str, name: str) -> float:
        """A budget, mean over the seeds."""
        return float(np.mean([run["budget"][name] for run in self.runs(label)]))

    def pairs(self, labels: Sequence[str] | None = None) -> list[tuple[str, str]]:
        """Every pair of trained agents, each against those listed after it."""
        names = list(labels or self.trained)
        return [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]

    def _common(self) -> set[str]:
        return set.intersection(*(set(run["measures"]) for run in self.content["runs"]))
