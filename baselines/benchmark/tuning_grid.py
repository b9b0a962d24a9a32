"""Grid of settings that are tried for every agent of a comparison."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from baselines.registry import AgentSpec, agent_class


@dataclass(frozen=True)
class TuningGrid:
    """Grid of settings, tried for every agent of a comparison.

    Attributes:
        grid: Values of each setting; all combinations are tried.
        seeds: Seeds of the trials. They differ from those of the comparison, to avoid selection bias.
        measure: Measure to maximize: its mean over seeds and validation tasks.
        halve_at: Share of a run, above 0 and below 1, after which the worse half of every agent's trials
            ends: one round of successive halving (arXiv 1502.07943). None: all trials run in full.

    Raises:
        ValueError: If the grid is empty, the measure is one to minimize, or `halve_at` is out of range.
    """

    grid: dict[str, list[Any]]
    seeds: tuple[int, ...] = (1000,)
    measure: str = "expected_best"
    halve_at: float | None = None

    def __post_init__(self) -> None:
        if not self.grid or not all(
            isinstance(name, str) and isinstance(values, list) and values
            for name, values in self.grid.items()
        ):
            raise ValueError(
                f"tuning={self.grid!r} must give each setting a list of values to try, such as "
                "learning_rate: [1.0e-4, 3.0e-4]"
            )
        if not self.seeds:
            raise ValueError("tuning: seeds must name at least one seed")
        if not isinstance(self.measure, str):
            raise ValueError(f"tuning: measure={self.measure!r} must be a name, such as expected_best")
        if self.measure.startswith("regret"):
            raise ValueError(f"tuning: measure={self.measure!r} is better when lower; take expected_best")
        if self.halve_at is not None and not 0 < self.halve_at < 1:
            raise ValueError(
                f"tuning: halve_at={self.halve_at} must lie between 0 and 1, such as 0.3; without it, all "
                "trials run in full"
            )

    @staticmethod
    def kept(trials: int) -> int:
        """Returns how many of an agent's trials go on after the halving."""
        return -(-trials // 2)

    def combinations(self, original: AgentSpec) -> list[dict[str, Any]]:
        """Returns the settings of an agent's trials: those of the grid that have an effect on it."""
        unused = agent_class(original.agent).config_class.unused
        grid = {name: values for name, values in self.grid.items() if name not in unused}
        return [dict(zip(grid, values)) for values in itertools.product(*grid.values())] if grid else []

    def variants(self, original: AgentSpec) -> list[AgentSpec]:
        """Returns an agent with the settings of each trial."""
        return [
            AgentSpec(
                f"{original.label} {','.join(f'{name}={value}' for name, value in settings.items())}",
                original.agent,
                {**original.settings, **settings},
            )
            for settings in self.combinations(original)
        ]
