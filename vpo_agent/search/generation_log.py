"""The log of a search's generations on disk, from which an interrupted search resumes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import explained, write_atomically
from vpo_agent.common.integrity import DamagedFileError, read_json, seal, unseal
from vpo_agent.common.lock import sole_writer

NOTE = "search.json"
REMEDY = "this generation and the later ones are sampled again"


class GenerationLog:
    """A log with one file per generation, each with a checksum.

    Every search has its own folder under the root, named by a hash of its description. Of several processes
    that search together, all read and the main one writes.

    Args:
        root: Folder of all logs; None: nothing is saved.
        search: JSON-serializable description of all that determines the search.

    Attributes:
        folder: Folder of this search; None if nothing is saved.
        length: Number of generations written or read.
    """

    def __init__(self, root: str | Path | None, search: dict[str, Any]) -> None:
        self.folder: Path | None = None
        self.length = 0
        if root is not None:
            note = json.dumps(search, indent=2, sort_keys=True)
            self.folder = Path(root).absolute() / hashlib.sha256(note.encode()).hexdigest()[:12]
            if distributed.is_main():
                with explained(self.folder):
                    self.folder.mkdir(parents=True, exist_ok=True)
                write_atomically(self.folder / NOTE, note + "\n")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other processes from writing to this log within the context.

        Raises:
            InUseError: If another process writes to it.
        """
        with contextlib.ExitStack() as held:
            if self.folder is not None and distributed.is_main():
                held.enter_context(sole_writer(self.folder))
            yield

    def read(self) -> list[dict[str, Any]]:
        """Reads the generations saved so far, in order, up to the first damaged one, named in a warning."""
        found: list[dict[str, Any]] = []
        while (file := self._file(len(found))) is not None and file.exists():
            try:
                found.append(unseal(read_json(file, REMEDY), file, REMEDY))
            except DamagedFileError as error:
                warnings.warn(str(error), stacklevel=2)
                self.cut(len(found))
                break
        self.length = len(found)
        distributed.barrier()  # all processes have read before the main one writes
        return found

    def append(self, generation: dict[str, Any]) -> None:
        """Saves the next generation."""
        file = self._file(self.length)
        if file is not None and distributed.is_main():
            write_atomically(file, json.dumps(seal(generation)))
        self.length += 1

    def cut(self, length: int) -> None:
        """Deletes all generations but the first `length`, on which the others depend."""
        self.length = number = length
        while (file := self._file(number)) is not None and file.exists():
            file.unlink(missing_ok=True)  # another process may have deleted it
            number += 1

    def _file(self, number: int) -> Path | None:
        return None if self.folder is None else self.folder / f"generation-{number:05d}.json"
