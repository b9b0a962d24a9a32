"""A cache of servers' replies by request, in a file of JSON lines."""

from __future__ import annotations

import dataclasses
import json
import warnings
from pathlib import Path
from typing import Any, get_type_hints

from vpo_agent.common.atomic_io import append_line, explained
from vpo_agent.common.integrity import SEAL, DamagedFileError, seal, unseal
from vpo_agent.common.settings import check_types
from vpo_agent.integrations.reply import Reply

START = b'{"key": "'
KINDS = get_type_hints(Reply)
AGAIN = "its reply is asked for again"


class ReplyCache:
    """A mapping from keys to replies, in memory and optionally in an append-only file.

    Every line has a checksum. A killed process truncates at most the last line; truncated lines are
    ignored, damaged ones are named in a warning. Several processes may append to one file.

    Args:
        path: The file; None: replies are kept in memory only.

    Raises:
        ValueError: If the file holds anything else.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._replies: dict[str, Reply] = {}
        if self.path is not None and self.path.exists():
            self._load(self.path.read_bytes())

    def __contains__(self, key: str) -> bool:
        return key in self._replies

    def __getitem__(self, key: str) -> Reply:
        return self._replies[key]

    def __len__(self) -> int:
        return len(self._replies)

    def add(self, key: str, reply: Reply) -> None:
        """Adds a reply.

        Raises:
            UnwritableError: If the file cannot be written.
        """
        self._replies[key] = reply
        if self.path is None:
            return
        with explained(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        append_line(self.path, json.dumps(seal({"key": key, **dataclasses.asdict(reply)})) + "\n")

    def _load(self, content: bytes) -> None:
        first, _, rest = content.partition(b"\n")
        torn = START.startswith(first) and (not rest or rest.startswith(START)) and content != b"\n"
        if not (first.startswith(START) or torn):
            raise ValueError(f"cache={str(self.path)!r} is not a cache of replies; choose another file")
        for number, line in enumerate(content.split(b"\n"), 1):
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):  # a truncated line
                continue
            try:
                key, reply = _read(entry, f"{self.path}, line {number},")
            except DamagedFileError as error:
                warnings.warn(str(error), stacklevel=3)
            else:
                self._replies[key] = reply


def _read(entry: Any, where: str) -> tuple[str, Reply]:
    """Returns the key and the reply of a line; lines of earlier versions have no checksum."""
    content = unseal(entry, where, AGAIN, required=isinstance(entry, dict) and SEAL in entry)
    key = content.pop("key", None)
    try:
        if not isinstance(key, str) or content.keys() != KINDS.keys():
            raise ValueError("its entries are not those of a reply")
        return key, Reply(**check_types(content, KINDS))
    except ValueError as error:
        raise DamagedFileError(f"{where} is damaged: {error}; {AGAIN}") from error
