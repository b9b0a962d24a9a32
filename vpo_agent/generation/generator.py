"""The protocol of everything that writes answers: trained agents, served models, oracles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from vpo_agent.generation.rollout import Rollouts
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.seeding import Seed
from vpo_agent.tasks.source import TaskSource


class Generator(Protocol):
    """A writer of rollouts: all that evaluation and search need of an agent."""

    @property
    def source(self) -> TaskSource:
        """Tasks that are answered where no other source is given."""

    @property
    def num_candidates(self) -> int:
        """Answers per completion, m."""

    @property
    def sampling(self) -> Sampling:
        """Sampling settings where no others are given."""

    def rollouts(
        self,
        tasks: Sequence[Any],
        group_size: int,
        sampling: Sampling,
        seed: Seed,
        *,
        source: TaskSource | None = None,
        turns: int | None = None,
    ) -> Rollouts:
        """Returns scored rollouts.

        Args:
            tasks: P tasks of the source.
            group_size: Rollouts per task, G.
            sampling: How completions are drawn.
            seed: Seed of all randomness; or one for each task, whose rollouts then do not depend on the
                tasks beside it.
            source: Where the tasks come from; None: the generator's own source.
            turns: Turns of an episode; None: as many as the source has.
        """

    def describe(self) -> dict[str, Any]:
        """Returns everything besides tasks, sampling and seed that determines the answers, fit for JSON."""
