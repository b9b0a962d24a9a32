"""The verl integration: rollout scores as `compute_score`, and the pure part of PoolVPO's estimator.

Scores are enabled by `reward.custom_reward_function.path=pkg://vpo_agent.integrations.verl`. The command
`vpo export --layout verl` creates the data; `adv_estimator=grpo` turns the scores into advantages. Pools need
the reward vectors of whole groups: `vpo_agent.integrations.verl_trainer` hands them to `pool_scores`.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vpo_agent.integrations.rollout_score import KNOWN, MEASURES, RolloutScore
from vpo_agent.training.advantages import EPSILON, Array, group_normalize, pool_credit
from vpo_agent.training.weightings import with_known_weights
from vpo_envs.scalarization import spread_weights

_LOCK = threading.Lock()  # verl scores in several threads; domains need not be thread-safe


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: Mapping[str, Any],
    agent: str = "vpo",
    **settings: Any,
) -> dict[str, float | str]:
    """Returns an agent's rollout score of a completion, as verl's reward.

    Args:
        data_source: Id of the environment.
        solution_str: The completion.
        ground_truth: Id of the task.
        extra_info: Row of `vpo_agent.tasks.export`, from which the task is created again.
        agent: `vpo`, `pool_vpo`, `multi_rlvr`, `random_weighting` or `grpo`; this and the settings come from
            `reward.custom_reward_function.reward_kwargs`.
        **settings: Further fields of `vpo_agent.integrations.rollout_score.RolloutScore`.

    Returns:
        `score`, the reward of the training; the numbers of `Scored.measures` for the log; `rewards`, the
        reward matrix (m, d) as JSON; and `weights`, the task's own preference weights as JSON, or `null`.
        verl calls this function for one completion at a time, so the score of `pool_vpo` is that of the
        completion alone (`vpo`); its estimator reads `rewards` and `weights`.

    Raises:
        TypeError: If a setting is unknown; the message suggests the nearest known one.
        ValueError: If a value is out of range or `extra_info` is not such a row.
    """
    how = RolloutScore.from_settings({"agent": agent, **settings})
    if how.together > 1:
        how = dataclasses.replace(how, agent="vpo")
    with _LOCK:
        (scored,) = how([extra_info], [solution_str])
    known = extra_info.get(KNOWN)
    return {
        "score": scored.score,
        **scored.measures(),
        "rewards": json.dumps(scored.rewards),
        "weights": json.dumps(None if known is None else list(map(float, known))),
    }


def pool_scores(
    rewards: Sequence[Array],
    uids: Sequence[Any],
    how: RolloutScore,
    known: Sequence[Sequence[float] | None] | None = None,
) -> Array:
    """Returns PoolVPO's score of each completion of a batch, in any order.

    Args:
        rewards: n reward matrices (m, d); d may differ between groups.
        uids: n names of groups.
        how: Settings: `pool_size`, `group_size`, `n_weights`, `alpha`.
        known: Preference weights (d,) of each completion's task, None where they are unknown.

    Returns:
        Scores, shape (n,): `pool_credit` within each group, under its known weights or one fixed set.

    Raises:
        ValueError: If a group does not have `group_size` completions.
    """
    scores = np.zeros(len(rewards))
    for uid, places in _groups(uids).items():
        if len(places) != how.group_size:
            raise ValueError(
                f"group {uid} has {len(places)} completions and group_size={how.group_size}; set group_size "
                "to actor_rollout_ref.rollout.n"
            )
        group = np.stack([rewards[place] for place in places])
        drawn = spread_weights(how.n_weights, group.shape[-1], how.alpha)[None]
        weights = with_known_weights(drawn, [known[places[0]] if known is not None else None])
        scores[places] = pool_credit(group[None], weights, how.pool_size)[0]
    return scores


def advantages_of(scores: Array, uids: Sequence[Any]) -> Array:
    """Returns the scores normalized over their groups (`group_normalize`), shape (n,)."""
    advantages = np.zeros(len(scores))
    for places in _groups(uids).values():
        advantages[places] = group_normalize(scores[None, places])[0]
    return advantages


def batch_measures(
    infos: Sequence[Mapping[str, Any]], scores: Array, uids: Sequence[Any]
) -> dict[str, float]:
    """Returns the numbers of a training step for verl's log, under `vpo/`.

    Args:
        infos: n results of `compute_score`.
        scores: n rollout scores that the advantages are made of.
        uids: n names of groups.

    Returns:
        Means of `Scored.measures`, and `frac_reward_zero_std`: the share of groups without a signal.
    """
    numbers = defaultdict(list)
    for info in infos:
        for name, value in info.items():
            if name in MEASURES or name.startswith("objective/"):
                numbers[f"vpo/{name}"].append(value)
    means = {name: float(np.mean(values)) for name, values in numbers.items()}
    silent = [scores[places].std() < EPSILON for places in _groups(uids).values()]
    return {**means, "vpo/frac_reward_zero_std": float(np.mean(silent))}


def _groups(uids: Sequence[Any]) -> dict[Any, list[int]]:
    groups = defaultdict(list)
    for place, uid in enumerate(uids):
        groups[uid].append(place)
    return dict(groups)
