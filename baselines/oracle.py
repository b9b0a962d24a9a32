"""The oracle: the true front, where the domain knows it."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from baselines.best_of_n import BestOfN
from vpo_agent.rollout import Rollouts
from vpo_agent.sampling import Sampling
from vpo_agent.seeds import Seed
from vpo_agent.tasks import DomainTasks, make_env
from vpo_envs.core import Task
from vpo_envs.scalarization import Weights, spread_weights

WEIGHTINGS = 256


class Oracle(BestOfN):
    """Gives the answers of `Domain.best_answers`, a reference for what could be reached.

    Its answers to a task come in the order in which a search wants them: the best under the fixed
    scalarization, then each time the one that adds most to E_w[best]; pools larger than the front
    start again. No model writes them, so no tokens are counted. best@k of a pool that holds a whole
    front is no upper bound for small k; its best and its E_w[best] are.

    `predict` sees the truth of the task that its environment is in: reset that environment first.

    Raises:
        ValueError: If the environment was not made from a `Domain`.
    """

    def __init__(self, policy: Any, env: gym.Env[Any, Any] | str, **kwargs: Any) -> None:
        env = make_env(env)
        super().__init__(policy, env, **kwargs)
        self._watch(env)

    def set_env(self, env: gym.Env[Any, Any] | str) -> None:
        """See `Agent.set_env`."""
        env = make_env(env)
        super().set_env(env)
        self._watch(env)

    def warm_start(self, steps: int | None = None, *, progress_bar: bool = False) -> None:
        """Nothing: the oracle has no model to teach."""

    def rollouts(
        self,
        tasks: list[Any],
        group_size: int,
        sampling: Sampling,
        seed: Seed,
        weights: Weights | None = None,
    ) -> Rollouts:
        """The best answers, as many as a pool of `group_size` rollouts holds."""
        m, d = self.config.num_candidates, len(self.source.weights)
        answers = [self.best(task, group_size * m) for task in tasks]
        flat = [text for texts in answers for text in texts]
        owners = [task for task in tasks for _ in range(group_size * m)]
        return Rollouts(
            tasks=list(tasks),
            rewards=self.source.score(owners, flat).reshape(len(tasks), group_size, m, d),
            answers=[[tuple(texts[i : i + m]) for i in range(0, len(texts), m)] for texts in answers],
            segments=[],
            parsed=1.0,
            finished=1.0,
        )

    def predict(
        self, prompt: str, *, deterministic: bool = False, seed: int | None = None, **sampling: Any
    ) -> tuple[tuple[str, ...], None]:
        """The first `n` best answers to the task that the environment is in.

        Raises:
            ValueError: If the prompt is not that task's.
        """
        task = self.env.unwrapped.task  # type: ignore[attr-defined]
        if task is None or task.text(self.source.style) != prompt:
            raise ValueError(
                f"prompt={prompt[:40]!r} is not that of the task which the oracle's environment is in; reset "
                "that environment (agent.env) and give what it shows"
            )
        return tuple(self.best(task, self.config.n)), None

    def best(self, task: Task, n: int) -> list[str]:
        """The first `n` best answers to a task.

        Raises:
            ValueError: If the domain does not know them.
        """
        source: Any = self.source
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

    def _watch(self, env: gym.Env[Any, Any]) -> None:
        if not isinstance(self.source, DomainTasks):
            raise ValueError(f"env={env} knows no best answers; the oracle needs one made from a Domain")
        self.env = env
