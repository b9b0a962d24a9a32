"""Attention with prefix caching: each prompt is processed once for all rollouts of its group.

A group's rollouts share their prompt. Its keys and values are computed once and attended to by every
rollout, in sampling and (with gradients) in training. Any transformers model that dispatches through
`AttentionInterface` can use this attention, without changes to its code.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, PreTrainedModel

ATTENTION = "vpo_shared_prefix"
WIDE = 64  # width of real models' heads: fused kernels in training, float32 in decoding
UNSUPPORTED = ("sliding_window", "softcap", "s_aux")


class SharedPrefix:
    """The KV cache of P prompts and of the P * R rows that continue them.

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
        self.hidden: Tensor | None = None  # suffix slots that are masked out
        self.bias: Tensor | None = None  # mask of training, shared by all layers
        self.owners: Tensor | None = None  # completion of each suffix token (N, L), where rows hold several

    @property
    def fused(self) -> bool:
        """True if suffixes attend in one fused kernel a layer: in training, with wide heads."""
        return not self.capacity and all(key.shape[3] >= WIDE for key, _ in self.prefix.values())

    def start_suffix(self, rows: int, padded: bool) -> None:
        """Ends the prefix; later forward passes have P * `rows` rows.

        Args:
            rows: Rows per prompt.
            padded: Whether the prompts differ in length.
        """
        self.rows = rows
        if padded:
            width = self.prefix[min(self.prefix)][0].shape[2]
            self.pad = torch.arange(width, device=self.lengths.device) >= self.lengths[:, None]

    def advance(self, tokens: int) -> None:
        """Adds to the number of suffix tokens that every layer has cached."""
        self.filled += tokens

    def select(self, prompts: Tensor, rows: Tensor, per_prompt: int) -> None:
        """Keeps only the given prompts and rows, so that finished rows cost nothing.

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

        Rows stay grouped by prompt. Every prompt keeps as many rows as the prompt with the most live rows.

        Args:
            live: Mask of unfinished rows, shape (P * R,).
            below: Largest share of rows kept at which rows are dropped.
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
        """Returns the attention output (N, L, H, D).

        Args:
            layer: Index of the layer.
            query: Queries, shape (N, H, L, D).
            key: Keys, shape (N, H_kv, L, D).
            value: Values, shape (N, H_kv, L, D).
            scaling: Factor of the attention scores.
        """
        if self.capacity:
            key, value = self._append(layer, *cached(key, value))
        elif query.shape[3] >= WIDE:
            return self._attend_fused(layer, query, key, value, scaling)
        if query.shape[3] < WIDE:
            return self._attend_suffix(layer, query, key, value, scaling)
        query = _rounded(query)
        with torch.autocast(query.device.type, enabled=False):
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
        # One product of all queries of a prompt's rows with its prefix: (P, H_kv, shared*R*L, D).
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

    def _attend_fused(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        """Attends to prefix and suffix in one kernel, which keeps no scores for the backward pass.

        Every row gets a copy of its prompt's keys and values; heads that share them become queries.
        """
        n, heads, length, width = query.shape
        prompts, kv_heads, before, _ = self.prefix[layer][0].shape
        shared = heads // kv_heads
        keys, values = (
            torch.cat(
                [
                    mine[:, None].expand(prompts, self.rows, *mine.shape[1:]).reshape(n, *mine.shape[1:]),
                    own.to(mine.dtype),
                ],
                dim=2,
            )
            for mine, own in zip(self.prefix[layer], (key, value))
        )
        if self.bias is None:
            self.bias = self._bias(length, shared, before, query)
        out = scaled_dot_product_attention(
            query.reshape(n, kv_heads, shared * length, width),
            keys,
            values,
            attn_mask=self.bias,
            scale=scaling,
        )
        return out.reshape(n, heads, length, -1).transpose(1, 2)

    def _bias(self, length: int, shared: int, before: int, like: Tensor) -> Tensor:
        """Returns the additive mask (N or 1, 1, shared * L, prefix + L), in the kernel's precision."""
        device = like.device
        future = torch.ones(length, length, dtype=torch.bool, device=device).triu(1)[None]
        if self.owners is not None:
            future = future | (self.owners[:, :, None] != self.owners[:, None])
        pad = future.new_zeros(1, before) if self.pad is None else self.pad.repeat_interleave(self.rows, 0)
        rows = max(len(pad), len(future))
        hidden = torch.cat(
            [pad[:, None].expand(rows, length, before), future.expand(rows, length, length)], dim=2
        )
        bias = torch.zeros(hidden.shape, dtype=_precision(like), device=device).masked_fill(hidden, -math.inf)
        return bias.repeat(1, shared, 1)[:, None]


class PrefixReader:
    """The forward pass over the prompts themselves, which fills the KV cache.

    A separate object, because gradient checkpointing repeats its layers after the rows' pass.

    Args:
        prefix: The cache to fill.
    """

    def __init__(self, prefix: SharedPrefix) -> None:
        self.prefix = prefix

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        """Returns causal attention over the prompts; shapes as in `SharedPrefix.attend`."""
        kept = cached(key, value) if self.prefix.capacity else (key, value)
        # Made contiguous once: otherwise every token of every row would copy them.
        self.prefix.prefix[layer] = (kept[0].contiguous(), kept[1].contiguous())
        # Prompts are padded on the right, so that no real token attends to padding.
        out = scaled_dot_product_attention(
            query, key, value, is_causal=True, scale=scaling, enable_gqa=query.shape[1] != key.shape[1]
        )
        return out.transpose(1, 2)


def cached(key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Returns keys and values as decoding keeps them: those of wide heads in float32.

    Scores of real models are large, and rounding them to bfloat16 loses a sixth more than all other rounding.
    Fused kernels, which training uses, round only their inputs.
    """
    return (_rounded(key), _rounded(value)) if key.shape[-1] >= WIDE else (key, value)


def _rounded(x: Tensor) -> Tensor:
    """Returns a tensor in float32, rounded to the precision of matrix products."""
    return x.to(_precision(x)).float()


def _precision(x: Tensor) -> torch.dtype:
    """Returns the precision of matrix products with a tensor."""
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype


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
    """Computes attention in place of transformers' own implementation.

    Raises:
        NotImplementedError: If the model does not pass `shared_prefix` to its attention function, or
            uses an unsupported variant of attention.
    """
    if shared_prefix is None:
        raise NotImplementedError(
            f"{type(module).__name__} does not pass extra arguments to its attention function; "
            'load the policy with attention="padded"'
        )
    used = [name for name in UNSUPPORTED if kwargs.get(name) is not None]
    if used:
        raise NotImplementedError(
            f"{type(module).__name__} uses {', '.join(used)}, which prefix caching does not support; "
            'load the policy with attention="padded"'
        )
    scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
    return shared_prefix.attend(module.layer_idx, query, key, value, scaling), None


def fuses(model: PreTrainedModel) -> bool:
    """Returns True if training with prefix caching uses a fused kernel: all heads are wide."""
    config = model.config.get_text_config()
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return bool(width >= WIDE)


def shares_prefix(model: PreTrainedModel) -> bool:
    """Returns True if every layer of the model is full attention, so that prefix caching can replace it."""
    config = model.config.get_text_config()
    # Convolutional and recurrent layers would start each completion without the state of its prompt.
    layers = set(getattr(config, "layer_types", None) or ["full_attention"])
    mixed = model._is_stateful or layers != {"full_attention"}
    unusual = getattr(config, "use_sliding_window", True) and getattr(config, "sliding_window", None)
    softcap = getattr(config, "attn_logit_softcapping", None)
    return bool(model._supports_attention_backend) and not (mixed or unusual or softcap)


AttentionInterface.register(ATTENTION, attention)
