"""Best of n: independent answers to the prompt as it is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vpo_agent.rollout import Rollouts
from vpo_agent.search.result import Pool
from vpo_agent.tasks import DomainTasks, task_id

if TYPE_CHECKING:
    from vpo_agent.agent import Agent

COMPLETIONS = 256  # sampled side by side: bounds memory, and how often progress is told


@dataclass(frozen=True)
class SamplingSearch:
    """Draws single-turn rollouts until there are `budget` answers."""

    name = "sampling"

    def search(
        self,
        agent: Agent,
        tasks: list[Any],
        budget: int,
        *,
        seed: int,
        on_answers: Callable[[int], None] | None = None,
    ) -> list[Pool]:
        """See `Strategy.search`."""
        return play(agent, tasks, budget, turns=1, seed=seed, on_answers=on_answers)


def play(
    agent: Agent,
    tasks: list[Any],
    budget: int,
    *,
    turns: int,
    seed: int,
    on_answers: Callable[[int], None] | None = None,
) -> list[Pool]:
    """Pools of independent episodes, one after the other.

    Args:
        agent: See `Strategy.search`.
        tasks: See `Strategy.search`.
        budget: See `Strategy.search`; answers of the last episode beyond it are left out, not their tokens.
        turns: Turns of an episode.
        seed: See `Strategy.search`.
        on_answers: See `Strategy.search`.

    Raises:
        ValueError: If there are several turns, and the environment was not made from a `Domain`.
    """
    if turns > 1 and not isinstance(agent.source, DomainTasks):
        raise ValueError("further turns need an environment made from a Domain, which words their prompts")
    player = copy.copy(agent)
    player.source = copy.copy(agent.source)
    player.source.max_turns = turns
    m, d = agent.config.num_candidates, len(agent.source.weights)
    episodes = -(-budget // (m * turns))
    step = max(1, COMPLETIONS // len(tasks))
    rounds = [min(step, episodes - start) for start in range(0, episodes, step)]
    seeds = np.random.default_rng(seed).integers(2**62, size=len(rounds))
    played = []
    for size, own in zip(rounds, seeds):
        rollouts = player.rollouts(tasks, size, agent.config.sampling, int(own))
        played.append((rollouts, tokens_of_turns(rollouts, turns)))
        if on_answers is not None:
            on_answers(len(tasks) * min(budget, m * turns * sum(len(t[0]) for _, t in played)))
    return [
        Pool(
            task=task_id(task),
            answers=[text for r, _ in played for texts in r.answers[i] for text in texts][:budget],
            rewards=np.concatenate([r.rewards[i].reshape(-1, d) for r, _ in played])[:budget],
            tokens=np.concatenate([t[i].ravel() for _, t in played]).cumsum().repeat(m)[:budget],
            rollouts=episodes,
        )
        for i, task in enumerate(tasks)
    ]


def tokens_of_turns(rollouts: Rollouts, turns: int) -> NDArray[np.int64]:
    """Tokens sampled in each turn of each rollout, shape (P, G, turns); 0 where nobody counted."""
    p, g = rollouts.rewards.shape[:2]
    tokens = np.zeros((turns, p * g), np.int64)
    for turn, written in enumerate(rollouts.completions):
        tokens[turn] = [completion.tokens or 0 for completion in written]
    return tokens.T.reshape(p, g, turns)
