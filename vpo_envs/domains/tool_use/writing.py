"""Writing answers."""

from __future__ import annotations

from collections.abc import Sequence

from vpo_envs.domains.tool_use.calls import Call, write_json, write_short
from vpo_envs.domains.tool_use.reading import THINK, TOOL_CALL

NO_CALL_THOUGHT = "No tool fits, or something it requires is not given."
NO_CALL_REPLY = "I cannot do that with the tools at hand. Can you tell me more?"


def describe(calls: Sequence[Call]) -> str:
    """Writes a thought that announces the calls."""
    if not calls:
        return NO_CALL_THOUGHT
    return f"The request needs {', then '.join(call.name for call in calls)}."


def write_full(calls: Sequence[Call], thought: str | None) -> str:
    """Writes an answer in JSON lines, or a polite refusal where there are no calls.

    Args:
        calls: The calls to make.
        thought: What stands in the `<think>` block; None for no such block.
    """
    parts = [] if thought is None else [f"{THINK[0]}{thought}{THINK[1]}"]
    if calls:
        parts += [TOOL_CALL[0], *map(write_json, calls), TOOL_CALL[1]]
    else:
        parts.append(NO_CALL_REPLY)
    return "\n".join(parts)


def write_compact(calls: Sequence[Call], well_formed: bool) -> str:
    """Writes an answer in the short notation, with as few words as it can have.

    Args:
        calls: The calls to make.
        well_formed: Whether to spend three words on the `<think>` block and the closing tag.
    """
    parts = list(THINK) if well_formed else []
    if calls:
        parts += [TOOL_CALL[0], " ; ".join(map(write_short, calls))]
        if well_formed:
            parts.append(TOOL_CALL[1])
    return " ".join(parts)
