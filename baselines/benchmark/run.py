"""Execution of plans and collection of their results."""

from __future__ import annotations

import json
import os
import platform
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from baselines.benchmark.launcher import BenchmarkError, run_cells
from baselines.benchmark.plan import Plan, cell_folder
from baselines.benchmark.record import POOLS, read_result
from baselines.benchmark.results import MOST_VALUES, SCHEMA_VERSION, Pools, parse
from baselines.benchmark.tuning import choose, earlier_rung, first_rung, remaining, trials
from baselines.benchmark.user_envs import check_agent, registration
from vpo_agent.common.atomic_io import explained, write_atomically
from vpo_agent.common.integrity import DamagedFileError, read_json, seal
from vpo_agent.common.lock import sole_writer
from vpo_agent.common.settings import differences
from vpo_agent.tasks.source import DomainTasks, shared_rows, task_source

__all__ = ["RESULTS", "BenchmarkError", "gather", "run_benchmark", "versions"]

RESULTS = "results.json"


def run_benchmark(
    plans: Plan | Sequence[Plan],
    folder: str | Path,
    workers: int = 2,
    quiet: bool = False,
    *,
    command: str = "",
    overwrite: bool = False,
) -> dict[str, Any]:
    """Runs every unfinished cell of the plans and collects the results.

    Args:
        plans: One plan per environment.
        folder: Folder of runs and results; a second call with the same folder resumes the benchmark.
        workers: Number of parallel processes, at least 1.
        quiet: If True, no progress is displayed.
        command: Command that reproduces the results, for the report.
        overwrite: If True, results of other plans in the folder may be replaced.

    Returns:
        The content of `folder/results.json`.

    Raises:
        BenchmarkError: If a run fails; the finished ones are kept.
        ValueError: If an argument is out of range, two plans have the same environment, the folder holds
            the results of other plans, another process writes to it, or an environment or agent cannot be
            imported by other processes.
        UnwritableError: If the folder cannot be written to.
    """
    plans = [plans] if isinstance(plans, Plan) else list(plans)
    ids = [plan.env for plan in plans]
    if not plans or len(set(ids)) < len(ids):
        raise ValueError(f"envs={ids} must name at least one environment, and none of them twice")
    for plan in plans:
        registration(plan.env)
        if warning := shared_rows(task_source(plan.env), plan.split):
            warnings.warn(f"env={plan.env!r}: {warning}", stacklevel=2)
        for spec in plan.agents:
            check_agent(spec)
    check_size(plans)
    root = Path(folder)
    with explained(root):
        root.mkdir(parents=True, exist_ok=True)
    with sole_writer(root):
        return _run_benchmark(plans, root, workers, quiet, command, overwrite)


def check_size(plans: Sequence[Plan]) -> None:
    """Checks that a results file can hold the pools of all plans.

    Raises:
        ValueError: If they have too many rewards.
    """
    values = sum(
        len(plan.seeds) * (1 + len(plan.agents)) * plan.tasks * plan.pool * len(task_source(plan.env).weights)
        for plan in plans
    )
    if values > MOST_VALUES:
        raise ValueError(
            f"the pools of all runs have {values:,} rewards (seeds x agents, the start included, x tasks x "
            f"pool x objectives), and a results file holds {MOST_VALUES:,}; lower tasks or pool, or divide "
            "agents, seeds or environments among several --out"
        )


def _run_benchmark(
    plans: list[Plan], root: Path, workers: int, quiet: bool, command: str, overwrite: bool
) -> dict[str, Any]:
    asked = [plan.describe() for plan in plans]
    if not overwrite:
        _refuse_other_results(root, asked)
    started = time.time()
    _tune(root, plans, workers, quiet)
    records: list[dict[str, Any]] = []
    for i, plan in enumerate(plans):
        plans[i], tried = choose(plan, root)
        records += tried
    _run_plans(root, plans, workers, quiet)
    results = gather(plans, root)
    results |= {"command": command, "plans": asked, "tuning": records}
    results["wall_clock_seconds"] = round(time.time() - started, 1)
    results = seal(results)
    parse(results)
    write_atomically(root / RESULTS, json.dumps(results))
    return results


def _refuse_other_results(root: Path, asked: list[dict[str, Any]]) -> None:
    """Raises ValueError if the folder holds the report of other plans."""
    if not (root / RESULTS).exists():
        return
    try:
        content = read_json(root / RESULTS, "it is made again")
    except DamagedFileError as error:
        warnings.warn(str(error), stacklevel=3)  # nothing to lose: the runs are kept
        return
    plans = content.get("plans", []) if isinstance(content, dict) else None
    if not isinstance(plans, list) or not all(
        isinstance(plan, dict) and isinstance(plan.get("env"), str) for plan in plans
    ):
        raise ValueError(
            f"{root / RESULTS} is no report of a benchmark; choose another --out, or move it away"
        )
    before = {plan["env"]: plan for plan in plans}
    differ = [differences(before.get(plan["env"], {}), plan) for plan in asked]
    if any(differ) or len(before) != len(asked):
        raise ValueError(
            f"out={str(root)!r} holds the report of another plan: "
            f"{'; '.join(filter(None, differ)) or f'environments {list(before)}'}; choose another --out, or "
            "replace it with --overwrite (finished runs are kept and used either way)"
        )


def _tune(root: Path, plans: Sequence[Plan], workers: int, quiet: bool) -> None:
    """Runs all trials, with `halve_at` up to the halving, and then those that remain."""
    first = [first_rung(plan) for plan in plans]
    told: dict[Path, dict[str, Any]] = {
        cell_folder(root, cell): {"goes_on": True} for rung in first if rung for cell in rung.cells()
    }
    _run_plans(root, [rung or trials(plan) for rung, plan in zip(first, plans)], workers, quiet, told)
    earlier = {folder: before for plan in plans for folder, before in earlier_rung(plan, root).items()}
    told = {folder: {"continues": before.name} for folder, before in earlier.items()}
    _run_plans(root, [remaining(plan, root) for plan in plans], workers, quiet, told)


def _run_plans(
    root: Path,
    plans: Sequence[Plan | None],
    workers: int,
    quiet: bool,
    told: Mapping[Path, dict[str, Any]] = MappingProxyType({}),
) -> None:
    """Runs the unfinished cells of plans; `told` has more that the runs of some folders are to know."""
    cells = [cell for plan in plans if plan is not None for cell in plan.cells()]
    cells.sort(key=lambda cell: cell["kind"] != "warm_start")  # other cells wait for the warm starts
    jobs = {cell_folder(root, cell): _job(root, cell) for cell in cells}
    jobs = {folder: {**job, **told.get(folder, {})} for folder, job in jobs.items()}
    if jobs:
        run_cells("runs", jobs, "baselines.benchmark.cell", workers, quiet)


def _job(root: Path, cell: dict[str, Any]) -> dict[str, Any]:
    """Returns a cell with its environment's registration, and with its warm start's folder if it trains."""
    cell = {**cell, "registration": registration(cell["env"])}
    if cell["kind"] == "warm_start":
        return cell
    return {**cell, "start": cell_folder(root, cell["warm_start"]).name}


KEPT = ("measures", "history", "budget", "temperature", "temperatures")


def gather(plans: Sequence[Plan], root: Path) -> dict[str, Any]:
    """Collects the data for tables and report from the finished cells."""
    runs, environments = [], []
    for plan in plans:
        cells = [cell for cell in plan.cells() if cell["kind"] == "train"]
        results = [read_result(cell_folder(root, cell), (POOLS,)) for cell in cells]
        source = task_source(plan.env)
        assert isinstance(source, DomainTasks)  # checked by the plan
        for cell, result in zip(cells, results):
            with np.load(cell_folder(root, cell) / POOLS) as pools:
                packed = Pools.pack(pools["rewards"])
            budget = result["budget"]
            per_rollout = cell["settings"]["num_candidates"] * source.max_turns
            budget["rollouts"] = budget["answers"] // per_rollout
            runs.append(
                {
                    **{name: cell[name] for name in ("env", "label", "seed", "settings")},
                    **{name: result[name] for name in KEPT if name in result},
                    "pools": packed.model_dump(mode="json"),
                    "answers": [example["answers"] for example in result["examples"]],
                    "warnings": result.get("warnings", []),
                }
            )
        environments.append(_environment(plan, source, results[0]["examples"]))
    return {
        "schema_version": SCHEMA_VERSION,
        "versions": versions(),
        "environments": environments,
        "runs": runs,
    }


def _environment(plan: Plan, source: DomainTasks, examples: list[dict[str, Any]]) -> dict[str, Any]:
    tasks = DomainTasks(source.domain, plan.split, source.style).first(len(examples))
    return {
        "env": plan.env,
        "objectives": list(source.objective_names),
        "weights": source.weights.tolist(),
        "split": plan.split,
        "examples": [
            {"task": example["task"], "prompt": task.text(source.style), "front": example["front"]}
            for example, task in zip(examples, tasks)
        ],
    }


def versions() -> dict[str, str]:
    """Returns the versions of Python and the packages, and a description of the machine."""
    from importlib.metadata import version

    names = ("vpo-gym", "torch", "transformers", "gymnasium", "stable-baselines3", "numpy")
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in names},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
