"""Callbacks of training: checkpoints, evaluation, progress, functions of the user."""

from __future__ import annotations

import contextlib
import inspect
import json
import time
from collections.abc import Callable as Function
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger

from vpo_agent.agents.checkpoint import furthest, is_intact
from vpo_agent.agents.evaluation import POOL, TASKS, evaluate, may_be_perfect, measure_names
from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import clear_leftovers, explained, remove_folder, write_atomically
from vpo_agent.common.integrity import DamagedFileError, read_json
from vpo_agent.common.lock import sole_writer
from vpo_agent.common.progress import progress_bar
from vpo_agent.common.settings import check_at_least
from vpo_agent.generation.generator import Generator
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.tasks.source import DomainTasks
from vpo_agent.training.warm_start_state import WARM_START_STATE

BEST = "best.json"
STEPS = "step-??????"


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


class CheckpointCallback(Callback):
    """A callback that saves the agent every `every` steps or `minutes` as `folder/step-000123`.

    After a warm start it also saves `step-000000`; during one, its state every minute. While the agent
    trains, no other process may write to the folder.

    Args:
        folder: Folder of the checkpoints.
        every: Most steps between two checkpoints.
        keep: Number of newest checkpoints to keep; None: all.
        minutes: Most minutes between two checkpoints, up to the end of a step.

    Raises:
        ValueError: If `every` or `keep` is below 1, or `minutes` not above 0; at the start of training, if
            the folder holds a later checkpoint, which belongs to another run, or if another process writes
            to the folder.
    """

    def __init__(
        self, folder: str | Path, every: int = 50, keep: int | None = 2, *, minutes: float = 10.0
    ) -> None:
        if every < 1 or (keep is not None and keep < 1):
            raise ValueError(f"every={every} (steps between checkpoints) and keep={keep} must be at least 1")
        if not minutes > 0:
            raise ValueError(f"minutes={minutes} must be above 0")
        self.folder = Path(folder)
        self.every = every
        self.keep = keep
        self.minutes = minutes
        self._saved_at = 0.0
        self._requested = False
        self.warm_start_path = self.folder / WARM_START_STATE
        self._lock = contextlib.ExitStack()

    def on_training_start(self, agent: Learner) -> None:
        """Checks that the folder holds no other run; saves the agent after a warm start."""
        with contextlib.ExitStack() as lock:
            if distributed.is_main():
                with explained(self.folder):
                    self.folder.mkdir(parents=True, exist_ok=True)
                lock.enter_context(sole_writer(self.folder))
                clear_leftovers(self.folder)
            self._start(agent)
            self._lock = lock.pop_all()
        self._saved_at = time.monotonic()

    def _start(self, agent: Learner) -> None:
        own = f"step-{agent.num_updates:06d}"
        saved = sorted(self.folder.glob(STEPS), reverse=True)
        later = next((path.name for path in saved if path.name > own and is_intact(path)), None)
        distributed.barrier()  # all processes read the folder before one writes to it
        if later is not None:
            raise ValueError(
                f"folder={str(self.folder)!r} holds {later} of another run, and this one is at step "
                f"{agent.num_updates}; load that checkpoint to resume it, or choose a new folder"
            )
        if not saved and agent.warm_started and not agent.num_updates:
            agent.save(self.folder / own)
        if distributed.is_main():
            (self.folder / WARM_START_STATE).unlink(missing_ok=True)

    def save_soon(self) -> None:
        """Makes the end of the running step the next time to save."""
        self._requested = True

    def on_logged(self, agent: Learner) -> None:
        """Saves the agent every `every` steps or `minutes`, and deletes old checkpoints.

        The step is in the log by then, so that a run resumed from the checkpoint misses no line.
        """
        due = self._requested or time.monotonic() - self._saved_at > 60 * self.minutes
        # All processes take part in saving, and their clocks may differ.
        if agent.num_updates % self.every == 0 or any(distributed.all_gather([due])):
            self._requested = False
            agent.save(self.folder / f"step-{agent.num_updates:06d}")
            self._saved_at = time.monotonic()
            if self.keep is not None and distributed.is_main():
                # A later one can only be damaged, see `_start`, and must not push out one that is intact.
                own = f"step-{agent.num_updates:06d}"
                kept = sorted(path for path in self.folder.glob(STEPS) if path.name <= own)
                for old in kept[: -self.keep]:
                    remove_folder(old)

    def on_training_end(self, agent: Learner) -> None:
        """Releases the folder."""
        self._lock.close()


def latest_checkpoint(folder: str | Path) -> Path | None:
    """Returns the newest intact checkpoint of a `CheckpointCallback`, or None if there is none at all.

    Damaged checkpoints are skipped with a warning as long as an earlier one is intact.

    Raises:
        CheckpointError: If all checkpoints are damaged.
    """
    return furthest(Path(folder).glob(STEPS))


class EvalCallback(Callback):
    """A callback that evaluates on held-out tasks every `every` steps and logs measures under `eval/`.

    Args:
        every: Steps between two evaluations.
        folder: Folder in which `best` holds the best agent by `metric`, across resumed runs; None: the
            best agent is not saved.
        metric: A key of the evaluation's summary, for example `expected_best`; regrets are minimized.
        **kwargs: Arguments of `vpo_agent.evaluate` (`split` is `validation` by default).

    Raises:
        ValueError: If `every` is below 1 or the metric is unknown; at the start of training, if the split
            has too few tasks.
    """

    def __init__(
        self, every: int = 50, folder: str | Path | None = None, metric: str = "expected_best", **kwargs: Any
    ) -> None:
        check_at_least({"every": every}, every=1)
        known = measure_names(max(1, kwargs.get("pool", POOL)), fronts=kwargs.get("fronts", True))
        if metric not in known:
            raise ValueError(f"metric={metric!r} is not measured; there are {', '.join(known)}")
        self.every = every
        self.folder = None if folder is None else Path(folder)
        self.metric = metric
        self.kwargs = {"split": "validation", **kwargs}
        self.sign = -1 if metric.startswith("regret") else 1
        self.best = self.sign * float("-inf")

    def on_training_start(self, agent: Learner) -> None:
        """Checks the split's size; reads the best value of a resumed run."""
        if isinstance(agent.source, DomainTasks):
            domain, split, tasks = agent.source.domain, self.kwargs["split"], self.kwargs.get("tasks", TASKS)
            DomainTasks(domain, split).check(tasks)
            if self.metric.startswith("pass@") and not may_be_perfect(domain, split, tasks):
                raise ValueError(
                    f"metric={self.metric!r} is not measured, as no task has a perfect answer; give another, "
                    "such as expected_best"
                )
        if agent.num_updates and self.folder is not None and (self.folder / BEST).exists():
            self.best = self._kept(self.folder / BEST)

    def _kept(self, file: Path) -> float:
        """Returns the best value of the run so far."""
        remedy = "delete it, and the best agent is chosen among later ones"
        summary = read_json(file, remedy)
        value = summary.get(self.metric, self.best) if isinstance(summary, dict) else None
        if not isinstance(value, (int, float)):
            raise DamagedFileError(f"{file} is damaged: {self.metric} is no number; {remedy}")
        return value

    def on_step(self, agent: Learner) -> bool:
        """Evaluates the agent every `every` steps and saves the best one.

        Raises:
            ValueError: If the metric is not measured.
        """
        if agent.num_updates % self.every:
            return True
        summary = evaluate(agent, **self.kwargs).summary()
        for name, value in summary.items():
            agent.logger.record(f"eval/{name}", value)
        if self.metric not in summary:
            raise ValueError(f"metric={self.metric!r} is not measured; there are {', '.join(summary)}")
        if self.sign * summary[self.metric] > self.sign * self.best:
            self.best = summary[self.metric]
            if self.folder is not None:
                agent.save(self.folder / "best")
                if distributed.is_main():
                    write_atomically(self.folder / BEST, json.dumps(summary, indent=2) + "\n")
        return True


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
