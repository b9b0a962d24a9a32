"""Decoding with the model's own KV cache, for models whose attention cannot be replaced."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vpo_agent.models.padded_attention import pad_left, positions_of
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling, choose
from vpo_agent.models.token_logprobs import logits_kept


def sample_chunk(
    policy: Policy, prompts: Sequence[Sequence[int]], uniforms: Tensor, sampling: Sampling
) -> tuple[Tensor, Tensor, Tensor]:
    """Decodes one chunk with the model's own KV cache; returns ids, logprobs and mask, each (P, R, T)."""
    p, r, steps = uniforms.shape
    uniforms = uniforms.to(policy.device).view(p * r, steps)
    token, attended = pad_left(policy, prompts, r)
    ids = torch.full((p * r, steps), policy.pad_id, device=policy.device)
    logprobs = torch.zeros((p * r, steps), device=policy.device)
    mask = torch.zeros((p * r, steps), dtype=torch.bool, device=policy.device)
    live = torch.ones(p * r, dtype=torch.bool, device=policy.device)
    cache = None
    last = logits_kept(policy, 1)
    for step in range(steps):
        output = policy.model(
            input_ids=token,
            attention_mask=attended,
            position_ids=positions_of(attended)[:, -token.shape[1] :],
            past_key_values=cache,
            use_cache=True,
            **last,
        )
        cache = output.past_key_values
        chosen, logprob = choose(output.logits[:, -1].float(), uniforms[:, step], sampling)
        ids[live, step] = chosen[live]
        logprobs[live, step] = logprob[live]
        mask[live, step] = True
        live = live & ~policy.stops(chosen)
        if not bool(live.any()):
            break
        token = chosen[:, None]
        attended = torch.cat([attended, torch.ones_like(token)], dim=1)
    return ids.cpu().view(p, r, -1), logprobs.cpu().view(p, r, -1), mask.cpu().view(p, r, -1)
