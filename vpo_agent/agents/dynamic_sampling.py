"""Dynamic sampling: groups without a signal are replaced by groups of further tasks.

Introduced by DAPO (arXiv 2503.14476), which samples until a batch is full. Here the number of rounds is
limited, and each round samples only as many tasks as groups are missing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vpo_agent.generation.rollout import Rollouts, Segment

Array = NDArray[np.float64]


def has_signal(advantages: Array) -> NDArray[np.bool_]:
    """Returns True for each group with an advantage other than 0, shape (P,).

    Args:
        advantages: Shape (P, G) or (P, G, 1 + M).
    """
    return np.asarray(advantages.reshape(len(advantages), -1).any(axis=1))


def joined(rounds: Sequence[Rollouts]) -> Rollouts:
    """Returns the rollouts of several rounds of a step; segments are numbered by the joined groups."""
    first = rounds[0]
    if len(rounds) == 1:
        return first
    group_size = first.rewards.shape[1]
    sizes = [len(part.tasks) for part in rounds]
    shifts = np.cumsum([0, *sizes]) * group_size
    means = {
        name: float(np.average([getattr(part, name) for part in rounds], weights=sizes))
        for name in ("well_formed", "repeated", "terminated")
    }
    return Rollouts(
        tasks=[task for part in rounds for task in part.tasks],
        rewards=np.concatenate([part.rewards for part in rounds]),
        answers=[group for part in rounds for group in part.answers],
        segments=[
            dataclasses.replace(segment, rollouts=segment.rollouts + int(shift))
            for part, shift in zip(rounds, shifts)
            for segment in part.segments
        ],
        tokens=sum(part.tokens or 0 for part in rounds),
        prompts=[prompt for part in rounds for prompt in part.prompts],
        completions=[
            [one for turn in turns for one in turn] for turns in zip(*(p.completions for p in rounds))
        ],
        **means,
    )


def selected(segments: Sequence[Segment], advantages: Array, count: int) -> tuple[list[Segment], Array]:
    """Selects `count` groups: the first ones with a signal, then the first ones without.

    Args:
        segments: Segments of all groups.
        advantages: Shape (P, G) or (P, G, 1 + M).
        count: Groups to train on, at most P.

    Returns:
        Their segments, numbered by the selected groups, and their advantages, in the order of sampling.
    """
    chosen = np.sort(np.argsort(~has_signal(advantages), kind="stable")[:count])
    group_size = advantages.shape[1]
    places = {int(group): place for place, group in enumerate(chosen)}
    kept = []
    for segment in segments:
        group = int(segment.rollouts[0]) // group_size
        if group in places:
            shift = (places[group] - group) * group_size
            kept.append(dataclasses.replace(segment, rollouts=segment.rollouts + shift))
    return kept, advantages[chosen]
