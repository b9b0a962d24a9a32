"""The protocol of search strategies, and their registry by name."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vpo_agent.common.settings import unknown_setting
from vpo_agent.generation.generator import Generator
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.result import Pool
from vpo_agent.tasks.source import TaskSource

STRATEGIES = {
    "sampling": "vpo_agent.search.sampling:SamplingSearch",
    "refinement": "vpo_agent.search.refinement:RefinementSearch",
    "evolution": "vpo_agent.search.evolution:EvolutionSearch",
    "openevolve": "vpo_agent.integrations.openevolve:OpenEvolveSearch",
}
"""Modules and classes of the strategies, by name; imported on first use."""


Until = Callable[[Any, NDArray[np.float32]], bool]
"""Function of a task and the reward vectors found for it so far, shape (n, d): whether its search is over."""


class SearchError(RuntimeError):
    """The error for a search that ended before its budget was used; its message names the reason."""


class Strategy(Protocol):
    """A method of filling pools with answers.

    `search` may have one more argument, `until: Until | None = None`. Once it is true of a task, the task's
    search ends, and its pool has fewer than `budget` answers. The experiment of `vpo unlock` uses it where
    it exists, since nothing counts there after a task's first solution.

    Saved results are recognized by the strategy's settings: the fields of a dataclass, or the attributes
    of another object.

    Attributes:
        name: Key in `STRATEGIES`.
    """

    name: str

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
        """Searches for answers to tasks.

        Args:
            generator: Generator of the answers; not modified.
            source: Source of the tasks.
            tasks: Tasks of the source.
            budget: Answers per task, at least 1.
            sampling: Sampling settings.
            seed: Seed of all randomness. A search may be divided into batches of tasks with the same seed,
                so each task needs a seed of its own, by `vpo_agent.tasks.seeding.seeds_of`.
            on_answers: Function called repeatedly with the number of answers so far, over all tasks.

        Returns:
            A pool of `budget` answers for every task.
        """


def make_strategy(strategy: str | Strategy, settings: dict[str, Any] | None = None) -> Strategy:
    """Makes the strategy of a name; returns a strategy unchanged.

    Args:
        strategy: A name in `STRATEGIES`, or a strategy.
        settings: Arguments of a strategy given by name.

    Raises:
        ValueError: If the name is unknown, or a value is out of range.
        TypeError: If a setting is unknown.
    """
    if not isinstance(strategy, str):
        return strategy
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy={strategy!r} is not one of {', '.join(STRATEGIES)}")
    module, _, name = STRATEGIES[strategy].partition(":")
    kind = getattr(importlib.import_module(module), name)
    known = list(inspect.signature(kind).parameters)
    for setting in settings or {}:
        if setting not in known:
            raise TypeError(f"strategy={strategy!r}: {unknown_setting(setting, known)}")
    made: Strategy = kind(**settings or {})
    return made
