"""Writing and deleting so that a kill leaves the old or the new, never half of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file's text in one go; line ends are written as they are."""
    fresh = path.with_name(f".{path.name}.tmp")
    with open(fresh, "w", newline="") as file:
        file.write(text)
    os.replace(fresh, path)


def remove_folder(path: Path) -> None:
    """Deletes a folder; killed on the way, it leaves a hidden one, which the next call clears away."""
    os.replace(path, path.with_name(f".{path.name}.gone"))
    for leftover in path.parent.glob(".*.gone"):
        shutil.rmtree(leftover, ignore_errors=True)
