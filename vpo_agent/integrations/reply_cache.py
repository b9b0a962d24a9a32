"""A cache of servers' replies by request, in a file of JSON lines."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from vpo_agent.integrations.reply import Reply

START = b'{"key": "'


class ReplyCache:
    """A mapping from keys to replies, in memory and optionally in an append-only file.

    A killed process truncates at most the last line; truncated lines are ignored.

    Args:
        path: The file; None: replies are kept in memory only.

    Raises:
        ValueError: If the file holds anything else.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._replies: dict[str, Reply] = {}
        self._torn = False
        if self.path is not None and self.path.exists():
            self._load(self.path.read_bytes())

    def __contains__(self, key: str) -> bool:
        return key in self._replies

    def __getitem__(self, key: str) -> Reply:
        return self._replies[key]

    def __len__(self) -> int:
        return len(self._replies)

    def add(self, key: str, reply: Reply) -> None:
        """Adds a reply."""
        self._replies[key] = reply
        if self.path is None:
            return
        line = json.dumps({"key": key, **dataclasses.asdict(reply)}).encode() + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "ab") as file:
            file.write(b"\n" * self._torn + line)
        self._torn = False

    def _load(self, content: bytes) -> None:
        first, _, rest = content.partition(b"\n")
        torn = START.startswith(first) and (not rest or rest.startswith(START)) and content != b"\n"
        if not (first.startswith(START) or torn):
            raise ValueError(f"cache={str(self.path)!r} is not a cache of replies; choose another file")
        self._torn = bool(content) and not content.endswith(b"\n")
        for line in content.splitlines():
            try:
                entry = json.loads(line)
                key = entry.pop("key")
                self._replies[key] = Reply(**entry)
            except (ValueError, TypeError, AttributeError, KeyError):  # a truncated line
                continue
