"""SFT warm start: supervised fine-tuning on demonstrations, to teach the answer format and the task.

Where episodes have several turns, half of the steps train further turns. Their prompts show earlier
answers with rewards and feedback, and the targets are better answers (`vpo_agent.tasks.demonstrations`).
"""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vpo_agent.common import distributed
from vpo_agent.models.policy import Policy
from vpo_agent.models.warm_starts import environment_digest
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.demonstrations import SFTExample, first_turns, further_turns
from vpo_agent.tasks.goal_conditioning import TAGS, GoalTask, GoalTaskSource
from vpo_agent.tasks.source import DomainTasks, TaskSource
from vpo_agent.training.muon import Muon
from vpo_agent.training.trainer import tokens_of
from vpo_agent.training.warm_start_state import WarmStartState
from vpo_envs.scalarization import sample_weights

SMALL_MODEL = 20_000_000  # parameters; smaller models are assumed to have random weights
PROMPTS, LARGE_PROMPTS = 32, 4  # tasks per batch: for random weights, and for larger models
FRESH_RATE, FRESH_WIDTH = 5e-3, 128  # learning rate for random weights, tuned for the tiny policy
TRAINED_RATE, ADAPTER_RATE = 1e-4, 5e-4  # learning rates for trained weights, and for adapters on them
ANSWERS = 4  # demonstrations per task, divided among completions


def warm_start(
    policy: Policy,
    source: TaskSource,
    *,
    steps: int,
    sizes: Sequence[int] = (1,),
    show_weights: bool = False,
    learning_rate: float | None = None,
    max_tokens: int = 1_024,
    seed: int = 0,
    on_step: Callable[[int, float], None] | None = None,
    path: str | Path | None = None,
) -> float:
    """Trains on demonstrations in the answer format; steps cycle through the numbers of candidates.

    Models below 20 million parameters are assumed to have random weights. Muon (K. Jordan, 2024) updates the
    matrices inside their layers, AdamW all other parameters: they need half the steps that they need with
    AdamW alone. A batch has 32 tasks. Larger models know their language: AdamW updates all parameters, and
    a batch has 4 tasks. Learning rates rise linearly over the first 5% of the steps, then decay by a cosine
    to a tenth.

    Args:
        policy: The policy, updated in place.
        source: Tasks of a domain with demonstrations.
        steps: Optimizer steps.
        sizes: Numbers of candidates to train, so that agents with different m can share one warm start.
        show_weights: Whether half of the prompts show random preference weights, as a preparation for goal
            conditioning (`vpo_agent.tasks.goal_conditioning`); the answers do not depend on them.
        learning_rate: Peak learning rate of AdamW, and half that of Muon. None: `fresh_rate` for random
            weights, else 1e-4, or 5e-4 for adapters.
        max_tokens: Maximum tokens, prompts and padding included, in one forward pass of a larger model; a
            single task may exceed it.
        seed: Seed of tasks and demonstrations.
        on_step: Function called with each step (from 1) and its loss; a resumed warm start calls it again
            with the steps before.
        path: File of the state, see `vpo_agent.training.warm_start_state`; None: none is written.

    Returns:
        Mean loss per token over the last tenth of the steps; 0.0 if `steps` is 0.

    Raises:
        ValueError: If the domain has no demonstrations, or another process warm-starts with this file.

    Warns:
        UserWarning: If an earlier warm start of the policy was interrupted and its state is not there.
    """
    if not steps:
        return 0.0
    if not isinstance(source, DomainTasks):
        raise ValueError("a warm start needs an environment made from a Domain with demonstrations")
    fresh = policy.fresh or sum(p.numel() for p in policy.model.parameters()) < SMALL_MODEL
    if learning_rate is None:
        trained = TRAINED_RATE if policy.adapters is None else ADAPTER_RATE
        learning_rate = fresh_rate(policy) if fresh else trained
    optimizers = _optimizers(policy, learning_rate, matrices=fresh)
    state, held = None, contextlib.ExitStack()
    if path is not None:
        known = {"steps": steps, "sizes": list(sizes), "show_weights": show_weights}
        known |= {"rate": learning_rate, "seed": seed}
        known |= {"env": source.env_id, "environment": environment_digest(source)}
        state = WarmStartState(Path(path), policy, optimizers, known)
        held.enter_context(state.locked())
    with held:
        losses = [] if state is None else state.restore()
        if policy.unfinished and not losses and policy.unfinished != policy.digest():
            warnings.warn(
                "an interrupted warm start left no state to go on from: this one begins anew, from weights "
                "that are trained already; make a new agent for the result of a warm start left alone",
                stacklevel=2,
            )
        policy.unfinished = policy.digest() if state is None else state.identity["policy"]
        if on_step is not None:
            for done, value in enumerate(losses, 1):
                on_step(done, value)
        prompts = PROMPTS if fresh else LARGE_PROMPTS
        for step in range(len(losses), steps):
            batch = _batch_of(step, policy, source, sizes, show_weights, seed, prompts)
            parts = batch.parts(math.inf if fresh else max_tokens, policy.attention == "prefix")
            losses.append(_update(policy, parts, optimizers, _rate(step, steps)))
            if on_step is not None:
                on_step(step + 1, losses[-1])
            if state is not None:
                state.save(losses)
    policy.fresh, policy.unfinished = False, None
    return float(np.mean(losses[-max(1, steps // 10) :]))


def fresh_rate(policy: Policy) -> float:
    """Returns the peak learning rate of a warm start from random weights.

    Above a width of 128 it falls with the square root of the width. Thus Muon's steps keep their spectral
    norm, which is the rate times the square root of the width.
    """
    width = policy.model.get_input_embeddings().weight.shape[1]
    return float(FRESH_RATE * min(1.0, (FRESH_WIDTH / width) ** 0.5))


def _optimizers(policy: Policy, learning_rate: float, matrices: bool) -> list[torch.optim.Optimizer]:
    """Returns AdamW, with `matrices` only for embeddings, heads, norms and biases, and Muon for the rest."""
    outer = {
        id(p)
        for module in (policy.model.get_input_embeddings(), policy.model.get_output_embeddings())
        for p in module.parameters()
    }
    trained = policy.trained_weights()
    inner = [p for p in trained if matrices and p.ndim == 2 and id(p) not in outer]
    taken = set(map(id, inner))
    rest = [p for p in trained if id(p) not in taken]
    groups: list[torch.optim.Optimizer] = []
    if inner:
        groups.append(Muon(inner, lr=2 * learning_rate))
    if rest:
        groups.append(torch.optim.AdamW(rest, lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.01))
    for optimizer in groups:
        for group in optimizer.param_groups:
            group["initial_lr"] = group["lr"]
    return groups


def _rate(step: int, steps: int) -> float:
    """Returns the learning rate of a step as a share of its peak."""
    return min(1.0, (step + 1) / (0.05 * steps)) * float(0.55 + 0.45 * np.cos(np.pi * step / steps))


def _update(
    policy: Policy, parts: list[_Batch], optimizers: list[torch.optim.Optimizer], rate: float
) -> float:
    """Takes one optimizer step and returns its loss, over all processes."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"] * rate
        optimizer.zero_grad(set_to_none=True)
    loss = torch.zeros((), device=policy.device)
    for part in parts:
        share = part.loss(policy)
        share.backward()
        loss += share.detach()
    parameters = policy.trained_weights()
    distributed.all_reduce_gradients(parameters)
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    for optimizer in optimizers:
        optimizer.step()
    return float(distributed.all_reduce(loss))


@dataclass(frozen=True)
class _Batch:
    """Prompts with the completions to learn.

    Attributes:
        prompts: P token sequences.
        completions: Completions of each prompt, as many for each.
        total: Completion tokens of the whole batch, over all processes.
    """

    prompts: list[list[int]]
    completions: list[list[list[int]]]
    total: int

    def parts(self, tokens: float, shared: bool) -> list[_Batch]:
        """Returns the batch in parts of at most `tokens` tokens, padding included, or of one prompt."""
        order = range(len(self.prompts))
        if tokens < math.inf:  # prompts of similar length need little padding
            order = sorted(order, key=lambda i: len(self.prompts[i]))  # type: ignore[assignment]
        found: list[list[int]] = []
        for i in order:
            some = [*(found[-1] if found else []), i]
            length = max(len(ids) for j in some for ids in self.completions[j])
            prompt = max(len(self.prompts[j]) for j in some)
            cost = len(some) * tokens_of(len(self.completions[i]), prompt, length, shared)
            if found and cost <= tokens:
                found[-1] = some
            else:
                found.append([i])
        return [
            _Batch([self.prompts[i] for i in some], [self.completions[i] for i in some], self.total)
            for some in found
        ]

    def loss(self, policy: Policy) -> torch.Tensor:
        """Returns this part's share of the batch's mean negative log-likelihood per token."""
        ids, lengths = policy.pad([ids for group in self.completions for ids in group])
        mask = torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]
        rows = ids.view(len(self.prompts), -1, ids.shape[1])
        each = lengths.view(rows.shape[:2])
        logprobs = policy.token_logprobs(self.prompts, rows, lengths=each).view(ids.shape)
        return -(logprobs * mask).sum() / self.total


def _batch_of(
    step: int,
    policy: Policy,
    source: DomainTasks,
    sizes: Sequence[int],
    show_weights: bool,
    seed: int,
    prompts: int,
) -> _Batch:
    """Draws the batch of a step.

    Steps go round the sizes; every second round shows weights, if any does, and every second pair of rounds
    trains further turns, if episodes have some.
    """
    around, place = divmod(step, len(sizes))
    earlier = (source.max_turns - 1) * max(sizes) if around // 2 % 2 else 0
    rng = np.random.default_rng(np.random.SeedSequence([seed, step]))
    with_weights = show_weights and around % 2 == 1
    return _batch(policy, source, AnswerFormat(sizes[place]), rng, prompts, with_weights, earlier)


def _batch(
    policy: Policy,
    source: DomainTasks,
    answer_format: AnswerFormat,
    rng: np.random.Generator,
    size: int,
    show_weights: bool,
    earlier: int,
) -> _Batch:
    """Draws a batch and returns this process's part of it.

    Args:
        policy: The policy.
        source: Tasks of a domain.
        answer_format: Format of the candidates in a completion.
        rng: Generator that draws the batch.
        size: Tasks of the batch.
        show_weights: Whether prompts show random preference weights.
        earlier: Maximum number of earlier answers in prompts; 0 for first turns.
    """
    tasks = source.draw(rng, size)
    shown: TaskSource = source
    asked: Sequence[Any] = tasks
    if show_weights:
        shown = GoalTaskSource(source, policy.has_tokens(TAGS))
        asked = [GoalTask(*pair) for pair in zip(tasks, sample_weights(rng, len(tasks), len(source.weights)))]
    examples: Iterable[SFTExample] = first_turns(source, tasks, rng)
    if earlier:
        examples = further_turns(source, tasks, rng, earlier=earlier, size=answer_format.size)
    texts, completions = [], []
    for task, example in zip(asked, examples):
        texts.append(shown.turn_prompt(task, example.earlier, example.rewards))
        completions.append(policy.encode_completions(_completions(example.answers, answer_format, rng)))
    written = [len(ids) for group in completions for ids in group]
    questions = [answer_format.instruct(text, source.style) for text in distributed.shard(texts)]
    prompts = [policy.encode_prompt(text, max(written)) for text in questions]
    return _Batch(prompts, list(distributed.shard(completions)), sum(written))


def _completions(answers: list[str], answer_format: AnswerFormat, rng: np.random.Generator) -> list[str]:
    """Returns completions with answers in random order, distinct where there are enough."""
    completions = []
    for _ in range(max(1, ANSWERS // answer_format.size)):
        picks = [answers[i] for i in rng.permutation(len(answers))[: answer_format.size]]
        while len(picks) < answer_format.size:
            picks.append(answers[rng.integers(len(answers))])
        completions.append(answer_format.format(picks))
    return completions
