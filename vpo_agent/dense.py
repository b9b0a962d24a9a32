"""The plain way, for models whose attention cannot be replaced: every row carries its own prompt."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from vpo_agent.sampling import Sampling, choose, gather_logprobs

if TYPE_CHECKING:
    from vpo_agent.policy import Policy


def token_logprobs(
    policy: Policy, prompts: Sequence[Sequence[int]], completions: Tensor, temperature: float
) -> Tensor:
    """Log-probabilities of completions (P, R, L) from full forward passes; see `Policy`."""
    p, r, length = completions.shape
    ids, attended = _pad_left(policy, prompts, r)
    tail = completions.reshape(p * r, length)
    ids = torch.cat([ids, tail], dim=1)
    attended = torch.cat([attended, torch.ones_like(tail)], dim=1)
    with policy.autocast():
        logits = policy.model(
            input_ids=ids,
            attention_mask=attended,
            position_ids=_positions(attended),
            use_cache=False,
            **_keeping(policy, length + 1),
        ).logits
    return gather_logprobs(logits[:, -length - 1 : -1], tail, temperature).view(p, r, length)


def sample_chunk(
    policy: Policy, prompts: Sequence[Sequence[int]], uniforms: Tensor, sampling: Sampling
) -> tuple[Tensor, Tensor, Tensor]:
    """Decodes with the model's own cache; returns ids, logprobs and mask, each (P, R, T)."""
    p, r, steps = uniforms.shape
    uniforms = uniforms.to(policy.device).view(p * r, steps)
    token, attended = _pad_left(policy, prompts, r)
    ids = torch.full((p * r, steps), policy.pad_id, device=policy.device)
    logprobs = torch.zeros((p * r, steps), device=policy.device)
    mask = torch.zeros((p * r, steps), dtype=torch.bool, device=policy.device)
    live = torch.ones(p * r, dtype=torch.bool, device=policy.device)
    cache = None
    last = _keeping(policy, 1)
    for step in range(steps):
        output = policy.model(
            input_ids=token,
            attention_mask=attended,
            position_ids=_positions(attended)[:, -token.shape[1] :],
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


def _keeping(policy: Policy, tokens: int) -> dict[str, int]:
    """Asks for the logits of the last tokens only, which over a large vocabulary take most of the memory."""
    known = "logits_to_keep" in inspect.signature(policy.model.forward).parameters
    return {"logits_to_keep": tokens} if known else {}


def _pad_left(policy: Policy, prompts: Sequence[Sequence[int]], rows: int) -> tuple[Tensor, Tensor]:
    """Prompts padded on the left and repeated: ids and attention mask, each (P * rows, width)."""
    width = max(map(len, prompts))
    ids = torch.full((len(prompts), width), policy.pad_id)
    attended = torch.zeros(ids.shape, dtype=torch.long)
    for i, prompt in enumerate(prompts):
        ids[i, width - len(prompt) :] = torch.as_tensor(prompt)
        attended[i, width - len(prompt) :] = 1
    return (
        ids.to(policy.device).repeat_interleave(rows, 0),
        attended.to(policy.device).repeat_interleave(rows, 0),
    )


def _positions(attended: Tensor) -> Tensor:
    return (attended.cumsum(-1) - 1).clamp(min=0)
