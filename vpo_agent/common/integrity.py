"""Checksums of files: damage is noticed, and the damaged file is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from vpo_envs.cache import sha256_of

SEAL = "sha256"


class DamagedFileError(ValueError):
    """The error for a damaged file; its message names the file, the damage and the remedy."""


def digests(folder: Path) -> dict[str, str]:
    """Returns the SHA-256 of every file below a folder, by its path within the folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): sha256_of(file) for file in files}


def check_files(folder: Path, expected: Any, remedy: str) -> None:
    """Checks files against the digests that were taken when they were written.

    Args:
        folder: Folder of the files.
        expected: Digests by path within the folder, as read; other files in the folder are ignored.
        remedy: End of the error message.

    Raises:
        DamagedFileError: If a file is missing or has another content, or a path leads out of the folder.
    """
    if not isinstance(expected, dict):
        raise DamagedFileError(f"{folder}: its list of files is none; {remedy}")
    for name, digest in expected.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise DamagedFileError(
                f"{folder}: its list of files names {name!r}, which is none of its own; {remedy}"
            )
        file = folder / path
        if not file.is_file():
            raise DamagedFileError(f"{file} is missing; {remedy}")
        if sha256_of(file) != digest:
            raise DamagedFileError(f"{file} is damaged: its SHA-256 is not that of the saved file; {remedy}")


def seal(content: Mapping[str, Any]) -> dict[str, Any]:
    """Returns JSON content with a SHA-256 of itself under `sha256`.

    Example:
        >>> unseal(seal({"seed": 3}), "a file", "make it again")
        {'seed': 3}
    """
    return {**content, SEAL: _digest(content)}


def unseal(content: Any, where: str | Path, remedy: str, *, required: bool = True) -> dict[str, Any]:
    """Returns sealed content without its seal.

    Args:
        content: Parsed JSON.
        where: Name of the file in messages.
        remedy: End of the error message.
        required: If False, content without a seal is returned unchanged.

    Raises:
        DamagedFileError: If the content is not what was sealed.

    Example:
        >>> unseal({**seal({"seed": 3}), "seed": 7}, "a file", "make it again")
        Traceback (most recent call last):
        ...
        vpo_agent.common.integrity.DamagedFileError: a file is damaged: its SHA-256 is not that of the ...
    """
    if not isinstance(content, dict):
        raise DamagedFileError(f"{where} is damaged: it does not hold an object; {remedy}")
    if SEAL not in content and not required:
        return content
    inner = {name: value for name, value in content.items() if name != SEAL}
    if content.get(SEAL) != _digest(inner):
        raise DamagedFileError(f"{where} is damaged: its SHA-256 is not that of the saved content; {remedy}")
    return inner


def parse_json(text: str | bytes, where: str | Path, remedy: str) -> Any:
    """Parses JSON of any origin.

    Raises:
        DamagedFileError: If it is not JSON, or nested too deeply to be read.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(f"{where} is damaged ({_reason(error)}); {remedy}") from error


def read_json(path: str | Path, remedy: str) -> Any:
    """Reads a JSON file.

    Args:
        path: The file.
        remedy: End of the error message.

    Raises:
        DamagedFileError: If it is not JSON, or nested too deeply to be read.
        OSError: If it cannot be read.
    """
    return parse_json(Path(path).read_bytes(), path, remedy)


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _digest(content: Mapping[str, Any]) -> str:
    try:  # sorted as JSON is read: keys that are numbers have become texts
        text = json.dumps(json.loads(json.dumps(content)), sort_keys=True)
    except RecursionError as error:
        raise DamagedFileError("the content is nested too deeply to be read") from error
    return hashlib.sha256(text.encode()).hexdigest()
