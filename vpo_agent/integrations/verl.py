"""verl: agents as `compute_score`, by `reward.custom_reward_function.path=pkg://vpo_agent.integrations.verl`.

The data come from `vpo export --layout verl`; `adv_estimator=grpo` makes advantages of the scores.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from vpo_agent.integrations.rollout_score import RolloutScore

_LOCK = threading.Lock()  # verl scores on several threads; domains need not be made for that


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: Mapping[str, Any],
    agent: str = "vpo",
    **settings: Any,
) -> dict[str, float]:
    """Pays a completion an agent's score of its set of answers.

    Args:
        data_source: Id of the environment.
        solution_str: The completion.
        ground_truth: Id of the task.
        extra_info: The row of `vpo_agent.tasks.export`, from which the task is made again.
        agent: `vpo`, `multi_rlvr`, `random_weighting` or `grpo`; this and the settings come from
            `reward.custom_reward_function.reward_kwargs`.
        **settings: `n_weights`, `alpha`, `seed`, see `vpo_agent.integrations.rollout_score.RolloutScore`.

    Returns:
        `score`, which verl trains on, and for its logs `best` and `valid`
        (`vpo_agent.integrations.rollout_score.Scored`).

    Raises:
        ValueError: If a value is out of range or `extra_info` is no such row.
    """
    with _LOCK:
        (scored,) = RolloutScore(agent, **settings)([extra_info], [solution_str])
    return scored._asdict()
