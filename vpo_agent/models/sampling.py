"""Sampling of tokens from logits, with their log-probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from vpo_agent.common.settings import check_at_least, unknown_setting

DRAWING = ("max_new_tokens", "temperature", "top_p")
"""Settings that a call of `evaluate`, `search` or `predict` may replace."""


@dataclass(frozen=True)
class Sampling:
    """Sampling settings.

    Attributes:
        max_new_tokens: Maximum length of a completion in tokens, EOS included.
        temperature: Divisor of the logits; 0 is greedy decoding.
        top_p: Nucleus mass in (0, 1]; 1 keeps the whole distribution.
        rows: Maximum number of completions sampled at once; bounds memory, does not affect the samples.

    Raises:
        ValueError: If a value is out of range.
    """

    max_new_tokens: int = 256
    temperature: float = 1.0
    top_p: float = 1.0
    rows: int = 512

    def __post_init__(self) -> None:
        lengths = {"max_new_tokens": self.max_new_tokens, "sampling_rows": self.rows}
        check_at_least(lengths, max_new_tokens=1, sampling_rows=1)
        if not 0 <= self.temperature < math.inf:
            raise ValueError(f"temperature={self.temperature} must be at least 0 (greedy) and finite")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p={self.top_p} must lie in (0, 1]")

    def changed(self, others: Iterable[str] = (), **settings: Any) -> Sampling:
        """Returns these settings with some of `DRAWING` replaced.

        Args:
            others: Further arguments of the caller, for the suggestion in the error.
            **settings: `temperature`, `top_p` or `max_new_tokens`.

        Raises:
            TypeError: If there is no such setting.
        """
        for name in settings:
            if name not in DRAWING:
                raise TypeError(f"sampling: {unknown_setting(name, [*DRAWING, *others])}")
        return replace(self, **settings)


def choose(logits: Tensor, uniforms: Tensor, sampling: Sampling) -> tuple[Tensor, Tensor]:
    """Draws one token per row by inverse transform sampling.

    Args:
        logits: Shape (N, V), float32.
        uniforms: Uniform random numbers in [0, 1), shape (N,).
        sampling: Sampling settings.

    Returns:
        Token ids (N,) and their log-probabilities (N,) under the tempered distribution.
    """
    if sampling.temperature == 0:
        token = logits.argmax(-1)
        return token, logits.log_softmax(-1).gather(-1, token[:, None]).squeeze(-1)
    if sampling.temperature != 1:
        logits = logits / sampling.temperature
    chances = logits.softmax(-1)
    order = None
    if sampling.top_p < 1:
        chances, order = chances.sort(-1, descending=True)
        before = chances.cumsum(-1) - chances
        chances = chances * (before < sampling.top_p)
    cumulative = chances.cumsum(-1)
    total = cumulative[:, -1:]
    # The target must stay below the total despite rounding: then the first token whose cumulative
    # probability exceeds it has positive probability itself.
    target = torch.minimum(uniforms[:, None] * total, torch.nextafter(total, torch.zeros_like(total)))
    token = torch.searchsorted(cumulative, target, right=True)
    token.clamp_(max=logits.shape[-1] - 1)  # a row of NaN takes the last token; the trainer leaves it out
    if order is not None:
        token = order.gather(-1, token)
    return token.squeeze(-1), logits.log_softmax(-1).gather(-1, token).squeeze(-1)


def gather_logprobs(logits: Tensor, ids: Tensor, temperature: float) -> Tensor:
    """Returns the log-softmax of logits (N, L, V) / temperature at ids (N, L), in float32."""
    logits = logits.float()
    if temperature not in (0.0, 1.0):
        logits = logits / temperature
    return logits.gather(-1, ids[..., None]).squeeze(-1) - logits.logsumexp(-1)
