"""Mistakes that callers of tools make.

Wrong names come from the tools that are on offer, wrong values are of the right sort. So an answer with
mistakes costs about as much as one without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.catalogue import Tool
from vpo_envs.domains.tool_use.kinds import Kind, Value, pick

OTHER_VALUES = ("unknown", "today", "none", 1)
"""Wrong values where the tools are known only from the prompt."""


class Flaws(NamedTuple):
    """Mistakes at a given rate.

    Attributes:
        tools: The catalogue; empty where it is known only from the prompt.
        closed: Whether values are of the closed vocabulary.
        rate: Chance of a mistake at each name and value.
        rng: Source of randomness.
    """

    tools: Sequence[Tool]
    closed: bool
    rate: float
    rng: np.random.Generator

    def commit(self, calls: Sequence[Call]) -> list[Call]:
        """Returns the calls with mistakes; where none are needed, perhaps one that is not."""
        if not calls:
            return [self._needless()] if self.rng.random() < self.rate else []
        return [self._changed(call) for call in calls]

    def _changed(self, call: Call) -> Call:
        name = self._other_name(call.name) if self._errs() else call.name
        parameters: dict[str, Value] = {}
        for key, value in call.parameters.items():
            wrong = value is not None and self._errs()
            written = self._other_key(call) if self._errs() else key
            parameters[written] = self._other_value(call.name, key, value) if wrong else value
        return Call(name, parameters)

    def _errs(self) -> bool:
        return bool(self.rng.random() < self.rate)

    def _needless(self) -> Call:
        if not self.tools:
            return Call("search", {"query": "help"})
        tool = pick(self.rng, self.tools)
        return Call(tool.name, {p.key: self._draw(p.slot.kind) for p in tool.parameters})

    def _other_name(self, name: str) -> str:
        return pick(self.rng, [tool.name for tool in self.tools if tool.name != name] or ["other_tool"])

    def _other_key(self, call: Call) -> str:
        keys = {p.key for tool in self.tools for p in tool.parameters if p.key not in call.parameters}
        return pick(self.rng, sorted(keys) or ["argument"])

    def _other_value(self, name: str, key: str, value: Value) -> Value:
        for tool in self.tools:
            for parameter in tool.parameters:
                if tool.name == name and parameter.key == key:
                    return self._draw(parameter.slot.kind)
        return pick(self.rng, OTHER_VALUES)

    def _draw(self, kind: Kind) -> Value:
        return (kind.draw_word(self.rng) if self.closed else kind.draw(self.rng))[0]
