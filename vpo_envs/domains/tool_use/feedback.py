"""Feedback on an answer: which rules it broke, never what would have been right."""

from __future__ import annotations

from collections.abc import Sequence

from vpo_envs.domains.tool_use.gold import GoldCall, match_argument
from vpo_envs.domains.tool_use.reading import Answer
from vpo_envs.domains.tool_use.replies import is_fair_reply
from vpo_envs.domains.tool_use.scoring import Pair, align

SHOWN = 40
"""Most characters of a name quoted from an answer."""


def give_feedback(gold: Sequence[GoldCall], answer: Answer, *, told: bool = False) -> str:
    """Returns sentences about the format, the choice of tools and each call's arguments; empty for none.

    Args:
        gold: The gold calls, possibly none.
        answer: What the answer holds.
        told: As in `scoring.score_answer`.
    """
    if answer.blank:
        return "There is no answer after the thought."
    notes = []
    if not answer.thought:
        notes.append(f"There is no complete <think> block{' ahead of the calls' if gold else ''}.")
    if not gold:
        if answer.opened or answer.calls:
            notes.append("No call is needed.")
        elif not is_fair_reply(answer.reply, told=told):
            notes.append("The reply is no sentence to the person, or claims what was not done.")
        return " ".join(notes)
    if not (answer.opened and answer.closed):
        notes.append("There is no complete <tool_call> block.")
    if answer.prose:
        notes.append("There is other text between the calls.")
    unreadable = sum(call is None for call in answer.calls)
    if unreadable:
        notes.append(f"Calls that cannot be read: {unreadable}.")
    pairs = align(gold, answer.calls)
    if len(pairs) < len(gold):
        notes.append(f"Calls that are missing: {len(gold) - len(pairs)} of {len(gold)}.")
    surplus = len(answer.calls) + answer.unread - len(pairs) - unreadable
    if surplus:
        notes.append(f"Calls that are not wanted: {surplus}.")
    return " ".join([*notes, *filter(None, map(_on_arguments, pairs))])


def _on_arguments(pair: Pair) -> str:
    gold, made = pair.gold.call.parameters, pair.made.parameters
    notes = []
    if pair.name < 1:
        notes.append("the name is spelt otherwise")
    missing = sum(key not in made for key in gold)
    if missing:
        notes.append(f"arguments missing: {missing}")
    known = pair.gold.parameters
    notes += [f"{key:.{SHOWN}} is not an argument of this call" for key in made if key not in known][:3]
    notes += [
        f"{key} is wrong" for key in known if key in made and match_argument(pair.gold, key, made[key]) < 1
    ]
    return f"{pair.gold.name}: {', '.join(notes)}." if notes else ""
