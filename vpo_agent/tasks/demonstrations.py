"""What a warm start teaches: first answers, and answers that improve on earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vpo_agent.tasks.source import DomainTasks
from vpo_envs.core import Reward, Task
from vpo_envs.scalarization import Weights, sample_weights

WRITTEN = 4  # answers that a further turn writes, where there are as many
TRIES = 3  # domains draw their demonstrations; some have no more than the first time


@dataclass(frozen=True, eq=False)
class SFTExample:
    """What a prompt shows of a task, and what may be answered.

    Attributes:
        earlier: Answers of earlier turns.
        rewards: Their reward vectors, shape (len(earlier), d).
        answers: Demonstrations, all different.
    """

    earlier: list[str]
    rewards: Reward
    answers: list[str]


def first_turns(source: DomainTasks, tasks: Sequence[Task], rng: np.random.Generator) -> Iterator[SFTExample]:
    """All demonstrations of each task; drawn when it comes to the task.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    nothing = np.zeros((0, len(source.weights)), np.float32)
    return (SFTExample([], nothing, demonstrations(source, task, rng)) for task in tasks)


def further_turns(
    source: DomainTasks, tasks: Sequence[Task], rng: np.random.Generator, *, earlier: int, size: int
) -> list[SFTExample]:
    """Lessons that show earlier answers and ask for better ones.

    Shown are demonstrations of the task and answers to another one, which mostly fail, as early answers
    do. Of the task's own the worst under a weighting drawn for it are shown, and those that are better
    than all that is shown are written; of the rest the best as well where they are too few for a chain of
    different answers. One is shown in any case, unless there is but one.

    Args:
        source: Where the tasks are from.
        tasks: The tasks.
        rng: Draws how many came earlier, how many of them answer another task, which demonstrations take
            part, and the weightings.
        earlier: Most answers that came earlier, at least 1.
        size: Answers of a chain.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    pools = [demonstrations(source, task, rng) for task in tasks]
    answers: list[list[str]] = []  # the task's own, then those to another one
    counts: list[tuple[int, int]] = []  # of its own, and how many of these are shown
    for i, (task, pool) in enumerate(zip(tasks, pools)):
        count = int(rng.integers(1, earlier + 1))
        others = [answer for answer in pools[i - 1] if answer not in pool]
        failing = int(rng.integers(min(count, len(others)) + 1))
        own = _more(source, task, rng, pool, count - failing + max(size, WRITTEN))
        shown = min(count - failing, max(0, len(own) - size))
        strange = [others[j] for j in rng.permutation(len(others))[: count - shown]]
        answers.append([*own, *strange])
        counts.append((len(own), shown if shown or strange else min(1, len(own) - 1)))
    owners = [task for task, pool in zip(tasks, answers) for _ in pool]
    rewards = source.score(owners, [answer for pool in answers for answer in pool])
    rows = np.split(rewards, np.cumsum([len(pool) for pool in answers])[:-1])
    weights = sample_weights(rng, len(tasks), len(source.weights))
    return [_divide(*parts, size, rng) for parts in zip(answers, counts, rows, weights)]


def _more(
    source: DomainTasks, task: Task, rng: np.random.Generator, pool: list[str], wanted: int
) -> list[str]:
    """So many different demonstrations in random order, or as many as there are."""
    found = dict.fromkeys(pool)
    for _ in range(TRIES):
        if len(found) >= wanted:
            break
        found.update(dict.fromkeys(source.domain.demonstrations(task, rng)))
    answers = list(found)
    return [answers[i] for i in rng.permutation(len(answers))[:wanted]]


def _divide(
    answers: list[str],
    counts: tuple[int, int],
    rewards: Reward,
    weights: Weights,
    size: int,
    rng: np.random.Generator,
) -> SFTExample:
    own, shown = counts
    values = rewards @ weights
    order = values[:own].argsort(kind="stable")
    past = rng.permutation([*order[:shown], *range(own, len(answers))]).astype(int)
    better = order[shown:][values[order[shown:]] > values[past].max(initial=-np.inf)]
    written = better if len(better) >= size else order[shown:][-size:]
    return SFTExample([answers[i] for i in past], rewards[past], [answers[i] for i in np.sort(written)])


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
