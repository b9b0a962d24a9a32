"""Records of finished runs: `result.json` with checksums of itself and of the files that belong to it."""

from __future__ import annotations

import contextlib
import json
import shutil
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TextIO

from vpo_agent.agents.run_warnings import RunWarning
from vpo_agent.common.atomic_io import append_line, write_atomically
from vpo_agent.common.integrity import (
    DamagedFileError,
    check_files,
    digests,
    read_json,
    seal,
    unseal,
)
from vpo_envs.cache import sha256_of

RESULT = "result.json"
FILES = "files"
POLICY, POOLS = "policy", "pools.npz"
PARTS = (POLICY, POOLS)
WARNINGS = "warnings.jsonl"
AGAIN = "this run is done again from what is intact"


@contextlib.contextmanager
def keeping_warnings(folder: Path) -> Iterator[None]:
    """Writes what is warned of a run to a file of its folder, beside the usual output."""
    usual = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        usual(message, category, filename, lineno, file, line)
        if issubclass(category, RunWarning):
            append_line(folder / WARNINGS, json.dumps(str(message)) + "\n")

    with warnings.catch_warnings():
        warnings.simplefilter("always", RunWarning)
        warnings.showwarning = show
        yield


def kept_warnings(folder: Path) -> list[str]:
    """Returns the warnings of a run, each once: a resumed run may have repeated some."""
    file = folder / WARNINGS
    if not file.exists():
        return []
    found: dict[str, None] = {}
    for line in file.read_bytes().splitlines():
        # A killed run may have left half a line, a broken disk anything.
        with contextlib.suppress(ValueError, RecursionError):
            found[str(json.loads(line))] = None
    return list(found)


def write_result(folder: Path, result: dict[str, Any]) -> None:
    """Writes the result of a finished run, as its last file, with checksums of model and pools.

    Args:
        folder: Folder of the run.
        result: JSON-serializable content.
    """
    known: dict[str, str] = {}
    for name in PARTS:
        path = folder / name
        if path.is_dir():
            known |= {f"{name}/{file}": digest for file, digest in digests(path).items()}
        elif path.exists():
            known[name] = sha256_of(path)
    write_atomically(folder / RESULT, json.dumps(seal({**result, FILES: known})))


def read_result(folder: Path, parts: Collection[str] = PARTS) -> dict[str, Any]:
    """Reads the result of a finished run, and checks its files.

    Args:
        folder: Folder of the run.
        parts: Files and folders to check; a large model takes seconds.

    Raises:
        DamagedFileError: If a file is damaged or missing; the message names it.
        OSError: If a file cannot be read.
    """
    file = folder / RESULT
    result = unseal(read_json(file, AGAIN), file, AGAIN)
    known = result.pop(FILES, None)
    if isinstance(known, dict) and parts is not PARTS:
        known = _of(known, parts)
    check_files(folder, known, AGAIN)
    return result


def _of(known: dict[str, str], parts: Collection[str]) -> dict[str, str]:
    """Returns the digests of some parts."""
    return {name: digest for name, digest in known.items() if name.split("/")[0] in parts}


def is_finished(folder: Path) -> bool:
    """Returns True if a run is finished and its files are intact.

    A damaged result is named in a warning and removed with the damaged files, so that the run is done
    again: from its last checkpoint, where there is one.
    """
    if not (folder / RESULT).exists():
        return False
    try:
        read_result(folder)
    except DamagedFileError as error:
        warnings.warn(str(error), stacklevel=2)
        _remove_damaged(folder)
        return False
    return True


def _remove_damaged(folder: Path) -> None:
    try:
        known = unseal(read_json(folder / RESULT, AGAIN), folder, AGAIN).get(FILES)
    except DamagedFileError:
        known = None
    (folder / RESULT).unlink()
    for own in PARTS:  # no other names: a file does not decide what is deleted
        try:
            check_files(folder, _of(known, (own,)) if isinstance(known, dict) else {}, AGAIN)
        except DamagedFileError:
            remove(folder / own)


def remove(path: Path) -> None:
    """Deletes a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
