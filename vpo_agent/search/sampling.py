"""Best-of-n sampling: independent answers to the plain prompt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vpo_agent.generation.generator import Generator
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.result import Pool
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
    ) -> list[Pool]:
        """Implements `Strategy.search`."""
        return play(
            generator, source, tasks, budget, turns=1, sampling=sampling, seed=seed, on_answers=on_answers
        )


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

    Raises:
        ValueError: If there are several turns, and the environment was not made from a `Domain`.
    """
    if turns > 1 and not isinstance(source, DomainTasks):
        raise ValueError("further turns need an environment made from a Domain, which makes their prompts")
    m = generator.num_candidates
    rounds = rounds_to(-(-budget // m), turns)
    beside = max(1, COMPLETIONS // max(size for size, _ in rounds))
    pools: list[Pool] = []
    for start in range(0, len(tasks), beside):
        some = tasks[start : start + beside]
        own = seeds_of(seed, some)
        played, completions = [], 0
        for number, (size, length) in enumerate(rounds):
            seeds = [child(one, number) for one in own]
            played.append(generator.rollouts(some, size, sampling, seeds, source=source, turns=length))
            completions += size * length
            if on_answers is not None:
                on_answers(budget * start + len(some) * min(budget, completions * m))
        pools += [_pool(task, i, played, budget) for i, task in enumerate(some)]
    return pools


def rounds_to(completions: int, turns: int) -> list[tuple[int, int]]:
    """Returns episodes and turns of each round, which together have the given number of completions.

    Example:
        >>> rounds_to(70, turns=2), rounds_to(5, turns=4)
        ([(32, 2), (3, 2)], [(1, 4), (1, 1)])
    """
    full, rest = divmod(completions, turns)
    rounds = [(min(EPISODES, full - start), turns) for start in range(0, full, EPISODES)]
    return [*rounds, (1, rest)] if rest else rounds


def _pool(task: Any, place: int, played: list[Rollouts], budget: int) -> Pool:
    """Returns the pool of the task at an index, from all rounds."""
    return Pool.of(
        task,
        [text for rollouts in played for texts in rollouts.answers[place] for text in texts],
        np.concatenate([np.concatenate(rollouts.rewards[place]) for rollouts in played]),
        np.concatenate([tokens_of_turns(rollouts)[place].ravel() for rollouts in played]).tolist(),
        budget=budget,
        rollouts=sum(len(rollouts.answers[place]) for rollouts in played),
    )


def tokens_of_turns(rollouts: Rollouts) -> NDArray[np.int64]:
    """Returns the sampled tokens of each rollout's turns, shape (P, G, turns); 0 where not reported."""
    p, g = rollouts.rewards.shape[:2]
    tokens = [[completion.tokens or 0 for completion in written] for written in rollouts.completions]
    return np.array(tokens or [[0] * (p * g)], np.int64).T.reshape(p, g, -1)
