"""Progress bars of long-running commands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vpo_agent.common import distributed


def progress_bar(console: Console | None = None) -> Progress:
    """Returns the bar that all commands show: description, progress, time left and a figure."""
    return Progress(
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
