"""The protocol of search strategies, and how they are found by name."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any, Protocol

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
"""Where the strategies are, by name; they are imported when they are used."""


class SearchError(RuntimeError):
    """A search ended before it had its answers; the message says why."""


class Strategy(Protocol):
    """A way of filling pools with answers.

    A file of answers is known by the strategy's settings: the fields of a dataclass, or the attributes of
    another object.

    Attributes:
        name: Its key in `STRATEGIES`.
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
        """Looks for answers.

        Args:
            generator: Writes the answers; it is not changed.
            source: Where the tasks come from.
            tasks: Tasks of the source.
            budget: Answers per task, at least 1.
            sampling: How answers are drawn.
            seed: Seed of all randomness. A search comes in portions of tasks with the same seed: give each
                task a seed of its own, by `vpo_agent.tasks.seeding.seeds_of`.
            on_answers: Called now and then with the number of answers so far, over all tasks.

        Returns:
            A pool of `budget` answers for every task.
        """


def make_strategy(strategy: str | Strategy, settings: dict[str, Any] | None = None) -> Strategy:
    """The strategy of a name, or the one given.

    Args:
        strategy: A name in `STRATEGIES`, or a strategy.
        settings: Arguments of a strategy that is given by name.

    Raises:
        ValueError: If there is none of that name, or a value is out of range.
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
