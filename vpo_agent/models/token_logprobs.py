"""Log-probabilities of tokens from hidden states, without the matrix of all logits.

Over a vocabulary of 49,152 words, the logits of 3,000 tokens take 0.6 GB in float32, and their softmax and
gradients as much again. Here a few tokens at a time pass through the last layer, in the forward pass and
again in the backward pass, so that one small matrix is enough.
"""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from vpo_agent.models.language_model import LanguageModel
from vpo_agent.models.sampling import gather_logprobs

MOST_LOGITS = 2**24  # held at one time: 64 MiB in float32


def model_logprobs(
    lm: LanguageModel, targets: Tensor, temperature: float, skip: int = 0, **inputs: Any
) -> Tensor:
    """Returns the log-probabilities of tokens under one forward pass of the model; differentiable.

    Args:
        lm: The model.
        targets: Ids of the tokens, shape (N, L).
        temperature: Sampling temperature, by which logits are divided.
        skip: Positions at the end of the inputs whose outputs predict none of the tokens.
        **inputs: Arguments of the model; its inputs have at least L + `skip` positions.

    Returns:
        Float32 tensor (N, L).
    """
    length = targets.shape[1]
    end = None if skip == 0 else -skip
    vocabulary = lm.model.config.get_text_config().vocab_size
    if targets.numel() * vocabulary > MOST_LOGITS and lm.plain_head is not False:
        hidden = _plain_hidden(lm, **inputs)
        lm.plain_head = hidden is not None
        if hidden is not None:
            head = lm.model.get_output_embeddings()
            return head_logprobs(head, hidden[:, -length - skip : end], targets, temperature, lm.dtype)
    with lm.autocast():
        logits = lm.model(**inputs, **logits_kept(lm, length + skip), return_dict=True).logits
    return gather_logprobs(logits[:, -length - skip : end], targets, temperature)


def head_logprobs(
    head: torch.nn.Module, hidden: Tensor, ids: Tensor, temperature: float, dtype: torch.dtype
) -> Tensor:
    """Returns the log-probabilities of ids under a linear layer over the vocabulary; differentiable.

    Args:
        head: The last layer; its weight has shape (V, D), its bias shape (V,) or is None.
        hidden: Inputs of the head, shape (N, L, D).
        ids: Token ids, shape (N, L).
        temperature: Divisor of the logits; 0 and 1 leave them unchanged.
        dtype: Precision of the matrix products.

    Returns:
        Float32 tensor (N, L).
    """
    scale = 1.0 if temperature in (0.0, 1.0) else 1.0 / temperature
    flat = hidden.reshape(-1, hidden.shape[-1])
    bias = getattr(head, "bias", None)
    found = _HeadLogprobs.apply(flat, head.weight, bias, ids.reshape(-1), scale, dtype)
    return found.view(ids.shape)


def logits_kept(lm: LanguageModel, tokens: int) -> dict[str, int]:
    """Returns model arguments that limit the logits to the last tokens, if the model knows them."""
    known = "logits_to_keep" in inspect.signature(lm.model.forward).parameters
    return {"logits_to_keep": tokens} if known else {}


def _plain_hidden(lm: LanguageModel, **inputs: Any) -> Tensor | None:
    """Returns the decoder's hidden states (N, T, D) if logits are a linear layer of them and nothing else.

    Returns None if logits are scaled, capped or otherwise computed, or the model computes all of them in
    any case.
    """
    head, kept = lm.model.get_output_embeddings(), logits_kept(lm, 1)
    if type(head) is not torch.nn.Linear or not kept:
        return None
    hidden: list[Tensor] = []
    seen: list[tuple[Tensor, Tensor]] = []
    hooks = [
        lm.model.base_model.register_forward_hook(lambda module, given, output: hidden.append(output[0])),
        head.register_forward_hook(lambda module, given, output: seen.append((given[0], output))),
    ]
    try:
        with lm.autocast():
            logits = lm.model(**inputs, **kept, return_dict=True).logits
    finally:
        for hook in hooks:
            hook.remove()
    if len(hidden) != 1 or len(seen) != 1:
        return None
    given, output = seen[0]
    unchanged = given.untyped_storage()._cdata == hidden[0].untyped_storage()._cdata
    return hidden[0] if unchanged and output is logits else None


class _HeadLogprobs(torch.autograd.Function):
    """The log-softmax of `scale (W h + b)` at one id per row of h, in chunks of rows.

    With p the softmax, g the gradient of the result and e the unit vector of the id, the gradient of the
    logits is `scale g (e - p)`.
    """

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        ids: Tensor,
        scale: float,
        dtype: torch.dtype,
    ) -> Tensor:
        """Returns log-probabilities (T,) of ids (T,) from hidden states (T, D)."""
        rows = max(1, MOST_LOGITS // weight.shape[0])
        found, totals = [], []
        with torch.autocast(hidden.device.type, enabled=False):
            last = weight.to(dtype)
            for part, chosen in zip(hidden.split(rows), ids.split(rows)):
                logits = _logits(part, last, bias, scale)
                total = logits.logsumexp(-1)
                found.append(logits.gather(-1, chosen[:, None]).squeeze(-1) - total)
                totals.append(total)
        ctx.save_for_backward(hidden, weight, bias, ids, torch.cat(totals))
        ctx.scale, ctx.dtype, ctx.rows = scale, dtype, rows
        return torch.cat(found)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Returns the gradients of hidden states, weight and bias."""
        hidden, weight, bias, ids, totals = ctx.saved_tensors
        of_hidden, of_weight, of_bias = ctx.needs_input_grad[:3]
        hidden_gradient = torch.empty_like(hidden) if of_hidden else None
        weight_gradient = torch.zeros_like(weight, dtype=torch.float32) if of_weight else None
        bias_gradient = torch.zeros_like(bias, dtype=torch.float32) if of_bias else None
        with torch.autocast(hidden.device.type, enabled=False):
            last = weight.to(ctx.dtype)
            for start in range(0, len(hidden), ctx.rows):
                some = slice(start, start + ctx.rows)
                part = hidden[some].to(ctx.dtype)
                slope = _logits(part, last, bias, ctx.scale)
                slope.sub_(totals[some, None]).exp_().mul_(-gradient[some, None])
                slope.scatter_add_(-1, ids[some, None], gradient[some, None])
                if ctx.scale != 1:
                    slope.mul_(ctx.scale)
                if bias_gradient is not None:
                    bias_gradient += slope.sum(0)
                slope = slope.to(ctx.dtype)
                if hidden_gradient is not None:
                    hidden_gradient[some] = slope @ last
                if weight_gradient is not None:
                    if ctx.dtype == torch.float32:
                        weight_gradient.addmm_(slope.T, part)
                    else:
                        weight_gradient += slope.T @ part
        if weight_gradient is not None:
            weight_gradient = weight_gradient.to(weight.dtype)
        if bias_gradient is not None:
            bias_gradient = bias_gradient.to(bias.dtype)
        return hidden_gradient, weight_gradient, bias_gradient, None, None, None


def _logits(hidden: Tensor, weight: Tensor, bias: Tensor | None, scale: float) -> Tensor:
    """Returns `scale (W h + b)` in float32."""
    logits = torch.nn.functional.linear(
        hidden.to(weight.dtype), weight, None if bias is None else bias.to(weight.dtype)
    ).float()
    return logits.mul_(scale) if scale != 1 else logits
