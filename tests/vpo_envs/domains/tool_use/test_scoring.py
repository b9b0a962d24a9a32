"""ToolUse: every rule of scoring, worked out by hand."""

import itertools

import pytest

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json
from vpo_envs.domains.tool_use.due import Due, due_call
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.values import OneOf, match_value

THINK = "<think>hm</think>"
DOMAIN = ToolUseDomain()


def call(name: str, **parameters) -> Call:
    return Call(name, parameters)


def block(*lines: str) -> str:
    return "\n".join(("<tool_call>", *lines, "</tool_call>"))


def answer(*calls: Call) -> str:
    return THINK + block(*map(write_json, calls))


def score(gold, text: str) -> list[float]:
    """The rewards of an answer where the given calls are due."""
    due = tuple(each if isinstance(each, Due) else Due(each.name, each.parameters) for each in gold)
    return list(DOMAIN.score(DOMAIN.make_task(Problem("Do it.", due)), text))


def arguments(due: dict, made: dict) -> list[float]:
    """arg_key and arg_value of a single call."""
    return score([Call("f", due)], answer(Call("f", made)))[2:]


# Format


def test_objectives_and_weights():
    assert DOMAIN.objective_names == ("format", "tool_name", "arg_key", "arg_value")
    assert DOMAIN.weights.tolist() == [0.25] * 4


STOP = block(write_json(call("stop")))
GO = block(write_json(call("go")))


@pytest.mark.parametrize(
    ("text", "due", "not_due"),
    [
        (THINK + STOP, 1, 0),
        (f"hm</think>{STOP}", 1, 0),  # opened by the chat template
        (f"</think>\n{STOP}", 1, 0),
        (f"<THINKING>hm</THINKING>{STOP}", 1, 0),
        (f"[THINK]hm[/THINK]{STOP}", 1, 0),
        (STOP + THINK, 0, 0),  # the thought comes first
        (f"<think>hm {GO}{THINK}{STOP}", 1, 0),
        (f"Well. {THINK} So: {STOP} Done.", 1, 0),
        (f"{THINK}{STOP}<think>That is right.</think>", 1, 0),
        (THINK + GO + "Wait: " + STOP, 1, 0),
        (THINK + STOP + "Wait: " + GO, 0, 0),
        (f"{THINK}<TOOL_CALL>{write_json(call('stop'))}</Tool_Call>", 1, 0),
        (THINK + GO, 0, 0),  # the form pays only with a right call
        (THINK + block(), 0, 0),
        (THINK + block("I stop."), 0, 0),
        (THINK, 0, 0),
        ("<think></think>", 0, 0),
        (f"{THINK}<response>Sorry, no.</response>", 0, 1),
        (f"{THINK}No tool fits.", 0, 1),
        ("hm</think>No tool fits.", 0, 1),
        (f"{THINK}{write_json(call('stop'))}", 0, 0),
        (STOP, 0, 0),
        ("I will stop.", 0, 0),
        ("<think>hm" + STOP, 0, 0),
        (f"{THINK}<tool_call>{write_json(call('stop'))}", 0, 0),
        (f"{THINK}{STOP}<tool_call>stop", 0, 0),
        (f"<think>{STOP}</think>", 0, 0),
        (f"<think>{STOP}</think>I cannot.", 0, 1),
    ],
)
def test_format_needs_a_thought_and_a_right_call_or_a_reply(text, due, not_due):
    assert score([call("stop")], text)[0] == due
    assert score([], text)[0] == not_due


@pytest.mark.parametrize(
    ("made", "form"),
    [
        (call("f", a=1, b=2, c="x", d="y"), 1),
        (call("f", a=1, b=2), 1),  # half of the values, 2/3 of the names
        (call("f", a=1, b=2, c="?", d="?"), 1),
        (call("f", a=1, b="?", c="?", d="?"), 0),
        (call("f", a=1), 0),
        (call("f"), 0),
        (call("g", a=1, b=2, c="x", d="y"), 0),
    ],
)
def test_format_pays_only_beside_a_call_that_is_half_right(made, form):
    assert score([call("f", a=1, b=2, c="x", d="y")], answer(made))[0] == form


def test_words_between_the_calls_cost_a_quarter_of_the_format():
    due = [call("f", a=1), call("g")]
    text = THINK + block("I call two tools:", *map(write_json, due), "That is all.")
    assert score(due, text) == [0.75, 1, 1, 1]


def test_calls_inside_the_thoughts_are_no_calls():
    decoy = f"<think>I could write {STOP} here.</think>"
    assert score([call("stop")], decoy) == [0, 0, 0, 0]
    assert score([call("stop")], decoy + GO) == [0, 0, 0, 0]
    assert score([call("stop")], decoy + STOP) == [1, 1, 1, 1]
    assert score([], decoy + "No.") == [1, 1, 1, 1]


def test_a_thought_inside_a_call_is_text():
    due = call("say", text="<think>aloud</think>")
    assert score([due], block(write_json(due))) == [0, 1, 1, 1]
    assert score([due], THINK + block(write_json(due))) == [1, 1, 1, 1]


def test_where_no_call_is_due_any_call_is_wrong():
    assert score([], THINK + " I cannot do that.") == [1, 1, 1, 1]
    assert score([], "I cannot do that.") == [0, 1, 1, 1]
    assert score([], answer(call("stop"))) == [0, 0, 0, 0]
    assert score([], write_json(call("stop"))) == [0, 0, 0, 0]
    assert score([], THINK + block("{broken")) == [0, 0, 0, 0]
    assert score([], THINK + block()) == [0, 1, 1, 1]


def test_a_thought_alone_is_no_answer():
    assert score([], THINK) == score([], "hm</think>") == score([], "<think>hm") == [0, 0, 0, 0]


@pytest.mark.parametrize("text", ["", " ", "\n\t\n"])
def test_a_blank_answer_earns_nothing(text):
    assert score([], text) == score([call("stop")], text) == [0, 0, 0, 0]


# Names


@pytest.mark.parametrize(
    ("due", "made", "f1"),
    [
        ("a b", "a b", 1),
        ("a b", "b a", 1),
        ("a b", "a", 2 / 3),
        ("a", "a b", 2 / 3),
        ("a a", "a", 2 / 3),
        ("a", "a a", 2 / 3),
        ("a a b", "a b b", 2 / 3),
        ("a", "b", 0),
        ("a", "A", 1 / 2),
        ("tide_table b", "Tide-Table b", 3 / 4),
        ("tide_table b", "tide_table a", 1 / 2),
        ("a b c d", "a x y z", 1 / 4),
    ],
)
def test_tool_name_is_the_f1_of_two_multisets(due, made, f1):
    rewards = score(map(Call, due.split()), answer(*map(Call, made.split())))
    assert rewards[1] == pytest.approx(f1)


# Arguments


@pytest.mark.parametrize(
    ("due", "made", "key", "value"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}, 1, 1),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, 1, 1),
        ({"a": 1, "b": 2}, {"a": 1}, 2 / 3, 1 / 2),
        ({"a": 1}, {"a": 1, "b": 2}, 2 / 3, 1),
        ({"a": 1, "b": 2}, {"a": 1, "c": 2}, 1 / 2, 1 / 2),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}, 1, 0),
        ({"a": 1}, {"b": 1}, 0, 0),
        ({"a": 1}, {}, 0, 0),
        ({}, {}, 1, 1),
        ({}, {"a": 1}, 0, 1),
    ],
)
def test_arguments_of_one_call(due, made, key, value):
    assert arguments(due, made) == pytest.approx([key, value])


def test_calls_without_a_partner_count_nothing_whichever_side_they_are_on():
    due = [call("f", a=1), call("g", b=2)]
    assert score(due, answer(call("f", a=1)))[2:] == [1 / 2, 1 / 2]
    assert score(due, answer(call("f", a=1), call("h", b=2)))[2:] == [1 / 3, 1 / 3]
    assert score(due, answer(*due, call("h")))[2:] == pytest.approx([2 / 3, 2 / 3])
    assert score(due, answer(*due, call("f", a=1)))[2:] == pytest.approx([2 / 3, 2 / 3])


def test_guessing_with_several_calls_does_not_pay():
    guesses = [call("f", a=n) for n in range(4)]
    assert score([call("f", a=3)], answer(*guesses)) == pytest.approx([1, 2 / 5, 1 / 4, 1 / 4])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_calls_of_one_tool_are_paired_best_match_first(order):
    due = [call("f", city="Oslo", day=1), call("f", city="Oslo", day=2), call("f", city="Rome")]
    assert score(due, answer(*(due[i] for i in order))) == [1, 1, 1, 1]
    nearly = [call("f", city="Oslo", day=1), call("f", city="Oslo", day=3), call("f", city="Rome")]
    assert score(due, answer(*(nearly[i] for i in order))) == pytest.approx([1, 1, 1, 2.5 / 3])


@pytest.mark.parametrize(
    ("gold", "value", "match"),
    [
        ("Oslo", "Oslo", 1),
        ("Oslo", "OSLO", 1),
        ("Oslo", "oslo!", 3 / 4),
        ("Oslo", '"Oslo"', 3 / 4),
        ("It\u2019s \u201cready\u201d", 'it\'s "ready"', 1),
        ("the lunch is ready", "ready is the lunch", 3 / 4),
        ("a table for two", "table for two", 6 / 7),
        ("a a b", "a b b", 2 / 3),
        ("2026-03-14", "2026-03-15", 0),
        ("New York", "York", 2 / 3),
        ("", "", 1),
        ("", "x", 0),
        ("?!", " ?! ", 1),
        ("?!", "!?", 0),
        ("a b", "c", 0),
        ("STRASSE", "straße", 1),
        ("3", 3, 1),
        ("3.0", 3, 1),
        ("007", 7, 0),
        ("three", 3, 0),
        (3, "3", 1),
        (3, "3.0", 1),
        (3, "three", 0),
        (3, [3], 0),
        (True, "TRUE", 1),
        (True, "yes", 0),
        (3, 3, 1),
        (3, 3.0, 1),
        (3, 4, 0),
        (0.1, 0.1, 1),
        (2**53, 2**53 + 1, 0),
        (1, True, 0),
        (True, 1, 0),
        (True, True, 1),
        (True, False, 0),
        (False, 0, 0),
        (None, None, 1),
        (None, "", 0),
        ("x", None, 0),
        ([], [], 1),
        ([], [1], 0),
        ([1, 2], [1, 2], 1),
        ([1, 2], [2, 1], 0),
        ([1, 2], [1, 2, 3, 4], 1 / 2),
        (["old quay"], ["quay"], 2 / 3),
        ([1], 1, 0),
        ({}, {}, 1),
        ({"km": 7.5, "stairs": False}, {"km": 7.5, "stairs": 0}, 1 / 2),
        ({"km": 7.5}, {"km": 7.5, "x": 1}, 1 / 2),
        ({"a": {"b": [1, {"c": "d e"}]}}, {"a": {"b": [1, {"c": "d"}]}}, (1 + 2 / 3) / 2),
        ({"a": 1}, [1], 0),
    ],
)
def test_values_match_by_type(gold, value, match):
    assert match_value(gold, value) == pytest.approx(match)
    assert arguments({"key": gold}, {"key": value}) == pytest.approx([1, match])


# Schemas and several right values


@pytest.mark.parametrize(
    ("type_name", "gold", "made", "match"),
    [
        ("int", "1", 1, 1),
        ("int", "1", "1", 1),
        ("int", 1, "1", 1),
        ("int, optional", "1", 1.0, 1),
        ("int", "1", 2, 0),
        ("int", "one", "one", 1),
        ("int", "one", 1, 0),
        ("string", 5, "5", 1),
        ("string", "5", 5, 1),
        ("string", 5, 5, 1),
        ("str", "05", 5, 0),
        ("boolean", "true", True, 1),
        ("bool", True, "False", 0),
        ("bool", True, 1, 0),
        ("List[int]", "[1, 2]", [1, 2], 1),
        ("List[int]", ["1", "2"], [1, 2], 1),
        ("List[int]", [1, 2], "[1, 2]", 1),
        ("List[List[int]]", [["1"]], [[1]], 1),
        ("List[int]", [1, 2], [2, 1], 0),
        ("dict", '{"a": 1}', {"a": 1}, 1),
        ("dict", "{broken", "{broken", 1),
        ("float", "2.50", 2.5, 1),
        ("", "1", 1, 1),
        ("Callable[[float], float]", "lambda x: x", "lambda x: x", 1),
    ],
)
def test_values_are_read_by_the_types_of_the_schema(type_name, gold, made, match):
    due = due_call("f", {"key": gold}, {"key": {"type": type_name}})
    assert score([due], answer(call("f", key=made)))[3] == pytest.approx(match)


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({"type": "array"}, 1 / 3),
        ({"type": "array", "description": "Guests, in any order"}, 1),
        ({"type": "array", "description": "Guests (order does not matter)"}, 1),
        ({"type": "set"}, 1),
        ({"type": "array", "description": "Stops in order"}, 1 / 3),
        (None, 1 / 3),
    ],
)
def test_the_order_of_a_list_matters_unless_the_schema_says_otherwise(entry, match):
    due = due_call("f", {"key": ["ann", "bob", "carl"]}, {"key": entry})
    assert score([due], answer(call("f", key=["bob", "ann", "carl"])))[3] == pytest.approx(match)
    assert score([due], answer(call("f", key=["ann", "bob", "carl"])))[3] == 1
    assert score([due], answer(call("f", key=["ann", "ann", "ann"])))[3] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("made", "key", "value"),
    [
        ({"a": 1}, 1, 1),
        ({"a": 2}, 1, 1),
        ({"a": 3}, 1, 0),
        ({"a": 1, "b": "x"}, 1, 1),
        ({"a": 1, "b": "y"}, 1, 1 / 2),
        ({"b": "x"}, 2 / 3, 1 / 2),
        ({}, 0, 0),
        ({"a": 1, "c": 0}, 2 / 3, 1),
    ],
)
def test_several_values_and_optional_arguments(made, key, value):
    due = Due("f", {"a": OneOf((1, 2)), "b": OneOf(("x",), optional=True)})
    assert score([due], answer(Call("f", made)))[2:] == pytest.approx([key, value])
    assert due.call == call("f", a=1)


def test_several_values_inside_objects():
    wanted = {"size": OneOf(("large", "big")), "milk": OneOf(("oat",), optional=True)}
    for value, match in (
        ({"size": "big"}, 1),
        ({"size": "large", "milk": "oat"}, 1),
        ({"size": "large", "milk": "soy"}, 1 / 2),
        ({"milk": "oat"}, 1 / 2),
        ({}, 0),
        ({"size": "big", "cup": 1}, 1 / 2),
    ):
        assert match_value(wanted, value) == match
