"""Objective and task: the terms that domains, environments and agents share."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vpo_envs.prompt import Prompt

PROMPT_STYLES = ("full", "compact")

Reward = NDArray[np.float32]
"""A reward vector (d,) or a reward matrix (m, d), every entry in [0, 1]."""


@dataclass(frozen=True)
class Objective:
    """One named component of the reward, in [0, 1], higher is better.

    Attributes:
        name: Identifier, unique within its domain.
        description: One line on the behaviour that earns the objective.
        weight: Share (before normalization) in the domain's fixed scalarization `w*`.

    Raises:
        ValueError: If name or description is no text, or the weight no finite number of at least 0.
    """

    name: str
    description: str = ""
    weight: float = 1.0

    def __post_init__(self) -> None:
        for argument, text in (("name", self.name), ("description", self.description)):
            if not isinstance(text, str):
                raise ValueError(f"Objective({argument}={text!r}) must be a text; give weight= by its name")
        if not isinstance(self.weight, Real) or not 0 <= self.weight < float("inf"):
            raise ValueError(
                f"Objective({self.name!r}, weight={self.weight!r}) must be a number of at least 0"
            )


@dataclass(frozen=True)
class Task:
    """One immutable problem instance, a pure function of (split, index).

    Attributes:
        prompt: Text for the policy: the full instructions.
        truth: Any object, for the scorer alone.
        compact: The same task in few tokens, for tiny models; empty if there is no such form.
        weights: Preference weights of this very task, d shares that sum to 1; None where they are unknown.
        split: One of `SPLITS`; stamped on by `Domain.task`.
        index: Position in the split; stamped on by `Domain.task`.
        system: The system message, with which `prompt` begins; the rest is the user's. Chat templates, served
            models and exports keep the two apart (`vpo_envs.prompt`). Empty where the data has none.
    """

    prompt: str
    truth: Any = field(default=None, repr=False, compare=False)
    compact: str = ""
    weights: tuple[float, ...] | None = None
    split: str = "train"
    index: int = -1
    system: str = ""

    @property
    def id(self) -> str:
        """The name `split/index`, for example `test/17`."""
        return f"{self.split}/{self.index}"

    def text(self, style: str) -> str:
        """Returns the prompt in the given style; the full one where there is no compact form.

        Raises:
            ValueError: If the prompt does not begin with the system message.
        """
        if style == "compact" and self.compact:
            return self.compact
        return Prompt(self.prompt, self.system) if self.system else self.prompt
