"""The policy: a causal language model with its tokenizer, its device and its precision."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging as hf_logging

from vpo_agent import dense, shared_prefix
from vpo_agent.shared_prefix import SharedPrefix
from vpo_agent.text import speakable

Attention = Literal["auto", "shared", "dense"]


class Policy:
    """A causal language model that reads prompts and gives log-probabilities of completions.

    Args:
        model: Any transformers causal language model.
        tokenizer: Its tokenizer.
        device: `auto` takes CUDA where there is one; or a torch device.
        dtype: Precision of the forward passes (the weights keep theirs): `auto` is bfloat16 where
            the hardware computes in it, else float32.
        attention: `shared` reads a prompt once for all its rollouts; `dense` works for every model
            and repeats it; `auto` shares where the model can.

    Raises:
        ValueError: If an argument is not one of the named choices.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype = "auto",
        attention: Attention = "auto",
    ) -> None:
        if attention not in ("auto", "shared", "dense"):
            raise ValueError(f"attention={attention!r} must be 'auto', 'shared' or 'dense'")
        if attention == "shared" and not shares_prefix(model):
            raise ValueError(
                f"attention='shared' does not work for {type(model).__name__}: not all of its layers are "
                "plain full attention; use 'auto' or 'dense'"
            )
        self.device = resolve_device(device)
        self.dtype = resolve_dtype(dtype, self.device)
        # Dropout would make the sampler and the trainer disagree.
        self.model = model.to(self.device).eval()
        self.tokenizer = tokenizer
        if tokenizer.eos_token_id is None:
            raise ValueError("the tokenizer has no eos token; set tokenizer.eos_token")
        self.eos_id = int(tokenizer.eos_token_id)
        self.pad_id = int(tokenizer.pad_token_id) if tokenizer.pad_token_id is not None else self.eos_id
        if attention == "auto":
            attention = "shared" if shares_prefix(model) else "dense"
        self.attention = attention
        if attention == "shared":
            model.set_attn_implementation(shared_prefix.ATTENTION)

    @classmethod
    def from_pretrained(
        cls,
        name: str | Path,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype = "auto",
        attention: Attention = "auto",
        **model_kwargs: Any,
    ) -> Policy:
        """Loads a model and its tokenizer from a folder or by its hub name.

        Args:
            name: Folder, or name on the model hub.
            device: See the class.
            dtype: See the class.
            attention: See the class.
            **model_kwargs: Passed to `AutoModelForCausalLM.from_pretrained`.

        Raises:
            ValueError: If there is no such model, with what to do about it.
        """
        try:
            with quiet():
                tokenizer = AutoTokenizer.from_pretrained(name)
                model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32, **model_kwargs)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ValueError(
                f"policy={str(name)!r} could not be loaded: give a folder written by save_pretrained, a "
                f'model name on the hub (needs the network), or policy="tiny" ({error})'
            ) from error
        return cls(model, tokenizer, device=device, dtype=dtype, attention=attention)

    def save_pretrained(self, folder: str | Path) -> None:
        """Writes model (safetensors) and tokenizer in transformers' layout."""
        with quiet():
            self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """The precision that sampler and trainer share, so that their log-probabilities agree."""
        if self.dtype == torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, self.dtype)

    def encode_prompt(self, text: str) -> list[int]:
        """Token ids of a prompt, through the chat template where the tokenizer has one.

        Raises:
            ValueError: If the prompt is longer than the model can read.
        """
        ids = self._prompt_ids(speakable(text))
        limit = getattr(self.model.config.get_text_config(), "max_position_embeddings", None) or math.inf
        if len(ids) >= limit:
            raise ValueError(
                f"the prompt {text[:40]!r}... has {len(ids)} tokens, the model reads {limit}; shorten it"
            )
        return ids

    def _prompt_ids(self, text: str) -> list[int]:
        if self.tokenizer.chat_template:
            message = [{"role": "user", "content": text}]
            encoded = self.tokenizer.apply_chat_template(
                message, add_generation_prompt=True, tokenize=True, return_dict=True
            )
            return list(encoded["input_ids"])
        ids = list(self.tokenizer.encode(text, add_special_tokens=True))
        # The last token is fed to each rollout on its own, so the shared part needs one before it.
        return ids if len(ids) > 1 else [self.eos_id, *ids] if ids else [self.eos_id, self.eos_id]

    def encode_completions(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of completions, each ended by the eos token."""
        encoded = self.tokenizer([speakable(text) for text in texts], add_special_tokens=False)["input_ids"]
        return [[*ids, self.eos_id] for ids in encoded]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of a completion, without eos and padding but with answer tags."""
        kept = [id for id in ids if id not in (self.eos_id, self.pad_id)]
        return str(self.tokenizer.decode(kept, skip_special_tokens=False))

    def logits(self, ids: Tensor, positions: Tensor, prefix: SharedPrefix) -> Tensor:
        """Next-token logits (N, L, V) of suffix ids (N, L) at the given positions."""
        output = self.model(
            input_ids=ids, position_ids=positions, use_cache=False, shared_prefix=prefix, return_dict=True
        )
        return output.logits

    def read_prompts(self, prompts: Sequence[Sequence[int]], rows: int, capacity: int = 0) -> SharedPrefix:
        """Runs all but the last token of each prompt and returns their keys and values.

        Args:
            prompts: P token sequences of length at least 2.
            rows: Rollouts that will continue each prompt.
            capacity: Suffix tokens reserved per row for decoding; 0 in training.
        """
        ids, lengths = self.pad([prompt[:-1] for prompt in prompts])
        prefix = SharedPrefix(lengths, capacity)
        positions = torch.arange(ids.shape[1], device=self.device)[None]
        self.model(
            input_ids=ids, position_ids=positions, use_cache=False, shared_prefix=prefix, logits_to_keep=1
        )
        prefix.start_suffix(rows)
        return prefix

    def token_logprobs(
        self, prompts: Sequence[Sequence[int]], completions: Tensor, temperature: float = 1.0
    ) -> Tensor:
        """Log-probabilities of completion tokens; differentiable.

        Args:
            prompts: P token sequences.
            completions: Ids, shape (P, R, L); what is written at padding is of no use.
            temperature: Divides the logits; the one that completions are sampled at.

        Returns:
            Float32 tensor (P, R, L).
        """
        if self.attention == "dense":
            return dense.token_logprobs(self, prompts, completions, temperature)
        p, r, length = completions.shape
        last = torch.tensor([prompt[-1] for prompt in prompts], device=self.device)
        inputs = torch.cat([last[:, None, None].expand(p, r, 1), completions[:, :, :-1]], dim=-1)
        starts = torch.tensor([len(prompt) - 1 for prompt in prompts], device=self.device)
        positions = starts[:, None] + torch.arange(length, device=self.device)
        with self.autocast():
            prefix = self.read_prompts(prompts, r)
            logits = self.logits(inputs.reshape(p * r, length), positions.repeat_interleave(r, 0), prefix)
        return gather_logprobs(logits, completions.reshape(p * r, length), temperature).view(p, r, length)

    def pad(self, sequences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Pads on the right; returns ids (N, L) and lengths (N,) on the policy's device."""
        lengths = torch.tensor([len(sequence) for sequence in sequences])
        ids = torch.full((len(sequences), int(lengths.max())), self.pad_id)
        for row, sequence in zip(ids, sequences):
            row[: len(sequence)] = torch.as_tensor(sequence)
        return ids.to(self.device), lengths.to(self.device)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silences transformers' own progress bars, which would tear ours."""
    shown = hf_logging.is_progress_bar_enabled()
    hf_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            hf_logging.enable_progress_bar()


def gather_logprobs(logits: Tensor, ids: Tensor, temperature: float) -> Tensor:
    """Log-softmax of logits (N, L, V) / temperature at ids (N, L), in float32."""
    logits = logits.float()
    if temperature not in (0.0, 1.0):
        logits = logits / temperature
    return logits.gather(-1, ids[..., None]).squeeze(-1) - logits.logsumexp(-1)


def shares_prefix(model: PreTrainedModel) -> bool:
    """Whether every layer of the model is a full attention that the prompt-sharing one can replace."""
    config = model.config.get_text_config()
    # Convolutions and recurrent layers would start each completion without a memory of its prompt.
    layers = set(getattr(config, "layer_types", None) or ["full_attention"])
    mixed = model._is_stateful or layers != {"full_attention"}
    unusual = getattr(config, "use_sliding_window", True) and getattr(config, "sliding_window", None)
    softcap = getattr(config, "attn_logit_softcapping", None)
    return bool(model._supports_attention_backend) and not (mixed or unusual or softcap)


def resolve_device(device: str | torch.device) -> torch.device:
    """The torch device that a name stands for; `auto` prefers CUDA.

    Raises:
        ValueError: If torch knows no such device or it is not there.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        resolved = torch.device(device)
        torch.empty(0, device=resolved)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"device={device!r} is not available here; use 'auto' or 'cpu' ({error})") from error
    return resolved


def resolve_dtype(dtype: str | torch.dtype, device: torch.device) -> torch.dtype:
    """The precision that a name stands for; `auto` is bfloat16 where it is fast.

    Raises:
        ValueError: If it is none of the three that forward passes can run in.
    """
    if dtype == "auto":
        if device.type == "cuda":
            fast = torch.cuda.is_bf16_supported()
        else:
            capabilities = torch.backends.cpu.get_cpu_capability()
            fast = capabilities == "AVX512" and torch.cpu._is_avx512_bf16_supported()
        return torch.bfloat16 if fast else torch.float32
    found = dtype if isinstance(dtype, torch.dtype) else getattr(torch, dtype, None)
    if found not in (torch.float32, torch.bfloat16, torch.float16):
        raise ValueError(f"dtype={dtype!r} must be 'auto', 'float32', 'bfloat16' or 'float16'")
    return found
