"""Tuning of settings: the same trials for every agent, on tasks and seeds not used in the test."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from baselines.benchmark.plan import Plan, cell_folder
from baselines.benchmark.record import read_result
from baselines.registry import AgentSpec
from vpo_agent.agents.evaluation import measure_names
from vpo_agent.tasks.source import DomainTasks, task_source


def trials(plan: Plan) -> Plan | None:
    """Returns all trials of all agents as a plan on the validation split; None if nothing is tuned.

    An agent on which no setting of the grid has an effect has no trials.

    Raises:
        ValueError: If the seeds are those of the comparison, the measure is not available, the grid would
            replace an agent's own setting, or a data set has one split for validation and test.
    """
    grid = plan.tuning
    if grid is None:
        return None
    shared = set(grid.seeds) & set(plan.seeds)
    if shared:
        raise ValueError(f"tuning: seeds={sorted(shared)} are seeds of the comparison; choose others")
    _check_measure(plan, grid.measure)
    _check_splits(plan)
    for spec in plan.agents:
        own = {name: spec.settings[name] for name in grid.grid if name in spec.settings}
        if own:
            raise ValueError(
                f"tuning: {', '.join(own)} would replace {spec.label}'s own setting {own}; leave it out "
                "of the tuning or of the agent"
            )
    agents = tuple(spec for original in plan.agents for spec in grid.variants(original))
    if not agents:
        return None
    return dataclasses.replace(plan, agents=agents, seeds=grid.seeds, split="validation", tuning=None)


def choose(plan: Plan, root: Path) -> tuple[Plan, list[dict[str, Any]]]:
    """Returns the plan with each agent's best settings, and a record of every trial.

    Args:
        plan: The plan; its trials must be finished.
        root: Folder of the runs.

    Raises:
        ValueError: If the measure is not among those of the runs.
    """
    grid, tried = plan.tuning, trials(plan)
    if grid is None or tried is None:
        return plan, []
    chosen, records = [], []
    for original in plan.agents:
        combinations = grid.combinations(original)
        if not combinations:
            chosen.append(original)
            continue
        values = []
        for spec in grid.variants(original):
            cells = [cell for cell in tried.cells() if cell.get("label") == spec.label]
            measures = [read_result(cell_folder(root, cell), ())["measures"] for cell in cells]
            if grid.measure not in measures[0]:
                raise ValueError(
                    f"tuning: measure={grid.measure!r} is not measured; there are {', '.join(measures[0])}"
                )
            values.append(float(np.mean([run[grid.measure] for run in measures])))
        best = int(np.argmax(values))
        settings = {**original.settings, **combinations[best]}
        chosen.append(AgentSpec(original.label, original.agent, settings))
        records.append(
            {
                "env": plan.env,
                "label": original.label,
                "measure": grid.measure,
                "trials": [{"settings": s, "value": v} for s, v in zip(combinations, values)],
                "chosen": best,
            }
        )
    return dataclasses.replace(plan, agents=tuple(chosen), tuning=None), records


def _check_measure(plan: Plan, measure: str) -> None:
    """Rejects an unknown measure before the trials are run."""
    names = measure_names(plan.pool, fronts=False)
    if measure not in names:  # only then, because computing a front can be slow
        names = measure_names(plan.pool, fronts=_knows_front(plan.env))
    if measure not in names:
        raise ValueError(
            f"tuning: measure={measure!r} is not measured on pools of {plan.pool} answers to "
            f"{plan.env}; there are {', '.join(n for n in names if not n.startswith('regret'))}"
        )


def _check_splits(plan: Plan) -> None:
    """Rejects a data set whose validation split is also the split to be measured."""
    source = task_source(plan.env)
    if not isinstance(source, DomainTasks):
        return
    domain = source.domain
    if domain.rows_of("validation") == domain.rows_of(plan.split):
        raise ValueError(
            f"tuning: the validation split of {plan.env} is its {plan.split} split, so settings would be "
            "chosen on the tasks that are measured; give data that has both"
        )
    DomainTasks(source.domain, "validation").check(plan.tasks)


def _knows_front(env: str) -> bool:
    source = task_source(env)
    if not isinstance(source, DomainTasks):
        return False
    return source.domain.pareto_front(source.domain.task("validation", 0)) is not None
