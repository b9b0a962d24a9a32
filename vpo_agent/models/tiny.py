"""The default policy: a small untrained language model with a tokenizer trained on the domain's text."""

from __future__ import annotations

import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from vpo_agent.models.policy import Policy
from vpo_agent.tasks import goal_conditioning
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.demonstrations import further_turns
from vpo_agent.tasks.source import DomainTasks, TaskSource

CORPUS_TASKS = 512
TURN_TASKS = 128  # corpus tasks that also add prompts of further turns, whose answers are scored
MAX_CANDIDATES = 8
PAD, EOS, UNKNOWN = "<pad>", "<eos>", "<unk>"


def tiny_policy(
    source: TaskSource,
    *,
    seed: int = 0,
    width: int = 128,
    layers: int = 3,
    heads: int = 4,
    vocabulary: int = 1024,
    candidates: int = MAX_CANDIDATES,
    device: str | torch.device = "auto",
    dtype: str | torch.dtype = "auto",
) -> Policy:
    """Builds an untrained policy of about 0.6 million parameters for a domain.

    The model is a Llama-style decoder. It uses ReLU, which on a CPU is far cheaper than SiLU or GELU.

    Args:
        source: Tasks of a domain; its prompts and demonstrations train the tokenizer.
        seed: Seed of the weights and of the corpus.
        width: Hidden size.
        layers: Number of decoder layers.
        heads: Number of attention heads.
        vocabulary: Maximum vocabulary size, tags not counted.
        candidates: Maximum number of answers per completion; at least `MAX_CANDIDATES` are supported.
        device: See `Policy`.
        dtype: See `Policy`.

    Raises:
        ValueError: If the environment was not made from a `Domain`, or the width is no multiple of
            `2 * heads`.
    """
    if width % (2 * heads):
        raise ValueError(f"width={width} must be a multiple of 2 * heads, heads={heads}")
    tags = [*AnswerFormat(max(candidates, MAX_CANDIDATES)).tags(), *goal_conditioning.TAGS]
    # Feedback on unforeseen answers may contain any character.
    tokenizer = train_tokenizer(corpus(source, seed, candidates), vocabulary, tags, source.max_turns > 1)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=4096,
        hidden_act="relu",
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
    )
    # Weights are drawn from torch's global CPU generator, which is seeded here and restored afterwards.
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        model = LlamaForCausalLM(config)
    model.generation_config.update(do_sample=True, top_k=0)  # the defaults of inference servers
    policy = Policy(model, tokenizer, device=device, dtype=dtype)
    policy.fresh = True
    return policy


def corpus(source: TaskSource, seed: int, candidates: int = 1) -> list[str]:
    """Returns prompts and demonstrations of random tasks; with several turns, also later turns' prompts.

    Args:
        source: Tasks of a domain.
        seed: Seed of the tasks.
        candidates: Answers per turn.

    Raises:
        ValueError: If the environment was not made from a `Domain`.
    """
    if not isinstance(source, DomainTasks):
        raise ValueError(
            'policy="tiny" reads the text of a Domain and this environment has none; give a model instead'
        )
    rng = np.random.default_rng([seed, CORPUS_TASKS])
    tasks = source.draw(rng, CORPUS_TASKS)
    texts = source.prompts(tasks)
    shown = [list(source.domain.demonstrations(task, rng)) for task in tasks]
    answers = [text for pool in shown for text in pool]
    most = candidates * (source.max_turns - 1)
    some = [task for task, pool in zip(tasks, shown) if pool][:TURN_TASKS]
    if most and some:
        for task, example in zip(some, further_turns(source, some, rng, earlier=most, size=1)):
            texts.append(source.turn_prompt(task, example.earlier, example.rewards))
    return [*texts, *answers]


def train_tokenizer(
    texts: list[str], vocabulary: int, tags: list[str], every_byte: bool = False
) -> PreTrainedTokenizerFast:
    """Trains a byte-pair tokenizer with merges within words; tags are single tokens.

    Args:
        texts: Training corpus.
        vocabulary: Maximum vocabulary size, tags not counted.
        tags: Tags of answers and weights.
        every_byte: Whether the alphabet covers all bytes, or only those of the corpus.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\n|\s?[^\s]+|\s"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, EOS, UNKNOWN],
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if every_byte else [],
    )
    tokenizer.train_from_iterator([*texts, "\n"], trainer)
    tokenizer.add_tokens([AddedToken(tag, normalized=False, lstrip=True) for tag in tags])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=PAD, eos_token=EOS, unk_token=UNKNOWN, model_max_length=4096
    )
