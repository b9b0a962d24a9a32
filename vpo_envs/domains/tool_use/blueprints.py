"""Blueprints of tools: actions, arguments and phrases of requests."""

from __future__ import annotations

from dataclasses import dataclass

from vpo_envs.domains.tool_use.kinds import Kind


@dataclass(frozen=True)
class Slot:
    """A parameter that a tool may have.

    Attributes:
        keys: Names the parameter may go by.
        kind: What it takes.
        phrase: How a request says it, with `{}` for the value; of a boolean, the phrases for true
            and false, separated by `|`.
        description: What the catalogue says about it.
        required: Whether the tool cannot be called without it.
    """

    keys: tuple[str, ...]
    kind: Kind
    phrase: str
    description: str
    required: bool = False


@dataclass(frozen=True)
class Blueprint:
    """A tool before its names are chosen.

    Attributes:
        area: Tools of one area are alike.
        names: Names the tool may go by.
        description: What the catalogue says about it.
        clauses: An imperative that asks for it, directly and in other words.
        topics: The same in one word each, for compact prompts: its names in the closed vocabulary.
        slots: Its parameters, in the order in which requests say them.
    """

    area: str
    names: tuple[str, ...]
    description: str
    clauses: tuple[str, str]
    topics: tuple[str, str]
    slots: tuple[Slot, ...]
