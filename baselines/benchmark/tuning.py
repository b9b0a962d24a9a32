"""Tuning of settings: the same trials for every agent, on tasks and seeds not used in the test.

With `halve_at`, trials have two rungs. All run to the first, where they are measured. The better half of
every agent's trials continues from there; the rule is the same for all agents.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from baselines.benchmark.evaluation import GREEDY
from baselines.benchmark.plan import WARM_START, Plan, cell_folder, follows_length
from baselines.benchmark.record import read_result
from baselines.registry import AgentSpec
from vpo_agent.agents.evaluation import may_be_perfect, measure_names
from vpo_agent.tasks.source import DomainTasks, task_source
from vpo_envs.domain import Domain


def trials(plan: Plan) -> Plan | None:
    """Returns all trials of all agents as a plan on the validation split; None if nothing is tuned.

    An agent on which no setting of the grid has an effect has no trials.

    Raises:
        ValueError: If the seeds are those of the comparison, the measure is not available, the grid would
            replace an agent's own setting, a data set has one split for validation and test, or trials are
            to be halved whose learning rate follows the length of the run.
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
    for spec in agents:
        if grid.halve_at is not None and follows_length(plan.settings(spec, grid.seeds[0])):
            raise ValueError(
                f"tuning: halve_at={grid.halve_at} would compare unfinished runs of {spec.label}, whose "
                "learning rate follows the length of the run; leave out halve_at, or schedule and warmup"
            )
    return dataclasses.replace(plan, agents=agents, seeds=grid.seeds, split="validation", tuning=None)


def first_rung(plan: Plan) -> Plan | None:
    """Returns all trials up to the halving; None if there is none."""
    tried = trials(plan)
    share = None if plan.tuning is None else plan.tuning.halve_at
    return None if tried is None or share is None else _of_length(tried, lambda n: round(share * n))


def second_rung(plan: Plan) -> Plan | None:
    """Returns all trials with the length of what follows the halving, for estimates."""
    tried, first = trials(plan), first_rung(plan)
    if tried is None or first is None:
        return None
    done = first.token_budget or first.steps
    return _of_length(tried, lambda length: length - done)


def _of_length(tried: Plan, change: Callable[[int], int]) -> Plan:
    """Returns a plan with another number of steps or tokens, at least 1."""
    if tried.token_budget is not None:
        return dataclasses.replace(tried, token_budget=max(1, change(tried.token_budget)))
    return dataclasses.replace(tried, steps=max(1, change(tried.steps)))


def remaining(plan: Plan, root: Path) -> Plan | None:
    """Returns the trials that run in full; None if nothing is tuned.

    With `halve_at` these are the better half of each agent's trials, rounded up.

    Args:
        plan: The plan; its first rung must be finished.
        root: Folder of the runs.
    """
    tried, first = trials(plan), first_rung(plan)
    if tried is None or first is None or plan.tuning is None:
        return tried
    values = _values(first, root, plan.tuning.measure)
    kept: list[AgentSpec] = []
    for original in plan.agents:
        variants = plan.tuning.variants(original)
        ranked = sorted(variants, key=lambda spec: -values[spec.label])  # stable: the first of equals
        better = ranked[: plan.tuning.kept(len(ranked))]
        kept += [spec for spec in variants if spec in better]
    return dataclasses.replace(tried, agents=tuple(kept))


def earlier_rung(plan: Plan, root: Path) -> dict[Path, Path]:
    """Returns the folders of the trials in the first rung, by the folders of those that continue them."""
    first, rest = first_rung(plan), remaining(plan, root)
    if first is None or rest is None:
        return {}
    before = {(c.get("label"), c["seed"]): cell_folder(root, c) for c in first.cells() if _is_trial(c)}
    return {cell_folder(root, c): before[c["label"], c["seed"]] for c in rest.cells() if _is_trial(c)}


def _is_trial(cell: dict[str, Any]) -> bool:
    return cell["kind"] == "train" and cell["label"] != WARM_START


def choose(plan: Plan, root: Path) -> tuple[Plan, list[dict[str, Any]]]:
    """Returns the plan with each agent's best settings, and a record of every trial.

    Args:
        plan: The plan; its trials must be finished.
        root: Folder of the runs.

    Raises:
        ValueError: If the measure is not among those of the runs.
    """
    grid, rest = plan.tuning, remaining(plan, root)
    if grid is None or rest is None:
        return plan, []
    values = _values(rest, root, grid.measure)
    first = first_rung(plan)
    halved = {} if first is None else _values(first, root, grid.measure)
    chosen, records = [], []
    for original in plan.agents:
        combinations = grid.combinations(original)
        if not combinations:
            chosen.append(original)
            continue
        labels = [spec.label for spec in grid.variants(original)]
        best = int(np.argmax([values.get(label, -np.inf) for label in labels]))
        settings = {**original.settings, **combinations[best]}
        chosen.append(AgentSpec(original.label, original.agent, settings))
        records.append(
            {
                "env": plan.env,
                "label": original.label,
                "measure": grid.measure,
                "trials": [
                    {"settings": tried, "value": values[label]}
                    if label in values
                    else {"settings": tried, "value": halved[label], "ended_at": grid.halve_at}
                    for tried, label in zip(combinations, labels)
                ],
                "chosen": best,
            }
        )
    return dataclasses.replace(plan, agents=tuple(chosen), tuning=None), records


def _values(tried: Plan, root: Path, measure: str) -> dict[str, float]:
    """Returns each trial's mean of the measure over seeds and tasks."""
    found: dict[str, list[Any]] = {}
    for cell in filter(_is_trial, tried.cells()):
        measures = read_result(cell_folder(root, cell), ())["measures"]
        if measure not in measures:
            raise ValueError(f"tuning: measure={measure!r} is not measured; there are {', '.join(measures)}")
        found.setdefault(cell["label"], []).append(measures[measure])
    return {label: float(np.mean(rows)) for label, rows in found.items()}


def _check_measure(plan: Plan, measure: str) -> None:
    """Rejects an unknown measure before the trials are run."""
    names = [*measure_names(plan.pool, fronts=False, perfect=False), *GREEDY]
    if measure not in names:  # only then, because computing fronts can be slow
        domain = _domain(plan)
        known = domain.pareto_front(domain.task("validation", 0)) is not None
        perfect = measure.startswith("pass@") and may_be_perfect(domain, "validation", plan.tasks)
        names = [*measure_names(plan.pool, fronts=known, perfect=perfect), *GREEDY]
    if measure not in names:
        raise ValueError(
            f"tuning: measure={measure!r} is not measured on pools of {plan.pool} answers to "
            f"{plan.env}; there are {', '.join(n for n in names if not n.startswith('regret'))}"
        )


def _check_splits(plan: Plan) -> None:
    """Rejects a data set whose validation split is also the split to be measured."""
    domain = _domain(plan)
    if domain.rows_of("validation") == domain.rows_of(plan.split):
        raise ValueError(
            f"tuning: the validation split of {plan.env} is its {plan.split} split, so settings would be "
            "chosen on the tasks that are measured; give data that has both"
        )
    DomainTasks(domain, "validation").check(plan.tasks)


def _domain(plan: Plan) -> Domain:
    source = task_source(plan.env)
    assert isinstance(source, DomainTasks)  # checked by the plan
    return source.domain
