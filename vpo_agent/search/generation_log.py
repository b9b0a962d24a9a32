"""Generations of a search on disk: written one by one, read back to go on after a kill."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from vpo_agent.common.atomic_io import write_atomically

NOTE = "search.json"


class GenerationLog:
    """What a search has drawn so far, a file for every generation.

    Searches that differ in anything have folders of their own, side by side.

    Args:
        root: Where logs are kept; None keeps nothing.
        search: Everything that determines the search, as JSON can hold it.

    Attributes:
        folder: The folder of this search, None if nothing is kept.
        length: Generations written or read.
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
        """The generations so far, in order."""
        found: list[dict[str, Any]] = []
        while self.folder and (file := self.folder / f"generation-{len(found):05d}.json").exists():
            found.append(json.loads(file.read_text()))
        self.length = len(found)
        return found

    def append(self, generation: dict[str, Any]) -> None:
        """Writes down the next generation."""
        if self.folder is not None:
            write_atomically(self.folder / f"generation-{self.length:05d}.json", json.dumps(generation))
        self.length += 1
