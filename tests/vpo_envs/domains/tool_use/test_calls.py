"""ToolUse: the names that a call's parts go by."""

import json

import pytest

from vpo_envs.domains.tool_use.calls import Call, call_of, calls_of, is_explicit

GIVEN = {"a": 1, "b": "x"}
F, G = Call("f", GIVEN), Call("g", {})

PARAMETERS = (
    *("parameters", "parameter", "Parameters", "arguments", "Arguments", "argument", "args", "arg", "params"),
    *(
        "input",
        "inputs",
        "tool_input",
        "toolInput",
        "action_input",
        "Action Input",
        "kwargs",
        "function_args",
    ),
)


@pytest.mark.parametrize("key", PARAMETERS)
@pytest.mark.parametrize("name", ["name", "Name", "tool", "tool_name", "function-name", "function", "action"])
def test_parts_go_by_any_usual_name(name, key):
    assert calls_of({name: "f", key: GIVEN}) == [F]
    assert calls_of({"id": 1, key: json.dumps(GIVEN), name: "f"}) == [F]
    assert is_explicit({name: "f", key: GIVEN})


@pytest.mark.parametrize("key", ["function_calls", "tool_calls", "actions", "tools", "calls", "Tool_Calls"])
def test_calls_may_be_wrapped(key):
    written = [{"name": "f", "parameters": GIVEN}, {"name": "g"}]
    assert calls_of({key: written}) == [F, G]
    assert calls_of({key: written[0], "thought": "f"}) == [F]
    assert calls_of({key: []}) == []


@pytest.mark.parametrize(
    "value",
    [
        {"f": GIVEN, "g": {}},
        [{"f": GIVEN}, {"g": {}}],
        [{"f": {"arguments": GIVEN}}, {"g": {"parameters": {}}}],
        {"calls": [{"f": GIVEN}, {"name": "g"}]},
        [{"function": {"name": "f", "input": GIVEN}}, {"tool": {"name": "g"}}],
    ],
)
def test_the_name_of_a_tool_may_be_a_key(value):
    assert calls_of(value) == [F, G]


def test_an_argument_may_have_the_name_of_a_part():
    assert calls_of({"echo": {"input": "x"}}) == [Call("echo", {"input": "x"})]
    assert calls_of({"echo": {"args": {"a": 1}, "b": 2}}) == [Call("echo", {"args": {"a": 1}, "b": 2})]
    assert call_of({"name": "f", "parameters": GIVEN, "input": "a question"}) == F
    assert call_of({"name": "f", "action": "call", "parameters": GIVEN}) == F


@pytest.mark.parametrize(
    "value",
    [
        3,
        "f",
        None,
        {"name": "f", "Name": "g"},
        {"name": "f", "arguments": {"a": 1}, "Parameters": {"a": 2}},
        {"parameters": {"a": 1}},
        {"f": 1},
        {"f": GIVEN, "id": 1},
        {"input": {"a": 1}},
        {"name": 3},
        {"name": "f", "input": [1]},
    ],
)
def test_what_is_ambiguous_is_no_call(value):
    assert calls_of(value) == [None]


def test_nothing_is_no_call():
    assert calls_of([]) == calls_of({}) == calls_of([{}]) == []
    assert calls_of([[{}]]) == [None]
