"""Atomic file operations: a killed process leaves the old or the new state, never half of one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file's text atomically; line endings are written unchanged."""
    fresh = path.with_name(f".{path.name}.tmp")
    with open(fresh, "w", newline="") as file:
        file.write(text)
    os.replace(fresh, path)


def remove_folder(path: Path) -> None:
    """Deletes a folder; an interrupted call leaves a hidden folder, which the next call removes."""
    os.replace(path, path.with_name(f".{path.name}.gone"))
    for leftover in path.parent.glob(".*.gone"):
        shutil.rmtree(leftover, ignore_errors=True)
