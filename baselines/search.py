"""Hyperparameter search: every agent gets the same trials, on tasks and seeds that the test never sees."""

from __future__ import annotations

import dataclasses
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from baselines.registry import AgentSpec
from vpo_agent.evaluation import measure_names
from vpo_agent.tasks import DomainTasks, task_source
from vpo_envs.datasets import DatasetDomain, same_split

if TYPE_CHECKING:
    from baselines.plan import Plan


@dataclass(frozen=True)
class Search:
    """A grid of settings that every agent of a comparison tries.

    Attributes:
        grid: Values of each setting; all combinations are tried.
        seeds: Of the trials, apart from those of the comparison, so that no run is chosen for its luck.
        measure: What decides, higher is better: its mean over seeds and validation tasks.

    Raises:
        ValueError: If there is nothing to search, or a measure where less is better.
    """

    grid: dict[str, list[Any]]
    seeds: tuple[int, ...] = (1000,)
    measure: str = "expected_best"

    def __post_init__(self) -> None:
        if not self.grid or not all(
            isinstance(name, str) and isinstance(values, list) and values
            for name, values in self.grid.items()
        ):
            raise ValueError(
                f"search={self.grid!r} must give each setting a list of values to try, such as "
                "learning_rate: [1.0e-4, 3.0e-4]"
            )
        if not self.seeds:
            raise ValueError("search: seeds must name at least one seed")
        if not isinstance(self.measure, str):
            raise ValueError(f"search: measure={self.measure!r} must be a name, such as expected_best")
        if self.measure.startswith("regret"):
            raise ValueError(f"search: measure={self.measure!r} is better when lower; take expected_best")

    @property
    def combinations(self) -> list[dict[str, Any]]:
        """Every trial's settings."""
        return [dict(zip(self.grid, values)) for values in itertools.product(*self.grid.values())]

    def trials(self, plan: Plan) -> Plan:
        """All trials of all agents, as a plan on the validation split.

        Raises:
            ValueError: If the seeds are those of the comparison, the measure is none of the plan's, an agent
                has a setting of its own that the grid would replace, or a data set has one split for
                validation and test.
        """
        shared = set(self.seeds) & set(plan.seeds)
        if shared:
            raise ValueError(f"search: seeds={sorted(shared)} are seeds of the comparison; choose others")
        self._check_measure(plan)
        _check_splits(plan)
        for spec in plan.agents:
            own = {name: spec.settings[name] for name in self.grid if name in spec.settings}
            if own:
                raise ValueError(
                    f"search: {', '.join(own)} would replace {spec.label}'s own setting {own}; leave it out "
                    "of the search or of the agent"
                )
        agents = tuple(spec for original in plan.agents for spec in self._variants(original))
        return dataclasses.replace(plan, agents=agents, seeds=self.seeds, split="validation", search=None)

    def choose(self, plan: Plan, trials: Plan, root: Path) -> tuple[Plan, list[dict[str, Any]]]:
        """The plan with each agent's best settings, and a record of every trial.

        Raises:
            ValueError: If the measure is not among those of the runs.
        """
        from baselines.cell import RESULT
        from baselines.plan import cell_folder

        chosen, records = [], []
        for original in plan.agents:
            values = []
            for spec in self._variants(original):
                cells = [c for c in trials.cells() if c.get("label") == spec.label]
                measures = [
                    json.loads((cell_folder(root, c) / RESULT).read_text())["measures"] for c in cells
                ]
                if self.measure not in measures[0]:
                    raise ValueError(
                        f"search: measure={self.measure!r} is not measured; there are "
                        f"{', '.join(measures[0])}"
                    )
                values.append(float(np.mean([run[self.measure] for run in measures])))
            best = int(np.argmax(values))
            settings = {**original.settings, **self.combinations[best]}
            chosen.append(AgentSpec(original.label, original.agent, settings))
            records.append(
                {
                    "env": plan.env,
                    "label": original.label,
                    "measure": self.measure,
                    "trials": [{"settings": s, "value": v} for s, v in zip(self.combinations, values)],
                    "chosen": best,
                }
            )
        return dataclasses.replace(plan, agents=tuple(chosen), search=None), records

    def _check_measure(self, plan: Plan) -> None:
        """Before hours of trials rather than after them."""
        names = measure_names(plan.pool, fronts=False)
        if self.measure not in names:  # only then: a front may take a while
            names = measure_names(plan.pool, fronts=_knows_front(plan.env))
        if self.measure not in names:
            raise ValueError(
                f"search: measure={self.measure!r} is not measured on pools of {plan.pool} answers to "
                f"{plan.env}; there are {', '.join(n for n in names if not n.startswith('regret'))}"
            )

    def _variants(self, original: AgentSpec) -> list[AgentSpec]:
        return [
            AgentSpec(
                f"{original.label} {','.join(f'{name}={value}' for name, value in settings.items())}",
                original.agent,
                {**original.settings, **settings},
            )
            for settings in self.combinations
        ]


def _check_splits(plan: Plan) -> None:
    """What is chosen on must not be what is measured on, as where a data set has one split for both."""
    source = task_source(plan.env)
    if not isinstance(source, DomainTasks) or not isinstance(source.domain, DatasetDomain):
        return
    dataset = source.domain.dataset
    if dataset is not None and same_split(dataset, "validation", plan.split):
        raise ValueError(
            f"search: the validation split of dataset={str(dataset)!r} is its {plan.split} split, so "
            "settings would be chosen on the tasks that are measured; give a data set that has both"
        )
    DomainTasks(source.domain, "validation").check(plan.tasks)


def _knows_front(env: str) -> bool:
    source = task_source(env)
    if not isinstance(source, DomainTasks):
        return False
    return source.domain.pareto_front(source.domain.task("validation", 0)) is not None
