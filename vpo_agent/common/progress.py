"""Progress bars of long-running commands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from vpo_agent.common import distributed

LINES = 20
"""Lines that a task prints outside a terminal, from its start to its end."""


class LineProgress(Progress):
    """A progress bar that prints a line at every twentieth of a task where there is no terminal."""

    def start(self) -> None:
        """Starts the bar."""
        self._printed: dict[TaskID, int] = {}
        self._begun: dict[TaskID, tuple[float, float]] = {}  # time and steps done at the first update
        self.lines = not (self.console.is_terminal or self.console.is_jupyter)
        if not self.lines:
            super().start()

    def stop(self) -> None:
        """Stops the bar."""
        if not self.lines:
            super().stop()

    def update(self, task_id: TaskID, **changes: Any) -> None:
        """Updates a task, see rich's `Progress.update`."""
        super().update(task_id, **changes)
        self._print(task_id)

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        """Advances a task, see rich's `Progress.advance`."""
        super().advance(task_id, advance)
        self._print(task_id)

    def _print(self, task_id: TaskID) -> None:
        task = self._tasks[task_id]
        if not self.lines or not task.total:
            return
        begun, done = self._begun.setdefault(task_id, (task.get_time(), task.completed))
        share = int(LINES * task.completed / task.total)
        if share > self._printed.setdefault(task_id, 0):
            self._printed[task_id] = share
            parts = [task.description.strip(), f"{int(task.completed):,}/{int(task.total):,}"]
            if done < task.completed < task.total:
                seconds = (task.get_time() - begun) * (task.total - task.completed) / (task.completed - done)
                parts.append(f"{timedelta(seconds=round(seconds))} left")
            parts.append(str(task.fields.get("figure", "")))
            self.console.print("  ".join(filter(None, parts)), highlight=False, soft_wrap=True)


def progress_bar(console: Console | None = None) -> Progress:
    """Returns the bar that all commands show: description, progress, time left and a figure.

    Outside a terminal, as in a log file, it prints lines instead.
    """
    return LineProgress(
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[figure]}"),
        console=console,
    )


@contextlib.contextmanager
def progress_track(what: str, total: int, show: bool = True) -> Iterator[Callable[[int, float], None]]:
    """Yields a function of (steps done, loss) that advances a bar; a no-op if `show` is False."""
    if not (show and distributed.is_main()):
        yield lambda done, loss: None
        return
    with progress_bar() as bar:
        task = bar.add_task(what, total=total, figure="")
        yield lambda done, loss: bar.update(task, completed=done, figure=f"loss {loss:.3f}")
