"""The TRL integration: reward functions for `GRPOTrainer`; `vpo_agent.tasks.export` creates the data sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vpo_agent.common.message_content import text_of
from vpo_agent.integrations.rollout_score import FIELDS, KNOWN, RolloutScore

Message = dict[str, Any]


class RewardFunction:
    """A TRL reward function that returns an agent's rollout score of each completion.

    TRL subtracts the mean over a prompt's completions and divides by their sample standard deviation. With
    `scale_rewards="group"`, the default, the result is the agent's advantage.

    Args:
        agent: `vpo`, `pool_vpo`, `multi_rlvr`, `random_weighting` or `grpo`.
        **settings: `n_weights`, `alpha`, `seed`, `pool_size`, `group_size`, see
            `vpo_agent.integrations.rollout_score.RolloutScore`. `pool_vpo` needs `group_size` equal to
            TRL's `num_generations`.

    Raises:
        TypeError: If a setting is unknown; the message suggests the nearest known one.
        ValueError: If a value is out of range or has another type.

    Example:
        >>> from vpo_agent.tasks.export import task_rows
        >>> row, = task_rows("vpo/MazeSmall-v0", 1, num_candidates=1)
        >>> columns = {name: [value] for name, value in row.items() if name != "prompt"}
        >>> RewardFunction("grpo")(["no route"], **columns)
        [0.0]
    """

    def __init__(self, agent: str = "vpo", **settings: Any) -> None:
        self.score = RolloutScore.from_settings({"agent": agent, **settings})
        self.__name__ = agent  # the name in TRL's logs

    def __call__(
        self,
        completions: Sequence[str | Sequence[Message]],
        *,
        log_metric: Callable[[str, float], None] | None = None,
        log_extra: Callable[[str, list[Any]], None] | None = None,
        **columns: Any,
    ) -> list[float]:
        """Returns the scores of n completions.

        Args:
            completions: n texts or lists of messages.
            log_metric: TRL's logging function; receives the means of `Scored.measures`.
            log_extra: TRL's function for columns of the table of completions (`log_completions=True`);
                receives the reward matrices as `reward_vectors`.
            **columns: The data set's columns, n values each. Where `weights` is a list, the completion is
                scored under these preference weights, elsewhere under the agent's.

        Raises:
            ValueError: If columns are missing or have another length than `completions`, `pool_vpo`
                receives an incomplete group, or a message's content is no text.
        """
        names = [name for name in (*FIELDS, KNOWN) if name in columns]
        for name in names:
            if len(columns[name]) != len(completions):
                raise ValueError(
                    f"the column {name!r} has {len(columns[name])} values and completions has "
                    f"{len(completions)}; give every column one value for each completion"
                )
        rows = [dict(zip(names, values)) for values in zip(*(columns[name] for name in names))]
        rows = rows or [{}] * len(completions)
        scored = self.score(rows, [_text(completion) for completion in completions])
        if log_metric is not None:
            measured = [one.measures() for one in scored]
            for name in dict.fromkeys(name for one in measured for name in one):
                log_metric(name, float(np.mean([one[name] for one in measured if name in one])))
        if log_extra is not None:
            log_extra("reward_vectors", [one.table() for one in scored])
        return [one.score for one in scored]


def _text(completion: str | Sequence[Message]) -> str:
    """Returns the answer's text: of a conversation with tools, the model's last message."""
    if isinstance(completion, str):
        return completion
    said = [message.get("content") for message in completion if message.get("role") == "assistant"]
    return text_of(said[-1]) if said else ""
