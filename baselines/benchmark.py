"""Runs a plan: one process per run, as many side by side as there are cores, resumable."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from baselines.cell import CELL, POOLS, RESULT
from baselines.plan import Plan, cell_folder
from baselines.results import SCHEMA_VERSION, Pools, parse
from vpo_agent.files import write_atomically
from vpo_agent.logger import PROGRESS
from vpo_agent.progress import progress_bar
from vpo_agent.tasks import DomainTasks, task_source

RESULTS = "results.json"
POLL_SECONDS = 0.5
# One thread a process (two that share cores spin against one another), and memory kept for reuse
# (returning large blocks to the system costs as much time as the arithmetic of a small model).
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "TOKENIZERS_PARALLELISM": "false",
}


class BenchmarkError(RuntimeError):
    """A run failed; the message ends with what it printed."""


def run_benchmark(
    plans: Plan | Sequence[Plan],
    folder: str | Path,
    workers: int = 2,
    quiet: bool = False,
    *,
    command: str = "",
    overwrite: bool = False,
) -> dict[str, Any]:
    """Runs every cell of the plans that is not finished and gathers the results.

    Args:
        plans: What to run, one plan per environment.
        folder: Where runs and results go; running again with the same folder goes on.
        workers: Processes side by side, at least 1.
        quiet: Whether to leave out the progress display.
        command: What reproduces the results, for the report.
        overwrite: Whether results of other plans in the folder may be replaced.

    Returns:
        The content of `folder/results.json`.

    Raises:
        BenchmarkError: If a run fails; the finished ones are kept.
        ValueError: If an argument is out of range, two plans are of one environment, or the folder
            holds the results of other plans.
    """
    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    plans = [plans] if isinstance(plans, Plan) else list(plans)
    ids = [plan.env for plan in plans]
    if not plans or len(set(ids)) < len(ids):
        raise ValueError(f"envs={ids} must name at least one environment, and none of them twice")
    root = Path(folder)
    asked = [plan.describe() for plan in plans]
    if not overwrite:
        _refuse_other_results(root, asked)
    started = time.time()
    trials = [plan.search.trials(plan) if plan.search else None for plan in plans]
    _run_plans(root, [trial for trial in trials if trial], workers, quiet)
    searches = []
    for i, (plan, trial) in enumerate(zip(plans, trials)):
        if plan.search and trial:
            plans[i], records = plan.search.choose(plan, trial, root)
            searches += records
    _run_plans(root, plans, workers, quiet)
    results = gather(plans, root)
    results |= {"command": command, "plans": asked, "searches": searches}
    results["wall_clock_seconds"] = round(time.time() - started, 1)
    parse(results)
    write_atomically(root / RESULTS, json.dumps(results))
    return results


def _refuse_other_results(root: Path, asked: list[dict[str, Any]]) -> None:
    """Keeps the report of other plans from being lost."""
    if not (root / RESULTS).exists():
        return
    try:
        content = json.loads((root / RESULTS).read_text())
    except ValueError:
        return  # damaged: nothing to lose
    before = content["plans"] if "plans" in content else [content.get("plan", {})]  # of schema version 1
    if len(before) != len(asked) or not all(old.items() <= new.items() for old, new in zip(before, asked)):
        raise ValueError(
            f"out={str(root)!r} holds the report of another plan; choose another --out, or replace it "
            "with --overwrite (finished runs are kept and used either way)"
        )


def _run_plans(root: Path, plans: Sequence[Plan], workers: int, quiet: bool) -> None:
    cells = [cell for plan in plans for cell in plan.cells()]
    for kind in ("warm_start", "train"):
        chosen = {cell_folder(root, cell): cell for cell in cells if cell["kind"] == kind}
        if chosen:
            _run_all(root, list(chosen.values()), workers, quiet)


def gather(plans: Sequence[Plan], root: Path) -> dict[str, Any]:
    """Everything needed to redraw tables and report, from the finished cells."""
    runs, environments = [], []
    for plan in plans:
        cells = [cell for cell in plan.cells() if cell["kind"] == "train"]
        results = [json.loads((cell_folder(root, cell) / RESULT).read_text()) for cell in cells]
        for cell, result in zip(cells, results):
            with np.load(cell_folder(root, cell) / POOLS) as pools:
                packed = Pools.pack(pools["rewards"])
            budget = result["budget"]
            budget["rollouts"] = budget["answers"] // cell["settings"]["num_candidates"]
            runs.append(
                {
                    **{name: cell[name] for name in ("env", "label", "seed", "settings")},
                    **{name: result[name] for name in ("measures", "history", "budget")},
                    "pools": packed.model_dump(mode="json"),
                    "answers": [example["answers"] for example in result["examples"]],
                }
            )
        environments.append(_environment(plan, results[0]["examples"]))
    return {
        "schema_version": SCHEMA_VERSION,
        "versions": versions(),
        "environments": environments,
        "runs": runs,
    }


def _environment(plan: Plan, examples: list[dict[str, Any]]) -> dict[str, Any]:
    source = task_source(plan.env)
    assert isinstance(source, DomainTasks)  # evaluate asks for it
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
    """Versions of what the numbers depend on."""
    from importlib.metadata import version

    names = ("vpo", "torch", "transformers", "gymnasium", "stable-baselines3", "numpy")
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in names},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }


def _run_all(root: Path, cells: list[dict[str, Any]], workers: int, quiet: bool) -> None:
    waiting = [cell for cell in cells if not (cell_folder(root, cell) / RESULT).exists()]
    running: dict[Path, tuple[subprocess.Popen[bytes], Any]] = {}
    console = Console(quiet=quiet)
    try:
        with progress_bar(console) as bar:
            overall = bar.add_task(
                f"[bold]{_kind(cells)}", total=len(cells), completed=len(cells) - len(waiting), figure=""
            )
            while waiting or running:
                while waiting and len(running) < workers:
                    cell = waiting.pop(0)
                    folder = _prepare(root, cell)
                    label = cell.get("label", "warm start")
                    row = bar.add_task(f"  {label} seed {cell['seed']}", total=cell["steps"], figure="")
                    running[folder] = (_start(folder), row)
                time.sleep(POLL_SECONDS)
                for folder, (process, row) in list(running.items()):
                    _show(bar, row, folder)
                    if process.poll() is not None:
                        del running[folder]
                        _check(process, folder)
                        bar.remove_task(row)
                        bar.advance(overall)
                        if not console.is_terminal:
                            console.print(f"finished {folder.name}")
    finally:
        for process, _ in running.values():
            process.terminate()
        for process, _ in running.values():
            process.wait()


def _kind(cells: list[dict[str, Any]]) -> str:
    return "warm starts" if cells and cells[0]["kind"] == "warm_start" else "training runs"


def _prepare(root: Path, cell: dict[str, Any]) -> Path:
    folder = cell_folder(root, cell)
    folder.mkdir(parents=True, exist_ok=True)
    if cell["kind"] == "train":
        cell = {**cell, "start": cell_folder(root, cell["warm_start"]).name}
    write_atomically(folder / CELL, json.dumps(cell, indent=2))
    return folder


def _start(folder: Path) -> subprocess.Popen[bytes]:
    with open(folder / "output.txt", "ab") as output:
        return subprocess.Popen(
            [sys.executable, "-c", "from baselines.cell import main; main()", str(folder)],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **ENVIRONMENT},
        )


def _check(process: subprocess.Popen[bytes], folder: Path) -> None:
    if process.returncode or not (folder / RESULT).exists():
        tail = (folder / "output.txt").read_text(errors="replace")[-2000:]
        raise BenchmarkError(
            f"the run in {folder} ended with code {process.returncode}; finished runs are kept, and the same "
            f"command goes on from them. Its last output:\n{tail}"
        )


def _show(bar: Any, row: Any, folder: Path) -> None:
    last = next(_last_lines(folder / PROGRESS), None)
    if last is not None:
        key = "rollout/expected_best" if "rollout/expected_best" in last else "loss"
        name = "E_w[best]" if key != "loss" else "loss"
        bar.update(row, completed=last["time/updates"], figure=f"{name} {last[key]:.3f}")


def _last_lines(path: Path, reach: int = 8192) -> Iterator[dict[str, Any]]:
    """Complete JSON lines of a growing file, last first, reading only its end."""
    if path.exists():
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - reach))
            lines = file.read().splitlines()
        for line in reversed(lines):
            try:
                yield json.loads(line)
            except ValueError:
                continue
