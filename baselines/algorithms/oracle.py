"""Oracle answers: the true Pareto front, for domains that know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from vpo_agent.agents.config import AgentConfig
from vpo_agent.common.settings import Settings, check_at_least
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.seeding import Seed
from vpo_agent.tasks.source import DomainTasks, TaskSource, make_env, task_source
from vpo_envs.scalarization import spread_weights
from vpo_envs.task import Task

WEIGHTINGS = 256


@dataclass(frozen=True, kw_only=True)
class OracleConfig(Settings):
    """Settings of the oracle.

    Attributes:
        num_candidates: Answers per rollout, m.
        n: Answers that `predict` gives.
    """

    unused: ClassVar[Mapping[str, str]] = {
        field.name: "the oracle has no model, samples nothing and does not train"
        for field in fields(AgentConfig)
        if field.name != "num_candidates"
    }
    num_candidates: int = 1
    n: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_at_least(vars(self), num_candidates=1, n=1)


class Oracle:
    """Generator of the answers of `Domain.best_answers`, an upper reference.

    The first answer to a task is the best under the fixed scalarization. Each further answer is the one
    that adds most to E_w[best]. A pool larger than the front repeats this sequence. There is no model, so
    no tokens are counted. The best scalar and E_w[best] of a pool that holds the whole front are upper
    bounds; its best@k for small k is not.

    `predict` answers the current task of the oracle's own environment: reset that environment first.

    Args:
        env: An environment made from a `Domain`, or its id.
        **settings: Fields of `OracleConfig`.

    Raises:
        ValueError: If the environment was not made from a `Domain`.
    """

    config_class = OracleConfig
    goal_conditioned = False

    def __init__(self, env: gym.Env[Any, Any] | str, **settings: Any) -> None:
        self.config = OracleConfig.from_settings(settings)
        self.env = make_env(env)
        self.source = task_source(self.env)
        _domain_tasks(self.source)

    @property
    def num_candidates(self) -> int:
        """Answers per rollout, m."""
        return self.config.num_candidates

    @property
    def sampling(self) -> Sampling:
        """Sampling settings without effect: the oracle samples nothing."""
        return Sampling()

    def describe(self) -> dict[str, Any]:
        """Returns what determines the answers."""
        return {"agent": "Oracle", "config": {"num_candidates": self.num_candidates}}

    def rollouts(
        self,
        tasks: Sequence[Any],
        group_size: int,
        sampling: Sampling,
        seed: Seed,
        *,
        source: TaskSource | None = None,
        turns: int | None = None,
    ) -> Rollouts:
        """Returns the best answers, as many as a pool of `group_size` rollouts of all turns holds."""
        tasks_of = _domain_tasks(source or self.source)
        m = self.num_candidates * (tasks_of.max_turns if turns is None else turns)
        d = len(tasks_of.weights)
        answers = [best(tasks_of, task, group_size * m) for task in tasks]
        flat = [text for texts in answers for text in texts]
        owners = [task for task in tasks for _ in range(group_size * m)]
        return Rollouts(
            tasks=list(tasks),
            rewards=tasks_of.score(owners, flat).reshape(len(tasks), group_size, m, d),
            answers=[[tuple(texts[i : i + m]) for i in range(0, len(texts), m)] for texts in answers],
            segments=[],
            well_formed=1.0,
            terminated=1.0,
        )

    def predict(self, prompt: str, **_: Any) -> tuple[tuple[str, ...], None]:
        """Returns the first `n` best answers to the task that the environment is in.

        Raises:
            ValueError: If the prompt is not that task's.
        """
        task = self.env.unwrapped.task  # type: ignore[attr-defined]
        if task is None or task.text(self.source.style) != prompt:
            raise ValueError(
                f"prompt={prompt[:40]!r} is not that of the task which the oracle's environment is in; reset "
                "that environment (oracle.env) and give what it shows"
            )
        return tuple(best(_domain_tasks(self.source), task, self.config.n)), None


def best(source: DomainTasks, task: Task, n: int) -> list[str]:
    """Returns the first `n` best answers to a task.

    Raises:
        ValueError: If the domain does not know them.
    """
    answers = source.domain.best_answers(task)
    if not answers:
        raise ValueError(
            f"{type(source.domain).__name__} does not know its best answers, which the oracle gives; "
            "implement Domain.best_answers"
        )
    rewards = source.score([task] * len(answers), answers).astype(float)
    offered = rewards @ spread_weights(WEIGHTINGS, rewards.shape[1]).T
    order = [int((rewards @ source.weights).argmax())]
    while len(order) < min(n, len(answers)):
        reached = offered[order].max(axis=0)
        gain = np.maximum(offered, reached).mean(axis=1)
        gain[order] = -1.0
        order.append(int(gain.argmax()))
    return [answers[order[i % len(order)]] for i in range(n)]


def _domain_tasks(source: TaskSource) -> DomainTasks:
    if not isinstance(source, DomainTasks):
        raise ValueError(
            f"env={source.env_id!r} has no known best answers; the oracle needs one made from a Domain"
        )
    return source
