"""Progress bars for long work."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from transformers.utils import logging as hf_logging

from vpo_agent import processes
from vpo_agent.callbacks import Callback

if TYPE_CHECKING:
    from vpo_agent.agent import Agent


def progress_bar(console: Console | None = None) -> Progress:
    """The bar that all commands show: what, how far, how long still, and a figure."""
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
    """Yields a function of (steps done, loss) that moves a bar; it does nothing if not shown."""
    if not (show and processes.is_main()):
        yield lambda done, loss: None
        return
    with progress_bar() as bar:
        task = bar.add_task(what, total=total, figure="")
        yield lambda done, loss: bar.update(task, completed=done, figure=f"loss {loss:.3f}")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silences transformers' own progress bars, which would tear ours."""
    shown = hf_logging.is_progress_bar_enabled()
    hf_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            hf_logging.enable_progress_bar()


class ProgressBar(Callback):
    """Shows the answers sampled and the training's expected best as a bar."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._bar: Any = None

    def on_training_start(self, agent: Agent) -> None:
        """Opens the bar."""
        self._bar = progress_bar()
        self._bar.start()
        self._task = self._bar.add_task(
            type(agent).__name__, total=self.total, completed=agent.num_timesteps, figure=""
        )

    def on_step(self, agent: Agent) -> bool:
        """Moves it."""
        figure = f"E_w[best] {agent.logger.name_to_value['rollout/expected_best']:.3f}"
        self._bar.update(self._task, completed=agent.num_timesteps, figure=figure)
        return True

    def on_training_end(self, agent: Agent) -> None:
        """Closes it."""
        self._bar.stop()
