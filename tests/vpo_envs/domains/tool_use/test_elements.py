"""Calls in the forms of chat templates, as JSON."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.tool_use.elements import elements_as_json

CALL = '{"name": "f", "parameters": {"n": 3, "t": "a b"}}'


@pytest.mark.parametrize(
    "text",
    [
        "<function=f>\n<parameter=n>\n3\n</parameter>\n<parameter=t>\na b\n</parameter>\n</function>",
        '<invoke name="f"><parameter name="n">3</parameter><parameter name="t">a b</parameter></invoke>',
        'Action: f\nAction Input: {"n": 3, "t": "a b"}',
        '<name>f</name>\n<parameters>{"n": 3, "t": "a b"}</parameters>',
    ],
)
def test_calls_are_objects(text):
    assert elements_as_json(text) == CALL.replace('{"n"', '{"n"')


def test_blocks_keep_their_tags():
    glm = "<tool_call>f\n<arg_key>n</arg_key>\n<arg_value>3</arg_value>\n</tool_call>"
    assert elements_as_json(glm) == '<tool_call>{"name": "f", "parameters": {"n": 3}}</tool_call>'
    alone = '<tool_call name="f"/>'
    assert elements_as_json(alone) == '<tool_call>{"name": "f", "parameters": {}}</tool_call>'


@pytest.mark.parametrize(
    "text", ["", "<tool_call>{}</tool_call>", '<tool_call name="f">words</tool_call>', "<invoke name=>"]
)
def test_other_texts_stay(text):
    assert elements_as_json(text) == text


@pytest.mark.parametrize(
    "unit",
    [
        "<function=f>",
        "<function=f><parameter=n>",
        "<tool_call>f\n<arg_key>",
        "Action: f\n",
        "<name>f</name><args>{",
    ],
)
def test_long_texts_take_linear_time(unit):
    assert cpu_seconds(lambda: elements_as_json(unit * (20_000 // len(unit)))) < 0.5
