"""ToolUse: the scoring of the paper's authors, worked out by hand from its rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.paper import match_as_paper, read_as_paper, score_as_paper
from vpo_envs.domains.tool_use.problem import Problem

DUE = [Call("get_weather", {"city": "New York", "days": 3})]
THINK = "<think>hm</think>"
RIGHT = '{"name": "get_weather", "parameters": {"city": "New York", "days": 3}}'


def block(text: str) -> str:
    return f"<tool_call>\n{text}\n</tool_call>"


@pytest.mark.parametrize(
    ("text", "rewards"),
    [
        (THINK + block(RIGHT), (1, 1, 1, 1)),
        (block(RIGHT), (0, 1, 1, 1)),
        (block(RIGHT) + THINK, (1, 1, 1, 1)),  # in any order
        (f"hm</think>{block(RIGHT)}", (0, 1, 1, 1)),
        (THINK + f"<tool_call>{RIGHT}", (0, 0, 0, 0)),
        (THINK + block(RIGHT.replace("parameters", "arguments")), (1, 1, 1, 1)),
        (THINK + block(RIGHT.replace("get_weather", "Get-Weather")), (1, 1, 1, 1)),
        (THINK + block(RIGHT.replace("get_weather", "get weather")), (1, 0, 1, 1)),
        (THINK + block(RIGHT.replace("get_weather", "stop")), (1, 0, 1, 1)),  # wrong tool, right arguments
        (THINK + block(RIGHT.replace("New York", "york, new")), (1, 1, 1, 1)),
        (THINK + block(RIGHT.replace("New York", "York")), (1, 1, 1, (2 / 3 + 1) / 2)),
        (THINK + block(RIGHT.replace("3", '"3.0"')), (1, 1, 1, 1)),
        (THINK + block(RIGHT.replace('"days"', '"length"')), (1, 1, 1 / 2, 1 / 2)),
        (THINK + block(f"[{RIGHT}]"), (1, 1, 1, 1)),
        (THINK + block(f"{RIGHT}, {RIGHT}"), (1, 2 / 3, 1 / 2, 1 / 2)),
        (THINK + block(f"{RIGHT}\nThat is all. {RIGHT}"), (1, 1, 1, 1)),  # read up to the words
        (THINK + block(f"First: {RIGHT}"), (0, 0, 0, 0)),
        (THINK + block(f"```json\n{RIGHT}\n```"), (0, 0, 0, 0)),
        (THINK + block(RIGHT) + block(RIGHT), (1, 1, 1, 1)),  # the first block alone
        (THINK + block(""), (0, 0, 0, 0)),
        (f"<think>{block(RIGHT)}</think>", (1, 1, 1, 1)),  # drafts count
        (THINK + block('{"name": "get_weather"}'), (1, 1, 0, 0)),
        (THINK + block('{"name": "get_weather", "parameters": 3}'), (1, 1, 0, 0)),
    ],
)
def test_one_call_is_due(text, rewards):
    assert score_as_paper(DUE, text) == pytest.approx(rewards)


@pytest.mark.parametrize(
    ("text", "rewards"),
    [
        (f"{THINK}No.", (1, 1, 1, 1)),
        ("No.", (0, 1, 1, 1)),
        (THINK, (1, 1, 1, 1)),
        (THINK + block(""), (1, 1, 1, 1)),
        (THINK + block("stop"), (0, 1, 1, 1)),
        (THINK + block(RIGHT), (0, 0, 0, 0)),
    ],
)
def test_no_call_is_due(text, rewards):
    assert score_as_paper([], text) == rewards


def test_partners_are_chosen_in_the_order_of_the_calls_that_are_due():
    due = [Call("f", {"a": 1, "b": 2}), Call("g", {"c": 3})]
    made = '{"name": "x", "parameters": {"c": 3}}\n{"name": "f", "parameters": {"a": 1}}'
    # f goes to f: keys 2/3, values 1/2. g goes to what is left, x: keys 1, values 1.
    assert score_as_paper(due, THINK + block(made)) == pytest.approx((1, 1 / 2, 5 / 6, 3 / 4))
    alone = '{"name": "g", "parameters": {"c": 3}}'
    # f comes first and takes the only call, g's: no key in common; g itself goes without.
    assert score_as_paper(due, THINK + block(alone)) == pytest.approx((1, 2 / 3, 0, 0))


@pytest.mark.parametrize(
    ("gold", "value", "match"),
    [
        ("a b", "B, a!", 1),
        ("a-b", "ab", 1),
        ("", "", 1),
        ("?", "!", 1),
        ("3", 3, 1),
        ("3", 3.0, 0),
        (3, "3.0", 1),
        (3, 3.0, 1),
        (3, "three", 0),
        (3, None, 0),
        (True, 1, 1),
        (True, "no", 1),
        (False, "", 1),
        (0, False, 1),
        ([1, 2], [2, 1], 1),
        ([1, 2], [1], 2 / 3),
        (["a b"], "A b", 1),
        ([], [], 1),
        ({"a": 1}, {"a": 2}, 1),
        ({"a": 1}, {"b": 1}, 0),
        ({"a": 1}, [1], 0),
        (None, None, 1),
        (None, "", 1),
        (None, "x", 0),
    ],
)
def test_values(gold, value, match):
    assert match_as_paper(gold, value) == pytest.approx(match)


def test_calls_that_the_parser_of_json_could_not_survive_are_none():
    for text in ("[" * 9000, '{"a":' * 5000, '{"name": "f", "parameters": {"a": %s}}' % ("9" * 9000)):
        assert read_as_paper(text) == []


def test_the_knob_scores_as_the_paper():
    paper, own = ToolUseDomain(paper=True), ToolUseDomain()
    problem = Problem("Do it.", tuple(GoldCall(call.name, call.parameters) for call in DUE))
    wrong_tool = THINK + block(RIGHT.replace("get_weather", "stop"))
    assert paper.score(paper.make_task(problem), wrong_tool) == (1, 0, 1, 1)
    assert own.score(own.make_task(problem), wrong_tool) == (0, 0, 0, 0)
    assert paper.score(paper.make_task(Problem("Do it.", ())), " \n") == (0, 0, 0, 0)
    assert paper.task("test", 0).truth.entries is None


def test_one_key_for_one_answer():
    key = ToolUseDomain(paper=True).answer_key
    task = ToolUseDomain(paper=True).task("test", 0)
    assert key(task, THINK + block(RIGHT)) == key(
        task, f"<think>other</think>\n{block('[' + RIGHT + ']')} Bye."
    )
    assert key(task, THINK + block(RIGHT)) != key(task, block(RIGHT))
    assert key(task, THINK + block(RIGHT)) != key(task, THINK + block(RIGHT.replace("3", "4")))
    assert key(task, " ") == ""


@given(st.text() | st.text(alphabet="<think>/tool_call{}[]\"':, \n1a", max_size=200))
def test_any_text_scores_within_bounds(text):
    for wrapped in (text, THINK + block(text)):
        assert all(0 <= reward <= 1 for reward in score_as_paper(DUE, wrapped))
