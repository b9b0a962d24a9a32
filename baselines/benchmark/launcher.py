"""Resumable runs in separate processes, `workers` of them in parallel.

Where it is safe, processes are forked from a server process with all imports done: importing torch and
transformers takes longer than a short run.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from multiprocessing import connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape

from baselines.benchmark.record import RESULT, is_finished, kept_warnings
from vpo_agent.agents.checkpoint import CheckpointError
from vpo_agent.common.atomic_io import UnwritableError, explained, write_atomically
from vpo_agent.common.integrity import DamagedFileError
from vpo_agent.common.lock import InUseError, clear_stale, sole_writer
from vpo_agent.common.logger import PROGRESS
from vpo_agent.common.parsing import printable
from vpo_agent.common.progress import progress_bar
from vpo_agent.common.settings import check_at_least

CELL, OUTPUT = "cell.json", "output.txt"
POLL_SECONDS = 0.5
GRACE_SECONDS = 5.0
DYING_SECONDS = 30.0
REFUSED = 3  # exit code of a run that ended with a one-line error
KILLED = -9  # exit code of a run that got SIGKILL
OUT_OF_MEMORY = (
    " (killed, as the system does when memory runs out: try --workers 1, a lower max_tokens_per_micro_batch "
    "or gradient_checkpointing=True; --dry-run estimates the memory)"
)
# One thread per process unless a plan asks for more; those sleep while they wait, because spinning threads
# that compete for cores waste most of their time. Freed memory is kept: returning large blocks to the system
# costs as much time as the arithmetic of a small model.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONSAFEPATH": "1",  # the user's folder may hold a package with the name of one of ours
}
FIGURES = {"rollout/expected_best": "expected_best", "loss": "loss"}
SHOWN = ("best@1", "best@30", "expected_best", "regret", "diversity")


class BenchmarkError(RuntimeError):
    """Failure of a run; the message ends with the run's last output."""


def run_cells(
    what: str, cells: Mapping[Path, dict[str, Any]], module: str, workers: int, quiet: bool = False
) -> None:
    """Runs every unfinished cell.

    Args:
        what: Name of the cells in the progress display.
        cells: Folder of each cell, and the content of its `cell.json`. The display shows `label`, `seed` and
            `steps`. A cell with a `start` waits until the sibling folder of that name is finished.
        module: Module whose `main` runs a cell, given its folder. It writes `result.json` there, and may
            log `time/updates` in `progress.jsonl`.
        workers: Number of parallel processes.
        quiet: If True, no progress is displayed.

    Raises:
        BenchmarkError: If a run fails; the finished ones are kept.
        ValueError: If there are no workers.
    """
    check_at_least({"workers": workers}, workers=1)
    waiting = [folder for folder in cells if not is_finished(folder)]
    for folder in cells:
        clear_stale(folder)
    running: dict[Path, tuple[BaseProcess, Any]] = {}
    console = Console(quiet=quiet)
    context = start_method(module)
    with (
        _environment(ENVIRONMENT),
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
                label = f"  {escape(_name(cell))}"
                steps = None if "tokens" in cell else cell["steps"]  # unknown under a token budget
                row = bar.add_task(label, total=steps, figure="")
                _write_cell(folder, cell)
                running[folder] = (_start(context, module, folder), row)
            time.sleep(POLL_SECONDS)
            for folder, (process, row) in list(running.items()):
                _show(bar, row, folder, cells[folder]["steps"])
                if (code := process.exitcode) is not None:
                    del running[folder]
                    _check(code, folder)
                    bar.remove_task(row)
                    bar.advance(overall)
                    measured, name = _measured(folder), _name(cells[folder])
                    for warning in kept_warnings(folder):
                        console.print(f"warning: {name}: {warning}", markup=False, soft_wrap=True)
                    if measured or not console.is_terminal:
                        console.print(
                            f"finished {name}{measured}", highlight=False, markup=False, soft_wrap=True
                        )


@contextlib.contextmanager
def _stopping(running: Mapping[Path, tuple[BaseProcess, Any]]) -> Iterator[None]:
    """Stops all runs on exit."""
    try:
        yield
    finally:
        stop([process for process, _ in running.values()])


def stop(processes: Iterable[BaseProcess]) -> None:
    """Stops runs together with their child processes, such as those of an OpenEvolve search."""
    for process in processes:
        _send(process, signal.SIGTERM)
    for process in processes:
        process.join(GRACE_SECONDS)
        _send(process, getattr(signal, "SIGKILL", signal.SIGTERM))  # if it is still running
        process.join()


def _send(process: BaseProcess, number: int) -> None:
    """Sends a signal to a run and its child processes."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid or 0, number)
            return
    process.terminate()  # Windows has no process groups, and a run that has just started has none yet


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """Turns SIGTERM and SIGHUP into SystemExit: runs in their own sessions do not receive these signals."""
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


def start_method(module: str) -> BaseContext:
    """Returns the start method: fork from a server process that has imported a module, else spawn.

    CUDA does not survive a fork.
    """
    import torch

    if sys.platform != "linux" or torch.cuda.is_available():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


def _start(context: Any, module: str, folder: Path) -> BaseProcess:
    process: BaseProcess = context.Process(target=run, args=(module, str(folder)))
    with _without_main():
        process.start()
    return process


def run(module: str, folder: str) -> None:
    """Runs a module's `main` in this new process.

    The process gets its own session, writes its output to a file, and exits when its parent exits. It holds
    the lock of the folder; the process of an earlier call that was killed may need a moment to end.
    """
    owner = multiprocessing.parent_process()
    if hasattr(os, "setsid"):
        os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    printed = os.open(Path(folder, OUTPUT), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for theirs, ours in ((nothing, 0), (printed, 1), (printed, 2)):
        os.dup2(theirs, ours)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  (multiprocessing has put another in its place)
    if owner is not None:
        threading.Thread(target=_end_with, args=(owner.sentinel,), daemon=True).start()
    sys.argv = ["-c", folder]
    try:
        with sole_writer(folder, wait=DYING_SECONDS):
            importlib.import_module(module).main()
    except (UnwritableError, DamagedFileError, InUseError, CheckpointError) as error:
        print(f"error: {error}", file=sys.stderr, flush=True)  # no fault of the code: no traceback
        sys.exit(REFUSED)


def _end_with(owner: int) -> None:
    """Kills this process and its children when the parent exits: a new parent would start the run again."""
    connection.wait([owner])
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Sets environment variables for the processes started within the context."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hides the main module from new processes, which would import it: a script may lack a main guard."""
    main = sys.modules["__main__"]
    hidden = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    for name in hidden:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in hidden.items():
            setattr(main, name, value)


def _write_cell(folder: Path, cell: dict[str, Any]) -> None:
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / OUTPUT).unlink(missing_ok=True)  # that of an earlier attempt
    write_atomically(folder / CELL, json.dumps(cell, indent=2))


def _name(cell: Mapping[str, Any]) -> str:
    """Returns what the display calls a cell; a common warm start has no label."""
    return printable(f"{cell.get('label', 'warm start')} seed {cell['seed']}")


def _measured(folder: Path) -> str:
    """Returns the first figures of a finished run, so that a reader need not wait for the report."""
    measures = json.loads((folder / RESULT).read_text()).get("measures", {})
    means = {name: sum(values) / len(values) for name, values in measures.items() if name in SHOWN}
    return "".join(f"  {name} {means[name]:.3f}" for name in SHOWN if name in means)


def _check(code: int, folder: Path) -> None:
    if code or not (folder / RESULT).exists():
        _fail(code, folder)


def _fail(code: int, folder: Path) -> NoReturn:
    output = folder / OUTPUT
    tail = output.read_text(errors="replace")[-2000:] if output.exists() else "(none)"
    if code == REFUSED:
        reason = tail.rpartition("error: ")[2].strip()
        raise BenchmarkError(f"the run in {folder} ended: {reason}; finished runs are kept")
    hint = OUT_OF_MEMORY if code == KILLED else ""
    raise BenchmarkError(
        f"the run in {folder} ended with code {code}{hint}; finished runs are kept, and the same "
        f"command resumes. Its last output:\n{tail}"
    )


def _show(bar: Any, row: Any, folder: Path, steps: int) -> None:
    """Shows the last complete line of a run's log; after the last step, that it is finishing (evaluation)."""
    for last in _last_lines(folder / PROGRESS):
        if isinstance(last, dict) and isinstance(last.get("time/updates"), int):  # others are damaged
            values = [(name, last.get(key)) for key, name in FIGURES.items()]
            shown = [f"{name} {value:.3f}" for name, value in values if isinstance(value, (int, float))]
            phase = ["finishing"] if last["time/updates"] == steps else []
            bar.update(row, completed=last["time/updates"], figure="  ".join(shown[:1] + phase))
            return


def _last_lines(path: Path, reach: int = 8192) -> Iterator[Any]:
    """Yields the complete JSON lines of a growing file, last first; reads only the end of the file."""
    if path.exists():
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - reach))
            lines = file.read().splitlines()
        for line in reversed(lines):
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                continue
