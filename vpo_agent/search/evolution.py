"""Evolutionary search: the policy improves on parents chosen from all that it has found so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vpo_agent.generation.generator import Generator
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.archive import ParetoArchive
from vpo_agent.search.generation_log import GenerationLog
from vpo_agent.search.identity import describe
from vpo_agent.search.lexicase import lexicase
from vpo_agent.search.parents import ParentTasks, Request
from vpo_agent.search.result import Pool
from vpo_agent.search.sampling import tokens_of_turns
from vpo_agent.tasks.seeding import child, seeds_of
from vpo_agent.tasks.source import TaskSource, task_id

SELECTIONS = ("archive", "lexicase")


@dataclass(frozen=True)
class EvolutionSearch:
    """Generations of answers to each task; all tasks are answered side by side.

    The first generation reads the plain prompt. In later ones a rollout reads the task with some
    parents, their reward vectors and the environment's feedback, worded as in training with
    `max_turns > 1`; a share of the rollouts goes on with the plain prompt.

    Attributes:
        population: Answers per task and generation, rounded up to whole rollouts.
        parents: Answers that a prompt shows; fewer where there are no more.
        fresh: Share of the rollouts of later generations that see no parents, in [0, 1]. A policy trained
            on single turns does not know what to make of them, and wants a large share.
        selection: `archive` draws parents from the task's Pareto archive, `lexicase` from all of its
            answers by epsilon-lexicase selection over the objectives.
        capacity: Most answers in an archive.
        folder: Where every generation is written down. The same search of the same tasks goes on from there
            to the same result, to the bit. None: nowhere.

    Raises:
        ValueError: If an argument is out of range.
    """

    population: int = 32
    parents: int = 2
    fresh: float = 0.25
    selection: str = "archive"
    capacity: int = 64
    folder: str | Path | None = None
    name = "evolution"

    def __post_init__(self) -> None:
        for name in ("population", "parents", "capacity"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} must be at least 1")
        if not 0 <= self.fresh <= 1:
            raise ValueError(f"fresh={self.fresh} must lie in [0, 1]")
        if self.selection not in SELECTIONS:
            raise ValueError(f"selection={self.selection!r} is not one of {', '.join(SELECTIONS)}")

    def search(
        self,
        generator: Generator,
        source: TaskSource,
        tasks: list[Any],
        budget: int,
        *,
        sampling: Sampling,
        seed: int,
        on_answers: Callable[[int], None] | None = None,
    ) -> list[Pool]:
        """See `Strategy.search`.

        Raises:
            ValueError: If the environment was not made from a `Domain` and `fresh` is below 1 (nobody words
                prompts with parents), or such a prompt is longer than the model can read.
        """
        how = describe(generator, source, self, budget, sampling, seed)
        log = GenerationLog(self.folder, {**how, "tasks": [task_id(task) for task in tasks]})
        earlier = iter(log.read())
        seeds = seeds_of(seed, tasks)
        lineages = [Lineage(task, self, source.weights) for task in tasks]
        m, generation = generator.num_candidates, 0
        while (drawn := len(lineages[0].answers)) < budget:
            rollouts = -(-min(self.population, budget - drawn) // m)
            record = next(earlier, None)
            if record is None:
                own = [child(one, generation) for one in seeds]
                record = self._draw(generator, source, lineages, rollouts, sampling, own)
                log.append(record)
            for lineage, *found in zip(lineages, record["answers"], record["rewards"], record["tokens"]):
                lineage.extend(*found)
            generation += 1
            if on_answers is not None:
                on_answers(len(tasks) * min(budget, len(lineages[0].answers)))
        return [
            Pool.of(lineage.task, lineage.answers, lineage.rewards, lineage.tokens, budget=budget)
            for lineage in lineages
        ]

    def _draw(
        self,
        generator: Generator,
        source: TaskSource,
        lineages: list[Lineage],
        rollouts: int,
        sampling: Sampling,
        seeds: list[int],
    ) -> dict[str, Any]:
        """The next generation, as the log keeps it: per task texts, reward vectors, tokens of rollouts."""
        fresh = self._plain(len(lineages[0].tokens), rollouts, generator.num_candidates)
        improved = rollouts - fresh
        shown = ParentTasks(source)
        drawn = []
        if fresh:
            plain = [Request(lineage.task) for lineage in lineages]
            own = [child(seed, 0) for seed in seeds]
            drawn.append(generator.rollouts(plain, fresh, sampling, own, source=shown))
        if improved:
            requests = [
                request
                for lineage, seed in zip(lineages, seeds)
                for request in lineage.requests(improved, np.random.default_rng(seed))
            ]
            own = [child(seed, 1, place) for seed in seeds for place in range(improved)]
            drawn.append(generator.rollouts(requests, 1, sampling, own, source=shown))
        shape = (len(lineages), -1)
        return {
            "answers": _joined(np.array(part.answers, object).reshape(shape) for part in drawn),
            "rewards": _joined(part.rewards.reshape(*shape, part.rewards.shape[-1]) for part in drawn),
            "tokens": _joined(tokens_of_turns(part).reshape(shape) for part in drawn),
        }

    def _plain(self, earlier: int, rollouts: int, m: int) -> int:
        """How many of the next rollouts see the plain prompt.

        The share is kept over all later generations, so that it counts in small ones, too: a quarter of
        generations of one rollout is every fourth.
        """
        if not earlier:
            return rollouts
        before = earlier - -(-self.population // m)
        return math.ceil(self.fresh * (before + rollouts)) - math.ceil(self.fresh * before)


def _joined(parts: Iterable[NDArray[Any]]) -> list[Any]:
    """What was drawn for each task, one part after the other."""
    return list(np.concatenate(list(parts), axis=1).tolist())


class Lineage:
    """What a search has found for one task, and who may be a parent.

    Args:
        task: The task.
        how: The search.
        weights: The fixed scalarization, shape (d,).
    """

    def __init__(self, task: Any, how: EvolutionSearch, weights: NDArray[np.float64]) -> None:
        self.task = task
        self.how = how
        self.answers: list[str] = []
        self.rewards = np.zeros((0, len(weights)), np.float32)
        self.tokens: list[int] = []
        self.written: list[int] = []  # places of answers that are there
        self.archive: ParetoArchive[int] = ParetoArchive(weights, how.capacity)

    def extend(self, answers: list[str], rewards: Any, tokens: list[int]) -> None:
        """Takes in a generation."""
        start = len(self.answers)
        rows = np.array(rewards, np.float32)
        self.answers += answers
        self.rewards = np.concatenate([self.rewards, rows])
        self.tokens += tokens
        written = [i for i, answer in enumerate(answers) if answer]
        places = [start + i for i in written]
        self.written += places
        self.archive.add(rows[written], places)

    def requests(self, n: int, rng: np.random.Generator) -> list[Request]:
        """`n` requests to improve on parents, which are shown in the order they came."""
        by_lexicase = self.how.selection == "lexicase"
        candidates = np.array(self.written if by_lexicase else self.archive.items, int)
        if not len(candidates):
            return [Request(self.task)] * n
        size = min(self.how.parents, len(candidates))
        if by_lexicase:
            places = lexicase(self.rewards[candidates], n, size, rng)
        else:
            places = rng.random((n, len(candidates))).argsort(axis=1)[:, :size]
        return [
            Request(self.task, [self.answers[i] for i in chosen], self.rewards[chosen])
            for chosen in np.sort(candidates[places])
        ]
