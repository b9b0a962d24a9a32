"""Reader of untrusted YAML, with bounded time and memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

MOST_MERGED = 100_000
"""Keys that merging (`<<`) may bring into mappings, all in all; levels of ten multiply by ten each."""


MARKS = ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:value")
"""Tags of the keys `<<` and `=`, which stand for no value of their own."""


class _StrictLoader(yaml.SafeLoader):
    """Loader with a limit on what merge keys expand to; it refuses keys that repeat."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._merged = 0

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Reads a mapping, whose own keys must differ; they may replace those of merged mappings."""
        node = super().compose_mapping_node(anchor)
        lines: dict[Any, int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                name = key.value if key.tag in MARKS else self.construct_object(key)
                if name in lines:
                    reason = (
                        f"the key {key.value!r} is there already, in line {lines[name]}; keep one of the two"
                    )
                    raise yaml.constructor.ConstructorError(None, None, reason, key.start_mark)
                lines[name] = key.start_mark.line + 1
        return node

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
        ValueError: If it is not YAML, a key repeats, or its merge keys expand to too much.
    """
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), _StrictLoader)
    # Tagged values of another kind (`!!bool 7`) end in lookups of the loader.
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, LookupError, AttributeError) as error:
        raise ValueError(f"{where} is not YAML: {error}") from error
