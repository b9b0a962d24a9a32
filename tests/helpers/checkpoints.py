"""Checkpoints made on the spot: real byte-pair tokenizers, chat templates, three architectures."""

from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    GPT2Config,
    LlamaConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen3Config,
)

# As Qwen3's: turns between marks, and an empty thought where thinking is off.
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}"
    "{% endif %}"
)
TEXT = [
    "say red blue green gold pink",
    "<candidate_1> red </candidate_1><candidate_2> blue </candidate_2>",
    "user assistant",
]
SHAPE = dict(hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=4)


def tokenizer(chat: bool = True) -> PreTrainedTokenizerFast:
    """Byte-level BPE as GPT-2's, with the special tokens of a chat model."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet, show_progress=False)
    inner.train_from_iterator(TEXT, trainer)
    marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    inner.add_special_tokens([AddedToken(mark, special=True) for mark in marks])
    made = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<|endoftext|>", pad_token="<|endoftext|>", model_max_length=512
    )
    if chat:
        made.chat_template = CHAT
    return made


def config(name: str, vocabulary: int, **shape: int) -> PreTrainedConfig:
    shape = {**SHAPE, **shape}
    common = dict(vocab_size=vocabulary, bos_token_id=None, eos_token_id=None, pad_token_id=None)
    if name == "gpt2":
        return GPT2Config(
            n_embd=shape["hidden_size"],
            n_layer=shape["num_hidden_layers"],
            n_head=4,
            n_positions=512,
            **common,
        )
    kind = {"llama": LlamaConfig, "qwen3": Qwen3Config}[name]
    extra = {"head_dim": 16} if name == "qwen3" else {}
    return kind(**shape, num_key_value_heads=2, max_position_embeddings=512, **extra, **common)


def save(name: str, folder: Path, chat: bool = True, **shape: int) -> Path:
    """Writes a checkpoint as a hub repository holds it, with two stops in its generation config."""
    words = tokenizer(chat)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config(name, len(words), **shape))
    stops = ["<|im_end|>", "<|endoftext|>"]
    model.generation_config.eos_token_id = words.convert_tokens_to_ids(stops)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder
