"""Generations of a search on disk: written one by one, read back to go on after a kill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vpo_agent.files import write_atomically

NOTE = "search.json"


class Journal:
    """What a search has drawn so far, a file for every generation.

    Args:
        folder: Where it is kept; None keeps nothing.
        search: Everything that determines the search, as JSON can hold it.

    Raises:
        ValueError: If the folder holds another search.
    """

    def __init__(self, folder: str | Path | None, search: dict[str, Any]) -> None:
        self.folder = None if folder is None else Path(folder)
        self.length = 0
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        note = self.folder / NOTE
        if note.exists():
            before = json.loads(note.read_text())
            differ = [
                f"{name}={value!r:.80} (was {before.get(name)!r:.80})"
                for name, value in json.loads(json.dumps(search)).items()
                if value != before.get(name)
            ]
            if differ:
                raise ValueError(
                    f"folder={str(folder)!r} holds another search: {', '.join(differ)}; choose another folder"
                )
        write_atomically(note, json.dumps(search, indent=2) + "\n")

    def read(self) -> list[dict[str, Any]]:
        """The generations so far, in order."""
        found = []
        while self.folder is not None and self._file(len(found)).exists():
            found.append(json.loads(self._file(len(found)).read_text()))
        self.length = len(found)
        return found

    def append(self, generation: dict[str, Any]) -> None:
        """Writes down the next generation."""
        if self.folder is not None:
            write_atomically(self._file(self.length), json.dumps(generation))
        self.length += 1

    def _file(self, number: int) -> Path:
        assert self.folder is not None
        return self.folder / f"generation-{number:05d}.json"
