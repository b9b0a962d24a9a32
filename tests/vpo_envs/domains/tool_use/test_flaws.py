"""Mistakes of callers: how many, of which sort, and none where none are due."""

import numpy as np
import pytest

from vpo_envs.domains.tool_use import kinds
from vpo_envs.domains.tool_use.blueprints import Blueprint, Slot
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.catalogue import Parameter, Tool
from vpo_envs.domains.tool_use.flaws import Flaws
from vpo_envs.domains.tool_use.words import CITIES


def tool(name: str, **parameters: kinds.Kind) -> Tool:
    blueprint = Blueprint("area", (name,), "", ("", ""), ("", ""), ())
    slots = [Parameter(key, Slot((key,), kind, "{}", "")) for key, kind in parameters.items()]
    return Tool(name, blueprint, tuple(slots))


TRIP = tool("trip", city=kinds.CITY, guests=kinds.COUNT)
ALARM = tool("alarm", year=kinds.YEAR)
CALL = Call("trip", {"city": "Oslo", "guests": 3})


def flaws(rate: float, *tools: Tool, closed: bool = False, seed: int = 0) -> Flaws:
    return Flaws(tools, closed, rate, np.random.default_rng(seed))


@pytest.mark.parametrize("tools", [(), (TRIP, ALARM)])
def test_without_mistakes_calls_stay_as_they_are(tools):
    assert flaws(0, *tools).commit([CALL, Call("alarm")]) == [CALL, Call("alarm")]
    assert flaws(0, *tools).commit([]) == []


def test_names_of_tools_and_arguments_are_mistaken_for_those_on_offer():
    (made,) = flaws(1, TRIP, ALARM).commit([CALL])
    assert made.name == "alarm" and list(made.parameters) == ["year"]
    assert flaws(1, TRIP).commit([Call("trip")]) == [Call("other_tool")]
    (made,) = flaws(1, TRIP).commit([CALL])
    assert list(made.parameters) == ["argument"]


@pytest.mark.parametrize(("closed", "cities"), [(False, set(CITIES)), (True, set(kinds.CITY.words))])
def test_wrong_values_are_of_the_right_sort(closed, cities):
    tools = (ALARM, TRIP, tool("stay", city=kinds.COUNT))
    found = {}
    for seed in range(100):
        for key, other in (("city", "guests"), ("guests", "city")):
            (made,) = flaws(1, *tools, closed=closed, seed=seed).commit([Call("trip", {key: 0})])
            assert list(made.parameters) in ([other], ["year"])
            found.setdefault(key, set()).update(made.parameters.values())
    assert found["city"] <= cities and len(found["city"]) > 5
    assert all(type(value) is int and 2 <= value <= 12 for value in found["guests"])


def test_values_of_unknown_tools_are_plain_ones():
    made = [flaws(1, seed=seed).commit([Call("f", {"a": "x"})])[0] for seed in range(60)]
    assert {call.name for call in made} == {"other_tool"}
    assert {key for call in made for key in call.parameters} == {"argument"}
    assert {call.parameters["argument"] for call in made} == {"unknown", "today", "none", 1}


def test_a_value_that_is_left_open_stays_open():
    assert flaws(1, TRIP).commit([Call("trip", {"city": None})])[0].parameters == {"guests": None}


def test_where_no_call_is_due_a_mistake_is_a_call():
    assert flaws(1).commit([]) == [Call("search", {"query": "help"})]
    made = [call for seed in range(60) for call in flaws(1, TRIP, ALARM, seed=seed).commit([])]
    assert len(made) == 60 and {call.name for call in made} == {"trip", "alarm"}
    for call in made:
        assert list(call.parameters) == (["city", "guests"] if call.name == "trip" else ["year"])
    assert all(call.parameters["city"] in CITIES for call in made if call.name == "trip")


def test_the_rate_is_the_chance_of_each_mistake():
    calls = [Call("trip", {"city": "Oslo"})] * 1000
    made = flaws(0.2, TRIP, ALARM).commit(calls)
    assert 0.15 < np.mean([call.name != "trip" for call in made]) < 0.25
    assert 0.15 < np.mean(["city" not in call.parameters for call in made]) < 0.25
    assert 0.15 < np.mean([list(call.parameters.values()) != ["Oslo"] for call in made]) < 0.25
