"""Attention that reads each prompt once for all rollouts of its group.

A group's rollouts share their prompt, so its keys and values are computed once and attended to by
every rollout, in sampling and (with gradients) in training. This plugs into any transformers model
that dispatches through `AttentionInterface`; no model code is touched.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, PreTrainedModel

ATTENTION = "vpo_shared_prefix"
UNSUPPORTED = ("sliding_window", "softcap", "s_aux")


class SharedPrefix:
    """Keys and values of P prompts, and of the P * R rows that continue them.

    Rows are ordered by prompt: row p * R + r is the r-th continuation of prompt p.

    Args:
        lengths: Number of prefix tokens of each prompt, shape (P,).
        capacity: Suffix tokens to reserve per row for step-by-step decoding; 0 if every suffix is
            given in one call, as in training.
    """

    def __init__(self, lengths: Tensor, capacity: int = 0) -> None:
        self.lengths = lengths
        self.capacity = capacity
        self.rows = 1
        self.filled = 0  # suffix tokens cached per row
        self.prefix: dict[int, tuple[Tensor, Tensor]] = {}
        self.suffix: dict[int, tuple[Tensor, Tensor]] = {}
        self.pad: Tensor | None = None
        self.hidden: Tensor | None = None  # suffix slots that no query may see

    def start_suffix(self, rows: int, padded: bool) -> None:
        """Ends the prefix; from now on the model is fed P * `rows` rows.

        Args:
            rows: Rows per prompt.
            padded: Whether the prompts differ in length.
        """
        self.rows = rows
        if padded:
            width = self.prefix[min(self.prefix)][0].shape[2]
            self.pad = torch.arange(width, device=self.lengths.device) >= self.lengths[:, None]

    def advance(self, tokens: int) -> None:
        """Counts suffix tokens that every layer has now cached."""
        self.filled += tokens

    def select(self, prompts: Tensor, rows: Tensor, per_prompt: int) -> None:
        """Keeps some prompts and rows only, so that finished rows cost nothing.

        Args:
            prompts: Indices of the prompts kept, shape (P',).
            rows: Indices of the rows kept, shape (P' * per_prompt,), ordered by prompt.
            per_prompt: New number of rows per prompt.
        """
        keep_prefix = len(prompts) < len(self.lengths)
        if keep_prefix:
            self.lengths = self.lengths[prompts]
            self.pad = None if self.pad is None else self.pad[prompts]
        for layer, (key, value) in self.suffix.items():
            if keep_prefix:
                self.prefix[layer] = tuple(x[prompts] for x in self.prefix[layer])  # type: ignore[assignment]
            fresh = tuple(x.new_empty(len(rows), *x.shape[1:]) for x in (key, value))
            for new, old in zip(fresh, (key, value)):
                new[:, :, : self.filled] = old[rows, :, : self.filled]
            self.suffix[layer] = fresh  # type: ignore[assignment]
        self.rows = per_prompt

    def compact(self, live: Tensor, below: float) -> Tensor | None:
        """Drops finished rows once enough have ended; returns the indices of the rows kept, or None.

        Rows stay grouped by prompt, every prompt with as many as the one that has most left.

        Args:
            live: Which rows go on, shape (P * R,).
            below: The share of the rows that must be enough to keep.
        """
        alive = live.view(-1, self.rows)
        counts = alive.sum(-1)
        prompts = counts.nonzero().squeeze(-1)
        per_prompt = int(counts.max())
        if len(prompts) * per_prompt > below * live.numel():
            return None
        ranked = alive[prompts].int().sort(dim=-1, descending=True, stable=True).indices[:, :per_prompt]
        rows = (prompts[:, None] * self.rows + ranked).reshape(-1)
        self.select(prompts, rows, per_prompt)
        return rows

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        """Attention output (N, L, H, D) of queries (N, H, L, D); keys and values (N, H_kv, L, D)."""
        if self.capacity:
            key, value = self._append(layer, key, value)
        return self._attend_suffix(layer, query, key, value, scaling)

    def _append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if layer not in self.suffix:
            n, heads = key.shape[:2]
            self.suffix[layer] = (
                key.new_empty(n, heads, self.capacity, key.shape[3]),
                value.new_empty(n, heads, self.capacity, value.shape[3]),
            )
        keys, values = self.suffix[layer]
        end = self.filled + key.shape[2]
        keys[:, :, self.filled : end] = key
        values[:, :, self.filled : end] = value
        return keys[:, :, :end], values[:, :, :end]

    def _attend_suffix(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        prefix_key, prefix_value = self.prefix[layer]
        n, heads, length, width = query.shape
        prompts, kv_heads = prefix_key.shape[:2]
        rows, shared = self.rows, heads // kv_heads
        query = query * scaling
        # All queries of a prompt's rows meet its prefix in one product: (P, H_kv, shared*R*L, D).
        grouped = query.reshape(prompts, rows, kv_heads, shared * length, width).transpose(1, 2)
        to_prefix = grouped.reshape(prompts, kv_heads, -1, width) @ prefix_key.transpose(-1, -2)
        if self.pad is not None:
            to_prefix = to_prefix.masked_fill(self.pad[:, None, None], -math.inf)
        to_prefix = to_prefix.view(prompts, kv_heads, rows, shared * length, -1).transpose(1, 2)
        to_suffix = query.reshape(n, kv_heads, shared * length, width) @ key.transpose(-1, -2)
        if self.hidden is not None:
            to_suffix = to_suffix.masked_fill(self.hidden, -math.inf)
        if length > 1:
            future = torch.ones(length, length, dtype=torch.bool, device=key.device).triu(1)
            to_suffix = to_suffix.view(n, kv_heads, shared, length, -1)
            to_suffix = to_suffix.masked_fill(future, -math.inf)
        to_suffix = to_suffix.reshape(prompts, rows, kv_heads, shared * length, -1)
        scores = torch.cat([to_prefix, to_suffix], dim=-1)
        chances = scores.softmax(-1, dtype=torch.float32).to(value.dtype)
        on_prefix, on_suffix = chances.split([prefix_key.shape[2], key.shape[2]], dim=-1)
        on_prefix = on_prefix.transpose(1, 2).reshape(prompts, kv_heads, -1, prefix_key.shape[2])
        out = (on_prefix @ prefix_value).view(prompts, kv_heads, rows, shared * length, -1).transpose(1, 2)
        out = out + (on_suffix.reshape(n, kv_heads, shared * length, -1) @ value).view(out.shape)
        return out.reshape(n, heads, length, -1).transpose(1, 2)


class PrefixReader:
    """The pass over the prompts themselves, which leaves their keys and values behind.

    An object of its own, because gradient checkpointing runs its layers once more after the rows' pass.
    """

    def __init__(self, prefix: SharedPrefix) -> None:
        self.prefix = prefix

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        """Causal attention; shapes as in `SharedPrefix.attend`."""
        # Laid out once as products want them: else every token of every row would copy them.
        self.prefix.prefix[layer] = (key.contiguous(), value.contiguous())
        # Prompts are padded on the right: no real token looks at padding.
        out = scaled_dot_product_attention(
            query, key, value, is_causal=True, scale=scaling, enable_gqa=query.shape[1] != key.shape[1]
        )
        return out.transpose(1, 2)


def attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    shared_prefix: SharedPrefix | PrefixReader | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """The function that transformers calls in place of its own attention.

    Raises:
        NotImplementedError: If the model does not pass the prefix on, or needs an attention variant
            that is not supported here.
    """
    if shared_prefix is None:
        raise NotImplementedError(
            f"{type(module).__name__} does not hand extra arguments to its attention function; "
            'load the policy with attention="padded"'
        )
    used = [name for name in UNSUPPORTED if kwargs.get(name) is not None]
    if used:
        raise NotImplementedError(
            f"{type(module).__name__} uses {', '.join(used)}, which prompt sharing does not know; "
            'load the policy with attention="padded"'
        )
    scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
    return shared_prefix.attend(module.layer_idx, query, key, value, scaling), None


def shares_prefix(model: PreTrainedModel) -> bool:
    """Whether every layer of the model is a full attention that the prompt-sharing one can replace."""
    config = model.config.get_text_config()
    # Convolutions and recurrent layers would start each completion without a memory of its prompt.
    layers = set(getattr(config, "layer_types", None) or ["full_attention"])
    mixed = model._is_stateful or layers != {"full_attention"}
    unusual = getattr(config, "use_sliding_window", True) and getattr(config, "sliding_window", None)
    softcap = getattr(config, "attn_logit_softcapping", None)
    return bool(model._supports_attention_backend) and not (mixed or unusual or softcap)


AttentionInterface.register(ATTENTION, attention)
