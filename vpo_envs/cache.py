"""The user's cache: its folder, the lock of whoever fills it, checksums, and notes on slow work."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout


def cache_folder() -> Path:
    """Returns `$VPO_CACHE`, or the user's cache folder of this platform."""
    chosen = os.environ.get("VPO_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else platformdirs.user_cache_path("vpo")


@contextlib.contextmanager
def cache_lock(file: Path, work: str) -> Iterator[None]:
    """Holds a lock while an entry of the cache is made; says so if another process makes it.

    Unlike `vpo_agent.common.lock.sole_writer` it works on Windows, waits without limit, and names no holder.

    Args:
        file: The lock file.
        work: Work of the holder, such as "builds the code sandbox".
    """
    lock = FileLock(file)
    try:
        lock.acquire(timeout=1)
    except Timeout:
        note(f"waiting for another process that {work}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def sha256_of(path: Path) -> str:
    """Returns the SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def note(message: str) -> None:
    """Prints a line about slow work to stderr."""
    print(f"vpo: {message}", file=sys.stderr, flush=True)
