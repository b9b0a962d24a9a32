"""Rollout scores for other trainers: an agent's score of a completion's set of answers, as a reward.

A trainer that normalizes rewards within the group of a prompt turns these scores into the agent's advantages.
It may divide a group among processes and calls, so weightings depend only on the task: VPO uses one fixed
low-discrepancy set, random weighting draws one from a seed derived from the task's name. The score of PoolVPO
depends on the other completions of the group, so it needs whole groups in one call.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from vpo_agent.common.settings import Settings, check_at_least
from vpo_agent.generation.rollout import drop_repeats, score
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import domain_tasks
from vpo_agent.training.advantages import Array, pool_credit, set_score
from vpo_agent.training.weightings import with_known_weights
from vpo_envs.scalarization import Weights, check_alpha, sample_weights, spread_weights
from vpo_envs.suggestions import did_you_mean
from vpo_envs.task import Reward, Task

FIELDS = ("env", "settings", "split", "index", "num_candidates")
"""Columns of `vpo_agent.tasks.export` that scoring requires."""
MEASURES = ("best_scalar", "well_formed", "repeated")
"""Measures of a completion for the log, beside `objective/NAME`."""
KNOWN = "weights"
"""Column with a task's own preference weights (d,); None or missing where they are unknown."""


class Scored(NamedTuple):
    """The score of a completion, with measures for the log.

    Attributes:
        score: The agent's rollout score, used as the trainer's reward.
        best_scalar: Best fixed scalar `w* . r` of an answer, in [0, 1]; comparable between agents.
        well_formed: Share of the requested answers that were present and well formed.
        repeated: Share of the requested answers that repeat an earlier one of the completion.
        objectives: Mean of each objective over the requested answers, by name; missing answers count 0.
        rewards: The reward matrix (m, d), one row per requested answer.
    """

    score: float
    best_scalar: float
    well_formed: float
    repeated: float
    objectives: dict[str, float]
    rewards: list[list[float]]

    def measures(self) -> dict[str, float]:
        """Returns the numbers for a log: those of `MEASURES`, and `objective/NAME` for each objective."""
        objectives = {f"objective/{name}": value for name, value in self.objectives.items()}
        return {**{name: getattr(self, name) for name in MEASURES}, **objectives}

    def table(self) -> str:
        """Returns the answers' objectives by name as JSON, for a table of completions."""
        rounded = ([round(value, 4) for value in row] for row in self.rewards)
        return json.dumps([dict(zip(self.objectives, row)) for row in rounded])


@dataclass(frozen=True)
class RolloutScore(Settings):
    """A function that scores completions like an agent.

    Attributes:
        agent: A key of `AGENTS`.
        n_weights: Number of weightings of `vpo` and `pool_vpo`, at least 1.
        alpha: Concentration of the weightings' Dirichlet distribution, positive.
        seed: Seed of the weightings of `random_weighting`.
        pool_size: Rollouts per pool of `pool_vpo`, k; at least 1 and below `group_size`.
        group_size: Rollouts per task of `pool_vpo`, G: the trainer's number of completions per prompt.

    Raises:
        ValueError: If a value is out of range or has another type.

    Example:
        >>> from vpo_agent.tasks.export import task_rows
        >>> row, = task_rows("vpo/MazeSmall-v0", 1, num_candidates=2)
        >>> scored, = RolloutScore("vpo")([row], ["<candidate_1>nowhere</candidate_1>"])
        >>> scored.score, scored.well_formed, scored.objectives
        (0.0, 0.5, {'completion': 0.0, 'gold': 0.0, 'diamond': 0.0, 'avoid_lava': 0.0})
    """

    agent: str = "vpo"
    n_weights: int = 100
    alpha: float = 1.0
    seed: int = 0
    pool_size: int = 8
    group_size: int = 24

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.agent not in AGENTS:
            raise ValueError(f"agent={self.agent!r} is unknown; {did_you_mean(self.agent, AGENTS)}")
        check_at_least(vars(self), n_weights=1)
        check_alpha(self.alpha)
        if not 1 <= self.pool_size < self.group_size:
            raise ValueError(
                f"pool_size={self.pool_size} must lie between 1 and group_size - 1 = {self.group_size - 1}"
            )

    @property
    def together(self) -> int:
        """Completions of a task that must be scored in one call: a whole group for `pool_vpo`, else 1."""
        return self.group_size if AGENTS[self.agent].estimate is _pool else 1

    def __call__(self, rows: Sequence[Mapping[str, Any]], completions: Sequence[str]) -> list[Scored]:
        """Scores n completions, each for the task of its row.

        Args:
            rows: n mappings with the `FIELDS`; they may belong to different environments. For `pool_vpo`
                the `group_size` completions of a task follow one another. A row with `weights` is scored
                under these alone, a row without under the agent's weightings.
            completions: n texts.

        Raises:
            ValueError: If the lengths differ, a row lacks a field, its weights are not d shares that sum to
                1, or `pool_vpo` receives an incomplete group.
        """
        if len(rows) != len(completions):
            raise ValueError(
                f"rows has {len(rows)} entries and completions has {len(completions)}; give the row of its "
                "task for every completion"
            )
        for row in rows:
            if missing := [field for field in FIELDS if row.get(field) is None]:
                raise ValueError(
                    f"the row {dict(row)!r:.80} lacks {', '.join(missing)}; make rows by `vpo export` or "
                    "vpo_agent.tasks.export, with the number of candidates"
                )
        self._check_groups(rows)
        alike = defaultdict(list)
        for place, row in enumerate(rows):
            alike[row["env"], row["settings"], row["num_candidates"]].append(place)
        scored: dict[int, Scored] = {}
        for key, places in alike.items():
            found = self._score(*key, [rows[i] for i in places], [completions[i] for i in places])
            scored.update(zip(places, found))
        return [scored[place] for place in range(len(rows))]

    def _check_groups(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if self.together == 1:
            return
        for (env, _, split, index, _), run in groupby(rows, key=lambda row: tuple(row[f] for f in FIELDS)):
            if (count := len(list(run))) != self.group_size:
                raise ValueError(
                    f"agent={self.agent!r} compares the group_size={self.group_size} completions of a task, "
                    f"and this call has {count} in a row of {env} {split}/{index}; set group_size to the "
                    "trainer's completions per prompt, and let every process score whole groups (its batch "
                    "is a multiple of group_size)"
                )

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
        compared = tasks[:: self.together]
        rewards = score(source, compared, candidates, self.together)
        draw, estimate = AGENTS[self.agent]
        drawn = np.stack([draw(self, source.weights, f"{env} {settings} {task.id}") for task in compared])
        weights = with_known_weights(drawn, [row.get(KNOWN) for row in rows[:: self.together]])
        scores = estimate(self, rewards, weights).ravel()
        matrices = rewards.reshape(len(tasks), size, -1).astype(float)
        best = (matrices @ source.weights).max(axis=-1)
        read, kept = (
            np.array([sum(answer is not None for answer in one) for one in sets])
            for sets in (parsed, candidates)
        )
        well_formed, repeated = read / size, (read - kept) / size
        means = [dict(zip(source.objective_names, row)) for row in matrices.mean(axis=1).tolist()]
        return [
            Scored(
                score=float(scores[i]),
                best_scalar=float(best[i]),
                well_formed=float(well_formed[i]),
                repeated=float(repeated[i]),
                objectives=means[i],
                rewards=matrices[i].tolist(),
            )
            for i in range(len(tasks))
        ]


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


def _alone(how: RolloutScore, rewards: Reward, weights: Weights) -> Array:
    return pool_credit(rewards, weights)


def _pool(how: RolloutScore, rewards: Reward, weights: Weights) -> Array:
    return pool_credit(rewards, weights, how.pool_size)


def _set(how: RolloutScore, rewards: Reward, weights: Weights) -> Array:
    return set_score(rewards, weights)


class Rule(NamedTuple):
    """The rule of an agent's scores.

    Attributes:
        draw: Function that returns the weightings (K, d) of a task.
        estimate: Function of rewards (P, G, m, d) and weights (P, K, d) that returns scores (P, G).
    """

    draw: Callable[[RolloutScore, Weights, str], Weights]
    estimate: Callable[[RolloutScore, Reward, Weights], Array]


AGENTS = {
    "vpo": Rule(_shared, _alone),
    "pool_vpo": Rule(_shared, _pool),
    "multi_rlvr": Rule(_fixed, _set),
    "random_weighting": Rule(_of_task, _alone),
    "grpo": Rule(_fixed, _alone),
}
"""Rules by agent; all but `vpo` and `multi_rlvr` are meant for one answer per completion."""
