"""Evaluation of agents: pools of answers on held-out tasks, and measures of their quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vpo_agent.generation.generator import Generator
from vpo_agent.tasks.source import DomainTasks
from vpo_envs import metrics
from vpo_envs.domain import Domain
from vpo_envs.scalarization import spread_weights
from vpo_envs.task import Reward

WEIGHTINGS = 512
BUDGETS = (1, 3, 10, 30)
TASKS, POOL = 128, 30
ARGUMENTS = ("split", "tasks", "pool", "seed", "fronts")
"""Arguments of `evaluate` besides the generator and the settings of sampling."""


@dataclass
class Evaluation:
    """Pools of n answers on T tasks.

    Attributes:
        rewards: Reward vectors, shape (T, n, d).
        answers: Answers, `answers[t][i]`; empty strings for missing candidates.
        fronts: True Pareto fronts, one (f, d) array per task; None if they are unknown.
        weights: Preference weights of the fixed scalarization, shape (d,).
        tokens: Number of sampled tokens; None where a server does not report it.
        tasks: Ids of the tasks.
    """

    rewards: Reward
    answers: list[list[str]]
    fronts: list[Reward] | None
    weights: NDArray[np.float64]
    tokens: int | None
    tasks: list[str]

    def per_task(self, budgets: tuple[int, ...] = BUDGETS) -> dict[str, NDArray[np.float64]]:
        """Returns every measure per task, arrays of shape (T,).

        `best@k` (fixed scalar), `pass@k` of the largest budget (left out where the fronts show that no
        answer to any task can be perfect), `expected_best` (512 fixed weightings), `diversity`,
        `diversity_nonzero` and, where fronts are known, `front_share`, `hypervolume_ratio` (up to
        `metrics.HYPERVOLUME_OBJECTIVES` objectives), `regret` (of expected_best) and `regret_scalar` (of the
        fixed scalar).

        Raises:
            ValueError: If the pools are smaller than every budget.
        """
        n, d = self.rewards.shape[1:]
        reached = [k for k in budgets if k <= n]
        if not reached:
            raise ValueError(f"budgets={budgets} are all above the pools' {n} answers; give one up to {n}")
        scalars = self.rewards @ self.weights
        weightings = spread_weights(WEIGHTINGS, d)
        values = {f"best@{k}": metrics.best_at_k(scalars, k) for k in reached}
        most = max(reached)
        if self.fronts is None or any(metrics.solved(front).any() for front in self.fronts):
            values[f"pass@{most}"] = metrics.pass_at_k(metrics.solved(self.rewards), most)
        values["expected_best"] = metrics.expected_best(self.rewards, weightings)
        values["diversity"] = np.array([metrics.diversity(pool) for pool in self.rewards])
        values["diversity_nonzero"] = np.array([metrics.diversity(pool, True) for pool in self.rewards])
        if self.fronts is not None:
            pairs = list(zip(self.rewards, self.fronts))
            values["front_share"] = np.array([metrics.front_share(*pair) for pair in pairs])
            if d <= metrics.HYPERVOLUME_OBJECTIVES:
                values["hypervolume_ratio"] = np.array([metrics.hypervolume_ratio(*pair) for pair in pairs])
            values["regret"] = np.array([metrics.regret(*pair, weightings) for pair in pairs])
            best = np.array([(front @ self.weights).max() for front in self.fronts])
            values["regret_scalar"] = best - scalars.max(axis=1)
        return values

    def summary(self, budgets: tuple[int, ...] = BUDGETS) -> dict[str, float]:
        """Returns the mean of every measure over the tasks."""
        return {name: float(values.mean()) for name, values in self.per_task(budgets).items()}


def measure_names(
    pool: int, fronts: bool, budgets: tuple[int, ...] = BUDGETS, perfect: bool = True
) -> list[str]:
    """Returns the names of the measures of `Evaluation.per_task`.

    Args:
        pool: Answers per task.
        fronts: Whether true Pareto fronts are known.
        budgets: Budgets k of `best@k`.
        perfect: Whether an answer with every objective at 1 may exist.
    """
    reached = [k for k in budgets if k <= pool]
    names = [f"best@{k}" for k in reached] + ([f"pass@{max(reached)}"] if perfect else [])
    names += ["expected_best", "diversity", "diversity_nonzero"]
    return names + (["front_share", "hypervolume_ratio", "regret", "regret_scalar"] if fronts else [])


def may_be_perfect(domain: Domain, split: str, tasks: int) -> bool:
    """Returns whether an answer to one of a split's first tasks may have every objective at 1."""
    fronts = [domain.pareto_front(domain.task(split, index)) for index in range(tasks)]
    known = [front for front in fronts if front is not None]
    return len(known) < len(fronts) or any(metrics.solved(front).any() for front in known)


def unmeasured(metric: str, domain: Domain, split: str, tasks: int) -> str:
    """Returns the reason why a measure is not known for a split's first tasks; empty if it is.

    Args:
        metric: One of `measure_names`.
        domain: The domain.
        split: The split.
        tasks: Number of tasks.
    """
    if metric in measure_names(POOL, fronts=False, perfect=False) or metric.startswith("best@"):
        return ""
    if metric.startswith("pass@"):
        return "" if may_be_perfect(domain, split, tasks) else "no task has a perfect answer"
    if any(domain.pareto_front(domain.task(split, index)) is None for index in range(tasks)):
        return "the domain does not know the true fronts of all tasks"
    most = metrics.HYPERVOLUME_OBJECTIVES
    if metric == "hypervolume_ratio" and len(domain.objectives) > most:
        return f"it is computed for up to {most} objectives"
    return ""


def evaluate(
    generator: Generator,
    *,
    split: str = "test",
    tasks: int = TASKS,
    pool: int = POOL,
    seed: int = 0,
    fronts: bool = True,
    **sampling: Any,
) -> Evaluation:
    """Samples a pool of answers for each of the first tasks of a split.

    Args:
        generator: A trained agent, a served model or an oracle; not modified.
        split: `train`, `validation` or `test`.
        tasks: Number of tasks.
        pool: Answers per task, from `ceil(pool / m)` rollouts.
        seed: Seed of sampling.
        fronts: Whether to compute true Pareto fronts, where the domain provides them.
        **sampling: `temperature`, `top_p`, `max_new_tokens` in place of the training settings.

    Raises:
        ValueError: If the environment was not made from a `Domain`, a number is out of range, or the split
            has too few tasks.
        TypeError: If there is no such argument, or the generator is a path or another object.
    """
    if not hasattr(generator, "rollouts"):
        raise TypeError(f"generator={generator!r} is no agent; load it first, for example VPO.load(path)")
    source = generator.source
    if not isinstance(source, DomainTasks):
        raise ValueError("evaluate needs an environment made from a Domain: only those have test splits")
    if tasks < 1 or pool < 1:
        raise ValueError(f"tasks={tasks} and pool={pool} must be at least 1")
    held_out = DomainTasks(source.domain, split, source.style, source.max_turns)
    chosen = held_out.first(tasks)
    how = generator.sampling.changed(ARGUMENTS, **sampling)
    per_rollout = generator.num_candidates * source.max_turns
    rollouts = generator.rollouts(chosen, -(-pool // per_rollout), how, seed)
    d = len(source.weights)
    known = [source.domain.pareto_front(task) for task in chosen] if fronts else [None]
    return Evaluation(
        rewards=rollouts.rewards.reshape(tasks, -1, d)[:, :pool],
        answers=[[text for texts in group for text in texts][:pool] for group in rollouts.answers],
        fronts=None if any(front is None for front in known) else known,  # type: ignore[arg-type]
        weights=source.weights,
        tokens=rollouts.tokens,
        tasks=[task.id for task in chosen],
    )
