"""Refinement: multi-turn episodes whose prompts show earlier answers with rewards and feedback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vpo_agent.generation.generator import Generator
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.result import Pool
from vpo_agent.search.sampling import play
from vpo_agent.search.strategies import Until
from vpo_agent.tasks.source import TaskSource


@dataclass(frozen=True)
class RefinementSearch:
    """A search strategy that plays independent multi-turn episodes until there are `budget` answers.

    Policies trained with `max_turns > 1` have seen such prompts in training.

    Attributes:
        turns: Turns per episode, at least 2.

    Raises:
        ValueError: If there are fewer than 2 turns.
    """

    turns: int = 4
    name = "refinement"

    def __post_init__(self) -> None:
        if isinstance(self.turns, bool) or not isinstance(self.turns, int) or self.turns < 2:
            raise ValueError(f"turns={self.turns!r} must be an integer of at least 2; one turn is sampling")

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
        """Implements `Strategy.search`; for `until` see `play`.

        Raises:
            ValueError: If the environment was not made from a `Domain`, or the prompt of a later turn
                exceeds the model's context length.
        """
        return play(
            generator,
            source,
            tasks,
            budget,
            turns=self.turns,
            sampling=sampling,
            seed=seed,
            on_answers=on_answers,
            until=until,
        )
