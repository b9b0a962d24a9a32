"""The clipped policy loss with a KL penalty, as sums that are exact over micro-batches."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class LossConfig:
    """Coefficients of the loss.

    Attributes:
        clip: Half-width of the clipping range of the ratio (PPO, arXiv 1707.06347).
        dual_clip: Bound on the loss of tokens with negative advantage (arXiv 1912.09729); above 1.
        kl_coef: Weight of the KL divergence to the reference model; 0 needs no reference model.
        entropy_coef: Weight of the entropy bonus.
    """

    clip: float = 0.2
    dual_clip: float = 3.0
    kl_coef: float = 1e-3
    entropy_coef: float = 0.0


STATISTICS = ("clip_fraction", "ratio_gap", "entropy")
"""Statistics of every loss; with a reference model also `kl`."""


def policy_loss(
    logprobs: Tensor,
    old_logprobs: Tensor,
    advantages: Tensor,
    mask: Tensor,
    config: LossConfig,
    reference_logprobs: Tensor | None = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Returns the clipped surrogate plus the k3 estimate of the KL divergence, summed over tokens.

    Per token, with ratio `q = exp(logp - old)` and advantage `A`: `-min(q A, clip(q) A)`, bounded by
    `-dual_clip A` where A < 0; plus `kl_coef (exp(ref - logp) - (ref - logp) - 1)`
    (k3: J. Schulman, "Approximating KL divergence", 2020); minus `entropy_coef` times the estimate
    `-q logp` of the entropy. Its gradient `-q (logp + 1) grad logp` is unbiased, and needs the sampled
    tokens' log-probabilities only.

    Args:
        logprobs: Log-probabilities under the trained policy, any shape.
        old_logprobs: Log-probabilities under the sampling policy, same shape.
        advantages: Advantages, broadcastable to that shape.
        mask: True at tokens that count, same shape.
        config: Coefficients.
        reference_logprobs: Log-probabilities under the reference model, same shape; required where
            `kl_coef` is not 0.

    Returns:
        The loss and detached sums for `clip_fraction`, `kl`, `entropy` and `ratio_gap` (`|q - 1|`). All are
        summed over tokens that count; division by their number gives token means.
    """
    log_ratio = torch.where(mask, logprobs - old_logprobs, 0.0)
    ratio = log_ratio.clamp(-20, 20).exp()
    plain = -advantages * ratio
    clipped = -advantages * ratio.clamp(1 - config.clip, 1 + config.clip)
    surrogate = torch.maximum(plain, clipped)
    bounded = torch.minimum(surrogate, -advantages * config.dual_clip)
    surrogate = torch.where(advantages < 0, bounded, surrogate)
    entropy = -ratio * torch.where(mask, logprobs, 0.0)
    statistics = {
        "clip_fraction": ((clipped > plain) & mask).sum().detach(),
        "ratio_gap": ((ratio - 1).abs() * mask).sum().detach(),
        "entropy": entropy.sum().detach(),
    }
    if config.kl_coef and reference_logprobs is not None:
        gap = torch.where(mask, reference_logprobs - logprobs, 0.0).clamp(-20, 20)
        divergence = gap.exp() - gap - 1
        surrogate = surrogate + config.kl_coef * divergence
        statistics["kl"] = (divergence * mask).sum().detach()
    if config.entropy_coef:
        surrogate = surrogate - config.entropy_coef * entropy
    return (surrogate * mask).sum(), statistics
