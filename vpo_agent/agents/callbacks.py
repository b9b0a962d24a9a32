"""Callbacks of training: their interface, lists of them, functions of the user, progress."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable as Function
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger

from vpo_agent.common.progress import progress_bar
from vpo_agent.generation.generator import Generator
from vpo_agent.generation.rollout import Rollouts


class Learner(Generator, Protocol):
    """The interface of an agent in training, as used by callbacks.

    Attributes:
        num_timesteps: Answers sampled so far.
        num_updates: Training steps so far.
        num_tokens: Tokens sampled in these steps.
        warm_started: Whether the policy has been warm-started.
        logger: Logger of the run.
    """

    num_timesteps: int
    num_updates: int
    num_tokens: int
    warm_started: bool
    logger: Logger

    @property
    def last_rollouts(self) -> Rollouts | None:
        """Rollouts of the last update."""

    def save(self, path: str | Path) -> None:
        """Writes a checkpoint."""


class Callback:
    """The base class of callbacks; its methods do nothing.

    Attributes:
        warm_start_path: File in which a warm start keeps its state; None: none is kept.
    """

    warm_start_path: Path | None = None

    def on_training_start(self, agent: Learner) -> None:
        """Runs before the first step."""

    def on_step(self, agent: Learner) -> bool:
        """Runs after every step; returns False to end the training. None goes on, too."""
        return True

    def on_logged(self, agent: Learner) -> None:
        """Runs after `on_step` of all callbacks and after the step's log entries are on the disk."""

    def on_training_end(self, agent: Learner) -> None:
        """Runs after the last step, also if training ends early or fails."""


def goes_on(verdict: Any) -> bool:
    """Returns whether training continues after a verdict; None, of a method without `return`, goes on."""
    return verdict is None or bool(verdict)


class CallbackList(Callback):
    """A sequence of callbacks, called in order; training continues unless one of them returns False."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self.callbacks = list(callbacks)
        paths = (callback.warm_start_path for callback in self.callbacks)
        self.warm_start_path = next((path for path in paths if path is not None), None)

    def on_training_start(self, agent: Learner) -> None:
        """Calls every callback; if one fails, those before it end."""
        for i, callback in enumerate(self.callbacks):
            try:
                callback.on_training_start(agent)
            except BaseException:
                CallbackList(self.callbacks[:i]).on_training_end(agent)
                raise

    def on_step(self, agent: Learner) -> bool:
        """Calls every callback, also after one has returned False."""
        verdicts = [goes_on(callback.on_step(agent)) for callback in self.callbacks]
        return all(verdicts)

    def on_logged(self, agent: Learner) -> None:
        """Calls every callback."""
        for callback in self.callbacks:
            callback.on_logged(agent)

    def on_training_end(self, agent: Learner) -> None:
        """Calls every callback, also after one has failed."""
        with contextlib.ExitStack() as ends:
            for callback in reversed(self.callbacks):
                ends.callback(callback.on_training_end, agent)


class FunctionCallback(Callback):
    """A callback that calls a function after every step; training ends if it returns False, or 0.

    Args:
        function: A function of the agent; or of two arguments, as in Stable-Baselines3, which then gets
            `{"self": agent}` for the local variables and `{}` for the global ones.
    """

    def __init__(self, function: Function[..., Any]) -> None:
        self.function = function
        self.two = _takes_two(function)

    def on_step(self, agent: Learner) -> bool:
        """Calls the function."""
        found = self.function({"self": agent}, {}) if self.two else self.function(agent)
        return goes_on(found)


MaybeCallback = Callback | list[Callback] | Function[..., Any] | None


def as_callback(callback: MaybeCallback) -> Callback:
    """Converts None, a callback, a list of callbacks and functions, or a function to one callback.

    Raises:
        TypeError: If it is none of these.
    """
    if callback is None:
        return Callback()
    if isinstance(callback, Callback):
        return callback
    if isinstance(callback, (list, tuple)):
        return CallbackList([as_callback(one) for one in callback])
    if isinstance(callback, BaseCallback) or not callable(callback):
        raise TypeError(
            f"callback={callback!r:.80} must be a vpo_agent.Callback, a list of them or a function of the "
            "agent; a callback of Stable-Baselines3 becomes one: subclass vpo_agent.Callback, and call "
            "on_step(agent) what was _on_step(self)"
        )
    return FunctionCallback(callback)


def _takes_two(function: Function[..., Any]) -> bool:
    """Returns True if a function needs two positional arguments."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some built-in functions have no signature
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in positional and p.default is p.empty for p in parameters) == 2


class ProgressBar(Callback):
    """A progress bar with the number of sampled answers and the expected best in training."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._bar: Any = None

    def on_training_start(self, agent: Learner) -> None:
        """Starts the bar."""
        self._bar = progress_bar()
        self._bar.start()
        self._task = self._bar.add_task(
            type(agent).__name__, total=self.total, completed=agent.num_timesteps, figure=""
        )

    def on_step(self, agent: Learner) -> bool:
        """Updates the bar."""
        figure = f"expected_best {agent.logger.name_to_value['rollout/expected_best']:.3f}"
        self._bar.update(self._task, completed=agent.num_timesteps, figure=figure)
        return True

    def on_training_end(self, agent: Learner) -> None:
        """Stops the bar."""
        self._bar.stop()
