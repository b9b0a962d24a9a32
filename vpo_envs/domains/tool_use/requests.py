"""Requests: which calls are wanted, and how a person asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vpo_envs.domains.tool_use.blueprints import Blueprint, Slot
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.catalogue import Recipe, Tool, sample_distractors, sample_tool
from vpo_envs.domains.tool_use.kinds import PERSON, Kind, Spoken, Value, pick

REPEATED_TOOL = 0.2
"""Chance that a further call uses a tool that is already in use (open vocabulary)."""

OPTIONAL_ARGUMENT = 0.6
"""Chance that a request mentions an optional parameter (open vocabulary)."""

GREETINGS = ("", "", "", "Hi! ", "Hello there. ", "Good morning. ", "Hey, quick favour: ")
ASKING = ("Please {}.", "Can you {}?", "Could you {}, please?", "I need you to {}.", "I'd like you to {}.")
GOING_ON = ("Also, {}.", "Then {}.", "After that, {}.", "And please {}.", "Besides, {}.")
THANKS = ("", "", "", " Thanks!", " Many thanks.", " That would help me a lot.")
INTRODUCTIONS = ("Hi, {} here. ", "This is {}. ", "Hello, my name is {}. ", "{} here. ")
SIGNATURES = (" Thanks, {}", " Best wishes, {}", " Kind regards, {}", " Cheers, {}")
"""People who write in the open vocabulary give their names: short requests would often repeat without."""


@dataclass(frozen=True)
class Request:
    """A request and the calls it needs.

    Attributes:
        text: What the person says.
        compact: The same in few words of the closed vocabulary.
        tools: The catalogue.
        calls: The gold calls; none if no tool fits or a required argument is not given.
    """

    text: str
    compact: str
    tools: tuple[Tool, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Wish:
    """One thing a person asks for: a tool, and the arguments they mention."""

    tool: Tool
    arguments: tuple[tuple[str, Value], ...]
    phrases: tuple[str, ...]

    @property
    def call(self) -> Call:
        """The call that fulfils it."""
        return Call(self.tool.name, dict(self.arguments))

    def clause(self, wording: int) -> str:
        """Returns an imperative that asks for it."""
        return " ".join((self.tool.blueprint.clauses[wording], *self.phrases))

    def compact(self, wording: int) -> str:
        """Says the same in few words: the tool's own name, or the other one that it may go by."""
        other = next(topic for topic in self.tool.blueprint.topics if topic != self.tool.name)
        return " ".join((other if wording else self.tool.name, *self.phrases)).replace('"', "")


def sample_request(recipe: Recipe, rng: np.random.Generator) -> Request:
    """Draws a catalogue, a request and its gold calls."""
    low, high = recipe.calls
    count = 0 if rng.random() < recipe.no_call else int(rng.integers(low, high + 1))
    # Without calls there is a reason: the tool is missing, or (open vocabulary) an argument is.
    lacks_argument = count == 0 and not recipe.closed and rng.random() < 0.5
    in_use = [sample_tool(blueprint, recipe, rng) for blueprint in _sample_needed(max(count, 1), recipe, rng)]
    wishes = _sample_wishes(in_use, max(count, 1), recipe, rng)
    if lacks_argument:
        wishes = [_incomplete(wishes[0], rng)]
    shown = in_use if count or lacks_argument else []
    needed = [tool.blueprint for tool in in_use]
    tools = shown + sample_distractors(needed, recipe.catalogue_size - len(shown), recipe, rng)
    wordings = [int(draw < recipe.ambiguity) for draw in rng.random(len(wishes)).tolist()]
    return Request(
        text=_say([wish.clause(wording) for wish, wording in zip(wishes, wordings)], recipe.closed, rng),
        compact=" and ".join(wish.compact(wording) for wish, wording in zip(wishes, wordings)),
        tools=tuple(tools[i] for i in rng.permutation(len(tools))),
        calls=tuple(wish.call for wish in wishes) if count else (),
    )


def _sample_needed(count: int, recipe: Recipe, rng: np.random.Generator) -> list[Blueprint]:
    """Draws the different tools that `count` calls use."""
    repeats = 0 if recipe.closed else sum(draw < REPEATED_TOOL for draw in rng.random(count - 1).tolist())
    usable = recipe.usable()
    return [usable[i] for i in rng.permutation(len(usable))[: count - repeats]]


def _sample_wishes(tools: Sequence[Tool], count: int, recipe: Recipe, rng: np.random.Generator) -> list[Wish]:
    """Draws `count` different wishes that use every tool at least once; a tool's wishes stay together."""
    wishes: list[Wish] = []
    order = sorted(i % len(tools) for i in range(count))
    for i in order:
        wish = _sample_wish(tools[i], recipe, rng)
        while wish in wishes:
            wish = _sample_wish(tools[i], recipe, rng)
        wishes.append(wish)
    return wishes


def _sample_wish(tool: Tool, recipe: Recipe, rng: np.random.Generator) -> Wish:
    arguments: list[tuple[str, Value]] = []
    phrases: list[str] = []
    said: dict[Kind, list[Value]] = {}
    for parameter in tool.parameters:
        slot = parameter.slot
        if recipe.closed or slot.required or rng.random() < OPTIONAL_ARGUMENT:
            value, spoken = _draw_other(slot.kind, said.setdefault(slot.kind, []), recipe, rng)
            arguments.append((parameter.key, value))
            phrases.append(_phrase(slot, value, spoken))
    return Wish(tool, tuple(arguments), tuple(phrases))


def _draw_other(kind: Kind, said: list[Value], recipe: Recipe, rng: np.random.Generator) -> Spoken:
    """Draws a value that the same wish has not named yet: nobody flies from Oslo to Oslo."""
    while True:
        value, spoken = kind.draw_word(rng) if recipe.closed else kind.draw(rng)
        if value not in said:
            said.append(value)
            return value, spoken


def _phrase(slot: Slot, value: Value, spoken: str) -> str:
    if isinstance(value, bool):
        return slot.phrase.split("|")[not value]
    return slot.phrase.format(spoken)


def _incomplete(wish: Wish, rng: np.random.Generator) -> Wish:
    """Returns the wish without one of its tool's required arguments."""
    keys = [key for key, _ in wish.arguments]
    required = [keys.index(p.key) for p in wish.tool.parameters if p.slot.required]
    missing = pick(rng, required)
    phrases = wish.phrases[:missing] + wish.phrases[missing + 1 :]
    return Wish(wish.tool, wish.arguments, phrases)


def _say(clauses: Sequence[str], closed: bool, rng: np.random.Generator) -> str:
    sentences = [pick(rng, ASKING).format(clauses[0])]
    openings = rng.permutation(len(GOING_ON)).tolist()
    sentences += [GOING_ON[opening].format(clause) for clause, opening in zip(clauses[1:], openings)]
    greeting, thanks = pick(rng, GREETINGS), pick(rng, THANKS)
    if not closed:
        _, name = PERSON.draw(rng)
        if rng.random() < 0.5:
            greeting = pick(rng, INTRODUCTIONS).format(name)
        else:
            thanks = pick(rng, SIGNATURES).format(name)
    return greeting + " ".join(sentences) + thanks
