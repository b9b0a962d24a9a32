"""Writing files so that a kill leaves the old content or the new, never half of it."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file's text in one go; line ends are written as they are."""
    fresh = path.with_name(f".{path.name}.tmp")
    with open(fresh, "w", newline="") as file:
        file.write(text)
    os.replace(fresh, path)
