"""A check on ordinary text that batched attention gives the model's own log-probabilities."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

from vpo_agent.models.language_model import LanguageModel
from vpo_agent.models.sampling import gather_logprobs

# Prompts of unequal length, so that one of them is padded, each with two texts that continue it.
TEXTS = (
    (
        "The library opens at nine on weekdays.",
        (
            " It closes at six, and the reading room stays open until eight in the evening.",
            " If you want to borrow a book, please bring your card and a document with your address.",
        ),
    ),
    (
        "My flight was cancelled yesterday and nobody at the airport could tell me when the next one leaves. "
        "What should I do now?",
        (
            " I am sorry to hear that. You can choose between a refund and another flight this week.",
            " First ask the airline for a hotel room, then keep all receipts for meals and taxis.",
        ),
    ),
)
LONGEST = 16  # tokens compared of each continuation
LEAST_WORDS = 12  # different tokens, below which a vocabulary does not know these texts
# Mean absolute differences from log-probabilities in float32: rounding alone, and times what plain
# forward passes in the same precision lose. Wrong attention loses far more.
TOLERANCE, RELATIVE = 1e-3, 2.0


class Expected(NamedTuple):
    """Log-probabilities of the check's tokens.

    Attributes:
        exact: From plain forward passes in float32, shape (P, R, L).
        lost: Mean absolute difference of plain forward passes in the model's precision.
    """

    exact: Tensor
    lost: float


@torch.no_grad()
def expected_logprobs(lm: LanguageModel) -> Expected:
    """Returns the continuations' log-probabilities from plain forward passes without padding."""
    exact = _plain(lm, _InFloat32())
    if all(p.dtype == torch.float32 for p in lm.model.parameters()) and lm.dtype == torch.float32:
        return Expected(exact, 0.0)
    return Expected(exact, float((_plain(lm, lm.autocast()) - exact).abs().mean()))


@torch.no_grad()
def agrees(lm: LanguageModel, token_logprobs: Callable[..., Tensor], expected: Expected) -> bool:
    """Returns True if a function's log-probabilities are as close to float32 as plain forward passes are.

    Args:
        lm: The model.
        token_logprobs: Function of (prompts, completions) that returns log-probabilities (P, R, L).
        expected: Result of `expected_logprobs`.
    """
    prompts, completions = _tokens(lm)
    try:
        found = token_logprobs(prompts, completions.to(lm.device))
    except (NotImplementedError, RuntimeError, TypeError, ValueError):  # unsupported by this model
        return False
    lost = float((found - expected.exact).abs().mean())
    return lost < TOLERANCE + RELATIVE * expected.lost  # False for NaN


def _plain(lm: LanguageModel, precision: contextlib.AbstractContextManager[Any]) -> Tensor:
    """Returns log-probabilities (P, R, L) in a precision."""
    rows = []
    for prompt, completions in zip(*_tokens(lm)):
        ids = torch.cat([torch.tensor(prompt).expand(len(completions), -1), completions], 1).to(lm.device)
        with precision:
            logits = lm.model(input_ids=ids, use_cache=False).logits
        rows.append(gather_logprobs(logits[:, len(prompt) - 1 : -1], ids[:, len(prompt) :], 1.0))
    return torch.stack(rows)


def _tokens(lm: LanguageModel) -> tuple[list[list[int]], Tensor]:
    """Returns prompts and completions (P, R, L) as token ids.

    Vocabularies that lack the words of the texts get ids spread over them. Few different tokens would have
    equal keys and values, whatever the attention.
    """

    def encode(text: str) -> list[int]:
        return list(lm.tokenizer.encode(text, add_special_tokens=False))

    prompts = [encode(prompt) for prompt, _ in TEXTS]
    completions = [[encode(text) for text in texts] for _, texts in TEXTS]
    known = {id for group in completions for ids in group for id in ids}
    size = lm.model.config.get_text_config().vocab_size  # adapters may wrap the embeddings
    length = min([LONGEST, *(len(ids) for group in completions for ids in group)])
    if len(known) < LEAST_WORDS or length < 4 or min(map(len, prompts)) < 2 or max(known) >= size:
        spread = iter([(i * 7919) % size for i in range(1, 100)])
        prompts = [[next(spread) for _ in range(many)] for many in (3, 6)]
        length = 4
        completions = [[[next(spread) for _ in range(length)] for _ in range(2)] for _ in prompts]
    return prompts, torch.tensor([[ids[:length] for ids in group] for group in completions])


class _InFloat32(TorchDispatchMode):
    """A mode in which every operation takes and gives float32, also on weights of lower precision.

    Weights are converted one by one, where they are used.
    """

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return func(*tree_map(_raised, args), **tree_map(_raised, kwargs or {}))


def _raised(value: Any) -> Any:
    if isinstance(value, Tensor) and value.dtype in (torch.bfloat16, torch.float16):
        return value.float()
    if isinstance(value, torch.dtype) and value in (torch.bfloat16, torch.float16):
        return torch.float32
    return value
