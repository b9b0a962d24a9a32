"""Best-of-n sampling: independent answers to the plain prompt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vpo_agent.generation.generator import Generator
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.result import Pool
from vpo_agent.search.strategies import Until
from vpo_agent.tasks.seeding import child, seeds_of
from vpo_agent.tasks.source import DomainTasks, TaskSource

EPISODES = 32  # per task and round; fixed, so that samples do not depend on the number of tasks
COMPLETIONS = 256  # maximum number of completions sampled in parallel; bounds memory


@dataclass(frozen=True)
class SamplingSearch:
    """A search strategy that samples single-turn rollouts until there are `budget` answers."""

    name = "sampling"

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
        """Implements `Strategy.search`; for `until` see `play`."""
        return play(
            generator,
            source,
            tasks,
            budget,
            turns=1,
            sampling=sampling,
            seed=seed,
            on_answers=on_answers,
            until=until,
        )


@dataclass
class _Search:
    """The episodes of one task: the rounds played so far, each with the task's place in its batch.

    At the end they give way to the pool, so that the batches need not be kept.
    """

    task: Any
    seed: int
    played: list[tuple[Rollouts, int]] = field(default_factory=list)
    pool: Pool | None = None

    def rewards(self) -> NDArray[np.float32]:
        return np.concatenate([np.concatenate(rollouts.rewards[place]) for rollouts, place in self.played])

    def end(self, budget: int) -> None:
        rounds = self.played
        self.pool = Pool.of(
            self.task,
            [text for rollouts, place in rounds for texts in rollouts.answers[place] for text in texts],
            self.rewards(),
            np.concatenate([tokens_of_turns(rollouts)[place].ravel() for rollouts, place in rounds]).tolist(),
            budget=budget,
            rollouts=sum(len(rollouts.answers[place]) for rollouts, place in rounds),
        )
        self.played = []


def play(
    generator: Generator,
    source: TaskSource,
    tasks: list[Any],
    budget: int,
    *,
    turns: int,
    sampling: Sampling,
    seed: int,
    on_answers: Callable[[int], None] | None = None,
    until: Until | None = None,
) -> list[Pool]:
    """Plays independent episodes until there are `budget` answers; the last episode may have fewer turns.

    Args:
        generator: See `Strategy.search`.
        source: See `Strategy.search`.
        tasks: See `Strategy.search`.
        budget: See `Strategy.search`.
        turns: Turns per episode.
        sampling: See `Strategy.search`.
        seed: See `Strategy.search`.
        on_answers: See `Strategy.search`.
        until: Whether a task's search is over. Then its episodes end, and its pool has fewer answers: the
            first ones of the full pool.

    Raises:
        ValueError: If there are several turns, and the environment was not made from a `Domain`.
    """
    if turns > 1 and not isinstance(source, DomainTasks):
        raise ValueError("further turns need an environment made from a Domain, which makes their prompts")
    m = generator.num_candidates
    rounds = rounds_to(-(-budget // m), turns)
    beside = max(1, COMPLETIONS // max(size for size, _ in rounds))
    searches = [_Search(task, seed) for task, seed in zip(tasks, seeds_of(seed, tasks))]
    waiting, active = deque(searches), list[_Search]()
    while active or waiting:
        while waiting and len(active) < beside:
            active.append(waiting.popleft())
        # Tasks whose predecessors ended early are some rounds behind; a batch has rollouts of one shape.
        for (size, length), group in groupby(active, key=lambda search: rounds[len(search.played)]):
            some = list(group)
            seeds = [child(search.seed, len(search.played)) for search in some]
            batch = [search.task for search in some]
            rollouts = generator.rollouts(batch, size, sampling, seeds, source=source, turns=length)
            for place, search in enumerate(some):
                search.played.append((rollouts, place))
        for search in active:
            full = len(search.played) == len(rounds)
            if full or (until is not None and until(search.task, search.rewards())):
                search.end(budget)
        active = [search for search in active if search.pool is None]
        if on_answers is not None:
            ended = len(searches) - len(waiting) - len(active)
            on_answers(budget * ended + sum(min(budget, len(search.rewards())) for search in active))
    return [search.pool for search in searches if search.pool is not None]


def rounds_to(completions: int, turns: int) -> list[tuple[int, int]]:
    """Returns episodes and turns of each round, which together have the given number of completions.

    Example:
        >>> rounds_to(70, turns=2), rounds_to(5, turns=4)
        ([(32, 2), (3, 2)], [(1, 4), (1, 1)])
    """
    full, rest = divmod(completions, turns)
    rounds = [(min(EPISODES, full - start), turns) for start in range(0, full, EPISODES)]
    return [*rounds, (1, rest)] if rest else rounds


def tokens_of_turns(rollouts: Rollouts) -> NDArray[np.int64]:
    """Returns the sampled tokens of each rollout's turns, shape (P, G, turns); 0 where not reported."""
    p, g = rollouts.rewards.shape[:2]
    tokens = [[completion.tokens or 0 for completion in written] for written in rollouts.completions]
    return np.array(tokens or [[0] * (p * g)], np.int64).T.reshape(p, g, -1)
