"""Requests: which calls they need, and the words that ask for them."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from vpo_envs.domains.tool_use import kinds
from vpo_envs.domains.tool_use.blueprints import Blueprint
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.catalogue import Recipe, Tool
from vpo_envs.domains.tool_use.requests import Request, Wish, sample_request
from vpo_envs.domains.tool_use.words import CITIES, FIRST_NAMES, LAST_NAMES

OPEN = Recipe(6, (1, 3), 0.0, (2, 4), 0.0, closed=False)
CLOSED = Recipe(5, (2, 2), 0.0, (2, 2), 0.0, closed=True)


def requests(recipe: Recipe, count: int = 150) -> list[Request]:
    return [sample_request(recipe, np.random.default_rng(seed)) for seed in range(count)]


LAMP = Blueprint(
    "home", ("set_light",), "", ("change the lights", "alter the lamps"), ("lights", "lamps"), ()
)


@pytest.mark.parametrize(
    ("name", "compact"),
    [("lights", ["lights hall red", "lamps hall red"]), ("lamps", ["lamps hall red", "lights hall red"])],
)
def test_a_wish_by_hand(name, compact):
    wish = Wish(Tool(name, LAMP, ()), (("room", "hall"), ("on", True)), ("hall", '"red"'))
    assert wish.call == Call(name, {"room": "hall", "on": True})
    assert [wish.clause(wording) for wording in (0, 1)] == [
        'change the lights hall "red"',
        'alter the lamps hall "red"',
    ]
    assert [wish.compact(wording) for wording in (0, 1)] == compact


@pytest.mark.parametrize("recipe", [OPEN, CLOSED], ids=["open", "closed"])
def test_catalogues_are_full_and_hold_the_tools_of_all_calls(recipe):
    numbers = set()
    for request in requests(recipe):
        names = [tool.name for tool in request.tools]
        assert len(set(names)) == len(names) == recipe.catalogue_size
        assert {call.name for call in request.calls} <= set(names)
        assert len({str(call) for call in request.calls}) == len(request.calls), "no call is due twice"
        numbers.add(len(request.calls))
    assert numbers == set(range(recipe.calls[0], recipe.calls[1] + 1))


def test_the_catalogue_is_in_no_order():
    first = [request.tools[0].name == request.calls[0].name for request in requests(OPEN)]
    assert 0.05 < np.mean(first) < 0.35


@pytest.mark.parametrize(("ambiguity", "wording"), [(0.0, 0), (1.0, 1)])
def test_requests_ask_in_the_tools_words_or_in_others(ambiguity, wording):
    for request in requests(replace(OPEN, ambiguity=ambiguity), 60):
        tools = {tool.name: tool.blueprint for tool in request.tools}
        position = -1
        for call in request.calls:
            clause = tools[call.name].clauses[wording]
            position = request.text.index(clause, position + 1)
            assert tools[call.name].clauses[1 - wording] not in request.text
    for request in requests(replace(CLOSED, ambiguity=ambiguity), 60):
        for said, call in zip(request.compact.split(" and "), request.calls):
            assert (said.split()[0] == call.name) == (wording == 0)
            assert said.replace(" ", "").isalnum(), "single words without quotes"


def test_the_closed_vocabulary_names_every_parameter_and_value():
    for request in requests(CLOSED):
        tools = {tool.name: tool for tool in request.tools}
        for said, call in zip(request.compact.split(" and "), request.calls):
            assert list(call.parameters) == [p.key for p in tools[call.name].parameters]
            assert all(str(value) in said.split() for value in call.parameters.values())
        assert len({call.name for call in request.calls}) == len(request.calls), "no tool is needed twice"


def test_the_open_vocabulary_mentions_some_of_the_optional_parameters():
    mentioned = []
    for request in requests(OPEN):
        tools = {tool.name: tool for tool in request.tools}
        for call in request.calls:
            for parameter in tools[call.name].parameters:
                if parameter.slot.required:
                    assert parameter.key in call.parameters
                else:
                    mentioned.append(parameter.key in call.parameters)
    assert 0.5 < np.mean(mentioned) < 0.7  # 60%


def test_a_tool_may_be_needed_twice_in_the_open_vocabulary():
    drawn = requests(replace(OPEN, calls=(3, 3)))
    distinct = [len({call.name for call in request.calls}) for request in drawn]
    # Each call after the first repeats a tool with a chance of 0.2.
    assert 0.5 < np.mean(np.array(distinct) == 3) < 0.78 and set(distinct) == {1, 2, 3}
    for request in drawn:
        names = [call.name for call in request.calls]
        changes = sum(one != other for one, other in pairwise(names))
        assert changes + 1 == len(set(names)), "calls of one tool stay together"


def test_one_wish_names_no_value_twice():
    for request in requests(replace(OPEN, calls=(2, 2)), 300):
        for call in request.calls:
            cities = [value for value in call.parameters.values() if value in CITIES]
            assert len(set(cities)) == len(cities)


def test_flags_are_said_by_phrases_of_their_own():
    said = set()
    for request in requests(OPEN, 300):
        for tool in request.tools:
            call = next((call for call in request.calls if call.name == tool.name), None)
            for parameter in tool.parameters if call else ():
                if parameter.slot.kind is kinds.FLAG and parameter.key in call.parameters:
                    right, wrong = parameter.slot.phrase.split("|")[
                        :: 1 if call.parameters[parameter.key] else -1
                    ]
                    assert right in request.text
                    said.add(call.parameters[parameter.key])
    assert said == {True, False}


def test_without_calls_the_tool_is_missing_or_one_required_argument_is():
    """Of the three required arguments of a conversion, two are named."""
    lacking = set()
    for request in requests(replace(OPEN, no_call=1.0, parameters=(3, 4)), 500):
        assert request.calls == () and len(request.tools) == OPEN.catalogue_size
        if "convert money" not in request.text:
            continue
        said = request.text.split("convert money")[1]
        named = [phrase for phrase in ("in the amount of ", "from ", "into ") if f" {phrase}" in said]
        offered = any(tool.blueprint.topics[0] == "convert" for tool in request.tools)
        assert len(named) == (2 if offered else 3)
        assert sum(said.count(f" {phrase}") for phrase in named) == len(named), "nothing is said twice"
        lacking.add(offered and tuple(named))
    assert len(lacking) == 4, "the tool, or any of the three"


def test_without_calls_the_closed_vocabulary_lacks_the_tool():
    for request in requests(replace(CLOSED, no_call=1.0), 60):
        topics = {topic for tool in request.tools for topic in tool.blueprint.topics}
        assert request.calls == () and request.compact.split()[0] not in topics


def test_no_call_is_a_chance():
    idle = [not request.calls for request in requests(replace(OPEN, no_call=0.3), 300)]
    assert 0.2 < np.mean(idle) < 0.4


def test_people_give_their_names_in_the_open_vocabulary_alone():
    names = re.compile(rf"\b(?:{'|'.join(FIRST_NAMES)}) (?:{'|'.join(LAST_NAMES)})\b")
    openings = []
    for request in requests(OPEN):
        start, end = request.text[:45], request.text[-45:]
        assert names.search(start) or names.search(end)
        openings.append(
            re.match(rf"(?:Hi, |This is |Hello, my name is )?{names.pattern}(?: here)?\. ", start)
        )
    assert 0.35 < np.mean([opening is not None for opening in openings]) < 0.65
    assert not any(names.search(request.text) for request in requests(CLOSED))


def test_several_wishes_are_joined_by_different_openings():
    for request in requests(replace(OPEN, calls=(3, 3)), 60):
        found = re.findall(r"(?:Also,|Then|After that,|And please|Besides,) [a-z]", request.text)
        assert len(set(found)) == len(found) == 2
