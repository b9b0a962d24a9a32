"""What to tell the writer of an answer: which rules it broke, never what would have been right."""

from __future__ import annotations

from collections.abc import Sequence

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.reading import Answer
from vpo_envs.domains.tool_use.scoring import Pair, align, match_value

SHOWN = 40
"""Most characters of a name quoted from an answer."""


def give_feedback(gold: Sequence[Call], answer: Answer) -> str:
    """Sentences about the format, the choice of tools and each call's arguments; empty for none."""
    notes = []
    if not answer.thought:
        notes.append(f"There is no complete <think> block{' ahead of the calls' if gold else ''}.")
    if not gold:
        return " ".join(notes + ["No call is due."] * answer.opened)
    if not (answer.opened and answer.closed):
        notes.append("There is no complete <tool_call> block.")
    unreadable = sum(call is None for call in answer.calls)
    if unreadable:
        notes.append(f"Calls that cannot be read: {unreadable}.")
    pairs = align(gold, answer.calls)
    if len(pairs) < len(gold):
        notes.append(f"Calls that are missing: {len(gold) - len(pairs)} of {len(gold)}.")
    surplus = len(answer.calls) + answer.unread - len(pairs) - unreadable
    if surplus:
        notes.append(f"Calls that are not due: {surplus}.")
    return " ".join([*notes, *filter(None, map(_on_arguments, pairs))])


def _on_arguments(pair: Pair) -> str:
    due, made = pair.due.parameters, pair.made.parameters
    notes = []
    missing = sum(key not in made for key in due)
    if missing:
        notes.append(f"arguments missing: {missing}")
    notes += [f"{key:.{SHOWN}} is not an argument of this call" for key in made if key not in due][:3]
    notes += [f"{key} is wrong" for key in due if key in made and match_value(due[key], made[key]) < 1]
    return f"{pair.due.name}: {', '.join(notes)}." if notes else ""
