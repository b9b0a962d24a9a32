"""SFT warm start: supervised fine-tuning on demonstrations, to teach the answer format and the task.

Where episodes have several turns, half of the steps train further turns. Their prompts show earlier
answers with rewards and feedback, and the targets are better answers (`vpo_agent.tasks.demonstrations`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vpo_agent.common import distributed
from vpo_agent.models.policy import Policy
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.demonstrations import SFTExample, first_turns, further_turns
from vpo_agent.tasks.goal_conditioning import TAGS, GoalTask, GoalTaskSource
from vpo_agent.tasks.source import DomainTasks, TaskSource
from vpo_agent.training.muon import Muon
from vpo_agent.training.warm_start_state import WarmStartState
from vpo_envs.scalarization import sample_weights

PROMPTS = 32  # tasks per batch
SMALL_MODEL = 20_000_000  # parameters; smaller models are assumed to have random weights
FRESH_RATE, FRESH_WIDTH = 5e-3, 128  # learning rate for random weights, tuned for the tiny policy
ANSWERS = 4  # demonstrations per task, divided among completions


def warm_start(
    policy: Policy,
    source: TaskSource,
    *,
    steps: int,
    sizes: Sequence[int] = (1,),
    goals: bool = False,
    learning_rate: float | None = None,
    seed: int = 0,
    on_step: Callable[[int, float], None] | None = None,
    path: str | Path | None = None,
) -> float:
    """Trains on demonstrations in the answer format; steps cycle through the numbers of candidates.

    Muon (K. Jordan, 2024) updates the matrices inside the layers, AdamW all other parameters. A tiny model
    with random weights needs half the steps that it needs with AdamW alone. Learning rates rise linearly
    over the first 5% of the steps, then decay by a cosine to a tenth.

    Args:
        policy: The policy, updated in place.
        source: Tasks of a domain with demonstrations.
        steps: Optimiser steps.
        sizes: Numbers of candidates to train, so that agents with different m can share one warm start.
        goals: Whether half of the prompts show random preference weights, as a preparation for goal
            conditioning (`vpo_agent.tasks.goal_conditioning`); the answers do not depend on them.
        learning_rate: Peak learning rate of AdamW, and half that of Muon. None: `fresh_rate` for random
            weights, which models below 20 million parameters are assumed to have, else 1e-5.
        seed: Seed of tasks and demonstrations.
        on_step: Function called with each step (from 1) and its loss; a resumed warm start calls it again
            with the steps before.
        path: File of the state, see `vpo_agent.training.warm_start_state`; None: none is written.

    Returns:
        Mean loss per token over the last tenth of the steps; 0.0 if `steps` is 0.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    if not steps:
        return 0.0
    if not isinstance(source, DomainTasks):
        raise ValueError("a warm start needs an environment made from a Domain with demonstrations")
    parameters = [p for p in policy.model.parameters() if p.requires_grad]
    if learning_rate is None:
        fresh = policy.fresh or sum(p.numel() for p in parameters) < SMALL_MODEL
        learning_rate = fresh_rate(policy) if fresh else 1e-5
    optimizers = _optimizers(policy, learning_rate)
    losses: list[float] = []
    state = None
    if path is not None:
        known = {"steps": steps, "sizes": list(sizes), "goals": goals, "rate": learning_rate, "seed": seed}
        state = WarmStartState(Path(path), policy, optimizers, {**known, "env": source.env_id})
        losses = state.restore()
    if on_step is not None:
        for done, value in enumerate(losses, 1):
            on_step(done, value)
    most = (source.max_turns - 1) * max(sizes)
    for step in range(len(losses), steps):
        rate = min(1.0, (step + 1) / (0.05 * steps)) * (0.55 + 0.45 * np.cos(np.pi * step / steps))
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] * rate
            optimizer.zero_grad(set_to_none=True)
        rng = np.random.default_rng(np.random.SeedSequence([seed, step]))
        around, place = divmod(step, len(sizes))
        with_goals, further = goals and around % 2 == 1, around // 2 % 2 == 1
        loss = _loss(policy, source, AnswerFormat(sizes[place]), rng, with_goals, most if further else 0)
        loss.backward()
        distributed.all_reduce_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in optimizers:
            optimizer.step()
        losses.append(float(distributed.all_reduce(loss.detach())))
        if on_step is not None:
            on_step(step + 1, losses[-1])
        if state is not None:
            state.save(losses)
    policy.fresh = False
    return float(np.mean(losses[-max(1, steps // 10) :]))


def fresh_rate(policy: Policy) -> float:
    """Returns the peak learning rate of a warm start from random weights.

    Above a width of 128 it falls with the square root of the width. Thus Muon's steps keep their spectral
    norm, which is the rate times the square root of the width.
    """
    width = policy.model.get_input_embeddings().weight.shape[1]
    return float(FRESH_RATE * min(1.0, (FRESH_WIDTH / width) ** 0.5))


def _optimizers(policy: Policy, learning_rate: float) -> list[torch.optim.Optimizer]:
    """Returns Muon for the matrices inside the layers, AdamW for embeddings, heads, norms and biases."""
    outer = {
        id(p)
        for module in (policy.model.get_input_embeddings(), policy.model.get_output_embeddings())
        for p in module.parameters()
    }
    trained = [p for p in policy.model.parameters() if p.requires_grad]
    inner = [p for p in trained if p.ndim == 2 and id(p) not in outer]
    rest = [p for p in trained if p.ndim != 2 or id(p) in outer]
    groups: list[torch.optim.Optimizer] = []
    if inner:
        groups.append(Muon(inner, lr=2 * learning_rate))
    if rest:
        groups.append(torch.optim.AdamW(rest, lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.01))
    for optimizer in groups:
        for group in optimizer.param_groups:
            group["initial_lr"] = group["lr"]
    return groups


def _loss(
    policy: Policy,
    source: DomainTasks,
    answer_format: AnswerFormat,
    rng: np.random.Generator,
    goals: bool,
    earlier: int,
) -> torch.Tensor:
    """Returns this process's part of a batch's mean negative log-likelihood.

    Args:
        policy: The policy.
        source: Tasks of a domain.
        answer_format: Format of the candidates in a completion.
        rng: Generator that draws the batch.
        goals: Whether prompts show random preference weights.
        earlier: Maximum number of earlier answers in prompts; 0 for first turns.
    """
    tasks = source.draw(rng, PROMPTS)
    shown: TaskSource = source
    asked: Sequence[Any] = tasks
    if goals:
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
    ids, lengths = policy.pad([ids for group in distributed.shard(completions) for ids in group])
    mask = torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]
    logprobs = policy.token_logprobs(prompts, ids.view(len(prompts), -1, ids.shape[1])).view(ids.shape)
    return -(logprobs * mask).sum() / sum(written)


def _completions(answers: list[str], answer_format: AnswerFormat, rng: np.random.Generator) -> list[str]:
    """Returns completions with answers in random order, distinct where there are enough."""
    completions = []
    for _ in range(max(1, ANSWERS // answer_format.size)):
        picks = [answers[i] for i in rng.permutation(len(answers))[: answer_format.size]]
        while len(picks) < answer_format.size:
            picks.append(answers[rng.integers(len(answers))])
        completions.append(answer_format.format(picks))
    return completions
