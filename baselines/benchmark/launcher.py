"""Runs in processes of their own, `workers` of them side by side, resumable."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console

from baselines.benchmark import forks
from vpo_agent.common.atomic_io import write_atomically
from vpo_agent.common.logger import PROGRESS
from vpo_agent.common.progress import progress_bar

CELL, RESULT = "cell.json", "result.json"
POLL_SECONDS = 0.5
# One thread a process (two that share cores spin against one another), and memory kept for reuse
# (returning large blocks to the system costs as much time as the arithmetic of a small model).
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "TOKENIZERS_PARALLELISM": "false",
}
OUTPUT = "output.txt"
Process = subprocess.Popen[bytes] | forks.Fork
FIGURES = {"rollout/expected_best": "E_w[best]", "loss": "loss"}


class BenchmarkError(RuntimeError):
    """A run failed; the message ends with what it printed."""


def run_cells(
    what: str, cells: Mapping[Path, dict[str, Any]], module: str, workers: int, quiet: bool = False
) -> None:
    """Runs every cell that is not finished.

    Args:
        what: How the progress display calls them.
        cells: What each folder's run is told in `cell.json`; its `label`, `seed` and `steps` are shown. One
            with a `start` waits until the folder of that name beside its own is finished.
        module: Whose `main` runs a cell, given its folder; it leaves `result.json` there, and on the way
            may log `time/updates` in `progress.jsonl`.
        workers: Processes side by side.
        quiet: Whether to leave out the progress display.

    Raises:
        BenchmarkError: If a run fails; the finished ones are kept.
        ValueError: If there are no workers.
    """
    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    waiting = [folder for folder in cells if not (folder / RESULT).exists()]
    running: dict[Path, tuple[Process, Any]] = {}
    console = Console(quiet=quiet)
    with (
        _starter(module) as start,
        _stopping(running),
        _ending_in_order(),
        progress_bar(console) as bar,
    ):
        done = len(cells) - len(waiting)
        overall = bar.add_task(f"[bold]{what}", total=len(cells), completed=done, figure="")
        while waiting or running:
            for folder in [folder for folder in waiting if _ready(folder, cells[folder])]:
                if len(running) == workers:
                    break
                waiting.remove(folder)
                cell = cells[folder]
                label = f"  {cell.get('label', 'warm start')} seed {cell['seed']}"
                steps = None if "tokens" in cell else cell["steps"]  # nobody knows in advance
                row = bar.add_task(label, total=steps, figure="")
                _tell(folder, cell)
                running[folder] = (start(folder), row)
            time.sleep(POLL_SECONDS)
            for folder, (process, row) in list(running.items()):
                _show(bar, row, folder)
                if (code := process.poll()) is not None:
                    del running[folder]
                    _check(code, folder)
                    bar.remove_task(row)
                    bar.advance(overall)
                    if not console.is_terminal:
                        console.print(f"finished {folder.name}")


@contextlib.contextmanager
def _stopping(running: Mapping[Path, tuple[Process, Any]]) -> Iterator[None]:
    """Leaves no run behind."""
    try:
        yield
    finally:
        stop([process for process, _ in running.values()])


def stop(processes: Iterable[Process]) -> None:
    """Ends runs with all that they have started: a search on OpenEvolve sits in processes of its own."""
    for process in processes:
        _send(process, signal.SIGTERM)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(forks.GRACE_SECONDS)
        _send(process, getattr(signal, "SIGKILL", signal.SIGTERM))  # what did not listen
        process.wait()


def _send(process: Process, number: int) -> None:
    if hasattr(os, "killpg"):
        forks.send(process.pid, number)
    elif isinstance(process, subprocess.Popen):  # Windows knows no groups
        process.terminate()


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """A kill or a closed terminal ends the runs, too: in sessions of their own they do not hear of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: Any) -> None:
        raise SystemExit(128 + number)

    numbers = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {n: signal.signal(n, end) for n in numbers if signal.getsignal(n) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ready(folder: Path, cell: dict[str, Any]) -> bool:
    return "start" not in cell or (folder.parent / cell["start"] / RESULT).exists()


@contextlib.contextmanager
def _starter(module: str) -> Iterator[Callable[[Path], Process]]:
    """What starts the run of a folder."""
    environment = {**os.environ, **ENVIRONMENT}
    if forks.possible():
        with forks.ForkServer(module, environment) as server:
            yield lambda folder: server.start(folder, folder / OUTPUT) or _fail(1, folder)
        return

    def start(folder: Path) -> Process:
        with open(folder / OUTPUT, "ab") as output:
            return subprocess.Popen(
                [sys.executable, "-c", f"from {module} import main; main()", str(folder)],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )

    yield start


def _tell(folder: Path, cell: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / CELL, json.dumps(cell, indent=2))


def _check(code: int, folder: Path) -> None:
    if code or not (folder / RESULT).exists():
        _fail(code, folder)


def _fail(code: int, folder: Path) -> NoReturn:
    tail = (folder / OUTPUT).read_text(errors="replace")[-2000:]
    raise BenchmarkError(
        f"the run in {folder} ended with code {code}; finished runs are kept, and the same "
        f"command goes on from them. Its last output:\n{tail}"
    )


def _show(bar: Any, row: Any, folder: Path) -> None:
    last = next(_last_lines(folder / PROGRESS), None)
    if last is not None:
        shown = [f"{name} {last[key]:.3f}" for key, name in FIGURES.items() if key in last]
        bar.update(row, completed=last["time/updates"], figure=" ".join(shown[:1]))


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
