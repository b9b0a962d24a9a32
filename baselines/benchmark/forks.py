"""Runs that start at once: forked from one process that has imported everything.

To import torch and transformers takes a process longer than short runs take.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.05
GRACE_SECONDS = 5.0
COMMAND = "from baselines.benchmark.forks import serve; serve({module!r})"


def possible() -> bool:
    """Whether forks are safe here: on Linux, and not with a GPU, whose driver does not outlive a fork."""
    import torch

    return sys.platform == "linux" and not torch.cuda.is_available()


def send(session: int, number: int) -> None:
    """Sends a signal to all processes of a session that are still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(session, number)


class Fork:
    """A run, with the part of `subprocess.Popen` that its owner needs.

    Attributes:
        pid: Its process and session.
    """

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.pid = pid
        self._server = server

    def poll(self) -> int | None:
        """Its exit code, negative if a signal has ended it; None while it runs."""
        return self._server.ended(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end.

        Raises:
            subprocess.TimeoutExpired: If it takes longer.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(POLL_SECONDS)
        return code


class ForkServer:
    """Starts runs of a module's `main`; a context manager.

    Args:
        module: Whose `main` runs, with the folder as its only argument.
        environment: Of the server and so of all runs.
    """

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-c", COMMAND.format(module=module)]
        self._environment = dict(environment)
        self._server: subprocess.Popen[bytes] | None = None
        self._codes: dict[int, int] = {}

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: Any) -> None:
        if self._server is not None:
            assert self._server.stdin is not None and self._server.stdout is not None
            self._server.stdin.close()  # it ends when nobody can ask any more
            try:
                self._server.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:  # still importing
                self._server.kill()
                self._server.wait()
            self._server.stdout.close()

    def start(self, folder: Path, output: Path) -> Fork | None:
        """Starts a run; None if the server has ended, with what it printed in the first run's output."""
        if self._server is None:
            with open(output, "ab") as printed:
                self._server = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=printed,
                    env=self._environment,
                    start_new_session=True,
                    bufsize=0,  # what is read too early would be waited for
                )
        assert self._server.stdin is not None
        try:
            self._server.stdin.write(json.dumps([str(folder), str(output)]).encode() + b"\n")
        except BrokenPipeError:
            return None
        while message := self._read():
            if "started" in message:
                return Fork(self, message["started"])
        return None

    def ended(self, pid: int) -> int | None:
        """The exit code of a run, or None while it runs."""
        assert self._server is not None and self._server.stdout is not None
        while pid not in self._codes and select.select([self._server.stdout], [], [], 0)[0]:
            if not self._read():
                return 1  # nobody will ever know
        return self._codes.get(pid)

    def _read(self) -> dict[str, int]:
        """The next message, whose arrival is waited for; empty if the server has ended."""
        assert self._server is not None and self._server.stdout is not None
        line = self._server.stdout.readline()
        message: dict[str, int] = json.loads(line) if line else {}
        if "ended" in message:
            self._codes[message["ended"]] = message["code"]
        return message


def serve(module: str) -> None:
    """Forks a run for every request on stdin, one `[folder, output]` a line, and tells when each ends.

    Returns in the forks alone, once the run has. The server itself ends with its stdin, and takes along
    what still runs: its owner was killed, and would start the same runs once more.
    """
    asked, told = os.dup(0), os.dup(1)
    os.dup2(2, 1)  # what imports print is no message
    main = importlib.import_module(module).main
    gc.collect()
    gc.freeze()  # shared memory stays shared
    running: set[int] = set()
    waiting = b""
    while True:
        if select.select([asked], [], [], POLL_SECONDS)[0]:
            read = os.read(asked, 65536)
            if not read:
                _end(running)
                return
            *requests, waiting = (waiting + read).split(b"\n")
            for request in requests:
                folder, output = json.loads(request)
                pid = os.fork()
                if pid == 0:
                    _become(folder, output, (asked, told))
                    main()
                    return
                running.add(pid)
                _tell(told, started=pid)
        for pid, code in _ended(running):
            _tell(told, ended=pid, code=code)


def _ended(running: set[int]) -> Iterator[tuple[int, int]]:
    """Takes the forks that have ended out of a set: their processes and exit codes."""
    for pid in list(running):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            running.remove(pid)
            yield pid, os.waitstatus_to_exitcode(status)


def _end(running: set[int]) -> None:
    """Ends forks with all that they have started, by force what takes longer than a moment."""
    sessions = list(running)
    for pid in sessions:
        send(pid, signal.SIGTERM)
    until = time.monotonic() + GRACE_SECONDS
    while running and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
        list(_ended(running))
    for pid in sessions:
        send(pid, signal.SIGKILL)


def _become(folder: str, output: str, pipes: tuple[int, int]) -> None:
    """Makes a fork the process of its own that a run is."""
    os.setsid()
    for pipe in pipes:
        os.close(pipe)
    nothing = os.open(os.devnull, os.O_RDONLY)
    printed = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for theirs, ours in ((nothing, 0), (printed, 1), (printed, 2)):
        os.dup2(theirs, ours)
    sys.argv = ["-c", folder]


def _tell(pipe: int, **message: int) -> None:
    os.write(pipe, (json.dumps(message) + "\n").encode())
