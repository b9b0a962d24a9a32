"""The verl trainer `vpo` with the advantage estimator `pool_vpo`; registered where verl imports this module.

    VERL_USE_EXTERNAL_MODULES=vpo_agent.integrations.verl_trainer
    trainer.v1.trainer_mode=vpo  algorithm.adv_estimator=pool_vpo

An estimator of verl sees one number per completion and the names of its groups (`uid`), but not the reward
vectors, from which a pool's score is made. The trainer fetches the results of `compute_score` for the batch,
and the estimator reads them. The trainer works with other estimators, too, and then only adds to verl's log.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

import numpy as np
import torch
import transfer_queue as tq
from verl.trainer.ppo.core_algos import register_adv_est
from verl.trainer.ppo.v1.trainer_base import register_trainer
from verl.trainer.ppo.v1.trainer_sync import PPOTrainerSync

from vpo_agent.integrations.rollout_score import RolloutScore
from vpo_agent.integrations.verl import advantages_of, batch_measures, pool_scores

_SCORES: ContextVar[np.ndarray[Any, Any]] = ContextVar("scores")  # of the batch in work, one per row


@register_adv_est("pool_vpo")
def pool_advantages(
    token_level_rewards: torch.Tensor,
    response_mask: torch.Tensor,
    index: np.ndarray[Any, Any],
    **_: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns PoolVPO's advantages, (n, L), twice: verl's advantages and returns.

    Args:
        token_level_rewards: verl's rewards (n, L); not used, for pools are made of reward vectors.
        response_mask: Tokens of the completions, (n, L); rows without tokens are verl's padding.
        index: n names of groups.

    Raises:
        ValueError: If the trainer is another one, so that no reward vectors are there.
    """
    scores = _SCORES.get(None)
    if scores is None:
        raise ValueError("adv_estimator='pool_vpo' needs trainer.v1.trainer_mode=vpo, see docs/verl.md")
    real = response_mask.any(dim=-1).numpy(force=True)
    advantages = np.zeros(len(scores), np.float32)
    advantages[real] = advantages_of(scores[real], index[real])
    credit = torch.from_numpy(advantages).to(response_mask.device)[:, None] * response_mask
    return credit, credit


@register_trainer("vpo")
class VPOTrainer(PPOTrainerSync):
    """verl's synchronous trainer with pools, and with objectives and silent groups in the log."""

    def _compute_advantage(self, batch: Any, metrics: dict[str, Any]) -> Any:
        data = tq.kv_batch_get(
            keys=batch.keys, partition_id=batch.partition_id, select_fields=["uid", "extra_fields"]
        )
        uids = np.array(list(data["uid"]), dtype=object)
        infos = [fields.get("reward_extra_info", {}) for fields in data["extra_fields"]]
        real = np.array([not tag.get("is_padding", False) for tag in batch.tags])
        kept = [info for info, one in zip(infos, real) if one]
        scores = np.zeros(len(infos))
        if self.config.algorithm.adv_estimator == "pool_vpo":
            how = RolloutScore.from_settings(self.config.reward.custom_reward_function.reward_kwargs)
            scores[real] = pool_scores(
                [np.array(json.loads(info["rewards"])) for info in kept],
                uids[real],
                how,
                [json.loads(info["weights"]) for info in kept],
            )
        else:
            scores[real] = [info["score"] for info in kept]
        metrics.update(batch_measures(kept, scores[real], uids[real]))
        token = _SCORES.set(scores)
        try:
            return super()._compute_advantage(batch, metrics)
        finally:
            _SCORES.reset(token)
