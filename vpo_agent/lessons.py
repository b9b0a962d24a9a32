"""What a warm start teaches: first answers, and answers that improve on earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vpo_agent.tasks import DomainTasks
from vpo_envs.core import Reward, Task
from vpo_envs.scalarization import Weights, sample_weights

WRITTEN = 4  # answers that a further turn writes, where there are as many


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a prompt shows of a task, and what may be answered.

    Attributes:
        earlier: Answers of earlier turns.
        rewards: Their reward vectors, shape (len(earlier), d).
        answers: Demonstrations, all different.
    """

    earlier: list[str]
    rewards: Reward
    answers: list[str]


def first_turns(source: DomainTasks, tasks: Sequence[Task], rng: np.random.Generator) -> Iterator[Lesson]:
    """All demonstrations of each task; drawn when it comes to the task.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    nothing = np.zeros((0, len(source.weights)), np.float32)
    return (Lesson([], nothing, demonstrations(source, task, rng)) for task in tasks)


def further_turns(
    source: DomainTasks, tasks: Sequence[Task], rng: np.random.Generator, *, earlier: int, size: int
) -> list[Lesson]:
    """Some demonstrations of each task, divided by a weighting drawn for it.

    The worst came earlier, and those that are better are written; of the others the best as well where
    they are too few for a chain of different answers.

    Args:
        source: Where the tasks are from.
        tasks: The tasks.
        rng: Draws how many came earlier, which demonstrations take part, and the weightings.
        earlier: Most answers that came earlier, at least 1; less where a chain needs them.
        size: Answers of a chain.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    counts = rng.integers(1, earlier + 1, size=len(tasks))
    pools = []
    for task, count in zip(tasks, counts):
        answers = demonstrations(source, task, rng)
        left = max(size, WRITTEN)
        pools.append([answers[i] for i in rng.permutation(len(answers))[: count + left]])
    owners = [task for task, pool in zip(tasks, pools) for _ in pool]
    rewards = source.score(owners, [answer for pool in pools for answer in pool])
    rows = np.split(rewards, np.cumsum([len(pool) for pool in pools])[:-1])
    weights = sample_weights(rng, len(tasks), len(source.weights))
    return [_divide(*parts, size) for parts in zip(pools, rows, weights, counts)]


def _divide(pool: list[str], rewards: Reward, weights: Weights, count: int, size: int) -> Lesson:
    values = rewards @ weights
    order = values.argsort(kind="stable")
    shown = min(count, max(len(pool) - size, min(1, len(pool) - 1)))
    better = order[shown:][values[order[shown:]] > values[order[:shown]].max(initial=-np.inf)]
    written = better if len(better) >= size else order[shown:][-size:]
    past = np.sort(order[:shown])
    return Lesson([pool[i] for i in past], rewards[past], [pool[i] for i in np.sort(written)])


def demonstrations(source: DomainTasks, task: Task, rng: np.random.Generator) -> list[str]:
    """The different demonstrations of a task.

    Raises:
        ValueError: If there are none.
    """
    answers = list(dict.fromkeys(source.domain.demonstrations(task, rng)))
    if not answers:
        raise ValueError(
            f"{type(source.domain).__name__} has no demonstrations to warm-start on; implement "
            "Domain.demonstrations, or start from a model that already follows the format"
        )
    return answers
