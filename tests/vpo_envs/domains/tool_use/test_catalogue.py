"""The tools of a task: parameters, names, descriptions and distractors."""

from dataclasses import replace

import numpy as np
import pytest

from vpo_envs.domains.tool_use import kinds
from vpo_envs.domains.tool_use.blueprints import Blueprint, Slot
from vpo_envs.domains.tool_use.catalogue import Parameter, Recipe, Tool, sample_distractors, sample_tool
from vpo_envs.domains.tool_use.tools import BLUEPRINTS

OPEN = Recipe(8, (1, 2), 0.0, (1, 3), 0.5, closed=False)
CLOSED = replace(OPEN, closed=True)

DAY = Slot(("date", "day"), kinds.DATE, "on {}", "Day")
FLAG = Slot(("direct", "straight"), kinds.FLAG, "without changes|with changes", "Only direct ones")
FROM = Slot(("origin", "start"), kinds.CITY, "from {}", "City of departure", required=True)
TO = Slot(("goal", "end"), kinds.CITY, "to {}", "City of arrival", required=True)
RIDE = Blueprint(
    "travel", ("ride", "go"), "Rides.", ("ride", "move"), ("bus", "coach"), (FROM, DAY, FLAG, TO)
)


def named(name: str) -> Blueprint:
    return next(blueprint for blueprint in BLUEPRINTS if name in blueprint.names)


def tools(recipe: Recipe, count: int = 300) -> list[Tool]:
    rng = np.random.default_rng(0)
    return [sample_tool(RIDE, recipe, rng) for _ in range(count)]


def test_the_closed_vocabulary_leaves_out_parameters_without_words():
    assert OPEN.slots(RIDE) == (FROM, DAY, FLAG, TO)
    assert CLOSED.slots(RIDE) == (FROM, DAY, TO)


def test_blueprints_are_usable_that_have_parameters_enough():
    four = replace(OPEN, parameters=(4, 4))
    assert named("book_flight") in four.usable()  # it has five
    assert named("find_trains") in four.usable()  # four
    assert named("find_trains") not in replace(four, closed=True).usable()  # three, as flags have no words
    assert named("get_weather") not in four.usable()  # three
    assert named("find_trains") not in replace(OPEN, parameters=(5, 5)).usable()
    assert named("get_weather") in replace(OPEN, parameters=(3, 5)).usable(), "the fewest decide"
    assert replace(OPEN, parameters=(1, 1)).usable() == BLUEPRINTS


@pytest.mark.parametrize(
    ("recipe", "parameters", "sizes"),
    [
        (OPEN, (1, 4), {2, 3, 4}),  # both required ones are always there
        (OPEN, (3, 3), {3}),
        (OPEN, (3, 9), {3, 4}),
        (CLOSED, (1, 2), {1, 2}),
        (CLOSED, (3, 9), {3}),
    ],
)
def test_numbers_of_parameters(recipe, parameters, sizes):
    drawn = tools(replace(recipe, parameters=parameters))
    assert {len(tool.parameters) for tool in drawn} == sizes


def test_required_parameters_come_first_but_stand_in_the_order_of_requests():
    for tool in tools(OPEN):
        slots = [parameter.slot for parameter in tool.parameters]
        assert FROM in slots and TO in slots
        assert slots == [slot for slot in RIDE.slots if slot in slots]
    optional = {slot for tool in tools(OPEN) for slot in (p.slot for p in tool.parameters)}
    assert optional == set(RIDE.slots)


def test_names_are_those_of_the_vocabulary():
    assert {tool.name for tool in tools(OPEN)} == {"ride", "go"}
    assert {tool.name for tool in tools(CLOSED)} == {"bus", "coach"}
    keys = {parameter.key for tool in tools(OPEN) for parameter in tool.parameters}
    assert keys == {key for slot in RIDE.slots for key in slot.keys}


def test_descriptions():
    tool = Tool("ride", RIDE, (Parameter("start", FROM), Parameter("day", DAY)))
    city = {"type": "string", "description": "City of departure"}
    assert tool.schema(closed=False) == {
        "name": "ride",
        "description": "Rides.",
        "parameters": {"start": city, "day": {"type": "string", "description": "Day (YYYY-MM-DD)"}},
        "required": ["start"],
    }
    closed = tool.schema(closed=True)
    assert closed["parameters"] == {"start": city, "day": {"type": "string", "description": "Day"}}
    assert closed["required"] == ["start", "day"]


@pytest.mark.parametrize(("ambiguity", "alike"), [(0.0, [0] * 20), (1.0, [2] * 20)])
def test_distractors_are_of_the_areas_of_needed_tools_as_far_as_there_are_any(ambiguity, alike):
    needed = [named("book_flight")]  # two more are about travel
    recipe = replace(OPEN, ambiguity=ambiguity)
    found = []
    for seed in range(20):
        drawn = [
            tool.blueprint for tool in sample_distractors(needed, 6, recipe, np.random.default_rng(seed))
        ]
        assert len(set(drawn)) == len(drawn) == 6 and needed[0] not in drawn
        found.append(sum(blueprint.area == "travel" for blueprint in drawn))
    assert found == alike


def test_ambiguity_is_a_chance():
    recipe = replace(OPEN, ambiguity=0.5)
    needed = [named("book_flight"), named("find_recipe")]  # four more are about travel and food
    drawn = [sample_distractors(needed, 2, recipe, np.random.default_rng(seed)) for seed in range(200)]
    alike = [tool.blueprint.area in ("travel", "food") for pair in drawn for tool in pair]
    assert 0.4 < np.mean(alike) < 0.6


def test_where_other_areas_run_out_like_tools_are_left():
    needed = [blueprint for blueprint in BLUEPRINTS if blueprint.names[0] not in ("find_trains", "rent_car")]
    drawn = sample_distractors(needed, 2, replace(OPEN, ambiguity=0.0), np.random.default_rng(0))
    assert {tool.blueprint.names[0] for tool in drawn} == {"find_trains", "rent_car"}
