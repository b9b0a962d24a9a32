"""The language model of all layers above: weights, tokenizer, device and precision in one object."""

from __future__ import annotations

import contextlib
import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from vpo_agent.common.parsing import replace_surrogates
from vpo_agent.models import chat_template
from vpo_agent.models.chat_template import Reasoning
from vpo_agent.models.device import resolve_device, resolve_dtype
from vpo_envs.prompt import Message, messages


class LanguageModel:
    """A causal language model with its tokenizer, its device and its precision.

    Args:
        model: Any transformers causal language model.
        tokenizer: The model's tokenizer.
        device: A torch device, or `auto`: CUDA where available.
        dtype: Precision of the forward passes (trained weights keep theirs): `auto` is bfloat16 where
            the hardware computes in it, else float32.

    Attributes:
        model: The model, in evaluation mode.
        stop_ids: Tokens that end a completion.
        eos_id: The stop token that encoded completions end with.
        pad_id: The tokenizer's padding token, or `eos_id` where the model has no embedding of it.
        vocabulary: Number of ids that the model knows.
        truncate_prompts: Whether overlong prompts lose their beginning instead of raising an error.
        reasoning: Reasoning mode of the chat template, a key of `chat_template.REASONING`.
        plain_head: Whether logits are the last layer's output alone; None until it was checked.

    Raises:
        ValueError: If the device or precision is unknown, no EOS token is defined, or the tokenizer knows
            words that the model does not.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype = "auto",
    ) -> None:
        self.device = resolve_device(device)
        self.dtype = resolve_dtype(dtype, self.device)
        # Dropout would make the log-probabilities of sampler and trainer differ.
        self.model = model.to(self.device).eval()
        self.tokenizer = tokenizer
        self.stop_ids = chat_template.stop_ids(model, tokenizer)
        self.eos_id = self.stop_ids[0]
        self.vocabulary = getattr(model.config.get_text_config(), "vocab_size", None) or math.inf
        special = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}
        words = set(tokenizer.get_vocab().values()) - special.union(tokenizer.all_special_ids)
        self._check_known([self.eos_id, *words])  # special ones may never be written: see `_prompt_ids`
        padding = tokenizer.pad_token_id
        self.pad_id = self.eos_id if padding is None or padding >= self.vocabulary else int(padding)
        self.truncate_prompts = False
        self.reasoning: Reasoning = "auto"
        self.plain_head: bool | None = None

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """Returns the autocast context that sampler and trainer share, so that log-probabilities agree."""
        if self.dtype == torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, self.dtype)

    def encode_prompt(self, text: str, room: int = 1) -> list[int]:
        """Returns the token ids of a prompt, with the chat template applied where there is one.

        Args:
            text: The prompt; a `vpo_envs.prompt.Prompt` has a system message.
            room: Tokens reserved for the completion.

        Raises:
            ValueError: If prompt and completion exceed the model's context length, unless
                `truncate_prompts` is set.
        """
        chat = [message | {"content": replace_surrogates(message["content"])} for message in messages(text)]
        limit = getattr(self.model.config.get_text_config(), "max_position_embeddings", None) or math.inf
        ids = self._prompt_ids(chat)
        if len(ids) + room <= limit:
            return ids
        if self.truncate_prompts:
            *system, said = chat
            length = len(said["content"])

            def rest(start: int) -> list[int]:
                return self._prompt_ids([*system, said | {"content": said["content"][start:]}])

            start = bisect_left(range(length), True, key=lambda i: len(rest(i)) + room <= limit)
            if start < length:
                return rest(start)
        remedy = "shorten it, lower max_new_tokens, or set truncate_prompts=True"
        if self.truncate_prompts:
            remedy = "shorten its system message, which is never cut, or lower max_new_tokens"
        raise ValueError(
            f"the prompt {text[:40]!r}... has {len(ids)} tokens, up to {room} follow, and the model reads "
            f"{limit}; {remedy}"
        )

    def _prompt_ids(self, chat: Sequence[Message]) -> list[int]:
        ids = chat_template.prompt_ids(self.tokenizer, chat, self.reasoning, self.stop_ids)
        self._check_known(ids)
        # Each rollout feeds the last token on its own, so the shared prefix needs one token before it.
        return ids if len(ids) > 1 else [self.eos_id, *ids] if ids else [self.eos_id, self.eos_id]

    def encode_completions(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns the token ids of completions, each followed by `eos_id`."""
        if not texts:  # which the tokenizer refuses
            return []
        encoded = self.tokenizer([replace_surrogates(text) for text in texts], add_special_tokens=False)[
            "input_ids"
        ]
        for ids in encoded:
            self._check_known(ids)
        return [[*ids, self.eos_id] for ids in encoded]

    def _check_known(self, ids: Sequence[int]) -> None:
        if ids and (worst := max(ids)) >= self.vocabulary:
            word = self.tokenizer.convert_ids_to_tokens(worst)
            raise ValueError(
                f"policy: its tokenizer has {word!r} as token {worst}, and the model knows "
                f"{self.vocabulary}; call model.resize_token_embeddings(len(tokenizer))"
            )

    def decode(self, ids: Sequence[int]) -> str:
        """Returns the text of a completion up to its first stop token, answer tags included."""
        end = next((place for place, id in enumerate(ids) if id in self.stop_ids), len(ids))
        return str(self.tokenizer.decode(list(ids[:end]), skip_special_tokens=False))

    @property
    def opened_thought(self) -> str:
        """Reasoning text that the chat template opens in the prompt, to be prepended to completions."""
        return chat_template.opened_thought(self.tokenizer, self.reasoning)

    def has_tokens(self, words: Sequence[str]) -> bool:
        """Returns True if every word survives encoding and decoding, as the tags of a format must."""
        return all(self.decode(ids[:-1]) == word for word, ids in zip(words, self.encode_completions(words)))

    def stops(self, ids: Tensor) -> Tensor:
        """Returns a mask of the stop tokens among ids, of the same shape."""
        found = ids == self.stop_ids[0]
        for id in self.stop_ids[1:]:
            found = found | (ids == id)
        return found

    def pad(self, sequences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Pads sequences on the right; returns ids (N, L) and lengths (N,) on the model's device."""
        lengths = torch.tensor([len(sequence) for sequence in sequences])
        ids = torch.full((len(sequences), max(map(len, sequences))), self.pad_id)
        for row, sequence in zip(ids, sequences):
            row[: len(sequence)] = torch.as_tensor(sequence)
        return ids.to(self.device), lengths.to(self.device)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Disables transformers' progress bars, which would interfere with those of this package."""
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()
