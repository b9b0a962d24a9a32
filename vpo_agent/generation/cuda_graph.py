"""Decoding with CUDA graphs: one step is captured and replayed for every token.

Small kernels finish faster than Python can launch them one by one. A graph launches all kernels of a step
at once. Every replay uses the same memory, so no tensor may change its shape between steps.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vpo_agent.models.policy import Policy
from vpo_agent.models.prefix_attention import SharedPrefix
from vpo_agent.models.sampling import Sampling, choose

WINDOW = 64  # initial capacity of the KV cache in suffix tokens; doubled when full
LOOK_EVERY = 8  # steps between two checks for finished rows: each check waits for the GPU
COMPACT_BELOW = 0.5  # lower than without graphs: every new number of rows needs a new capture

_one_at_a_time = threading.Lock()  # kernels launched by another thread would be captured, too
_unrecordable: weakref.WeakSet[Policy] = weakref.WeakSet()


class WindowedPrefix(SharedPrefix):
    """A KV cache with a window of fixed size, in which slots up to `position` are filled.

    Args:
        lengths: See `SharedPrefix`.
        capacity: Size of the window.
    """

    def __init__(self, lengths: Tensor, capacity: int) -> None:
        super().__init__(lengths, capacity)
        self.filled = capacity  # compaction copies the whole window of a row
        self.position = torch.zeros(1, dtype=torch.long, device=lengths.device)

    def hide(self) -> None:
        """Masks the slots that are not filled yet; called in each step, before the model."""
        self.hidden = torch.arange(self.capacity, device=self.position.device) > self.position

    def widen(self, capacity: int) -> None:
        """Enlarges the window to a new capacity in tokens."""
        for layer, pair in self.suffix.items():
            wide = tuple(old.new_zeros(*old.shape[:2], capacity, old.shape[3]) for old in pair)
            for new, old in zip(wide, pair):
                new[:, :, : self.capacity] = old
            self.suffix[layer] = wide  # type: ignore[assignment]
        self.capacity = self.filled = capacity

    def _append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if layer not in self.suffix:
            # Zeros instead of uninitialized memory: masked slots are still multiplied by a weight of zero.
            self.suffix[layer] = tuple(  # type: ignore[assignment]
                new.new_zeros(*new.shape[:2], self.capacity, new.shape[3]) for new in (key, value)
            )
        for window, new in zip(self.suffix[layer], (key, value)):
            window.index_copy_(2, self.position, new)
        return self.suffix[layer]


@dataclass
class DecodeStep:
    """A decoding step: one token for every row, with all tensors updated in place.

    Attributes:
        policy: The policy.
        prefix: KV cache of the prompts and of the rows' tokens so far.
        sampling: Sampling settings.
        drawn: Ids, log-probabilities and mask of all completions, each (P * R, T).
        slots: Index of each row's completion, shape (N,).
        starts: Position of each row's first token, shape (N,).
        uniforms: Random numbers of each row, shape (N, T).
        token: Last token of each row, shape (N,).
        live: Mask of unfinished rows, shape (N,).
    """

    policy: Policy
    prefix: WindowedPrefix
    sampling: Sampling
    drawn: tuple[Tensor, Tensor, Tensor]
    slots: Tensor
    starts: Tensor
    uniforms: Tensor
    token: Tensor
    live: Tensor

    def __call__(self) -> None:
        """Decodes one token of every unfinished row."""
        now = self.prefix.position
        self.prefix.hide()
        logits = self.policy.logits(self.token[:, None], (self.starts + now)[:, None], self.prefix)
        uniforms = self.uniforms.index_select(1, now).squeeze(1)
        token, logprob = choose(logits[:, -1].float(), uniforms, self.sampling)
        place = (self.slots, now.expand_as(self.slots))
        ids, logprobs, mask = self.drawn
        ids.index_put_(place, torch.where(self.live, token, self.policy.pad_id))
        logprobs.index_put_(place, torch.where(self.live, logprob, 0.0))
        mask.index_put_(place, self.live)
        self.live &= ~self.policy.stops(token)
        self.token.copy_(token)
        now += 1

    def rows(self, kept: Tensor) -> DecodeStep:
        """Returns the step of the given rows only."""
        part = {name: getattr(self, name)[kept] for name in ("slots", "starts", "uniforms", "token", "live")}
        return DecodeStep(self.policy, self.prefix, self.sampling, self.drawn, **part)


def sample_chunk(
    policy: Policy, prompts: Sequence[Sequence[int]], uniforms: Tensor, sampling: Sampling
) -> tuple[Tensor, Tensor, Tensor]:
    """Decodes one chunk as `sampler.sample_chunk`; returns ids, logprobs and mask, each (P, R, T)."""
    with _one_at_a_time, _side_stream(policy.model.device):
        return _sample_chunk(policy, prompts, uniforms, sampling)


def _sample_chunk(
    policy: Policy, prompts: Sequence[Sequence[int]], uniforms: Tensor, sampling: Sampling
) -> tuple[Tensor, Tensor, Tensor]:
    device = policy.device
    p, r, steps = uniforms.shape
    n = p * r
    prefix = policy.read_into(WindowedPrefix, prompts, r, min(WINDOW, steps))
    ids = torch.full((n, steps), policy.pad_id, device=device)
    logprobs = torch.zeros((n, steps), device=device)
    mask = torch.zeros((n, steps), dtype=torch.bool, device=device)
    step = DecodeStep(
        policy,
        prefix,
        sampling,
        (ids, logprobs, mask),
        slots=torch.arange(n, device=device),
        starts=torch.tensor([len(prompt) - 1 for prompt in prompts], device=device).repeat_interleave(r),
        uniforms=uniforms.to(device).view(n, steps),
        token=torch.tensor([prompt[-1] for prompt in prompts], device=device).repeat_interleave(r),
        live=torch.ones(n, dtype=torch.bool, device=device),
    )
    play: Callable[[], None] | None = None
    for written in range(1, steps + 1):
        if play is None:
            step()  # a capture needs kernels that have run before
            play = record(step) if written < steps else step
        else:
            play()
        if written % LOOK_EVERY == 0 and written < steps:
            if not bool(step.live.any()):
                break
            kept = prefix.compact(step.live, COMPACT_BELOW)
            if kept is not None:
                step, play = step.rows(kept), None
        if written == prefix.capacity < steps:
            prefix.widen(min(2 * written, steps))
            play = None
    return ids.cpu().view(p, r, -1), logprobs.cpu().view(p, r, -1), mask.cpu().view(p, r, -1)


def record(step: DecodeStep) -> Callable[[], None]:
    """Captures a step as a CUDA graph and returns its replay; returns the step itself if that fails."""
    device = step.policy.model.device
    if device.type != "cuda" or step.policy in _unrecordable:
        return step
    graph, pool = torch.cuda.CUDAGraph(), _keeper(device).pool()
    try:
        graph.capture_begin(pool, capture_error_mode="thread_local")
        try:
            step()
        finally:
            graph.capture_end()
    except RuntimeError as error:  # e.g. a model that synchronizes with the GPU within a step
        _unrecordable.add(step.policy)
        _leave(device, pool)
        warnings.warn(f"decoding is slow: this model's steps cannot be recorded ({error})", stacklevel=2)
        return step
    return graph.replay


def _leave(device: torch.device, pool: tuple[int, int]) -> None:
    """Cleans up after a failed capture: some versions of torch go on allocating from its memory pool."""
    with contextlib.suppress(RuntimeError, AttributeError):
        torch._C._cuda_endAllocateToPool(device.index, pool)
    _keeper.cache_clear()


@contextlib.contextmanager
def _side_stream(device: torch.device) -> Iterator[None]:
    """Runs the context on a side stream, because the default stream cannot be captured."""
    if device.type != "cuda":
        yield
        return
    before, stream = torch.cuda.current_stream(device), _stream(device)
    stream.wait_stream(before)
    with torch.cuda.stream(stream):
        yield
    before.wait_stream(stream)


@functools.cache
def _stream(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)


@functools.cache
def _keeper(device: torch.device) -> torch.cuda.CUDAGraph:
    """Returns a graph that is never replayed; it keeps the memory pool alive for later captures."""
    graph = torch.cuda.CUDAGraph()
    graph.capture_begin(capture_error_mode="thread_local")
    torch.zeros(1, device=device)
    graph.capture_end()
    return graph
