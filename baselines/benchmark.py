"""Runs a plan: one process per run, as many side by side as there are cores, resumable."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from baselines.cell import CELL, RESULT
from baselines.plan import Plan, cell_folder
from vpo_agent.files import write_atomically
from vpo_agent.logger import PROGRESS
from vpo_agent.progress import progress_bar

SCHEMA_VERSION = 1
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


def run_benchmark(plan: Plan, folder: str | Path, workers: int = 2, quiet: bool = False) -> dict[str, Any]:
    """Runs every cell of the plan that is not finished and gathers the results.

    Args:
        plan: What to run.
        folder: Where runs and results go; running again with the same folder goes on.
        workers: Processes side by side, at least 1.
        quiet: Whether to leave out the progress display.

    Returns:
        The content of `folder/results.json`.

    Raises:
        BenchmarkError: If a run fails; the finished ones are kept.
        ValueError: If an argument is out of range.
    """
    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    root = Path(folder)
    started = time.time()
    cells = plan.cells()
    warm = [cell for cell in cells if cell["kind"] == "warm_start"]
    trained = [cell for cell in cells if cell["kind"] == "train"]
    _run_all(root, warm, workers, quiet)
    _run_all(root, trained, workers, quiet)
    results = gather(plan, root)
    results["wall_clock_seconds"] = round(time.time() - started, 1)
    write_atomically(root / "results.json", json.dumps(results))
    return results


def gather(plan: Plan, root: Path) -> dict[str, Any]:
    """Everything needed to redraw tables and plots, from the finished cells."""
    runs = []
    for cell in plan.cells():
        if cell["kind"] == "train":
            result = json.loads((cell_folder(root, cell) / RESULT).read_text())
            runs.append(
                {"label": cell["label"], "seed": cell["seed"], "settings": cell["settings"], **result}
            )
    return {
        "schema_version": SCHEMA_VERSION,
        "plan": plan.describe(),
        "versions": versions(),
        "runs": runs,
    }


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    from importlib.metadata import version

    names = ("vpo", "torch", "transformers", "gymnasium", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


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
