"""Callbacks: what to do besides training after every step."""

from __future__ import annotations

import json
from collections.abc import Callable as Function
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from stable_baselines3.common.logger import Logger

from vpo_agent.agents.evaluation import POOL, TASKS, evaluate, measure_names
from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import remove_folder, write_atomically
from vpo_agent.common.progress import progress_bar
from vpo_agent.generation.generator import Generator
from vpo_agent.tasks.source import DomainTasks

BEST = "best.json"


class Learner(Generator, Protocol):
    """What callbacks see of an agent in training.

    Attributes:
        num_timesteps: Answers sampled so far.
        num_updates: Steps so far.
        warm_started: Whether the policy has been warm-started.
        logger: Logger of the run.
    """

    num_timesteps: int
    num_updates: int
    warm_started: bool
    logger: Logger

    def save(self, path: str | Path) -> None:
        """Writes a checkpoint."""


class Callback:
    """Base class; override what you need."""

    def on_training_start(self, agent: Learner) -> None:
        """Called before the first step."""

    def on_step(self, agent: Learner) -> bool:
        """Called after every step; returning False ends the training."""
        return True

    def on_training_end(self, agent: Learner) -> None:
        """Called after the last step, also when the training was ended early."""


class CallbackList(Callback):
    """Calls several callbacks in order; training goes on while all of them say so."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self.callbacks = list(callbacks)

    def on_training_start(self, agent: Learner) -> None:
        """Calls each."""
        for callback in self.callbacks:
            callback.on_training_start(agent)

    def on_step(self, agent: Learner) -> bool:
        """Calls each, even after one has asked to stop."""
        verdicts = [callback.on_step(agent) for callback in self.callbacks]
        return all(verdicts)

    def on_training_end(self, agent: Learner) -> None:
        """Calls each."""
        for callback in self.callbacks:
            callback.on_training_end(agent)


class FunctionCallback(Callback):
    """Calls a function of the agent after every step; training ends if it returns False."""

    def __init__(self, function: Function[[Any], Any]) -> None:
        self.function = function

    def on_step(self, agent: Learner) -> bool:
        """Calls the function."""
        return self.function(agent) is not False


MaybeCallback = Callback | list[Callback] | Function[[Any], Any] | None


def as_callback(callback: MaybeCallback) -> Callback:
    """One callback, whatever was given."""
    if callback is None:
        return Callback()
    if isinstance(callback, Callback):
        return callback
    if isinstance(callback, list):
        return CallbackList(callback)
    return FunctionCallback(callback)


class CheckpointCallback(Callback):
    """Saves the agent every `every` steps as `folder/step-000123`; keeps the newest `keep`.

    A warm start is saved at once, as `step-000000`.

    Args:
        folder: Where checkpoints go.
        every: Steps between two of them.
        keep: How many to keep; None keeps all.

    Raises:
        ValueError: If `every` or `keep` is below 1; when training starts, if the folder holds a
            checkpoint of a run that has gone further, which would be taken for this one's.
    """

    def __init__(self, folder: str | Path, every: int = 50, keep: int | None = 2) -> None:
        if every < 1 or (keep is not None and keep < 1):
            raise ValueError(f"every={every} and keep={keep} must be at least 1")
        self.folder = Path(folder)
        self.every = every
        self.keep = keep

    def on_training_start(self, agent: Learner) -> None:
        """Refuses a folder of another run; saves a warm start."""
        newest = latest_checkpoint(self.folder)
        distributed.barrier()  # all have looked before one writes
        if newest is not None and newest.name > f"step-{agent.num_updates:06d}":
            raise ValueError(
                f"folder={str(self.folder)!r} holds {newest.name} of another run, and this one is at step "
                f"{agent.num_updates}; load that checkpoint to go on with it, or choose a new folder"
            )
        if newest is None and agent.warm_started and not agent.num_updates:
            agent.save(self.folder / "step-000000")

    def on_step(self, agent: Learner) -> bool:
        """Saves if it is time."""
        if agent.num_updates % self.every == 0:
            agent.save(self.folder / f"step-{agent.num_updates:06d}")
            if self.keep is not None and distributed.is_main():
                for old in sorted(self.folder.glob("step-??????"))[: -self.keep]:
                    remove_folder(old)
        return True


def latest_checkpoint(folder: str | Path) -> Path | None:
    """The newest complete checkpoint that a `CheckpointCallback` has written, or None."""
    return max(Path(folder).glob("step-??????"), default=None)


class EvalCallback(Callback):
    """Measures pools on held-out tasks every `every` steps and records them under `eval/`.

    Args:
        every: Steps between two evaluations.
        folder: If given, the agent that is best by `metric` is kept in `folder/best`, also when an
            interrupted run is resumed.
        metric: A key of the summary, for example `expected_best`; of a regret the lowest is the best.
        **kwargs: Passed to `vpo_agent.evaluate` (`split` is `validation` unless given).

    Raises:
        ValueError: If `every` is below 1 or there is no such metric; when training starts, if the split has
            fewer tasks.
    """

    def __init__(
        self, every: int = 50, folder: str | Path | None = None, metric: str = "expected_best", **kwargs: Any
    ) -> None:
        if every < 1:
            raise ValueError(f"every={every} must be at least 1")
        known = measure_names(max(1, kwargs.get("pool", POOL)), fronts=True)
        if metric not in known:
            raise ValueError(f"metric={metric!r} is not measured; there are {', '.join(known)}")
        self.every = every
        self.folder = None if folder is None else Path(folder)
        self.metric = metric
        self.kwargs = {"split": "validation", **kwargs}
        self.sign = -1 if metric.startswith("regret") else 1
        self.best = self.sign * float("-inf")

    def on_training_start(self, agent: Learner) -> None:
        """Remembers what the run that is resumed has reached."""
        if isinstance(agent.source, DomainTasks):
            DomainTasks(agent.source.domain, self.kwargs["split"]).check(self.kwargs.get("tasks", TASKS))
        if agent.num_updates and self.folder is not None and (self.folder / BEST).exists():
            self.best = json.loads((self.folder / BEST).read_text()).get(self.metric, self.best)

    def on_step(self, agent: Learner) -> bool:
        """Evaluates if it is time.

        Raises:
            ValueError: If there is no such metric.
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
    """Shows the answers sampled and the training's expected best as a bar."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._bar: Any = None

    def on_training_start(self, agent: Learner) -> None:
        """Opens the bar."""
        self._bar = progress_bar()
        self._bar.start()
        self._task = self._bar.add_task(
            type(agent).__name__, total=self.total, completed=agent.num_timesteps, figure=""
        )

    def on_step(self, agent: Learner) -> bool:
        """Moves it."""
        figure = f"E_w[best] {agent.logger.name_to_value['rollout/expected_best']:.3f}"
        self._bar.update(self._task, completed=agent.num_timesteps, figure=figure)
        return True

    def on_training_end(self, agent: Learner) -> None:
        """Closes it."""
        self._bar.stop()
