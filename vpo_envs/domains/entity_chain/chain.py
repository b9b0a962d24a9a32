"""One masked chain, whichever way it was made."""

from __future__ import annotations

from dataclasses import dataclass

from vpo_envs.domains.worlds.trails import Hop

LETTERS = "ABCDE"
"""The masked entities, in the order of the chain; also the objectives."""


@dataclass(frozen=True)
class Chain:
    """A chain of masked entities with its story and its records.

    Attributes:
        narrative: Sentences about the masked entities; the last entity is named in them.
        masks: The masked entities as the narrative calls them, A first: `Film A`.
        steps: The way back from the named entity at the end to A.
        told: All steps back, from an object to a subject, that the records allow, those off the chain
            included.
        records: Facts of the world as prose; empty where they must be known by heart.
        compact: The whole problem in few tokens; empty if there is no such form.
    """

    narrative: tuple[str, ...]
    masks: tuple[str, ...]
    steps: tuple[Hop, ...]
    told: tuple[Hop, ...]
    records: tuple[str, ...] = ()
    compact: str = ""

    @property
    def entities(self) -> tuple[str, ...]:
        """The names behind the masks, A first."""
        return tuple(step.value for step in reversed(self.steps))
