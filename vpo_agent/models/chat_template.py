"""How a model is spoken to: its chat template, and the tokens that end its turn."""

from __future__ import annotations

from jinja2 import TemplateError
from transformers import PreTrainedModel, PreTrainedTokenizerBase

THINKING_OFF = {"enable_thinking": False, "thinking": False}
"""What templates call it: Qwen, GLM and SmolLM the first, DeepSeek and Granite the second."""


def prompt_ids(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Token ids of a user's message, up to where the model answers.

    Goes through the chat template where the tokenizer has one, with thinking switched off where the
    template knows how.
    """
    if not tokenizer.chat_template:
        return list(tokenizer.encode(text, add_special_tokens=True))
    message = [{"role": "user", "content": text}]
    encoded = tokenizer.apply_chat_template(
        message, add_generation_prompt=True, tokenize=True, return_dict=True, **THINKING_OFF
    )
    return list(encoded["input_ids"])


def stop_ids(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    """The tokens that end a completion; the first is the one to write.

    The end of a turn in the chat template, the tokenizer's eos, and those of the generation config.

    Raises:
        ValueError: If there is none.
    """
    configured = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    listed = configured if isinstance(configured, list) else [configured]
    found = [turn_end(tokenizer), tokenizer.eos_token_id, *listed]
    ids = tuple(dict.fromkeys(int(id) for id in found if id is not None))
    if not ids:
        raise ValueError("neither tokenizer nor model names an eos token; set tokenizer.eos_token")
    return ids


def turn_end(tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The special token that the chat template writes after the assistant's words, if it does."""
    if not tokenizer.chat_template:
        return None
    reply = "reply"
    turns = [{"role": "user", "content": "question"}, {"role": "assistant", "content": reply}]
    try:
        text = tokenizer.apply_chat_template(turns, tokenize=False, **THINKING_OFF)
    except TemplateError:  # a template that takes no replies
        return None
    special = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}
    after = tokenizer.encode(str(text).rpartition(reply)[2], add_special_tokens=False)
    return next((id for id in after if id in special), None)
