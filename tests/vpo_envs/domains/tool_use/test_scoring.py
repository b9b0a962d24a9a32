"""ToolUse: every rule of scoring, worked out by hand."""

import itertools

import pytest

from tests.vpo_envs.domains.tool_use.by_hand import DOMAIN, THINK, answer, arguments, block, call, score
from vpo_envs.domains.tool_use.calls import Call, write_json

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
