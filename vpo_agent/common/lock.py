"""Locks of folders and files: one writer at a time; locks of dead processes are released."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from vpo_agent.common.atomic_io import explained

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

POLL_SECONDS = 0.05


class InUseError(ValueError):
    """The error for a folder or file that another process writes; its message names that process."""


@contextlib.contextmanager
def sole_writer(path: str | Path, wait: float = 0.0) -> Iterator[None]:
    """Holds the lock of a folder or file within the context.

    The lock is the operating system's (`flock`): it ends with its process, however that ends. The lock
    file is hidden, names its holder, and is removed in the end. Without `flock` (Windows, some network
    file systems) there is no lock, and a warning where the file system refuses it.

    The cache's lock (`vpo_envs.cache.cache_lock`) is filelock's, which names no holder.

    Args:
        path: An existing folder, or a file, which may not exist yet.
        wait: Seconds to wait for a process that holds the lock.

    Raises:
        InUseError: If another process holds the lock.
        UnwritableError: If the lock file cannot be written.
    """
    file = lock_file(Path(path))
    handle = None if fcntl is None else _acquire(file, Path(path), wait)
    try:
        yield
    finally:
        if handle is not None:
            with contextlib.suppress(OSError):
                file.unlink()
            os.close(handle)


def lock_file(path: Path) -> Path:
    """Returns the lock file: `.lock` within a folder, or beside a file, with its name."""
    return path / ".lock" if path.is_dir() else path.with_name(f".{path.name}.lock")


def clear_stale(path: Path) -> None:
    """Removes the lock file that a killed process has left; does nothing if a process holds it."""
    if lock_file(path).exists():
        with contextlib.suppress(InUseError), sole_writer(path):
            pass


def _acquire(file: Path, path: Path, wait: float) -> int | None:
    deadline = time.monotonic() + wait
    with explained(path):
        while True:
            handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)  # no link to someone's file
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = _holder(handle)
                os.close(handle)
                if time.monotonic() >= deadline:
                    raise InUseError(
                        f"{path} is in use by {holder}; wait for its end, stop it, or choose another place"
                    ) from None
                time.sleep(POLL_SECONDS)
                continue
            except OSError as error:
                os.close(handle)
                warnings.warn(
                    f"{path}: this file system has no locks ({error.strerror}); start no second process "
                    "that writes there",
                    stacklevel=4,
                )
                return None
            if _is_current(handle, file):
                break
            os.close(handle)  # its last holder has removed it in between
        note = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()),
            "command": shlex.join(sys.argv)[:200],
        }
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(note).encode())
    return handle


def _is_current(handle: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(file))
    except FileNotFoundError:
        return False


def _holder(handle: int) -> str:
    """Describes the process that holds a lock."""
    try:
        note = json.loads(os.pread(handle, 4096, 0))
        return f"process {note['pid']} on {note['host']} since {note['since']} ({note['command']})"
    except (ValueError, KeyError, TypeError):  # it is about to write its note
        return "another process"
