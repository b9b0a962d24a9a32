"""Collecting rollouts: groups of completions, their candidates and the candidates' rewards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vpo_agent import processes
from vpo_agent.chain import Candidates, Chain
from vpo_agent.generation import sample
from vpo_agent.policy import Policy
from vpo_agent.sampling import Sampling
from vpo_agent.tasks import TaskSource
from vpo_envs.core import Reward


@dataclass
class Segment:
    """One prompt and the completions that share it: the unit of training.

    Attributes:
        prompt: Token ids.
        ids: Completions, shape (R, L).
        mask: Tokens that were sampled, shape (R, L).
        logprobs: Under the policy that sampled, shape (R, L).
        rollouts: Flat index (group * G + rollout) of each row, shape (R,).
    """

    prompt: list[int]
    ids: Tensor
    mask: Tensor
    logprobs: Tensor
    rollouts: Tensor

    def rows(self, index: Tensor) -> Segment:
        """The segment with some of its rows only."""
        return Segment(
            self.prompt, self.ids[index], self.mask[index], self.logprobs[index], self.rollouts[index]
        )


@dataclass
class Rollouts:
    """G rollouts of each of P tasks.

    Attributes:
        tasks: The P tasks.
        rewards: Shape (P, G, m, d); rows of missing, malformed and repeated answers are zero. With
            several turns m counts the answers of all turns.
        answers: `answers[p][g]` are the m texts, empty where there is none.
        segments: What this process has sampled, ready for training.
        tokens: Tokens sampled.
        parsed: Share of the m candidates per rollout that were present, well formed and new.
        finished: Share of completions that ended by themselves.
        prompts: Prompts of the last turn: one per task, or one per rollout after the first turn.
    """

    tasks: list[Any]
    rewards: Reward
    answers: list[list[tuple[str, ...]]]
    segments: list[Segment]
    tokens: int = 0
    parsed: float = 0.0
    finished: float = 0.0
    prompts: list[str] = field(default_factory=list)


def collect(
    policy: Policy,
    source: TaskSource,
    tasks: Sequence[Any],
    chain: Chain,
    group_size: int,
    sampling: Sampling,
    seed: int,
) -> Rollouts:
    """Samples `group_size` rollouts of every task and scores their candidates.

    Args:
        policy: The policy that writes.
        source: Words the prompts and scores the answers.
        tasks: P tasks of the source.
        chain: The multi-answer format.
        group_size: Rollouts per task, G.
        sampling: How completions are drawn.
        seed: Seed of all randomness.

    Raises:
        ValueError: If there are more processes than tasks.
    """
    if len(tasks) < processes.count():
        raise ValueError(
            f"{len(tasks)} tasks cannot be shared by {processes.count()} processes; take more tasks"
        )
    # Each process has whole groups; answers and rewards are then told to all, segments are not.
    mine = processes.share(range(len(tasks)))
    own, g, d = [tasks[i] for i in mine], group_size, len(source.objective_names)
    n = len(own) * g
    answers: list[list[tuple[str, ...]]] = [[() for _ in range(g)] for _ in own]
    rewards = np.zeros((len(own), g, 0, d), np.float32)
    segments: list[Segment] = []
    present = ended = 0
    prompts = source.prompts(own)
    owners = np.array(mine)[:, None] * g + np.arange(g)
    part = (mine, len(tasks))
    for turn in range(source.max_turns):
        if turn:
            prompts = [
                source.turn_prompt(own[i // g], answers[i // g][i % g], rewards[i // g, i % g])
                for i in range(n)
            ]
            owners = owners.reshape(n, 1)
            part = (owners[:, 0].tolist(), len(tasks) * g)
        fresh = _sample_segments(policy, chain, source.style, prompts, owners, sampling, [seed, turn], part)
        segments += fresh
        candidates = [parse for segment in fresh for parse in read(policy, chain, segment)]
        rewards = np.concatenate([rewards, score(source, own, candidates, g)], axis=2)
        for i, found in enumerate(candidates):
            answers[i // g][i % g] += found.texts
            present += sum(answer is not None for answer in found.answers)
        ended += sum(int((policy.stops(s.ids) & s.mask).any(-1).sum()) for s in fresh)
    per_task = len(prompts) // len(own)
    shown = [prompts[i * per_task : (i + 1) * per_task] for i in range(len(own))]
    tokens = sum(int(segment.mask.sum()) for segment in segments)
    tokens, present, ended = processes.total(torch.tensor([tokens, present, ended])).tolist()
    completions = len(tasks) * g * source.max_turns
    return Rollouts(
        tasks=list(tasks),
        rewards=np.stack(processes.gather(list(rewards))),
        answers=processes.gather(answers),
        segments=segments,
        tokens=tokens,
        parsed=present / (completions * chain.size),
        finished=ended / completions,
        prompts=[prompt for group in processes.gather(shown) for prompt in group],
    )


def read(policy: Policy, chain: Chain, segment: Segment) -> list[Candidates]:
    """The candidates of each completion of a segment."""
    texts = (policy.decode(row[kept].tolist()) for row, kept in zip(segment.ids, segment.mask))
    return [chain.parse(text) for text in texts]


def score(source: TaskSource, tasks: Sequence[Any], candidates: Sequence[Candidates], g: int) -> Reward:
    """Rewards (P, G, m, d) of parsed candidates; rows without an answer are zero."""
    m = len(candidates[0].answers)
    rewards = np.zeros((len(candidates), m, len(source.objective_names)), np.float32)
    places = [
        (i, j)
        for i, found in enumerate(candidates)
        for j, answer in enumerate(found.answers)
        if answer is not None
    ]
    if places:
        texts = [candidates[i].texts[j] for i, j in places]
        rewards[tuple(zip(*places))] = source.score([tasks[i // g] for i, _ in places], texts)
    return rewards.reshape(len(tasks), g, m, -1)


def _sample_segments(
    policy: Policy,
    chain: Chain,
    style: str,
    prompts: Sequence[str],
    owners: np.ndarray[Any, Any],
    sampling: Sampling,
    seed: int | Sequence[int],
    part: tuple[Sequence[int], int],
) -> list[Segment]:
    encoded = [policy.encode_prompt(chain.ask(prompt, style), sampling.max_new_tokens) for prompt in prompts]
    drawn = sample(policy, encoded, owners.shape[1], sampling, seed, part)
    return [
        Segment(prompt, drawn.ids[i], drawn.mask[i], drawn.logprobs[i], torch.as_tensor(owners[i]))
        for i, prompt in enumerate(encoded)
    ]


def token_span(policy: Policy, ids: Sequence[int], characters: tuple[int, int]) -> tuple[int, int]:
    """The tokens [start, end) of a completion that write the characters [start, end) of its text.

    Args:
        policy: The policy whose tokenizer wrote the text.
        ids: Token ids of the completion.
        characters: A span of `Chain.parse`.
    """

    def tokens_before(character: int) -> int:
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high) // 2
            # Characters begun but not complete are decoded as one or more replacement characters.
            if len(policy.decode(ids[: middle + 1]).rstrip("\ufffd")) <= character:
                low = middle + 1
            else:
                high = middle
        return low

    start, end = characters
    return tokens_before(start), tokens_before(end - 1) + 1 if end > start else tokens_before(start)
