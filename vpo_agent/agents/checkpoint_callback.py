"""Checkpoints during training: a callback that saves, and the newest of what it saved."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import cast

from vpo_agent.agents.callbacks import Callback, Learner
from vpo_agent.agents.checkpoint import furthest, is_intact, read_state
from vpo_agent.agents.saved_agent import Saveable, describe, identity
from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import clear_leftovers, explained, remove_folder
from vpo_agent.common.lock import sole_writer
from vpo_agent.common.settings import refuse_differences
from vpo_agent.training.warm_start_state import WARM_START_STATE

STEPS = "step-??????"


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
            the folder holds a later checkpoint or another start, which belong to another run, or if
            another process writes to the folder.
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
        start = self.folder / "step-000000"
        if not agent.num_updates and is_intact(start):
            before = identity(read_state(start))
            now = identity(describe(cast(Saveable, agent), trained=False))
            refuse_differences(
                before,
                {name: value for name, value in now.items() if name != "weights" or name in before},
                f"folder={str(self.folder)!r} holds {start.name} of another run:",
                "load that checkpoint to resume it, or choose a new folder",
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
