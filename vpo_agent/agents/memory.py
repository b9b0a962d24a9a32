"""How much memory training will take, told before the first step."""

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
    """Bytes on the policy's device, beside what the libraries take.

    Attributes:
        weights: Of the policy.
        reference: Weights of the reference model, where it is a second one.
        gradients: Of what is trained.
        optimizer: AdamW's two moments.
        sampling: Keys, values and logits while completions are drawn.
        updating: Activations while the costliest micro-batch is learnt from.
    """

    weights: int
    reference: int
    gradients: int
    optimizer: int
    sampling: int
    updating: int

    @property
    def total(self) -> int:
        """The most at any moment; sampling and updating take turns."""
        kept = self.weights + self.reference + self.gradients + self.optimizer
        return kept + max(self.sampling, self.updating)

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {value / 1e9:.2f}" for name, value in vars(self).items())
        return f"{self.total / 1e9:.2f} GB ({parts})"


def estimate(policy: Policy, config: AgentConfig, prompt: int) -> MemoryEstimate:
    """Estimates the memory of training; takes seconds and next to no memory itself.

    No formula: sampling and the costliest update are run on tensors that have shapes but no contents,
    and what is alive at the worst moment is added up.

    Args:
        policy: The policy to be trained.
        config: How, with `max_new_tokens` settled.
        prompt: Tokens of the longest prompt.
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
    """Returns the same, with prompts measured on 64 tasks of a source; those of later turns are longer."""
    tasks = source.draw(np.random.default_rng(0), 64)
    asked = [config.answer_format.instruct(text, source.style) for text in source.prompts(tasks)]
    room = config.sampling.max_new_tokens
    return estimate(policy, config, max(len(policy.encode_prompt(text, room)) for text in asked))


def free_bytes(device: torch.device) -> int:
    """Memory that is free on a device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def peak_bytes(run: Callable[[], object]) -> int:
    """The most that tensors made by a function take at any moment, without making them."""
    with FakeTensorMode(allow_non_fake_inputs=True), _Alive() as alive:
        run()
    return alive.peak


def _learn_once(policy: Policy, config: AgentConfig, prompt: int) -> None:
    length = config.sampling.max_new_tokens
    shared = policy.attention == "prefix"
    rows = rows_at_once(config.group_size, prompt, length, config.max_tokens_per_micro_batch, shared)
    # Of one process's share of a mini-batch, as many groups as one forward pass has room for.
    mine = math.ceil(config.prompts_per_step / config.mini_batches / distributed.world_size())
    groups = min(mine, max(1, config.max_tokens_per_micro_batch // tokens_of(rows, prompt, length, shared)))
    ids = torch.zeros(groups, rows, length, dtype=torch.long, device=policy.device)
    logprobs = policy.token_logprobs([[policy.pad_id] * prompt] * groups, ids, config.temperature)
    # The first weight's gradient needs all layers' activations, and adds no other gradients to them.
    first = next(p for p in policy.model.parameters() if p.requires_grad)
    torch.autograd.grad(logprobs.sum(), first)


@torch.no_grad()
def _draw_once(policy: Policy, config: AgentConfig, prompt: int) -> None:
    """The last step of sampling, where most is cached."""
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
    """Adds up the storages that operations allocate, until they are freed."""

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
