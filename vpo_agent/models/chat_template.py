"""Chat templates: prompts as token ids, reasoning on or off, and the tokens that end a turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from jinja2 import TemplateError
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from vpo_envs.prompt import Message, as_text
from vpo_envs.reading import CLOSER, OPENER

Reasoning = Literal["auto", "on", "off"]
REASONING: dict[str, dict[str, Any]] = {
    "auto": {},
    "on": {"enable_thinking": True, "thinking": True},
    "off": {"enable_thinking": False, "thinking": False},
}
"""Arguments of chat templates: `auto` leaves the choice to the template. Qwen, GLM and SmolLM read the first
name, DeepSeek and Granite the second."""


def prompt_ids(
    tokenizer: PreTrainedTokenizerBase,
    messages: Sequence[Message],
    reasoning: Reasoning = "auto",
    stops: Sequence[int] = (),
) -> list[int]:
    """Returns the token ids of a chat, generation prompt included.

    Applies the chat template where the tokenizer has one. A system message that the template would reject or
    leave out is put before the user's text. Special tokens in messages, which may quote earlier answers of a
    model, are encoded as plain text.

    Args:
        tokenizer: The model's tokenizer.
        messages: The user's message, which may come after a system message (`vpo_envs.prompt.messages`).
        reasoning: A key of `REASONING`.
        stops: Tokens that end a completion. Tokenizers without a template may append one to every text,
            which is left out.
    """
    chat = [
        message | {"content": escape_special_tokens(tokenizer, message["content"])} for message in messages
    ]
    template = template_of(tokenizer)
    if not template:
        return _plain_ids(tokenizer, as_text(chat), stops)
    if len(chat) > 1 and not _reads_system(tokenizer, template):
        chat = [{"role": "user", "content": as_text(chat)}]
    encoded = tokenizer.apply_chat_template(
        chat, add_generation_prompt=True, tokenize=True, return_dict=True, **REASONING[reasoning]
    )
    return list(encoded["input_ids"])


def template_of(tokenizer: PreTrainedTokenizerBase) -> str:
    """Returns the chat template of prompts, of several the one named `default`; empty if there is none.

    Raises:
        ValueError: If there are several and none is named `default`.
    """
    known = tokenizer.chat_template
    if isinstance(known, dict) and known:
        if "default" not in known:
            raise ValueError(
                f"policy: its tokenizer has the chat templates {', '.join(known)}, and none is named "
                "default; set tokenizer.chat_template to the one that prompts are to have"
            )
        known = known["default"]
    return known or ""


def escape_special_tokens(tokenizer: PreTrainedTokenizerBase, text: str) -> str:
    """Returns the text with a space inside every special token, so that none begins or ends a turn."""
    marks = _special_tokens(tokenizer)
    return marks.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text) if marks else text


def opened_thought(tokenizer: PreTrainedTokenizerBase, reasoning: Reasoning = "auto") -> str:
    """Returns the reasoning text that the template opens or fills in at the prompt's end; often empty."""
    template = template_of(tokenizer)
    return _opened_thought(tokenizer, template, reasoning) if template else ""


def stop_ids(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    """Returns the stop tokens of completions; the first is the one that training data end with.

    They are the chat template's end of turn, the tokenizer's EOS, and those of the generation config.

    Raises:
        ValueError: If there is no stop token.
    """
    configured = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    listed = configured if isinstance(configured, list) else [configured]
    found = [turn_end(tokenizer), tokenizer.eos_token_id, *listed]
    ids = tuple(dict.fromkeys(int(id) for id in found if id is not None))
    if not ids:
        raise ValueError("neither tokenizer nor model names an eos token; set tokenizer.eos_token")
    return ids


def turn_end(tokenizer: PreTrainedTokenizerBase) -> int | None:
    """Returns the special token that the template writes after an assistant message, or None."""
    if not template_of(tokenizer):
        return None
    reply = "reply"
    turns = [{"role": "user", "content": "question"}, {"role": "assistant", "content": reply}]
    try:
        text = tokenizer.apply_chat_template(turns, tokenize=False, **REASONING["off"])
    except TemplateError:  # the template accepts no assistant messages
        return None
    special = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}
    _, written, rest = str(text).rpartition(reply)
    after = tokenizer.encode(rest, add_special_tokens=False) if written else []  # some leave answers out
    return next((id for id in after if id in special), None)


def _plain_ids(tokenizer: PreTrainedTokenizerBase, text: str, stops: Sequence[int]) -> list[int]:
    """Returns the token ids of a text, without stops that the tokenizer has appended."""
    ids = list(tokenizer.encode(text, add_special_tokens=True))
    if ids and ids[-1] in stops:
        own = list(tokenizer.encode(text, add_special_tokens=False))  # may end with a stop itself
        while ids and ids[-1] in stops and ids[len(ids) - len(own) :] != own:
            ids.pop()
    return ids


@lru_cache(maxsize=64)
def _reads_system(tokenizer: PreTrainedTokenizerBase, template: str) -> bool:
    """Returns True if the template writes system messages."""
    system = "zq7 kx3"  # no template has these words of its own
    chat = [{"role": "system", "content": system}, {"role": "user", "content": "question"}]
    try:
        return system in str(tokenizer.apply_chat_template(chat, tokenize=False, **REASONING["off"]))
    except TemplateError:  # the template's own words for "there is no such role"
        return False


@lru_cache(maxsize=64)
def _opened_thought(tokenizer: PreTrainedTokenizerBase, template: str, reasoning: Reasoning) -> str:
    message = [{"role": "user", "content": "question"}]
    text = str(
        tokenizer.apply_chat_template(
            message, add_generation_prompt=True, tokenize=False, **REASONING[reasoning]
        )
    )
    *_, last = [None, *OPENER.finditer(text)]
    if last is None or CLOSER.sub("", text[last.end() :], count=1).strip():
        return ""
    return text[last.start() :]


@lru_cache(maxsize=64)
def _special_tokens(tokenizer: PreTrainedTokenizerBase) -> re.Pattern[str] | None:
    """Returns a regular expression for all special tokens of at least two characters."""
    tokens = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    tokens |= {str(token) for token in tokenizer.all_special_tokens}
    long = sorted((token for token in tokens if len(token) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, long))) if long else None
