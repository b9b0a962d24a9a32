"""Collection of rollouts: groups of completions, their candidates and the candidates' rewards."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vpo_agent.common import distributed
from vpo_agent.generation.sampler import sample
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.seeding import Seed
from vpo_agent.tasks.source import TaskSource
from vpo_envs.reading import remove_thought
from vpo_envs.task import Reward


@dataclass
class Segment:
    """A prompt with the completions that share it: the unit of training.

    Attributes:
        prompt: Token ids.
        ids: Completions, shape (R, L).
        mask: Tokens that were sampled, shape (R, L).
        logprobs: Log-probabilities under the sampling policy, shape (R, L).
        rollouts: Flat index (group * G + rollout) of each row, shape (R,).
        turn: Turn of the episode, from 0.
        spans: Number of the rollout's answer that each token belongs to, from 1 over all turns; 0 before a
            turn's first answer. Shape (R, L); None unless advantages differ between answers.
    """

    prompt: list[int]
    ids: Tensor
    mask: Tensor
    logprobs: Tensor
    rollouts: Tensor
    turn: int = 0
    spans: Tensor | None = None

    def rows(self, index: Tensor) -> Segment:
        """Returns the segment with the given rows only."""
        return dataclasses.replace(
            self,
            ids=self.ids[index],
            mask=self.mask[index],
            logprobs=self.logprobs[index],
            rollouts=self.rollouts[index],
            spans=None if self.spans is None else self.spans[index],
        )


@dataclass(frozen=True)
class Completion:
    """The text sampled after one prompt.

    Attributes:
        text: The whole text, reasoning included.
        tokens: Length in tokens; None where a server does not report it.
        ended: Whether it terminated by itself, before the maximum length.
        reasoning_tokens: Approximate number of reasoning tokens.
    """

    text: str
    tokens: int | None
    ended: bool
    reasoning_tokens: int = 0


Write = Callable[[Sequence[str], int, int], list[Completion]]
"""`(prompts, rows, turn) -> completions`: `rows` completions per prompt, ordered by prompt."""


@dataclass
class Rollouts:
    """G rollouts of each of P tasks.

    Attributes:
        tasks: The P tasks.
        rewards: Shape (P, G, m, d); rows of missing, malformed and repeated answers are zero. With
            several turns m counts the answers of all turns.
        answers: The m texts of each rollout, `answers[p][g]`; empty where an answer is missing. Fewer
            than G rollouts where the last ones were not sampled (their rewards are zero).
        segments: Segments sampled by this process, for training.
        tokens: Number of sampled tokens; None where a server does not report it.
        well_formed: Share of the m candidates per rollout that were present and well formed.
        repeated: Share of the candidates that repeat an earlier answer of their completion.
        terminated: Termination rate: share of completions that ended before the maximum length.
        prompts: Prompts of the last turn: one per task, or one per rollout after the first turn.
        completions: Completions, `completions[turn][p * G + g]`; empty where no model generates them.
    """

    tasks: list[Any]
    rewards: Reward
    answers: list[list[tuple[str, ...]]]
    segments: list[Segment]
    tokens: int | None = 0
    well_formed: float = 0.0
    repeated: float = 0.0
    terminated: float = 0.0
    prompts: list[str] = field(default_factory=list)
    completions: list[list[Completion]] = field(default_factory=list)


def collect(
    policy: Policy,
    source: TaskSource,
    tasks: Sequence[Any],
    answer_format: AnswerFormat,
    group_size: int,
    sampling: Sampling,
    seed: Seed,
    turns: int | None = None,
) -> Rollouts:
    """Samples `group_size` rollouts of every task and scores their candidates.

    Args:
        policy: The policy to sample from.
        source: Source of the prompts and of the answers' rewards.
        tasks: P tasks of the source.
        answer_format: Format of the candidates in a completion.
        group_size: Rollouts per task, G.
        sampling: Sampling settings.
        seed: Seed of all randomness, or one per task.
        turns: Turns per episode; None: the source's `max_turns`.
    """
    mine = distributed.shard(range(len(tasks)))  # whole groups
    numbers = torch.tensor(mine)[:, None] * group_size + torch.arange(group_size)
    segments: list[Segment] = []

    def write(prompts: Sequence[str], rows: int, turn: int) -> list[Completion]:
        owners = numbers.view(len(prompts), rows)
        firsts = owners[:, 0].tolist()
        part = ([first // rows for first in firsts], len(tasks) * group_size // rows)
        encoded = [policy.encode_prompt(prompt, sampling.max_new_tokens) for prompt in prompts]
        if isinstance(seed, Sequence):
            places = [divmod(first, group_size) for first in firsts]
            own = [[seed[task], turn, rollout] for task, rollout in places]
            drawn = sample(policy, encoded, rows, sampling, own)
        else:
            drawn = sample(policy, encoded, rows, sampling, [seed, turn], part)
        fresh = [
            Segment(prompt, drawn.ids[i], drawn.mask[i], drawn.logprobs[i], owners[i], turn)
            for i, prompt in enumerate(encoded)
        ]
        segments.extend(fresh)
        return [completion for segment in fresh for completion in completions(policy, segment)]

    turns = source.max_turns if turns is None else turns
    if mine:
        played = play(write, source, [tasks[i] for i in mine], answer_format, group_size, turns)
    else:  # more processes than tasks
        shape = (0, group_size, turns * answer_format.size, len(source.objective_names))
        played = Rollouts([], np.zeros(shape, np.float32), [], [], completions=[[] for _ in range(turns)])
    return dataclasses.replace(_gathered(played, tasks), segments=segments)


def play(
    write: Write,
    source: TaskSource,
    tasks: Sequence[Any],
    answer_format: AnswerFormat,
    group_size: int,
    turns: int | None = None,
) -> Rollouts:
    """Plays episodes with any source of completions; returns rollouts without segments.

    Args:
        write: Function that completes prompts.
        source: See `collect`.
        tasks: See `collect`.
        answer_format: See `collect`.
        group_size: See `collect`.
        turns: See `collect`.
    """
    p, g, d = len(tasks), group_size, len(source.objective_names)
    answers: list[list[tuple[str, ...]]] = [[() for _ in range(g)] for _ in range(p)]
    rewards = np.zeros((p, g, 0, d), np.float32)
    written: list[list[Completion]] = []
    well_formed = kept = 0
    prompts = source.prompts(tasks)
    for turn in range(source.max_turns if turns is None else turns):
        if turn:
            prompts = [
                source.turn_prompt(tasks[i // g], answers[i // g][i % g], rewards[i // g, i % g])
                for i in range(p * g)
            ]
        asked = [answer_format.instruct(prompt, source.style) for prompt in prompts]
        written.append(write(asked, p * g // len(asked), turn))
        candidates = [answer_format.parse(completion.text) for completion in written[-1]]
        unique = [drop_repeats(source, tasks[i // g], found) for i, found in enumerate(candidates)]
        rewards = np.concatenate([rewards, score(source, tasks, unique, g)], axis=2)
        for i, found in enumerate(unique):
            answers[i // g][i % g] += tuple(answer or "" for answer in found)
        well_formed += sum(answer is not None for found in candidates for answer in found)
        kept += sum(answer is not None for found in unique for answer in found)
    flat = [completion for of_turn in written for completion in of_turn]
    counts = [completion.tokens for completion in flat]
    return Rollouts(
        tasks=list(tasks),
        rewards=rewards,
        answers=answers,
        segments=[],
        tokens=None if None in counts else sum(filter(None, counts)),
        well_formed=well_formed / (len(flat) * answer_format.size),
        repeated=(well_formed - kept) / (len(flat) * answer_format.size),
        terminated=sum(completion.ended for completion in flat) / len(flat),
        prompts=prompts,
        completions=written,
    )


def _gathered(own: Rollouts, tasks: Sequence[Any]) -> Rollouts:
    """Returns the rollouts of all processes, in the order of the tasks; segments are not exchanged."""
    if distributed.world_size() == 1:
        return own
    share = len(own.tasks)

    def of_all(rows: Sequence[Any]) -> list[Any]:
        """Returns the rows of all processes; every task has the same number of rows."""
        each = len(rows) // max(share, 1)
        grouped = [list(rows[i * each : (i + 1) * each]) for i in range(share)]
        return [row for group in distributed.all_gather(grouped) for row in group]

    shares = np.array([own.well_formed, own.repeated, own.terminated]) * share
    sums = torch.tensor([own.tokens or 0, *shares], dtype=torch.float64)
    tokens, *means = distributed.all_reduce(sums).tolist()
    well_formed, repeated, terminated = (mean / len(tasks) for mean in means)
    return dataclasses.replace(
        own,
        tasks=list(tasks),
        rewards=np.stack(of_all(list(own.rewards))),
        answers=of_all(own.answers),
        tokens=int(tokens),
        well_formed=well_formed,
        repeated=repeated,
        terminated=terminated,
        prompts=of_all(own.prompts),
        completions=[of_all(turn) for turn in own.completions],
    )


def completions(policy: Policy, segment: Segment) -> list[Completion]:
    """Returns the decoded completion of each row of a segment."""
    ended = (policy.stops(segment.ids) & segment.mask).any(-1).tolist()
    found = []
    for row, kept, end in zip(segment.ids, segment.mask, ended):
        text = policy.decode(row[kept].tolist())
        thought = text[: len(text) - len(remove_thought(text))]
        reasoning = len(policy.encode_completions([thought])[0]) - 1 if thought else 0
        found.append(Completion(policy.opened_thought + text, int(kept.sum()), end, reasoning))
    return found


def drop_repeats(source: TaskSource, task: Any, answers: Sequence[str | None]) -> tuple[str | None, ...]:
    """Returns the answers of a completion, with None in place of repeated ones.

    Args:
        source: Source of the task; its `answer_key` defines equal answers.
        task: The task that is answered.
        answers: Texts; None for a missing answer.
    """
    seen: set[str] = set()
    kept: list[str | None] = []
    for answer in answers:
        key = source.answer_key(task, answer) if answer is not None else ""
        kept.append(None if key in seen else answer)
        seen |= {key} - {""}
    return tuple(kept)


def score(
    source: TaskSource, tasks: Sequence[Any], candidates: Sequence[Sequence[str | None]], g: int
) -> Reward:
    """Returns the rewards (P, G, m, d) of candidates; rows without an answer are zero."""
    m = len(candidates[0])
    rewards = np.zeros((len(candidates), m, len(source.objective_names)), np.float32)
    places = [
        (i, j) for i, found in enumerate(candidates) for j, answer in enumerate(found) if answer is not None
    ]
    if places:
        texts = [candidates[i][j] or "" for i, j in places]
        rewards[tuple(zip(*places))] = source.score([tasks[i // g] for i, _ in places], texts)
    return rewards.reshape(len(tasks), g, m, -1)
