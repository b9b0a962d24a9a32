"""A check on a few tokens that batched attention gives the model's own log-probabilities."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vpo_agent.models.language_model import LanguageModel
from vpo_agent.models.sampling import gather_logprobs

PROMPTS = ((1, 2, 3), (4, 5, 6, 7, 8, 9))  # unequal lengths: one of them is padded
COMPLETIONS = (((10, 11, 12), (13, 14, 15)), ((16, 17, 18), (19, 20, 21)))
# Mean absolute difference of log-probabilities: rounding stays far below, wrong attention far above.
TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 0.2, torch.float16: 0.2}


@torch.no_grad()
def plain_logprobs(lm: LanguageModel) -> Tensor:
    """Returns the completions' log-probabilities (P, R, L) from plain forward passes without padding."""
    rows = []
    for prompt, completions in zip(*_tokens(lm)):
        ids = torch.cat([torch.tensor(prompt).expand(len(completions), -1), completions], 1).to(lm.device)
        with lm.autocast():
            logits = lm.model(input_ids=ids, use_cache=False).logits
        rows.append(gather_logprobs(logits[:, len(prompt) - 1 : -1], ids[:, len(prompt) :], 1.0))
    return torch.stack(rows)


@torch.no_grad()
def agrees(lm: LanguageModel, token_logprobs: Callable[..., Tensor], expected: Tensor) -> bool:
    """Returns True if a function's log-probabilities match those of `plain_logprobs`.

    Args:
        lm: The model.
        token_logprobs: Function of (prompts, completions) that returns log-probabilities (P, R, L).
        expected: Result of `plain_logprobs`, shape (P, R, L).
    """
    prompts, completions = _tokens(lm)
    try:
        found = token_logprobs(prompts, completions.to(lm.device))
    except (NotImplementedError, RuntimeError, TypeError, ValueError):  # unsupported by this model
        return False
    return float((found - expected).abs().mean()) < TOLERANCE[lm.dtype]  # False for NaN


def _tokens(lm: LanguageModel) -> tuple[list[list[int]], Tensor]:
    """Returns prompts and completions (P, R, L) within the model's vocabulary."""
    size = lm.model.config.get_text_config().vocab_size  # adapters may wrap the embeddings
    return [[id % size for id in prompt] for prompt in PROMPTS], torch.tensor(COMPLETIONS) % size
