"""Scoring: the format, the names, the arguments and their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.gold import GoldCall, match_arguments, match_name
from vpo_envs.domains.tool_use.reading import Answer
from vpo_envs.domains.tool_use.replies import is_fair_reply

ZERO = (0.0, 0.0, 0.0, 0.0)
EXTRA_CALLS = 8
"""Calls read beyond the number of gold calls."""

RIGHT = 0.5
"""Share of its argument names and of its values from which a call counts as right, for `format`."""

PROSE = 0.75
"""Worth of `format` with other text between the calls."""


class Pair(NamedTuple):
    """A gold call, the call made for it, and how well name and arguments match."""

    gold: GoldCall
    made: Call
    name: float
    arg_key: float
    arg_value: float

    @property
    def right(self) -> bool:
        """True if the call earns the format its worth."""
        return min(self.arg_key, self.arg_value) >= RIGHT


def score_answer(
    gold: Sequence[GoldCall], answer: Answer, *, told: bool = False
) -> tuple[float, float, float, float]:
    """Returns the reward vector: format, tool_name, arg_key, arg_value.

    Args:
        gold: The gold calls, possibly none.
        answer: What the answer holds.
        told: Whether the prompt may tell of earlier calls, so that a reply may say what they did.
    """
    if answer.blank:
        return ZERO
    pairs = align(gold, answer.calls)
    if gold:
        well_formed = answer.thought and answer.opened and answer.closed and any(p.right for p in pairs)
    else:
        well_formed = answer.thought and not (answer.opened or answer.calls)
        well_formed = well_formed and is_fair_reply(answer.reply, told=told)
    worth = PROSE if answer.prose else 1.0
    return (well_formed * worth, *score_calls(gold, pairs, len(answer.calls) + answer.unread))


def score_calls(gold: Sequence[GoldCall], pairs: Sequence[Pair], made: int) -> tuple[float, float, float]:
    """Returns tool_name, arg_key and arg_value; where no calls are needed and none are made, all 1.

    Args:
        gold: The gold calls.
        pairs: Those of them for which a call was made.
        made: Number of calls made, wrong ones included.
    """
    if not gold or not made:
        return (1.0, 1.0, 1.0) if not gold and not made else (0.0, 0.0, 0.0)
    # Calls without a partner count 0, whichever side they are on.
    total = len(gold) + made - len(pairs)
    return (
        2 * sum(pair.name for pair in pairs) / (len(gold) + made),
        sum(pair.arg_key for pair in pairs) / total,
        sum(pair.arg_value for pair in pairs) / total,
    )


def align(gold: Sequence[GoldCall], calls: Sequence[Call | None]) -> list[Pair]:
    """Pairs the gold calls with calls made of the same tool, as many as there are.

    Greedy: the pair with the largest sum of matches comes first; ties go to the gold call
    earlier, then to the one made earlier. A right answer is paired right whatever its order, as nothing
    beats two equal calls.
    """
    candidates = []
    for i, wanted in enumerate(gold):
        for j, call in enumerate(calls):
            name = 0.0 if call is None else match_name(wanted.name, call.name)
            if call is not None and name:
                pair = Pair(wanted, call, name, *match_arguments(wanted, call))
                candidates.append((-name - pair.arg_key - pair.arg_value, i, j, pair))
    candidates.sort(key=lambda candidate: candidate[:3])
    paired_gold, paired_calls, pairs = set(), set(), []
    for _, i, j, pair in candidates:
        if i not in paired_gold and j not in paired_calls:
            paired_gold.add(i)
            paired_calls.add(j)
            pairs.append(pair)
    return pairs
