"""Evolutionary search: the policy improves on parents selected from the answers found so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vpo_agent.common.settings import check_at_least
from vpo_agent.generation.generator import Generator
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.archive import ParetoArchive
from vpo_agent.search.generation_log import GenerationLog
from vpo_agent.search.identity import describe
from vpo_agent.search.lexicase import lexicase
from vpo_agent.search.parents import ParentTasks, Request
from vpo_agent.search.result import Pool
from vpo_agent.search.sampling import tokens_of_turns
from vpo_agent.search.strategies import Until
from vpo_agent.tasks.seeding import child, seeds_of
from vpo_agent.tasks.source import TaskSource, task_id

SELECTIONS = ("archive", "lexicase")


@dataclass(frozen=True)
class EvolutionSearch:
    """A search strategy by generations of answers; all tasks are searched in parallel.

    The first generation uses the plain prompt. In later ones a prompt shows some parents with their reward
    vectors and the environment's feedback, as in training with `max_turns > 1`. A share of the rollouts
    keeps the plain prompt.

    Attributes:
        population: Answers per task and generation, rounded up to whole rollouts.
        parents: Maximum number of parents in a prompt.
        fresh: Share of later generations' rollouts without parents, in [0, 1]. Policies trained on single
            turns need a large share.
        selection: Selection of parents: `archive` draws from the task's Pareto archive, `lexicase` from all
            answers by epsilon-lexicase selection over the objectives.
        capacity: Maximum number of answers in an archive.
        folder: Folder in which every generation is saved. An interrupted search resumes from it, with a
            bitwise identical result. None: nothing is saved.

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
        check_at_least(vars(self), population=1, parents=1, capacity=1)
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
        until: Until | None = None,
    ) -> list[Pool]:
        """Implements `Strategy.search`; with `until`, a task's search ends after a generation.

        Raises:
            ValueError: If a prompt exceeds the model's context length, or `fresh` is below 1 and the
                environment was not made from a `Domain`.
        """
        how = describe(generator, source, self, budget, sampling, seed)
        how |= {"tasks": [task_id(task) for task in tasks], "until": until is not None}
        log = GenerationLog(self.folder, how)
        with log.locked():
            return self._search(generator, source, tasks, budget, sampling, seed, log, on_answers, until)

    def _search(
        self,
        generator: Generator,
        source: TaskSource,
        tasks: list[Any],
        budget: int,
        sampling: Sampling,
        seed: int,
        log: GenerationLog,
        on_answers: Callable[[int], None] | None,
        until: Until | None,
    ) -> list[Pool]:
        earlier = log.read()
        seeds = seeds_of(seed, tasks)
        lineages = [Lineage(task, self, source.weights, own) for task, own in zip(tasks, seeds)]
        m, generation = generator.num_candidates, 0
        active = lineages
        while active and (drawn := len(active[0].answers)) < budget:
            rollouts = -(-min(self.population, budget - drawn) // m)
            names = [task_id(lineage.task) for lineage in active]
            record = earlier[generation] if generation < len(earlier) else None
            if (
                record is not None and record.get("tasks") != names
            ):  # under another `until` other tasks went on
                log.cut(generation)
                earlier, record = earlier[:generation], None
            if record is None:
                record = self._draw(generator, source, active, rollouts, sampling, generation)
                record["tasks"] = names
                log.append(record)
            for lineage, *found in zip(active, record["answers"], record["rewards"], record["tokens"]):
                lineage.extend(*found)
            drawn = min(budget, len(active[0].answers))
            if until is not None:
                active = [lineage for lineage in active if not until(lineage.task, lineage.rewards)]
            generation += 1
            if on_answers is not None:
                on_answers(budget * (len(tasks) - len(active)) + drawn * len(active))
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
        generation: int,
    ) -> dict[str, Any]:
        """Samples a generation; returns per task its texts, reward vectors and rollouts' tokens."""
        seeds = [child(lineage.seed, generation) for lineage in lineages]
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
        """Returns the number of the next rollouts that use the plain prompt.

        The share holds over all later generations together, so that it also applies to small ones. With a
        share of 0.25 and one rollout per generation, every fourth generation uses the plain prompt.
        """
        if not earlier:
            return rollouts
        before = earlier - -(-self.population // m)
        return math.ceil(self.fresh * (before + rollouts)) - math.ceil(self.fresh * before)


def _joined(parts: Iterable[NDArray[Any]]) -> list[Any]:
    """Returns the concatenated parts of each task."""
    return list(np.concatenate(list(parts), axis=1).tolist())


class Lineage:
    """The answers found for one task, with the candidates for parents.

    Args:
        task: The task.
        how: The strategy.
        weights: Preference weights of the fixed scalarization, shape (d,).
        seed: Seed of the task's search.
    """

    def __init__(self, task: Any, how: EvolutionSearch, weights: NDArray[np.float64], seed: int) -> None:
        self.task = task
        self.how = how
        self.seed = seed
        self.answers: list[str] = []
        self.rewards = np.zeros((0, len(weights)), np.float32)
        self.tokens: list[int] = []
        self.written: list[int] = []  # indices of answers that are not empty
        self.archive: ParetoArchive[int] = ParetoArchive(weights, how.capacity)

    def extend(self, answers: list[str], rewards: Any, tokens: list[int]) -> None:
        """Adds a generation."""
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
        """Returns `n` requests to improve on parents, which are shown in the order of their creation."""
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
