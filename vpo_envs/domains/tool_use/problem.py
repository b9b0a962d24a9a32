"""One problem, whether drawn or read from a data set."""

from __future__ import annotations

from dataclasses import dataclass

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.catalogue import Tool
from vpo_envs.domains.tool_use.gold import GoldCall, plain_calls


@dataclass(frozen=True)
class Problem:
    """A question and the gold calls.

    Attributes:
        prompt: The full prompt.
        gold: The gold calls, possibly none.
        compact: The compact prompt; empty outside the closed vocabulary.
        system: The part of the prompt that is a system message, at its beginning; empty for none.
        tools: The catalogue; empty where it is known only from the prompt.
        entries: Entries of calls that are sent; None for all.
    """

    prompt: str
    gold: tuple[GoldCall, ...]
    compact: str = ""
    system: str = ""
    tools: tuple[Tool, ...] = ()
    entries: int | None = None

    @property
    def calls(self) -> tuple[Call, ...]:
        """Right calls, in order."""
        return plain_calls(self.gold)
