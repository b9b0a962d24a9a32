"""The verl integration: an agent's rollout scores as `compute_score`.

It is enabled by `reward.custom_reward_function.path=pkg://vpo_agent.integrations.verl`. The command
`vpo export --layout verl` creates the data; `adv_estimator=grpo` turns the scores into advantages.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from vpo_agent.integrations.rollout_score import RolloutScore

_LOCK = threading.Lock()  # verl scores in several threads; domains need not be thread-safe


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: Mapping[str, Any],
    agent: str = "vpo",
    **settings: Any,
) -> dict[str, float]:
    """Returns an agent's rollout score of a completion, as verl's reward.

    Args:
        data_source: Id of the environment.
        solution_str: The completion.
        ground_truth: Id of the task.
        extra_info: Row of `vpo_agent.tasks.export`, from which the task is created again.
        agent: `vpo`, `multi_rlvr`, `random_weighting` or `grpo`; this and the settings come from
            `reward.custom_reward_function.reward_kwargs`.
        **settings: `n_weights`, `alpha`, `seed`, see `vpo_agent.integrations.rollout_score.RolloutScore`.

    Returns:
        `score`, the reward of the training, and `best` and `valid` for the log
        (`vpo_agent.integrations.rollout_score.Scored`).

    Raises:
        ValueError: If a value is out of range or `extra_info` is not such a row.
    """
    with _LOCK:
        (scored,) = RolloutScore(agent, **settings)([extra_info], [solution_str])
    return scored._asdict()
