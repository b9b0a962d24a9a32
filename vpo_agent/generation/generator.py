"""The protocol of answer generators: trained agents, served models, oracles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from vpo_agent.generation.rollout import Rollouts
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.seeding import Seed
from vpo_agent.tasks.source import TaskSource


class Generator(Protocol):
    """A source of rollouts, with all that evaluation and search require of an agent."""

    @property
    def source(self) -> TaskSource:
        """Default source of tasks."""

    @property
    def num_candidates(self) -> int:
        """Answers per completion, m."""

    @property
    def sampling(self) -> Sampling:
        """Default sampling settings."""

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
            sampling: Sampling settings.
            seed: Seed of all randomness; or one per task, so that a task's rollouts do not depend on the
                other tasks.
            source: Source of the tasks; None: the generator's own source.
            turns: Turns per episode; None: the source's `max_turns`.
        """

    def describe(self) -> dict[str, Any]:
        """Returns a JSON-serializable description of all that determines the answers.

        It does not include tasks, sampling settings and seed.
        """
