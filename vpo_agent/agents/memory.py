"""Estimates of the memory that training needs, before the first step."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from vpo_agent.agents.config import AgentConfig
from vpo_agent.common import distributed
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import choose
from vpo_agent.tasks.source import TaskSource
from vpo_agent.training.trainer import rows_at_once, tokens_of


@dataclass(frozen=True)
class MemoryEstimate:
    """An estimate in bytes on the policy's device, without the libraries' own memory.

    Attributes:
        weights: Weights of the policy.
        reference: Weights of the reference model, if it is a second model.
        gradients: Gradients of the trained parameters.
        optimizer: AdamW's two moments.
        sampling: KV cache and logits during sampling.
        updating: Activations of the largest micro-batch.
    """

    weights: int
    reference: int
    gradients: int
    optimizer: int
    sampling: int
    updating: int

    @property
    def total(self) -> int:
        """Peak memory; sampling and updates alternate."""
        kept = self.weights + self.reference + self.gradients + self.optimizer
        return kept + max(self.sampling, self.updating)

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {value / 1e9:.2f}" for name, value in vars(self).items())
        return f"{self.total / 1e9:.2f} GB ({parts})"


def estimate(policy: Policy, config: AgentConfig, prompt: int) -> MemoryEstimate:
    """Estimates the memory of training, within seconds and with almost no memory.

    Sampling and the largest update run on fake tensors, which have shapes but no data. The estimate is the
    peak of the tensors alive at one time.

    Args:
        policy: The policy to train.
        config: Settings of training, with a value for `max_new_tokens`.
        prompt: Length of the longest prompt in tokens.
    """
    parameters = list(policy.model.parameters())
    weights = sum(p.nbytes for p in parameters) + sum(b.nbytes for b in policy.model.buffers())
    trained = sum(p.nbytes for p in parameters if p.requires_grad)
    return MemoryEstimate(
        weights=weights,
        reference=weights if config.kl_coef and policy.adapters is None else 0,
        gradients=trained,
        optimizer=2 * trained,
        sampling=peak_bytes(lambda: _draw_once(policy, config, prompt)),
        updating=peak_bytes(lambda: _learn_once(policy, config, prompt)),
    )


def estimate_training(policy: Policy, config: AgentConfig, source: TaskSource) -> MemoryEstimate:
    """Estimates the memory of training with the longest prompt of 64 tasks.

    Only prompts of first turns are measured; prompts of later turns are longer.

    Args:
        policy: See `estimate`.
        config: See `estimate`.
        source: Source of the tasks.
    """
    tasks = source.draw(np.random.default_rng(0), 64)
    asked = [config.answer_format.instruct(text, source.style) for text in source.prompts(tasks)]
    room = config.sampling.max_new_tokens
    return estimate(policy, config, max(len(policy.encode_prompt(text, room)) for text in asked))


def free_bytes(device: torch.device) -> int:
    """Returns the free memory of a device in bytes."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def peak_bytes(run: Callable[[], object]) -> int:
    """Returns the peak memory of the tensors that a function creates, without allocating them."""
    with FakeTensorMode(allow_non_fake_inputs=True), _Alive() as alive:
        run()
    return alive.peak


def _learn_once(policy: Policy, config: AgentConfig, prompt: int) -> None:
    length = config.sampling.max_new_tokens
    shared = policy.attention == "prefix"
    rows = rows_at_once(config.group_size, prompt, length, config.max_tokens_per_micro_batch, shared)
    # As many groups of this process's part of a mini-batch as fit into one forward pass.
    mine = math.ceil(config.prompts_per_step / config.mini_batches / distributed.world_size())
    groups = min(mine, max(1, config.max_tokens_per_micro_batch // tokens_of(rows, prompt, length, shared)))
    ids = torch.zeros(groups, rows, length, dtype=torch.long, device=policy.device)
    logprobs = policy.token_logprobs([[policy.pad_id] * prompt] * groups, ids, config.temperature)
    # The first weight's gradient needs all layers' activations, without allocating other gradients.
    first = policy.trained_weights()[0]
    torch.autograd.grad(logprobs.sum(), first)


@torch.no_grad()
def _draw_once(policy: Policy, config: AgentConfig, prompt: int) -> None:
    """Runs the last decoding step, at which the KV cache is largest."""
    how = config.sampling
    rows = min(config.group_size, how.rows)
    groups = min(math.ceil(config.prompts_per_step / distributed.world_size()), max(1, how.rows // rows))
    n, device = groups * rows, policy.device
    uniforms = torch.zeros(n, device=device)
    with policy.autocast():
        if policy.attention == "prefix":
            prefix = policy.read_prompts([[policy.pad_id] * prompt] * groups, rows, how.max_new_tokens)
            prefix.advance(how.max_new_tokens - 1)
            token = torch.zeros(n, 1, dtype=torch.long, device=device)
            logits = policy.logits(token, token, prefix)
        else:
            ids = torch.zeros(n, prompt + how.max_new_tokens - 1, dtype=torch.long, device=device)
            output = policy.model(input_ids=ids, use_cache=True)
            logits = output.logits
        choose(logits[:, -1].float(), uniforms, how)


class _Alive(TorchDispatchMode):
    """A dispatch mode that tracks the bytes of live storages and their peak."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = self.peak = 0
        self.known: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if any(returned.alias_info for returned in func._schema.returns):  # a view or an update in place
            return out
        given = {_key(leaf) for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        for leaf in tree_leaves(out):
            if isinstance(leaf, Tensor) and _key(leaf) not in self.known | given:
                self._count(leaf.untyped_storage())
        return out

    def _count(self, storage: torch.UntypedStorage) -> None:
        key, size = storage._cdata, storage.nbytes()
        self.known.add(key)
        self.bytes += size
        self.peak = max(self.peak, self.bytes)
        weakref.finalize(storage, self._forget, key, size)

    def _forget(self, key: int, size: int) -> None:
        self.known.discard(key)
        self.bytes -= size


def _key(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata
