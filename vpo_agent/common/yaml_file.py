"""Reader of YAML that comes from anywhere: plain values, in the time and memory that the file is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

MOST_MERGED = 100_000
"""Keys that merging (`<<`) may bring into mappings, all in all; levels of ten multiply by ten each."""


class _BoundedLoader(yaml.SafeLoader):
    """Limits what merge keys expand to."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Takes the mappings that a merge key names into one."""
        before = len(node.value)
        super().flatten_mapping(node)
        self._merged += max(0, len(node.value) - before)
        if self._merged > MOST_MERGED:
            reason = f"merge keys (<<) expand to more than {MOST_MERGED:,} keys; shorten it"
            raise yaml.constructor.ConstructorError(None, None, reason, node.start_mark)


def read_yaml(path: str | Path, where: str) -> Any:
    """Returns the content of a YAML file in UTF-8.

    Args:
        path: The file.
        where: Its name in messages.

    Raises:
        ValueError: If it is not YAML, or its merge keys expand to too much.
    """
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), _BoundedLoader)
    # Tagged values of another kind (`!!bool 7`) end in lookups of the loader.
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, LookupError, AttributeError) as error:
        raise ValueError(f"{where} is not YAML: {error}") from error
