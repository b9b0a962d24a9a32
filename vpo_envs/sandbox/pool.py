"""`Sandbox`: a pool of worker processes that run submissions."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import pickle
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from vpo_envs.sandbox import bootstrap, build
from vpo_envs.sandbox.codec import pack
from vpo_envs.sandbox.outcome import DEFAULT_LIMITS, Execution, Limits, Outcome, SandboxError, Submission

CHUNK = 16
"""Most submissions sent to a worker at once."""

ATTEMPTS = 3
"""Workers that may die over one submission before it is given up."""


T = TypeVar("T")


class WorkerDied(Exception):
    """Error of a worker that ended in the middle of its work."""


class Worker:
    """One process. It ends when its stdin does: when it is closed, or when this process ends in any way.

    Raises:
        SandboxError: If it cannot start.
    """

    def __init__(self, artifact: build.Artifact, limits: Limits) -> None:
        try:
            self.process = subprocess.Popen(
                bootstrap.command("worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                **bootstrap.DETACHED,
            )
            assert self.process.stdin and self.process.stdout
            self.requests, self.replies = self.process.stdin, self.process.stdout
            list(self.ask((artifact, limits), 1))
        except SandboxError:
            self.end()
            raise
        except (OSError, WorkerDied) as error:
            raise SandboxError(
                f"a worker of the sandbox could not start with {sys.executable}: {error}"
            ) from error

    def ask(self, message: Any, replies: int) -> Iterator[Any]:
        """Sends a message and yields the replies as they arrive.

        Raises:
            WorkerDied: If one is missing.
            SandboxError: If the worker cannot do it.
        """
        try:
            pickle.dump(message, self.requests, protocol=5)
            self.requests.flush()
            for _ in range(replies):
                done, reply = pickle.load(self.replies)
                if not done:
                    raise SandboxError(reply)
                yield reply
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.end()
            raise WorkerDied(f"it ended with {self.process.returncode}") from error

    def end(self) -> None:
        """Stops the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.release()

    def release(self) -> None:
        """Closes this process's ends of the pipes."""
        for pipe in (self.requests, self.replies):
            with contextlib.suppress(OSError):  # what was left to write has no reader any more
                pipe.close()
        self.process.returncode = self.process.returncode or 0  # in a forked child: nothing to wait for


class Piece(NamedTuple):
    """Submissions that go to a worker together, and how many workers have died over them."""

    indices: list[int]
    deaths: int = 0


class Sandbox:
    """Runner of untrusted Python in WebAssembly, on several processes.

    Use it as a context manager or call `close`; workers end with this process in any case. Results do not
    depend on the number of workers, nor on the order of submissions. Safe to share between threads (one
    `run` at a time) and after a fork (the child starts its own workers).

    Args:
        workers: Number of processes; None for one for each usable core.
        limits: What a solution may use.

    Raises:
        ValueError: If `workers` is no positive integer.
        TypeError: If `limits` are no `Limits`.

    Example:
        >>> with Sandbox(workers=1) as sandbox:  # the first use ever builds the guest, in half a minute
        ...     run, = sandbox.run([Submission("def add(a, b): return a + b", ((1, 2), ("x", "y")), "add")])
        >>> [outcome.value for outcome in run.outcomes]
        [3, 'xy']
    """

    def __init__(self, workers: int | None = None, limits: Limits = DEFAULT_LIMITS) -> None:
        if workers is not None and (not isinstance(workers, int) or workers < 1):
            raise ValueError(f"workers={workers!r} must be at least 1, or None for one for each core")
        if not isinstance(limits, Limits):
            raise TypeError(f"limits={limits!r} must be vpo_envs.sandbox.Limits")
        self.workers = workers or _usable_cores()
        self.limits = limits
        self._pool: dict[int, Worker] = {}
        self._lock = threading.Lock()
        _sandboxes.add(self)

    @cached_property
    def _artifact(self) -> build.Artifact:
        return build.artifact()

    @cached_property
    def build_id(self) -> str:
        """Names guest and tools: fuel is comparable only between runs under the same one."""
        return self._artifact.build_id

    def run(self, submissions: Sequence[Submission]) -> list[Execution]:
        """Runs submissions.

        Args:
            submissions: Solutions with their inputs: None, bool, int, float, str, list, tuple, dict, set
                and frozenset, nested up to 200 levels.

        Returns:
            A run for each, in their order. Whatever a solution does is an outcome, never an exception.

        Raises:
            TypeError: If a source or a function's name is no str, or an input is no tuple for a function or
                no str for a program, or cannot go in.
            ValueError: If an input is nested too deep, or holds too large a set, dict or int.
            SandboxError: If the sandbox cannot run; the message says why and what to do.
        """
        return self.run_each(submissions, lambda index, run: run)

    def run_each(self, submissions: Sequence[Submission], judge: Callable[[int, Execution], T]) -> list[T]:
        """Runs submissions and keeps of each run only what a function makes of it.

        A run holds what a solution returned, which can be large; here it is dropped as soon as it is judged.

        Args:
            submissions: As for `run`.
            judge: Called with the place of a submission and its run, in any order and in several threads.

        Returns:
            What `judge` returned, in the order of the submissions.

        Raises:
            TypeError, ValueError, SandboxError: As `run` does. What `judge` raises is passed on.
        """
        jobs = _encode(submissions)
        with self._lock:
            size = max(1, min(CHUNK, len(jobs) // (4 * self.workers)))
            pieces = deque(
                Piece(list(range(start, min(start + size, len(jobs))))) for start in range(0, len(jobs), size)
            )
            verdicts: dict[int, T] = {}
            errors: list[BaseException] = []

            def take(index: int, run: Execution) -> None:
                verdicts[index] = judge(index, run)

            threads = [
                threading.Thread(target=self._serve, args=(slot, jobs, pieces, take, errors), daemon=True)
                for slot in range(min(self.workers, len(pieces)))
            ]
            try:
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            except BaseException as interrupt:  # Ctrl-C: replies on their way belong to nobody
                errors.append(interrupt)
                self._end_workers()
                for thread in threads:
                    thread.join()
                self._end_workers()
                raise
        if errors:
            raise errors[0]
        return [verdicts[index] for index in range(len(jobs))]

    def _serve(
        self,
        slot: int,
        jobs: list[Any],
        pieces: deque[Piece],
        take: Callable[[int, Execution], None],
        errors: list[BaseException],
    ) -> None:
        """Keeps the worker of a slot busy until there is nothing left to do."""
        try:
            while not errors:
                try:
                    piece = pieces.popleft()
                except IndexError:
                    return
                if slot not in self._pool:
                    self._pool[slot] = Worker(self._artifact, self.limits)
                waiting = deque(piece.indices)
                try:
                    for run in self._pool[slot].ask([jobs[index] for index in waiting], len(waiting)):
                        take(waiting.popleft(), run)
                except WorkerDied as death:
                    self._pool.pop(slot, None)
                    self._retry(Piece(list(waiting), piece.deaths), pieces, jobs, take, death)
        except BaseException as error:
            errors.append(error)
            if slot in self._pool:  # replies on their way belong to nobody
                self._pool.pop(slot).end()

    @staticmethod
    def _retry(
        piece: Piece,
        pieces: deque[Piece],
        jobs: list[Any],
        take: Callable[[int, Execution], None],
        death: WorkerDied,
    ) -> None:
        """Puts the submissions of a dead worker back, one by one: only one of them can be to blame."""
        for index in piece.indices:
            if piece.deaths + 1 < ATTEMPTS:
                pieces.append(Piece([index], piece.deaths + 1))
            else:
                lost = Outcome("not_run", error=f"{ATTEMPTS} workers died over this; the last: {death}")
                take(index, Execution((lost,) * len(jobs[index][1])))

    def close(self) -> None:
        """Stops the workers; the next `run` starts new ones."""
        with self._lock:
            self._end_workers()

    def _end_workers(self) -> None:
        while self._pool:
            self._pool.popitem()[1].end()

    def _forget_workers(self) -> None:
        """Leaves the workers to the parent, in a forked child."""
        for worker in self._pool.values():
            worker.release()
        self._pool = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def shared_sandbox(limits: Limits = DEFAULT_LIMITS) -> Sandbox:
    """Returns this process's sandbox with these limits; workers start at the first run and end at exit."""
    return _shared.setdefault(limits, Sandbox(limits=limits))


_shared: dict[Limits, Sandbox] = {}
_sandboxes: weakref.WeakSet[Sandbox] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for sandbox in list(_sandboxes):
        if not sandbox._lock.locked():  # else it serves a daemon thread; its workers end with this process
            sandbox.close()


def _reset_all() -> None:
    for sandbox in list(_sandboxes):
        sandbox._forget_workers()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _encode(submissions: Sequence[Submission]) -> list[tuple[str, tuple[str, ...], str | None, int | None]]:
    """Returns submissions as jobs; inputs that several of them share are encoded once."""
    if isinstance(submissions, Submission):
        raise TypeError("submissions must be a list of them; put the one into brackets")
    encoded: dict[tuple[int, type], tuple[str, ...]] = {}
    jobs = []
    for source, inputs, function, output_bytes in submissions:
        if not isinstance(source, str):
            raise TypeError(f"source must be a str, not {type(source).__name__}: {source!r:.80}")
        if not isinstance(function, (str, type(None))):
            raise TypeError(f"function={function!r:.80} must be a str, or None for a program")
        if output_bytes is not None and (type(output_bytes) is not int or output_bytes < 1):
            raise ValueError(f"output_bytes={output_bytes!r} must be a positive int, or None")
        kind = str if function is None else tuple
        if (id(inputs), kind) not in encoded:
            for index, value in enumerate(inputs):
                if type(value) is not kind:
                    raise TypeError(
                        f"inputs[{index}] must be a {kind.__name__} for function={function!r}, not "
                        f"{type(value).__name__}: a tuple of arguments for a function, stdin for a program"
                    )
            encoded[id(inputs), kind] = tuple(json.dumps(pack(value)) for value in inputs)
        jobs.append((source, encoded[id(inputs), kind], function, output_bytes))
    return jobs
