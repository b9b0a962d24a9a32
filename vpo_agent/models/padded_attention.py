"""Log-probabilities from padded batches, for models without prefix caching: every row repeats its prompt."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vpo_agent.models.language_model import LanguageModel
from vpo_agent.models.token_logprobs import model_logprobs


def token_logprobs(
    lm: LanguageModel, prompts: Sequence[Sequence[int]], completions: Tensor, temperature: float
) -> Tensor:
    """Returns log-probabilities of completions (P, R, L) from full forward passes; see `Policy`."""
    p, r, length = completions.shape
    ids, attended = pad_left(lm, prompts, r)
    tail = completions.reshape(p * r, length)
    ids = torch.cat([ids, tail], dim=1)
    attended = torch.cat([attended, torch.ones_like(tail)], dim=1)
    found = model_logprobs(
        lm,
        tail,
        temperature,
        skip=1,
        input_ids=ids,
        attention_mask=attended,
        position_ids=positions_of(attended),
        use_cache=False,
    )
    return found.view(p, r, length)


def pad_left(lm: LanguageModel, prompts: Sequence[Sequence[int]], rows: int) -> tuple[Tensor, Tensor]:
    """Pads prompts on the left and repeats them; returns ids and attention mask, each (P * rows, width)."""
    width = max(map(len, prompts))
    ids = torch.full((len(prompts), width), lm.pad_id)
    attended = torch.zeros(ids.shape, dtype=torch.long)
    for i, prompt in enumerate(prompts):
        ids[i, width - len(prompt) :] = torch.as_tensor(prompt)
        attended[i, width - len(prompt) :] = 1
    return (
        ids.to(lm.device).repeat_interleave(rows, 0),
        attended.to(lm.device).repeat_interleave(rows, 0),
    )


def positions_of(attended: Tensor) -> Tensor:
    """Returns the positions of tokens in rows padded on the left, in the shape of the attention mask."""
    return (attended.cumsum(-1) - 1).clamp(min=0)
