"""Atomic, durable file operations: a killed process or machine leaves the old or the new state."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class UnwritableError(OSError):
    """The error for a file that cannot be written; its message names the file, the reason and the remedy."""


@contextlib.contextmanager
def explained(path: str | Path) -> Iterator[None]:
    """Turns the system's errors within the context into one line about a file or folder.

    Args:
        path: The file or folder to be written.

    Raises:
        UnwritableError: In place of an `OSError`.
    """
    try:
        yield
    except UnwritableError:
        raise
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: str | Path, error: OSError) -> UnwritableError:
    """Returns the error for a file or folder that cannot be written."""
    if error.errno in FULL:
        remedy = "; free some space, then give the same command again"
    elif error.errno in FORBIDDEN:
        remedy = "; choose a folder in which this account may write"
    else:
        remedy = ""
    reason = error.strerror or str(error)
    return UnwritableError(f"{path} cannot be written ({reason}); what was there before is unchanged{remedy}")


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file's text, see `write_bytes_atomically`; line endings are written unchanged."""
    write_bytes_atomically(path, text.encode())


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Replaces a file's content atomically and durably.

    Raises:
        UnwritableError: If the file cannot be written; the old one is kept.
    """
    fresh = path.with_name(f".{path.name}.tmp")
    with explained(path):
        try:
            # Not through a link, which would lead to someone else's file.
            with open(fresh, "wb", opener=_not_through_links) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise
        sync_folder(path.parent)


def _not_through_links(path: str, flags: int) -> int:
    if os.path.islink(path):
        os.unlink(path)
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def append_line(path: Path, line: str) -> None:
    """Appends a line to a file and returns when it is on the disk.

    Processes that append to one file at the same time keep each other's lines whole. If a killed process has
    truncated the last line, the new one begins on a line of its own.

    Args:
        path: The file, created where it is missing.
        line: The line with its end.

    Raises:
        UnwritableError: If the line cannot be written; the file ends as before.
    """
    with explained(path), open(path, "a+b", buffering=0) as file:
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(file, fcntl.LOCK_EX)
        before = file.seek(0, os.SEEK_END)
        file.seek(max(0, before - 1))
        torn = file.read(1) not in (b"", b"\n")
        content = b"\n" * torn + line.encode()
        try:
            while content:  # a disk that runs full takes a part
                content = content[file.write(content) :]
            os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(before)
            raise


def sync_folder(folder: Path) -> None:
    """Flushes a folder's list of files to disk, after which new and renamed files survive a power failure."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows cannot open folders
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Flushes all files and folders below a folder to disk, before a rename makes them valid."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            sync_folder(path)
        else:
            with open(path, "rb") as file:
                os.fsync(file.fileno())


def remove_folder(path: Path) -> None:
    """Deletes a folder; an interrupted call leaves a hidden folder, which `clear_leftovers` removes."""
    gone = path.with_name(f".{path.name}.gone")
    shutil.rmtree(gone, ignore_errors=True)
    os.replace(path, gone)
    shutil.rmtree(gone, ignore_errors=True)


def clear_leftovers(folder: Path) -> None:
    """Removes what killed writers have left in a folder: half-written and half-deleted files and folders.

    Old versions stay where the new one is missing.
    """
    replaced = [old for old in folder.glob(".*.old") if (folder / old.name[1 : -len(".old")]).exists()]
    for leftover in [
        *(path for end in ("gone", "new", "tmp") for path in folder.glob(f".*.{end}")),
        *replaced,
    ]:
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
