"""The trainer: mini-batches, micro-batches with an exact token mean, gradient clipping."""

from __future__ import annotations

import math
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from vpo_agent.common import distributed
from vpo_agent.common.settings import check_at_least
from vpo_agent.generation.rollout import Segment
from vpo_agent.models.policy import Policy
from vpo_agent.models.reference import BaseReference
from vpo_agent.training.loss import STATISTICS, LossConfig, policy_loss

SCHEDULES = ("constant", "linear", "cosine")
LOWEST = {
    "learning_rate": 0,
    "max_grad_norm": 0,
    "weight_decay": 0,
    "mini_batches": 1,
    "max_tokens_per_micro_batch": 1,
}


@dataclass(frozen=True)
class OptimizerConfig:
    """Settings of the optimizer.

    Attributes:
        learning_rate: Peak learning rate of AdamW.
        schedule: Learning-rate schedule after the warm-up: `constant`, or `linear` or `cosine` decay to 0.
        warmup: Share of the run over which the rate rises linearly from 0.
        weight_decay: Weight decay of AdamW.
        max_grad_norm: Maximum gradient norm; larger gradients are scaled down.
        mini_batches: Optimizer steps per batch of rollouts.
        max_tokens_per_micro_batch: Maximum number of tokens (prompt and padding included) per forward pass.
        loss: Coefficients of the loss.

    Raises:
        ValueError: If a value is out of range.
    """

    learning_rate: float = 1e-6
    schedule: str = "constant"
    warmup: float = 0.0
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    mini_batches: int = 2
    max_tokens_per_micro_batch: int = 4_096
    loss: LossConfig = field(default_factory=LossConfig)

    def __post_init__(self) -> None:
        if self.schedule not in SCHEDULES:
            raise ValueError(f"schedule={self.schedule!r} must be one of {', '.join(SCHEDULES)}")
        check_at_least(vars(self), **LOWEST)
        if not 0 <= self.warmup <= 1:
            raise ValueError(f"warmup={self.warmup} must lie in [0, 1]")

    def rate(self, progress: float) -> float:
        """Returns the learning rate after the given share of the run, in [0, 1]."""
        if progress < self.warmup:
            return self.learning_rate * progress / self.warmup
        left = (1 - min(progress, 1.0)) / max(1 - self.warmup, 1e-9)  # share of the decay phase left
        if self.schedule == "linear":
            return self.learning_rate * left
        if self.schedule == "cosine":
            return self.learning_rate * 0.5 * (1 - math.cos(math.pi * left))
        return self.learning_rate


class Trainer:
    """Trainer of a policy on segments and the advantages of their rollouts.

    Args:
        policy: The policy to train.
        config: Settings of the optimizer.
        reference: Reference model of the KL penalty; not used if `kl_coef` is 0.
    """

    def __init__(
        self, policy: Policy, config: OptimizerConfig, reference: Policy | BaseReference | None = None
    ) -> None:
        self.policy = policy
        self.config = config
        self.reference = reference if config.loss.kl_coef else None
        self.parameters = policy.trained_weights()
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=config.learning_rate, weight_decay=config.weight_decay, betas=(0.9, 0.999)
        )

    def update(
        self,
        segments: Sequence[Segment],
        advantages: Tensor,
        group_size: int,
        temperature: float,
        progress: float = 0.0,
    ) -> dict[str, float]:
        """Takes `mini_batches` optimizer steps over the rollouts, each group in one of them.

        Args:
            segments: Segments sampled by this process.
            advantages: One number per rollout, shape (P * G,); or one per answer, shape (P * G, 1 + M),
                with that of the shared tokens first. Then segments have `spans`.
            group_size: Rollouts per group, G.
            temperature: Sampling temperature.
            progress: Share of the run done, for the learning-rate schedule.

        Returns:
            Statistics of the update by name, such as `loss`, `grad_norm` and `learning_rate`; also
            `nonfinite_rollouts`, the number of rollouts left out, where there are any.

        Warns:
            RuntimeWarning: If the loss of a rollout is NaN or infinite: the rollout is left out. If the
                gradient is: the optimizer step is left out.
        """
        rate = self.config.rate(progress)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        # All from the start, as a process without groups sends as many numbers as the others.
        named = ("loss", *STATISTICS, *(("kl",) if self.reference is not None else ()))
        totals = dict.fromkeys(named, 0.0)
        tokens, norms = 0, []
        lost: set[int] = set()
        for batch in self._mini_batches(segments, group_size, len(advantages) // group_size):
            mine = sum(int(segment.mask.sum()) for segment in batch)
            count = int(distributed.all_reduce(torch.tensor(mine)))
            self.optimizer.zero_grad(set_to_none=True)
            for micro in self._micro_batches(batch):
                for part, loss, statistics in self._losses(micro, advantages, temperature):
                    finite = bool(loss.isfinite())
                    if finite:
                        (loss / count).backward()
                    else:
                        lost |= set(part[0].rollouts.tolist())
                    for name, value in ({"loss": loss.detach()} | statistics).items():
                        totals[name] += float(value) if finite else 0.0
            distributed.all_reduce_gradients(self.parameters)
            norms.append(float(torch.nn.utils.clip_grad_norm_(self.parameters, self.config.max_grad_norm)))
            if math.isfinite(norms[-1]):
                self.optimizer.step()
            else:
                _warn(f"the norm of the gradient is {norms[-1]}: this optimiser step is left out")
            tokens += count
        sums = distributed.all_reduce(torch.tensor(list(totals.values()), dtype=torch.float64)).tolist()
        means = {name: value / tokens for name, value in zip(totals, sums)}
        left_out = int(distributed.all_reduce(torch.tensor(len(lost))))
        if left_out:
            _warn(f"the loss of {left_out} rollouts is not finite: they are left out of this update")
            means["nonfinite_rollouts"] = float(left_out)
        return {**means, "grad_norm": sum(norms) / len(norms), "learning_rate": rate}

    def tensors(self) -> dict[str, Tensor]:
        """Returns tensors that a checkpoint stores besides the weights and the optimizer's state."""
        return {}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Restores the tensors that `tensors` returned."""

    def _losses(
        self, segments: Sequence[Segment], advantages: Tensor, temperature: float
    ) -> Iterator[tuple[Sequence[Segment], Tensor, dict[str, Tensor]]]:
        """Yields the loss of a micro-batch; where it is not finite, that of each rollout alone."""
        loss, statistics = self._loss(segments, advantages, temperature)
        if loss.isfinite():
            yield segments, loss, statistics
            return
        for segment in segments:
            for row in range(len(segment.ids)):
                alone = [segment.rows(torch.tensor([row]))]
                yield alone, *self._loss(alone, advantages, temperature)

    def _loss(
        self, segments: Sequence[Segment], advantages: Tensor, temperature: float
    ) -> tuple[Tensor, dict[str, Tensor]]:
        device = self.policy.device
        length = max(int(segment.mask.any(0).sum()) for segment in segments)
        prompts = [segment.prompt for segment in segments]
        ids, mask, old = (
            torch.stack([_fit(getattr(segment, name), length) for segment in segments]).to(device)
            for name in ("ids", "mask", "logprobs")
        )
        rows = torch.stack([segment.rollouts for segment in segments])
        reference = None
        if self.reference is not None:
            with torch.no_grad():
                reference = self.reference.token_logprobs(prompts, ids, temperature, mask.sum(-1))
        logprobs = self.policy.token_logprobs(prompts, ids, temperature, mask.sum(-1))
        credit = advantages[rows].to(device=device, dtype=torch.float32)
        if advantages.ndim == 1:
            credit = credit[..., None]
        else:
            spans = torch.stack([_fit(segment.spans, length) for segment in segments])
            credit = credit.gather(-1, spans.to(device))
        return policy_loss(logprobs, old, credit, mask, self.config.loss, reference)

    def _mini_batches(
        self, segments: Sequence[Segment], group_size: int, groups: int
    ) -> Iterator[list[Segment]]:
        """Splits groups evenly into mini-batches; all turns of a group stay together."""
        parts = min(self.config.mini_batches, groups)
        for part in range(parts):
            first, end = groups * part // parts, groups * (part + 1) // parts
            yield [s for s in segments if first <= int(s.rollouts[0]) // group_size < end]

    def _micro_batches(self, segments: Sequence[Segment]) -> Iterator[list[Segment]]:
        """Splits a mini-batch so that every forward pass stays within `max_tokens_per_micro_batch`."""
        by_rows: dict[int, list[Segment]] = defaultdict(list)
        most, shared = self.config.max_tokens_per_micro_batch, self.policy.attention == "prefix"
        parts = _pieces(segments, most) if self.policy.packs else _split(segments, most, shared)
        for segment in parts:
            by_rows[len(segment.ids)].append(segment)
        for alike in by_rows.values():
            batch: list[Segment] = []
            for segment in sorted(alike, key=_length):
                if batch and self._cost([*batch, segment]) > most:
                    yield batch
                    batch = []
                batch.append(segment)
            if batch:
                yield batch

    def _cost(self, batch: Sequence[Segment]) -> int:
        """Returns the tokens of a forward pass over segments with equal numbers of rows."""
        prompt, length = max(len(segment.prompt) for segment in batch), max(map(_length, batch))
        if self.policy.packs:
            return len(batch) * prompt + sum(int(segment.mask.sum()) for segment in batch)
        shared = self.policy.attention == "prefix"
        return len(batch) * tokens_of(len(batch[0].ids), prompt, length, shared)


def tokens_of(rows: int, prompt: int, length: int, shared: bool) -> int:
    """Returns the tokens of a forward pass; the prompt counts once if shared, else once per row."""
    return prompt + rows * length if shared else rows * (prompt + length)


def rows_at_once(rows: int, prompt: int, length: int, tokens: int, shared: bool) -> int:
    """Returns the number of rows of one prompt that fit into a forward pass of `tokens`, at least 1."""
    room = (tokens - prompt) // length if shared else tokens // (prompt + length)
    return max(1, min(rows, room))


def _length(segment: Segment) -> int:
    """Returns the number of tokens of a segment's longest completion."""
    return int(segment.mask.any(0).sum())


def _pieces(segments: Sequence[Segment], tokens: int) -> list[Segment]:
    """Splits segments whose prompt and completions together exceed `tokens`; padding costs nothing."""
    pieces: list[Segment] = []
    for segment in segments:
        parts: list[list[int]] = [[]]
        used = len(segment.prompt)
        for row, count in enumerate(segment.mask.sum(-1).tolist()):
            if parts[-1] and used + count > tokens:
                parts.append([])
                used = len(segment.prompt)
            parts[-1].append(row)
            used += count
        pieces += [segment.rows(torch.tensor(part)) for part in parts] if len(parts) > 1 else [segment]
    return pieces


def _split(segments: Sequence[Segment], tokens: int, shared: bool) -> list[Segment]:
    """Splits segments into short and long rows where that saves padding.

    Parts that exceed `tokens` are split further. All segments of R rows are split at the same rank, so
    that they can still be stacked.
    """
    split: list[Segment] = []
    for rows in sorted({len(segment.ids) for segment in segments}):
        alike = [segment for segment in segments if len(segment.ids) == rows]
        ranked = torch.stack([segment.mask.sum(-1).sort().values for segment in alike])
        widest = ranked.max(dim=0).values.tolist()
        prompt = max(len(segment.prompt) for segment in alike)
        # Padded tokens per segment if the `short` shortest rows are split off; a repeated prompt counts.
        again = prompt if shared else 0
        costs = [rows * widest[-1]] + [
            short * widest[short - 1] + (rows - short) * widest[-1] + again for short in range(1, rows)
        ]
        short = costs.index(min(costs))
        for segment in alike:
            order = segment.mask.sum(-1).argsort(stable=True)
            for part, width in ((order[:short], widest[short - 1]), (order[short:], widest[-1])):
                if len(part):
                    most = rows_at_once(rows, prompt, width, tokens, shared)
                    split += [segment.rows(piece) for piece in part.split(most)]
    return split


def _warn(message: str) -> None:
    remedies = "Remedies: a lower learning rate, dtype='float32'"
    warnings.warn(f"{message}. {remedies}", RuntimeWarning, stacklevel=3)


def _fit(rows: Tensor | None, length: int) -> Tensor:
    """Cuts or zero-pads (R, L) to (R, length)."""
    if rows is None:
        raise ValueError("advantages of single answers need segments with spans")
    return torch.nn.functional.pad(rows[:, :length], (0, max(0, length - rows.shape[1])))
