"""Training examples of the SFT warm start: first answers, and answers that improve on earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vpo_agent.tasks.source import DomainTasks
from vpo_envs.scalarization import Weights, sample_weights
from vpo_envs.task import Reward, Task

WRITTEN = 4  # target answers of a further turn, where there are enough
TRIES = 3  # draws of demonstrations; some domains have no others than those of the first draw


@dataclass(frozen=True, eq=False)
class SFTExample:
    """A training example: the earlier answers in the prompt, and the target answers.

    Attributes:
        earlier: Answers of earlier turns.
        rewards: Reward vectors of the earlier answers, shape (len(earlier), d).
        answers: Target answers, all different.
    """

    earlier: list[str]
    rewards: Reward
    answers: list[str]


def first_turns(source: DomainTasks, tasks: Sequence[Task], rng: np.random.Generator) -> Iterator[SFTExample]:
    """Yields an example without earlier answers for each task, with all of its demonstrations.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    nothing = np.zeros((0, len(source.weights)), np.float32)
    return (SFTExample([], nothing, demonstrations(source, task, rng)) for task in tasks)


def further_turns(
    source: DomainTasks, tasks: Sequence[Task], rng: np.random.Generator, *, earlier: int, size: int
) -> list[SFTExample]:
    """Returns examples with earlier answers in the prompt and better answers as targets.

    The earlier answers are demonstrations of the task and of another task. Most answers to another task
    fail, as early answers do. Of the task's own demonstrations, the worst under a random weighting come
    earlier. The targets are those that are better than all earlier answers. If fewer than `size` are
    better, the best `size` of the remaining demonstrations are the targets. At least one answer comes
    earlier, unless there is only one in total.

    Args:
        source: Source of the tasks.
        tasks: The tasks.
        rng: Generator that draws the number of earlier answers, those of another task among them, the
            demonstrations used, and the weightings.
        earlier: Maximum number of earlier answers, at least 1.
        size: Answers per completion.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    pools = [demonstrations(source, task, rng) for task in tasks]
    answers: list[list[str]] = []  # demonstrations of the task, then those of another task
    counts: list[tuple[int, int]] = []  # number of the task's own, and of those that come earlier
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
    """Returns up to `wanted` different demonstrations in random order."""
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
    """Returns the demonstrations of a task without repetitions.

    Raises:
        ValueError: If the domain has no demonstrations.
    """
    answers = list(dict.fromkeys(source.domain.demonstrations(task, rng)))
    if not answers:
        raise ValueError(
            f"{type(source.domain).__name__} has no demonstrations to warm-start on; implement "
            "Domain.demonstrations, or start from a model that already follows the format"
        )
    return answers
