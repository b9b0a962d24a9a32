"""The log of a search's generations on disk, from which an interrupted search resumes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from vpo_agent.common.atomic_io import write_atomically

NOTE = "search.json"


class GenerationLog:
    """A log with one file per generation.

    Every search has its own folder under the root, named by a hash of its description.

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
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.folder / NOTE, note + "\n")

    def read(self) -> list[dict[str, Any]]:
        """Reads the generations saved so far, in order."""
        found: list[dict[str, Any]] = []
        while self.folder and (file := self.folder / f"generation-{len(found):05d}.json").exists():
            found.append(json.loads(file.read_text()))
        self.length = len(found)
        return found

    def append(self, generation: dict[str, Any]) -> None:
        """Saves the next generation."""
        if self.folder is not None:
            write_atomically(self.folder / f"generation-{self.length:05d}.json", json.dumps(generation))
        self.length += 1
