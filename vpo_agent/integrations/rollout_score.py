"""Rollout scores for other trainers: an agent's score of a completion's set of answers, as a reward.

A trainer that normalises rewards within the group of a prompt turns these scores into the agent's advantages.
It may divide a group among processes and calls, so a score depends only on the completion and its task. VPO
uses one fixed low-discrepancy set of weightings. Random weighting draws one from a seed derived from the
task's name. Pools of several rollouts (`pool_size > 1`) need whole groups and are not supported here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vpo_agent.generation.rollout import drop_repeats, score
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import domain_tasks
from vpo_agent.training.advantages import pool_credit, set_score
from vpo_envs.core import Task
from vpo_envs.scalarization import Weights, check_alpha, sample_weights, spread_weights

FIELDS = ("env", "settings", "split", "index", "num_candidates")
"""Columns of `vpo_agent.tasks.export` that scoring requires."""


class Scored(NamedTuple):
    """The score of a completion, with measures for the log.

    Attributes:
        score: The agent's rollout score, used as the trainer's reward.
        best: Best fixed scalarization `w* . r` of an answer, in [0, 1]; comparable between agents.
        valid: Share of the requested answers that were present, well formed and not repeated.
    """

    score: float
    best: float
    valid: float


@dataclass(frozen=True)
class RolloutScore:
    """A function that scores completions like an agent.

    Attributes:
        agent: A key of `AGENTS`.
        n_weights: Number of weightings of `vpo`, at least 1.
        alpha: Concentration of the weightings' Dirichlet distribution, positive.
        seed: Seed of the weightings of `random_weighting`.

    Raises:
        ValueError: If a value is out of range.

    Example:
        >>> from vpo_agent.tasks.export import task_rows
        >>> row, = task_rows("vpo/MazeSmall-v0", 1, num_candidates=2)
        >>> RolloutScore("vpo")([row], ["<candidate_1>nowhere</candidate_1>"])
        [Scored(score=0.0, best=0.0, valid=0.5)]
    """

    agent: str = "vpo"
    n_weights: int = 100
    alpha: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.agent not in AGENTS:
            raise ValueError(f"agent={self.agent!r} must be one of {', '.join(AGENTS)}")
        if self.n_weights < 1:
            raise ValueError(f"n_weights={self.n_weights} must be at least 1")
        check_alpha(self.alpha)

    def __call__(self, rows: Sequence[Mapping[str, Any]], completions: Sequence[str]) -> list[Scored]:
        """Scores n completions, each for the task of its row.

        Args:
            rows: n mappings with the `FIELDS`; they may belong to different environments.
            completions: n texts.

        Raises:
            ValueError: If a row lacks a field.
        """
        for row in rows:
            if missing := [field for field in FIELDS if row.get(field) is None]:
                raise ValueError(
                    f"the row {dict(row)!r:.80} lacks {', '.join(missing)}; make rows by `vpo export` or "
                    "vpo_agent.tasks.export, with the number of candidates"
                )
        alike = defaultdict(list)
        for place, row in enumerate(rows):
            alike[row["env"], row["settings"], row["num_candidates"]].append(place)
        scored: dict[int, Scored] = {}
        for key, places in alike.items():
            found = self._score(*key, [rows[i] for i in places], [completions[i] for i in places])
            scored.update(zip(places, found))
        return [scored[place] for place in range(len(rows))]

    def _score(
        self,
        env: str,
        settings: str,
        size: int,
        rows: Sequence[Mapping[str, Any]],
        completions: Sequence[str],
    ) -> list[Scored]:
        source, answer_format = domain_tasks(env, settings), AnswerFormat(size)
        tasks = [_task(env, settings, row["split"], row["index"]) for row in rows]
        parsed = [answer_format.parse(completion) for completion in completions]
        candidates = [drop_repeats(source, task, answers) for task, answers in zip(tasks, parsed)]
        rewards = score(source, tasks, candidates, 1)
        draw, estimate = AGENTS[self.agent]
        weights = np.stack([draw(self, source.weights, f"{env} {settings} {task.id}") for task in tasks])
        scores = estimate(rewards, weights)[:, 0]
        best = (rewards @ source.weights).max(axis=-1)[:, 0]
        valid = [np.mean([answer is not None for answer in one]) for one in candidates]
        return [Scored(*map(float, row)) for row in zip(scores, best, valid)]


@lru_cache(maxsize=1024)  # trainers often score a group's rollouts one by one
def _task(env: str, settings: str, split: str, index: int) -> Task:
    return domain_tasks(env, settings).domain.task(split, index)


@lru_cache(maxsize=64)
def _spread(count: int, d: int, alpha: float) -> Weights:
    return spread_weights(count, d, alpha)


def _shared(how: RolloutScore, fixed: Weights, name: str) -> Weights:
    return _spread(how.n_weights, len(fixed), how.alpha)


def _fixed(how: RolloutScore, fixed: Weights, name: str) -> Weights:
    return fixed[None]


def _of_task(how: RolloutScore, fixed: Weights, name: str) -> Weights:
    digest = hashlib.sha256(f"{how.seed} {name}".encode()).digest()
    return sample_weights(np.random.default_rng(list(digest)), 1, len(fixed), how.alpha)


class Rule(NamedTuple):
    """The rule of an agent's scores.

    Attributes:
        draw: Function that returns the weightings (K, d) of a task.
        estimate: Function of rewards (P, G, m, d) and weights (P, K, d) that returns scores (P, G).
    """

    draw: Callable[[RolloutScore, Weights, str], Weights]
    estimate: Callable[..., NDArray[np.float64]]


AGENTS = {
    "vpo": Rule(_shared, pool_credit),
    "multi_rlvr": Rule(_fixed, set_score),
    "random_weighting": Rule(_of_task, pool_credit),
    "grpo": Rule(_fixed, pool_credit),
}
"""Rules by agent; all but `vpo` and `multi_rlvr` are meant for one answer per completion."""
