"""Prompts by hand: tools, request, notation, and what is said of budgets."""

import json

import pytest

from vpo_envs.domains.tool_use import ToolUseDomain, kinds
from vpo_envs.domains.tool_use.blueprints import Blueprint, Slot
from vpo_envs.domains.tool_use.catalogue import Parameter, Tool
from vpo_envs.domains.tool_use.prompts import asked, compact_prompt, full_prompt, instructions
from vpo_envs.domains.tool_use.requests import Request

DOMAIN = ToolUseDomain()


def tool(name, **parameters):
    blueprint = Blueprint("area", (name,), f"Does {name}.", ("", ""), ("", ""), ())
    slots = [Parameter(key, Slot((key,), kind, "{}", f"the {key}")) for key, kind in parameters.items()]
    return Tool(name, blueprint, tuple(slots))


REQUEST = Request(
    "Book a trip to S\u00e3o Paulo.",
    "trip to paulo",
    (tool("trip", city=kinds.CITY, guests=kinds.COUNT), tool("alarm", year=kinds.YEAR)),
    (),
)


def test_the_prompt_says_how_many_entries_are_sent():
    for index in range(30):
        task = DOMAIN.task("train", index)
        needed = sum(1 + 2 * len(call.parameters) for call in task.truth.calls)
        assert f"Only the first {task.truth.entries} entries" in task.prompt
        if needed:
            assert 0.4 * needed < task.truth.entries < 0.7 * needed


def test_tools_are_a_line_of_json_each_and_the_request_comes_last():
    prompt = full_prompt(REQUEST, False, words=None, entries=None)
    lines = prompt.split("\n")
    assert lines[0].endswith("These are the tools, one JSON description a line:")
    assert [json.loads(line) for line in lines[1:3]] == [tool.schema(False) for tool in REQUEST.tools]
    assert lines[3] == "" and lines[-2:] == ["", "Request: Book a trip to S\u00e3o Paulo."]
    assert "{" not in lines[0] and "Does trip." in lines[1]


@pytest.mark.parametrize(
    ("closed", "shown", "other"), [(False, '"parameters": {"b', "; after"), (True, "; after", '": {"b')]
)
def test_each_notation_has_its_own_example(closed, shown, other):
    prompt = full_prompt(REQUEST, closed, words=None, entries=None)
    assert shown in prompt and other not in prompt


@pytest.mark.parametrize(("words", "entries"), [(None, None), (9, None), (None, 4), (12, 5)])
def test_budgets_are_named_where_there_are_any(words, entries):
    prompt = full_prompt(REQUEST, True, words=words, entries=entries)
    assert prompt.count("Only the first") == (words is not None) + (entries is not None)
    assert (f"Only the first {words} words of your answer are read" in prompt) == (words is not None)
    assert (f"Only the first {entries} entries of your calls are sent" in prompt) == (entries is not None)
    assert prompt.count("Points are given in equal parts") == 1


def test_instructions_and_request_make_a_full_prompt():
    tools = [tool.schema(False) for tool in REQUEST.tools]
    assert (
        full_prompt(REQUEST, False, words=None, entries=None)
        == f"{instructions(tools)}\n\n{asked(REQUEST.text)}"
    )
    assert '{"name": "\u00e9"}\n' in instructions([{"name": "\u00e9"}]), "letters are not escaped"


@pytest.mark.parametrize(
    ("budget", "end"),
    [(None, "ask trip to paulo"), (9, "ask trip to paulo words 9"), (0, "ask trip to paulo words 0")],
)
def test_compact_prompts_list_names_and_keys(budget, end):
    assert compact_prompt(REQUEST, budget) == f"trip city guests | alarm year {end}"
