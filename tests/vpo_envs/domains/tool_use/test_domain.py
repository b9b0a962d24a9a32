"""ToolUse: every rule of scoring, and reading calls in both notations."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, read_calls, write_json, write_short
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.reading import cut
from vpo_envs.domains.tool_use.scoring import match_value

THINK = "<think>hm</think>"
DOMAIN = ToolUseDomain()


def call(name: str, **parameters) -> Call:
    return Call(name, parameters)


def one_call(text: str) -> Call | None:
    """The call in a line of JSON or of the short notation."""
    ((made,), unread) = read_calls(text, 1, short=not text.startswith("{"))
    assert unread == 0
    return made


def block(*lines: str) -> str:
    return "\n".join(("<tool_call>", *lines, "</tool_call>"))


def answer(*calls: Call) -> str:
    return THINK + block(*map(write_json, calls))


def score(gold, text: str) -> list[float]:
    """The rewards of an answer where the given calls are due."""
    return list(DOMAIN.score(DOMAIN.make_task(Problem("Do it.", tuple(gold))), text))


def arguments(due: dict, made: dict) -> list[float]:
    """arg_key and arg_value of a single call."""
    return score([Call("f", due)], answer(Call("f", made)))[2:]


# Format


def test_objectives_and_weights():
    assert DOMAIN.objective_names == ("format", "tool_name", "arg_key", "arg_value")
    assert DOMAIN.weights.tolist() == [0.25] * 4


@pytest.mark.parametrize(
    ("text", "due", "not_due"),
    [
        (THINK + block("stop"), 1, 0),
        (block("stop") + THINK, 0, 0),  # the thought comes first
        (block("stop") + THINK + block("stop"), 0, 0),
        (f"<think>hm {block('stop')}{THINK}{block('stop')}", 1, 0),
        (f"Well. {THINK} So: {block('stop')} Done.", 1, 0),
        (THINK + block("stop") + block("stop"), 1, 0),
        (THINK + block(), 1, 0),
        (THINK, 0, 1),
        ("<think></think>", 0, 1),
        (f"{THINK}<response>Sorry, no.</response>", 0, 1),
        (block("stop"), 0, 0),
        ("I will stop.", 0, 0),
        ("<think>hm" + block("stop"), 0, 0),
        (f"{THINK}<tool_call>stop", 0, 0),
        (f"{THINK}{block('stop')}<tool_call>stop", 0, 0),
        (f"<think>{block('stop')}</think>", 0, 1),
        ("<THINK>hm</THINK>" + block("stop"), 0, 0),
        ("</think>hm<think>" + block("stop"), 0, 0),
    ],
)
def test_format_needs_a_thought_and_calls_exactly_when_they_are_due(text, due, not_due):
    assert score([call("stop")], text)[0] == due
    assert score([], text)[0] == not_due


def test_calls_inside_the_thoughts_are_no_calls():
    decoy = f"<think>I could write {block('stop')} here.</think>"
    assert score([call("stop")], decoy) == [0, 0, 0, 0]
    assert score([call("stop")], decoy + block(write_json(call("go")))) == [1, 0, 0, 0]
    assert score([], decoy) == [1, 1, 1, 1]


def test_a_thought_inside_a_call_is_text():
    due = call("say", text="<think>aloud</think>")
    assert score([due], block(write_json(due))) == [0, 1, 1, 1]


def test_where_no_call_is_due_any_call_is_wrong():
    assert score([], THINK + " I cannot do that.") == [1, 1, 1, 1]
    assert score([], "I cannot do that.") == [0, 1, 1, 1]
    assert score([], answer(call("stop"))) == [0, 0, 0, 0]
    assert score([], THINK + block("{broken")) == [0, 0, 0, 0]


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
        ("a", "A", 0),
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
        ("Oslo", "oslo!", 1),
        ("a table for two", "table for two", 6 / 7),
        ("a a b", "a b b", 2 / 3),
        ("2026-03-14", "2026-03-15", 0),
        ("New York", "York", 2 / 3),
        ("", "", 1),
        ("", "x", 0),
        ("?!", " ?! ", 1),
        ("?!", "!?", 0),
        ("STRASSE", "straße", 1),
        ("3", 3, 0),
        (3, "3", 0),
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


# Reading calls


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"name": "f", "parameters": {}',
        "{'name': 'f'}",
        '{"name": "f"} {"name": "f"}',
        '{"name": "f",}',
        '{"name": 3}',
        '{"parameters": {}}',
        '{"name": "f", "parameters": []}',
        '{"name": "f", "parameters": "a = 1"}',
        '{"name": "f", "parameters": {"a": NaN}}',
        '{"name": "f", "parameters": {"a": -Infinity}}',
        '{"name": "f", "parameters": {"a": 1e999}}',
        '{"name": "f", "name": "g"}',
        '{"name": "f", "parameters": {"a": 1, "a": 1}}',
        '{"name": "f", "parameters": {"a": %s}}' % ("9" * 5000),
        '{"name": "f", "parameters": {"a": %s}}' % ("[" * 8000 + "]" * 8000),
        '{"name": "f", "parameters": {"]]]]": %s}}' % ("[" * 33 + "]" * 33),
        '{"a":' * 3000,
        '["f"]',
        '"f"',
        '{"name": "f", "parameters": {"a": 1}},',
        '{"name": "f", "parameters": {"a": 1}} # done',
        '`{"name": "f", "parameters": {"a": 1}}`',
        "f(a=1)",
        "f a = 1",
    ],
)
def test_what_is_not_json_is_a_wrong_call(line):
    due = Call("f", {"a": 1})
    assert read_calls(line, 9, short=False) == ([None], 0)
    assert score([due], THINK + block(line))[1:] == [0, 0, 0]
    assert score([due], THINK + block(line, write_json(due)))[1:] == pytest.approx([2 / 3, 1 / 2, 1 / 2])


@pytest.mark.parametrize("line", ["f a 1", "f a = 1 2", "f a = = 1", "f = 1", "= 1", "f a = 1 a = 1"])
def test_what_is_not_in_the_short_notation_is_a_wrong_call(line):
    assert read_calls(f"{line} ; g", 9, short=True) == ([None, call("g")], 0)


PRETTY = json.dumps({"name": "f", "parameters": {"a": [1, {"b": 2}]}}, indent=2)
LAYOUTS = (
    PRETTY,
    PRETTY.replace("\n", "\r\n"),
    f"{PRETTY};",
    f"[{PRETTY}]",
    f"```json\n{PRETTY}\n```",
    f"```\n[\n{PRETTY}\n]\n```",
    f"\n  {PRETTY}  \n\n",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_calls_may_be_laid_out_in_any_way(layout):
    due = call("f", a=[1, {"b": 2}])
    assert score([due], THINK + block(layout)) == [1, 1, 1, 1]
    other = call("g", c=None)
    assert score([due, other], THINK + block(layout, write_json(other))) == [1, 1, 1, 1]
    assert score([other, due], THINK + block(write_json(other) + ";", layout)) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[\n  {broken},\n  {broken}\n]", 1),  # a broken array is one wrong call
        ("{\n  broken\n}", 1),
        ("  {broken}\n  {broken}", 2),
        ("[1, 2]", 2),
        ("[[{}]]", 1),
        ("I call:\nthe tool", 1),
    ],
)
def test_broken_calls_are_counted_and_do_not_hide_others(text, wrong):
    due = call("f", a=1)
    made, unread = read_calls(f"{text}\n{write_json(due)}", 9, short=False)
    assert (made, unread) == ([None] * wrong + [due], 0)


def test_the_short_notation_counts_only_where_it_is_asked_for():
    line = "f a = 1"
    due = call("f", a=1)
    closed = ToolUseDomain(vocabulary="closed", calls=1, parameters=(1, 3))
    asked = closed.make_task(Problem("Do it.", (due,)))
    assert list(closed.score(asked, THINK + block(line))) == [1, 1, 1, 1]
    assert list(closed.score(asked, answer(due))) == [1, 1, 1, 1]
    assert score([due], THINK + block(line)) == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"name": "f"}', call("f")),
        ('{"name": "f", "parameters": null}', call("f")),
        (
            '{"parameters": {"a": [1, {"b": null}]}, "name": "Tide Table"}',
            call("Tide Table", a=[1, {"b": None}]),
        ),
        ('{"name": "f", "parameters": {"a": "[[[[{{"}, "id": 7}', call("f", a="[[[[{{")),
        ('{"name": "f", "parameters": {"a": %s}}' % ("[" * 30 + "]" * 30), None),
        ("f", call("f")),
        ("f a = 1 b = x", call("f", a=1, b="x")),
        ("f a=1 b=x", call("f", a=1, b="x")),
        ("f a = b = x", call("f", a=None, b="x")),
        ("f a = b =", call("f", a=None, b=None)),
        ("f a = true b = -2.5 c = 1e5 d = -", call("f", a=True, b=-2.5, c="1e5", d="-")),
    ],
)
def test_lines_that_are_calls(line, expected):
    made = one_call(line)
    assert made is not None
    assert expected is None or made == expected


def test_brackets_in_text_do_not_count_as_depth():
    due = call("f", text="[" * 500)
    assert score([due], answer(due)) == [1, 1, 1, 1]


NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(), st.dictionaries(st.text(), JSON, max_size=4))
def test_json_lines_are_read_as_they_are_written(name, parameters):
    made = Call(name, parameters)
    line = write_json(made)
    assert "\n" not in line
    assert one_call(line) == made
    assert score([made], answer(made))[1:] == pytest.approx([1, 1, 1])


WORDS = st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True).filter(lambda word: word not in ("true", "false"))
PLAIN = st.none() | st.booleans() | st.integers(-999, 999) | WORDS


@given(st.lists(st.tuples(WORDS, st.dictionaries(WORDS, PLAIN, max_size=3)), max_size=4))
def test_the_short_notation_is_read_as_it_is_written(calls):
    calls = [Call(name, parameters) for name, parameters in calls]
    for separator in (" ; ", ";", "\n", ";\n\n; "):
        assert read_calls(separator.join(map(write_short, calls)), 9, short=True) == (calls, 0)


@given(st.text() | st.text(alphabet='<think>/tool_call{}[]":;= \n1a', max_size=200))
def test_any_text_scores_within_bounds(text):
    due = [call("f", a=1, b="x y"), call("f", a=[True]), call("g")]
    for wrapped in (text, THINK + block(text), f"<tool_call>{text}"):
        assert all(0 <= reward <= 1 for reward in score(due, wrapped))


def test_both_notations_earn_the_same():
    domain = ToolUseDomain(vocabulary="closed", calls=(1, 4), parameters=(1, 3))
    for index in range(20):
        calls = domain.task("test", index).truth.calls
        task = domain.task("test", index)
        for text in (THINK + block(" ; ".join(map(write_short, calls))), answer(*calls)):
            assert list(domain.score(task, text)) == [1, 1, 1, 1]


def test_calls_beyond_the_limit_are_wrong_without_being_read():
    due = call("f", a=1)
    lines = [write_json(call("g"))] * 500
    rewards = score([due], THINK + block(*lines, write_json(due)))
    assert rewards == [1, 0, 0, 0]
    rewards = score([due], THINK + block(write_json(due), *lines))
    assert rewards == pytest.approx([1, 2 / 502, 1 / 501, 1 / 501])
    in_array = json.dumps([json.loads(line) for line in [write_json(due), *lines]])
    assert score([due], THINK + block(in_array)) == pytest.approx([1, 2 / 502, 1 / 501, 1 / 501])


@pytest.mark.parametrize(
    ("budget", "kept"),
    [
        (None, "<think> a-b </think> <tool_call> f k_1 = v ; g"),
        (0, ""),
        (1, "<think> "),
        (3, "<think> a-b "),
        (4, "<think> a-b </think> "),
        (6, "<think> a-b </think> <tool_call> f "),
        (7, "<think> a-b </think> <tool_call> f k_1 = "),
        (8, "<think> a-b </think> <tool_call> f k_1 = v ; "),
        (9, "<think> a-b </think> <tool_call> f k_1 = v ; g"),
    ],
)
def test_only_so_many_words_are_read(budget, kept):
    assert cut("<think> a-b </think> <tool_call> f k_1 = v ; g", budget) == kept
