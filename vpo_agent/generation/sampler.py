"""The sampler: prompts in, groups of completions with their log-probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vpo_agent.generation import cuda_graph, padded
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling, choose

COMPACT_BELOW = 0.8


@dataclass
class Completions:
    """R completions of each of P prompts, padded to a common length L; on the CPU.

    Attributes:
        ids: Token ids, shape (P, R, L).
        mask: True at sampled tokens, EOS included, shape (P, R, L).
        logprobs: Log-probabilities under the tempered policy, before nucleus truncation; float32,
            shape (P, R, L), 0 at padding.
    """

    ids: Tensor
    mask: Tensor
    logprobs: Tensor


def sample(
    policy: Policy,
    prompts: Sequence[Sequence[int]],
    rows: int,
    sampling: Sampling,
    seed: int | Sequence[int] | Sequence[Sequence[int]],
    part: tuple[Sequence[int], int] | None = None,
) -> Completions:
    """Draws `rows` completions of each prompt.

    Every completion has its own stream of random numbers, so it does not depend on the rest of the batch.

    Args:
        policy: The policy.
        prompts: P token sequences.
        rows: Completions per prompt, at least 1.
        sampling: Sampling settings.
        seed: Seed of all randomness, or a seed sequence per prompt.
        part: Indices of the prompts among all n prompts, and n, where several processes share them. Not
            used where each prompt has its own seed.

    Raises:
        ValueError: If there are no prompts or no rows.
    """
    if rows < 1 or not prompts:
        raise ValueError(f"rows={rows} and the number of prompts ({len(prompts)}) must be at least 1")
    size = (rows, sampling.max_new_tokens)
    if isinstance(seed, Sequence) and isinstance(seed[0], Sequence):
        uniforms = np.stack([np.random.default_rng(own).random(size, np.float32) for own in seed])
    else:
        mine, n = part or (range(len(prompts)), len(prompts))
        uniforms = np.random.default_rng(seed).random((n, *size), np.float32)[list(mine)]
    decode = sample_chunk
    if policy.attention == "padded":
        decode = padded.sample_chunk
    elif policy.device.type == "cuda":
        decode = cuda_graph.sample_chunk
    # Batches of prompts of similar length need little padding; the number of rows bounds memory.
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    step = max(1, sampling.rows // rows)
    chunks = [order[i : i + step] for i in range(0, len(order), step)]
    ids = torch.full((len(prompts), rows, sampling.max_new_tokens), policy.pad_id)
    logprobs = torch.zeros(ids.shape)
    mask = torch.zeros(ids.shape, dtype=torch.bool)
    for chunk in chunks:
        for first in range(0, rows, sampling.rows):
            some = torch.from_numpy(uniforms[chunk, first : first + sampling.rows])
            with torch.inference_mode(), policy.autocast():
                parts = decode(policy, [prompts[i] for i in chunk], some, sampling)
            for whole, drawn in zip((ids, logprobs, mask), parts):
                whole[chunk, first : first + sampling.rows] = drawn
    length = int(mask.any(dim=0).any(dim=0).sum())
    return Completions(ids[..., :length], mask[..., :length], logprobs[..., :length])


def sample_chunk(
    policy: Policy, prompts: Sequence[Sequence[int]], uniforms: Tensor, sampling: Sampling
) -> tuple[Tensor, Tensor, Tensor]:
    """Decodes one chunk step by step; returns ids, logprobs and mask, each (P, R, T)."""
    device = policy.device
    p, r, steps = uniforms.shape
    prefix = policy.read_prompts(prompts, r, capacity=steps)
    uniforms = uniforms.to(device).view(p * r, steps)
    ids = torch.full((p * r, steps), policy.pad_id, device=device)
    logprobs = torch.zeros((p * r, steps), device=device)
    mask = torch.zeros((p * r, steps), dtype=torch.bool, device=device)
    starts = torch.tensor([len(prompt) - 1 for prompt in prompts], device=device).repeat_interleave(r)
    token = torch.tensor([prompt[-1] for prompt in prompts], device=device).repeat_interleave(r)
    slots = torch.arange(p * r, device=device)  # index of each row's completion
    live = torch.ones(p * r, dtype=torch.bool, device=device)
    for step in range(steps):
        logits = policy.logits(token[:, None], (starts[slots] + step)[:, None], prefix)[:, -1].float()
        prefix.advance(1)
        token, logprob = choose(logits, uniforms[slots, step], sampling)
        writing = slots[live]
        ids[writing, step] = token[live]
        logprobs[writing, step] = logprob[live]
        mask[writing, step] = True
        live = live & ~policy.stops(token)
        if not bool(live.any()):
            break
        kept = prefix.compact(live, COMPACT_BELOW)
        if kept is not None:
            slots, live, token = slots[kept], live[kept], token[kept]
    return ids.cpu().view(p, r, -1), logprobs.cpu().view(p, r, -1), mask.cpu().view(p, r, -1)
