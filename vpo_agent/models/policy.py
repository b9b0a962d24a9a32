"""The policy: a language model with differentiable log-probabilities of completions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from vpo_agent.models import (
    attention_check,
    generation_config,
    gradient_checkpointing,
    lora,
    padded_attention,
    prefix_attention,
    pretrained,
    token_logprobs,
)
from vpo_agent.models.device import raise_trained, resolve_device, resolve_dtype
from vpo_agent.models.language_model import LanguageModel, quiet
from vpo_agent.models.packing import pack
from vpo_agent.models.prefix_attention import PrefixReader, SharedPrefix, shares_prefix

if TYPE_CHECKING:
    from peft import PeftModel

Attention = Literal["auto", "prefix", "padded"]
Prefix = TypeVar("Prefix", bound=SharedPrefix)
DIGESTED = 2**16  # values hashed of each tensor: a digest of a large model takes a second


class Policy(LanguageModel):
    """A causal language model with differentiable log-probabilities of completions.

    Args:
        model: Any transformers causal language model, or one with peft adapters. Without adapters, weights
            in half precision are raised to float32, unless all of them are frozen.
        tokenizer: The model's tokenizer.
        device: A torch device, or `auto`: CUDA where available.
        dtype: Precision of the forward passes (trained weights keep theirs): `auto` is bfloat16 where
            the hardware computes in it, else float32.
        attention: `prefix` computes a prompt's KV cache once for all its rollouts (prefix caching);
            `padded` repeats the prompt and works for every model; `auto` takes `prefix` where a check
            on a few tokens confirms it.

    Attributes:
        model: The model, adapters included.
        adapters: The peft model around it; None where all weights are trained.
        stop_ids: Tokens that end a completion.
        gradient_checkpointing: Whether training recomputes layers to save memory.
        fresh: Whether the weights are randomly initialized.
        unfinished: Digest of the weights before a warm start that was interrupted; None: none was.
        revision: Revision of the model on the hub; None: the main one, or no model of the hub.
        truncate_prompts: Whether overlong prompts lose their beginning instead of raising an error.

    Raises:
        ValueError: If an argument is not one of the named choices, or neither kind of attention gives
            the model's own log-probabilities.
    """

    def __init__(
        self,
        model: PreTrainedModel | PeftModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype = "auto",
        attention: Attention = "auto",
    ) -> None:
        self.adapters: PeftModel | None = None
        if not isinstance(model, PreTrainedModel):
            lora.check(model)
            self.adapters, model = model, model.get_base_model()
        if attention not in ("auto", "prefix", "padded"):
            raise ValueError(f"attention={attention!r} must be 'auto', 'prefix' or 'padded'")
        if attention == "prefix" and not shares_prefix(model):
            raise ValueError(
                f"attention='prefix' does not work for {type(model).__name__}: not all of its layers are "
                "plain full attention; use 'auto' or 'padded'"
            )
        super().__init__(model, tokenizer, device=device, dtype=dtype)
        if self.adapters is None:
            raise_trained(model)
        self.gradient_checkpointing = False
        self.fresh = False
        self.unfinished: str | None = None
        self.revision: str | None = None
        self.attention = attention
        if attention == "auto":
            self._choose_attention()
        elif attention == "prefix":
            model.set_attn_implementation(prefix_attention.ATTENTION)

    def digest(self) -> str:
        """Returns a hash of the weights: it changes with every update and is equal on every machine."""
        known = hashlib.sha256()
        for name, weights in self.model.named_parameters():
            flat = weights.detach().reshape(-1)
            some = flat[:: max(1, flat.numel() // DIGESTED)].contiguous().cpu()
            known.update(f"{name} {tuple(weights.shape)} {weights.dtype}".encode())
            known.update(some.view(torch.uint8).numpy().tobytes())
        return known.hexdigest()[:16]

    @classmethod
    def from_pretrained(
        cls,
        name: str | Path,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype = "auto",
        attention: Attention = "auto",
        lora_rank: int = 0,
        lora_alpha: float | None = None,
        seed: int = 0,
        **model_kwargs: Any,
    ) -> Policy:
        """Loads a model, or adapters with their base model, and its tokenizer.

        Args:
            name: Folder, GGUF file, `smollm2`, or name on the model hub.
            device: See the class.
            dtype: See the class; with adapters also the precision of the frozen weights.
            attention: See the class.
            lora_rank: Rank of new adapters, which are trained instead of the weights; 0: none.
            lora_alpha: See `vpo_agent.models.lora.add`.
            seed: Seed of new adapters.
            **model_kwargs: Passed to `AutoModelForCausalLM.from_pretrained`; those that say where the model
                is (`revision`, `subfolder`, `token` ...) to the tokenizer's, too.

        Raises:
            ValueError: If the model cannot be loaded; the message names the remedy.
            ImportError: If there are adapters and peft is not installed, or a GGUF file's reader is missing.
        """
        weights = resolve_dtype(dtype, resolve_device(device))
        model, tokenizer = pretrained.load(name, weights, frozen=lora_rank > 0, **model_kwargs)
        policy = cls(model, tokenizer, device=device, dtype=dtype, attention=attention)
        policy.revision = model_kwargs.get("revision")
        if lora_rank:
            policy.adapt(lora_rank, lora_alpha, seed)
        return policy

    def _choose_attention(self) -> None:
        """Chooses prefix caching if it reproduces the model's own log-probabilities, else padding."""
        own = self.model.config._attn_implementation
        if own == prefix_attention.ATTENTION:  # checked by an earlier policy of this model
            self.attention = "prefix"
            return
        expected = attention_check.expected_logprobs(self)
        if shares_prefix(self.model):
            self.attention = "prefix"
            self.model.set_attn_implementation(prefix_attention.ATTENTION)
            if attention_check.agrees(self, self.token_logprobs, expected):
                return
            self.model.set_attn_implementation(own)
        self.attention = "padded"
        if not attention_check.agrees(self, self.token_logprobs, expected):
            raise ValueError(
                f"policy: {type(self.model).__name__} reads padded batches, which training needs, "
                "differently from single texts; choose another model"
            )

    def adapt(self, rank: int, alpha: float | None = None, seed: int = 0) -> None:
        """Freezes the weights, in the precision of forward passes, and adds adapters to train.

        Existing adapters are kept if they have the given rank and scale.

        Args:
            rank: See `vpo_agent.models.lora.add`.
            alpha: See `vpo_agent.models.lora.add`.
            seed: See `vpo_agent.models.lora.add`.

        Raises:
            ValueError: If there are adapters of another rank or scale, or the model has no name.
            ImportError: If peft is not installed.
        """
        if self.adapters is None:
            for weight in self.model.parameters():  # not the buffers: rotary frequencies stay in float32
                weight.data = weight.data.to(self.dtype)
            self.adapters = lora.add(self.model, rank, alpha, seed, self.revision)
            return
        found = self.adapters.peft_config[lora.TRAINED]
        if found.r != rank:
            raise ValueError(f"lora_rank={rank}: the policy has adapters of rank {found.r}; leave it out")
        if alpha is not None and found.lora_alpha != alpha:
            raise ValueError(
                f"lora_alpha={alpha}: the policy has adapters with alpha={found.lora_alpha}; leave it out"
            )

    def trained_weights(self) -> list[torch.nn.Parameter]:
        """Returns the weights to train.

        Raises:
            ValueError: If all weights are frozen.
        """
        trained = [weight for weight in self.model.parameters() if weight.requires_grad]
        if not trained:
            raise ValueError(
                "policy: all of its weights are frozen; call model.requires_grad_(True), or set lora_rank to "
                "train adapters"
            )
        return trained

    def checkpoint_gradients(self) -> None:
        """Enables gradient checkpointing: less memory for about a third more computation.

        Raises:
            ValueError: If the model does not support it.
        """
        gradient_checkpointing.enable(self.model)
        self.gradient_checkpointing = True

    def save_pretrained(self, folder: str | Path, *, trial: bool = False) -> None:
        """Writes model (safetensors) or adapters, and the tokenizer, in transformers' and peft's layouts.

        Args:
            folder: Destination.
            trial: Whether to write one number of each weight instead of the model, to see if it can be saved.
        """
        with quiet():
            if self.adapters is None:
                generation_config.repair(self.model)
                some = {name: value.reshape(-1)[:1] for name, value in self.model.state_dict().items()}
                self.model.save_pretrained(folder, state_dict=some if trial else None)
            else:
                lora.save(self.adapters, Path(folder))
        self.tokenizer.save_pretrained(folder)

    def logits(self, ids: Tensor, positions: Tensor, prefix: SharedPrefix) -> Tensor:
        """Returns next-token logits (N, L, V) of suffix ids (N, L) at the given positions."""
        output = self.model(
            input_ids=ids, position_ids=positions, use_cache=False, shared_prefix=prefix, return_dict=True
        )
        return output.logits

    def read_prompts(self, prompts: Sequence[Sequence[int]], rows: int, capacity: int = 0) -> SharedPrefix:
        """Computes the KV cache of prompts: keys and values of all but each prompt's last token.

        Args:
            prompts: P token sequences of length at least 2.
            rows: Rollouts that will continue each prompt.
            capacity: Suffix tokens reserved per row for decoding; 0 in training.
        """
        return self.read_into(SharedPrefix, prompts, rows, capacity)

    def read_into(
        self,
        kind: Callable[[Tensor, int], Prefix],
        prompts: Sequence[Sequence[int]],
        rows: int,
        capacity: int,
    ) -> Prefix:
        """Computes the KV cache as `read_prompts` does, in a given kind of `SharedPrefix`.

        Args:
            kind: Constructor of the cache, from prefix lengths (P,) and capacity.
            prompts: See `read_prompts`.
            rows: See `read_prompts`.
            capacity: See `read_prompts`.
        """
        ids, lengths = self.pad([prompt[:-1] for prompt in prompts])
        prefix = kind(lengths, capacity)
        positions = torch.arange(ids.shape[1], device=self.device)[None]
        self.model(
            input_ids=ids,
            position_ids=positions,
            use_cache=False,
            shared_prefix=PrefixReader(prefix),
            logits_to_keep=1,
        )
        prefix.start_suffix(rows, padded=len(set(map(len, prompts))) > 1)
        return prefix

    @property
    def packs(self) -> bool:
        """True if short completions share a row in training: with prefix caching and wide heads."""
        return self.attention == "prefix" and prefix_attention.fuses(self.model)

    def token_logprobs(
        self,
        prompts: Sequence[Sequence[int]],
        completions: Tensor,
        temperature: float = 1.0,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """Returns the log-probabilities of completion tokens; differentiable.

        Args:
            prompts: P token sequences.
            completions: Ids, shape (P, R, L); results at padding are meaningless.
            temperature: Sampling temperature, by which logits are divided.
            lengths: Tokens of each completion before padding, shape (P, R), which saves computation on
                padding where `packs` is true; None: unknown.

        Returns:
            Float32 tensor (P, R, L).
        """
        completions = completions.to(self.device)
        if self.gradient_checkpointing and torch.is_grad_enabled():
            with gradient_checkpointing.recomputed(self.model):
                return self._token_logprobs(prompts, completions, temperature, lengths)
        return self._token_logprobs(prompts, completions, temperature, lengths)

    def _token_logprobs(
        self,
        prompts: Sequence[Sequence[int]],
        completions: Tensor,
        temperature: float,
        lengths: Tensor | None,
    ) -> Tensor:
        if self.attention == "padded":
            return padded_attention.token_logprobs(self, prompts, completions, temperature)
        p, r, length = completions.shape
        last = torch.tensor([prompt[-1] for prompt in prompts], device=self.device)
        inputs = torch.cat([last[:, None, None].expand(p, r, 1), completions[:, :, :-1]], dim=-1)
        starts = torch.tensor([len(prompt) - 1 for prompt in prompts], device=self.device)
        targets, owners = completions, None
        positions = torch.arange(length, device=self.device).expand(p, 1, length)
        packing = None
        with self.autocast():
            prefix = self.read_prompts(prompts, r)
        if lengths is not None and prefix.fused:
            packing = pack(lengths.to(self.device), length)
            inputs, targets = (packing.packed(ids, self.pad_id) for ids in (inputs, completions))
            positions, owners = packing.offsets, packing.owners.flatten(0, 1)
        _, r, width = inputs.shape
        prefix.rows, prefix.owners = r, owners
        found = token_logprobs.model_logprobs(
            self,
            targets.reshape(p * r, width),
            temperature,
            input_ids=inputs.reshape(p * r, width),
            position_ids=(starts[:, None, None] + positions).expand(p, r, width).reshape(p * r, width),
            use_cache=False,
            shared_prefix=prefix,
        )
        found = found.view(p, r, width)
        return found if packing is None else packing.unpacked(found, completions.shape)
