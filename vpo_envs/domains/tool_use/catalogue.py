"""The tools of one task, drawn from the blueprints: names, argument names, parameters, distractors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from vpo_envs.domains.tool_use.blueprints import Blueprint, Slot
from vpo_envs.domains.tool_use.kinds import pick
from vpo_envs.domains.tool_use.tools import BLUEPRINTS


@dataclass(frozen=True)
class Recipe:
    """The knobs of procedural tasks; `ToolUseDomain` documents and checks them.

    Attributes:
        catalogue_size: Tools in the catalogue.
        calls: Fewest and most calls that a request needs, if it needs any.
        no_call: Chance that it needs none.
        parameters: Fewest and most parameters of a tool.
        ambiguity: Chance that a distractor resembles a needed tool, and that a request is worded
            in other words than the tool's.
        closed: Whether names and values come from the closed vocabulary.
    """

    catalogue_size: int
    calls: tuple[int, int]
    no_call: float
    parameters: tuple[int, int]
    ambiguity: float
    closed: bool

    def slots(self, blueprint: Blueprint) -> tuple[Slot, ...]:
        """Returns the parameters that this vocabulary has words for."""
        return tuple(slot for slot in blueprint.slots if slot.kind.words or not self.closed)

    def usable(self) -> tuple[Blueprint, ...]:
        """Returns the blueprints with parameters enough."""
        return _usable(self)


@cache
def _usable(recipe: Recipe) -> tuple[Blueprint, ...]:
    return tuple(b for b in BLUEPRINTS if len(recipe.slots(b)) >= recipe.parameters[0])


@dataclass(frozen=True)
class Parameter:
    """A slot under the name that the tool gives it."""

    key: str
    slot: Slot


@dataclass(frozen=True)
class Tool:
    """A tool as the catalogue shows it."""

    name: str
    blueprint: Blueprint
    parameters: tuple[Parameter, ...]

    def schema(self, closed: bool) -> dict[str, Any]:
        """Returns the JSON description: name, description, parameters and which of them are required."""
        return {
            "name": self.name,
            "description": self.blueprint.description,
            "parameters": {
                parameter.key: {
                    "type": parameter.slot.kind.type,
                    "description": _described(parameter.slot, closed),
                }
                for parameter in self.parameters
            },
            "required": [p.key for p in self.parameters if closed or p.slot.required],
        }


def _described(slot: Slot, closed: bool) -> str:
    return slot.description if closed or not slot.kind.form else f"{slot.description} ({slot.kind.form})"


def sample_tool(blueprint: Blueprint, recipe: Recipe, rng: np.random.Generator) -> Tool:
    """Chooses a tool's name, its parameters (required ones first) and their names."""
    slots = recipe.slots(blueprint)
    low, high = recipe.parameters
    count = int(rng.integers(low, min(high, len(slots)) + 1))
    if not recipe.closed:
        count = max(count, sum(slot.required for slot in slots))
    order = sorted(rng.permutation(len(slots)).tolist(), key=lambda i: not slots[i].required)
    name = pick(rng, blueprint.topics if recipe.closed else blueprint.names)
    parameters = tuple(Parameter(pick(rng, slots[i].keys), slots[i]) for i in sorted(order[:count]))
    return Tool(name, blueprint, parameters)


def sample_distractors(
    needed: Sequence[Blueprint], count: int, recipe: Recipe, rng: np.random.Generator
) -> list[Tool]:
    """Draws tools that are not needed, each with probability `ambiguity` of the area of one that is."""
    areas = {blueprint.area for blueprint in needed}
    others = [blueprint for blueprint in recipe.usable() if blueprint not in needed]
    ranks = [others[i] for i in rng.permutation(len(others))]
    alike = [blueprint for blueprint in ranks if blueprint.area in areas]
    unlike = [blueprint for blueprint in ranks if blueprint.area not in areas]
    chosen: list[Blueprint] = []
    for draw in rng.random(count).tolist():
        source = alike if (draw < recipe.ambiguity and alike) or not unlike else unlike
        chosen.append(source.pop())
    return [sample_tool(blueprint, recipe, rng) for blueprint in chosen]
