"""Orderly end of a training run on Ctrl-C or a termination signal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from vpo_agent.agents.callbacks import Callback, Learner
from vpo_agent.agents.checkpoint_callback import CheckpointCallback
from vpo_agent.common import distributed

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption(Callback):
    """A callback that ends the training after the running step if that is requested, and saves the agent.

    The agent is not saved in the middle of a step, when the weights have seen a part of its mini-batches.

    Args:
        saver: The callback that saves, which takes part in the same training.

    Attributes:
        requested: The signal that asked for the end; None: none has.
    """

    def __init__(self, saver: CheckpointCallback) -> None:
        self.saver = saver
        self.requested: int | None = None

    def request(self, signum: int) -> None:
        """Ends the training after the running step."""
        self.requested = signum
        self.saver.save_soon()

    def on_step(self, agent: Learner) -> bool:
        """Returns False if the end has been requested from any process."""
        return not any(distributed.all_gather([self.requested is not None]))


@contextmanager
def interruption(saver: CheckpointCallback, announce: Callable[[str], Any]) -> Iterator[Interruption]:
    """Gives a callback that answers Ctrl-C and SIGTERM while the context lasts.

    A second signal of the same kind has its usual effect at once.

    Args:
        saver: See `Interruption`.
        announce: Function that shows a message to the user.
    """
    callback = Interruption(saver)
    if threading.current_thread() is not threading.main_thread():  # which alone may set handlers
        yield callback
        return
    before = {int(signum): signal.getsignal(signum) for signum in SIGNALS}

    def handle(signum: int, frame: Any) -> None:
        callback.request(signum)
        signal.signal(signum, before[signum])
        announce("finishing the running step, then saving; the same signal again ends the run at once")

    try:
        for signum in SIGNALS:
            signal.signal(signum, handle)
        yield callback
    finally:
        for caught, handler in before.items():
            signal.signal(caught, handler)
