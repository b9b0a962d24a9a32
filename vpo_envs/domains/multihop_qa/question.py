"""One multi-hop question, whichever way it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from vpo_envs.domains.worlds.trails import Hop

MOST_HOPS = 4


class Paragraph(NamedTuple):
    """A titled text; its number is its position in the question, from 1."""

    title: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question with its paragraphs and the truth about it.

    Attributes:
        text: The question.
        paragraphs: Gold and distractor paragraphs, in the order in which they are shown.
        steps: For every hop, its subject, the number (from 1) of the paragraph that holds it, and its
            own answer; the last one is the answer to the question.
        answers: Accepted answers, the usual one first.
        told: All steps that the paragraphs allow, those off the chain included.
        compact: The whole problem in few tokens; empty if there is no such form.
        indices: A data set's own numbers of the paragraphs; empty for 0, 1, 2 ...
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    steps: tuple[Hop, ...]
    answers: tuple[str, ...]
    told: tuple[Hop, ...]
    compact: str = ""
    indices: tuple[int, ...] = ()

    @property
    def support(self) -> tuple[int, ...]:
        """For every hop, the number of its paragraph."""
        return tuple(step.number for step in self.steps)

    @property
    def gold(self) -> tuple[int, ...]:
        """The distinct numbers of the gold paragraphs, in order of first use."""
        return tuple(dict.fromkeys(self.support))

    def shown(self, number: int) -> int:
        """Returns the data set's own number of a paragraph, which the paper's prompts show."""
        return self.indices[number - 1] if self.indices else number - 1
