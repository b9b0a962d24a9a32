"""ToolUse: reading the text of a block, in every layout and spelling, and what is no call."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.blocks import read_block
from vpo_envs.domains.tool_use.calls import Call, write_json, write_short
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.problem import Problem

THINK = "<think>hm</think>"
DOMAIN = ToolUseDomain()


def call(name: str, **parameters) -> Call:
    return Call(name, parameters)


def read(text: str) -> list[Call | None]:
    """The calls of a block of JSON, all of them read."""
    calls, unread, _ = read_block(text, 9, short=False)
    assert unread == 0
    return calls


def block(*lines: str) -> str:
    return "\n".join(("<tool_call>", *lines, "</tool_call>"))


def score(gold, text: str) -> list[float]:
    """The rewards of an answer where the given calls are due."""
    due = tuple(GoldCall(each.name, each.parameters) for each in gold)
    return list(DOMAIN.score(DOMAIN.make_task(Problem("Do it.", due)), text))


F = call("f", a=1, b="it's", c=[True, None])
SPELLINGS = (
    write_json(F),
    json.dumps({"parameters": F.parameters, "name": "f"}, indent=2),
    '{"name": "f", "arguments": {"a": 1, "b": "it\'s", "c": [true, null]}}',
    '{"tool": "f", "args": {"a": 1, "b": "it\'s", "c": [true, null]}}',
    '{"tool_name": "f", "params": {"a": 1, "b": "it\'s", "c": [true, null]}}',
    '{"function": "f", "arguments": {"a": 1, "b": "it\'s", "c": [true, null]}}',
    json.dumps({"name": "f", "arguments": json.dumps(F.parameters)}),
    json.dumps({"function": {"name": "f", "arguments": json.dumps(F.parameters)}}),
    json.dumps({"id": "1", "type": "function", "function": {"name": "f", "arguments": F.parameters}}),
    json.dumps({"tool_calls": [{"function": {"name": "f", "arguments": F.parameters}}]}),
    json.dumps({"name": "f", "parameters": F.parameters, "id": 7}),
    '{"name": "f", "parameters": {"a": 1, "b": "it\'s", "c": [true, null],},}',
    "{'name': 'f', 'parameters': {'a': 1, 'b': \"it's\", 'c': [True, None]}}",
    "{'name': 'f', 'parameters': {'a': 1, 'b': 'it\\'s', 'c': [True, None]}}",
    'f(a=1, b="it\'s", c=[True, None])',
    'f(\n    a = 1,\n    b = "it\'s",\n    c = [true, null]\n)',
    "f(a = 1, b = 'it\\'s', c = [true, null])",
    "{\u201cname\u201d: \u201cf\u201d, \u201cparameters\u201d: {\u201ca\u201d: 1, "
    "\u201cb\u201d: \u201cit\u2019s\u201d, \u201cc\u201d: [true, null]}}",
    '[f(a=1, b="it\'s", c=[True, None])]',
    '{name: "f", parameters: {a: 1, b: "it\'s", c: [true, null]}}',
    "{name: 'f', parameters: {a: 1, 'b': 'it\\'s', c: [true, null],},}",
    '{"name":\u00a0"f",\u202f"parameters":\u00a0{"a": 1,\ufeff "b": "it\'s", "c": [true, null]}}',
    '{"name": "f", // the tool\n"parameters": {"a": 1, "b": "it\'s", "c": [true, null]} /* all */}',
    json.dumps(write_json(F)),
    json.dumps([write_json(F)]),
)


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_call_may_be_spelt_in_any_usual_way(text):
    assert read(text) == [F]


def joined(*texts: str) -> tuple[str, ...]:
    first, second = texts
    return (
        f"{first}\n{second}",
        f"{first},\n{second}",
        f"{first}, {second},",
        f"{first} {second}",
        f"{first}{second}",
        f"{first};\n\n{second};",
        f"[{first}, {second}]",
        f"[\n  {first},\n  {second}\n]",
        f"```json\n{first}\n{second}\n```",
        f"```\n[{first}, {second}]\n```",
        f"```json\n{first}\n```\n```json\n{second}\n```",
        f"- {first}\n- {second}",
        f"1. {first}\n2) {second}",
        f"`{first}`\n`{second}`",
        f"```JSON\n{first}\n{second}\n```",
        f"```jsonl\n{first}\n```\n```tool_call\n{second}\n```",
        f"~~~tool_code\n[{first}, {second}]\n~~~",
        f"- `{first}`\n- `{second}`",
        f"a) `{first}`\nb) {second}",
        f"1: {first}\n2: {second}",
        f"\r\n  {first}  \r\n{second}\r\n",
        f"[{first}]\n[{second}]",
        f"// two calls\n{first} // one\n// another one\n{second}\n//",
        f"/* one */ {first} /* another */ {second}",
        f"- [x] {first}\n- [x] {second}",
        f"> {first}\n> - {second}",
        f"1\ufe0f\u20e3 {first}\n2\ufe0f\u20e3 {second}",
        f"✅ {first}\n⚠️ 📨 {second}",
        f"\ufeff{first}\u200b\n\u200b{second}\u2060",
    )


PRETTY = json.dumps({"name": "f", "parameters": {"a": [1, {"b": 2}]}}, indent=2)


@pytest.mark.parametrize("text", joined(PRETTY, write_json(call("g", c="}, {"))))
def test_calls_may_be_laid_out_in_any_way(text):
    assert read_block(text, 9, short=False) == ([call("f", a=[1, {"b": 2}]), call("g", c="}, {")], 0, False)


@pytest.mark.parametrize(
    "text",
    [
        "I call f:\n{}\nThat is all.",
        "I call f: {} That is all (for now).",
        "{} # the only call\n",
        "{}\nNote: it's done, isn't it?",
        "* Call f (with one argument).\n{}",
        "{}\nDone {as asked}.",
        "// {}\nA comment may hold a call.",
        "{} // done {as asked}",
        "{} /* done",
        "# Calls\n\n{}\n\n---\nI hope this helps! f(x)",
    ],
)
def test_words_around_the_calls_are_read_through(text):
    made = call("f", a=1)
    assert read_block(text.replace("{}", write_json(made)), 9, short=False) == ([made], 0, True)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"name": 3',
        '{"name": 3}',
        '{"parameters": {}}',
        '{"name": "f", "parameters": []}',
        '{"name": "f", "parameters": "a = 1"}',
        '{"name": "f", "parameters": {"a": NaN}}',
        '{"name": "f", "parameters": {"a": -Infinity}}',
        '{"name": "f", "parameters": {"a": 1e999}}',
        '{"name": "f", "name": "g"}',
        '{"name": "f", "tool": "g"}',
        '{"name": "f", "parameters": {"a": 1}, "arguments": {"a": 2}}',
        '{"name": "f", "parameters": {"a": 1, "a": 1}}',
        "{'name': 'f', 'parameters': {'a': 1, 'a': 1}}",
        '{"name": "f", "parameters": {"a": %s}}' % ("9" * 5000),
        '{"name": "f", "parameters": {"a": %s}}' % ("[" * 8000 + "]" * 8000),
        '{"name": "f", "parameters": {"]]]]": %s}}' % ("[" * 33 + "]" * 33),
        "{'name': 'f', 'parameters': {'a': __import__('os')}}",
        "{'name': 'f', 'parameters': {'a': 1 + 1}}",
        "{'name': 'f', 'parameters': {'a': (1, 2)}}",
        '{"a":' * 3000,
        '["f"]',
        '["{"]',
        '["{\\"parameters\\": {}}"]',
        '"{\\"name\\": 3}"',
        "{name: f}",
        '{name: "f", parameters: {a: 1, a: 1}}',
    ],
)
def test_what_looks_like_a_call_and_cannot_be_read_is_a_wrong_one(text):
    due = Call("f", {"a": 1})
    assert read(text) == [None]
    assert score([due], THINK + block(text, write_json(due))) == pytest.approx([1, 2 / 3, 1 / 2, 1 / 2])


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "f", "parameters": {"a": 1}',  # brackets that are forgotten at the end
        '{"name": "f", "parameters": {"a": 1',
        "{'name': 'f', 'parameters': {'a': 1}",
        '{{"name": "f", "parameters": {"a": 1}}}',  # and doubled as in a template
        '{{"name": "f", "parameters": {{"a": 1}}}}',
        '{"name": "f", "a": 1}',  # arguments beside the name
        '{"type": "function", "id": "call_1", "name": "f", "a": 1}',
    ],
)
def test_slips_of_form_leave_a_call_readable(text):
    due, other = Call("f", {"a": 1}), Call("g", {})
    assert read(text) == [due]
    assert read(f"{text}\n{write_json(other)}") == [due, other]
    assert score([due], THINK + block(text)) == pytest.approx([1, 1, 1, 1])


@pytest.mark.parametrize("text", ["", "stop", '"f"', "f a = 1", "stop.", "f(x)", "(f)", "```", "f(1)", "a=1"])
def test_words_are_no_calls(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[\n  {broken},\n  {broken}\n]", 1),  # a broken array is one wrong call
        ("{\n  broken\n}", 1),
        ("  {broken}\n  {broken}", 2),
        ("[1, 2]", 2),
        ("[[{}]]", 1),
        ("I call:\nthe tool", 0),
        ("the tool {x}", 0),
    ],
)
def test_broken_calls_are_counted_and_do_not_hide_others(text, wrong):
    due = call("f", a=1)
    assert read(f"{text}\n{write_json(due)}") == [None] * wrong + [due]


def test_a_last_call_without_an_end_is_none_where_the_block_has_none():
    text = write_json(call("f")) + '\n{"name": "g", "param'
    assert read_block(text, 9, short=False).calls == [call("f"), None]
    assert read_block(text, 9, short=False, cut_off=True).calls == [call("f")]


def test_calls_beyond_the_limit_are_wrong_without_being_read():
    due = call("f", a=1)
    lines = [write_json(call("g"))] * 500
    assert score([due], THINK + block(*lines, write_json(due))) == [0, 0, 0, 0]
    rewards = score([due], THINK + block(write_json(due), *lines))
    assert rewards == pytest.approx([1, 2 / 502, 1 / 501, 1 / 501])
    in_array = json.dumps([json.loads(line) for line in [write_json(due), *lines]])
    assert score([due], THINK + block(in_array)) == pytest.approx([1, 2 / 502, 1 / 501, 1 / 501])


# The short notation


@pytest.mark.parametrize("line", ["f a 1", "f a = 1 2", "f a = = 1", "f = 1", "= 1", "f a = 1 a = 1"])
def test_what_is_not_in_the_short_notation_is_a_wrong_call(line):
    assert read_block(f"{line} ; g", 9, short=True).calls == [None, call("g")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("f", call("f")),
        ("f a = 1 b = x", call("f", a=1, b="x")),
        ("f a=1 b=x", call("f", a=1, b="x")),
        ("f a = b = x", call("f", a=None, b="x")),
        ("f a = b =", call("f", a=None, b=None)),
        ("f a = true b = -2.5 c = 1e5 d = -", call("f", a=True, b=-2.5, c="1e5", d="-")),
        ("f(a=1)", call("f", a=1)),
    ],
)
def test_lines_of_the_short_notation(line, expected):
    assert read_block(line, 9, short=True).calls == [expected]


def test_the_short_notation_counts_only_where_it_is_asked_for():
    due = GoldCall("f", {"a": 1})
    closed = ToolUseDomain(vocabulary="closed", calls=1, parameters=(1, 3))
    asked = closed.make_task(Problem("Do it.", (due,)))
    for line in ("f a = 1", write_json(due.call)):
        assert list(closed.score(asked, THINK + block(line))) == [1, 1, 1, 1]
    assert score([due.call], THINK + block("f a = 1")) == [0, 0, 0, 0]


# Any text


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
    assert read(line) == [made]
    assert score([made], THINK + block(line))[1:] == pytest.approx([1, 1, 1])


@given(st.text(), st.dictionaries(st.text(), JSON, max_size=4))
def test_python_literals_are_read_as_they_are_written(name, parameters):
    text = repr({"name": name, "parameters": parameters})
    try:
        expected = json.loads(json.dumps({"name": name, "parameters": parameters}))
    except ValueError:
        return
    if "\\x" not in text and "\\U" not in text:  # JSON has no such escapes
        assert read(text) == [Call(expected["name"], expected["parameters"])]


WORDS = st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True).filter(lambda word: word not in ("true", "false"))
PLAIN = st.none() | st.booleans() | st.integers(-999, 999) | WORDS


@given(st.lists(st.tuples(WORDS, st.dictionaries(WORDS, PLAIN, max_size=3)), max_size=4))
def test_the_short_notation_is_read_as_it_is_written(calls):
    calls = [Call(name, parameters) for name, parameters in calls]
    for separator in (" ; ", ";", "\n", ";\n\n; "):
        text = separator.join(map(write_short, calls))
        assert read_block(text, 9, short=True) == (calls, 0, False)


@given(st.text() | st.text(alphabet="<think>/tool_call{}[]()'\":;= \n1a", max_size=200))
def test_any_text_scores_within_bounds(text):
    due = [call("f", a=1, b="x y"), call("f", a=[True]), call("g")]
    for wrapped in (text, THINK + block(text), f"<tool_call>{text}"):
        assert all(0 <= reward <= 1 for reward in score(due, wrapped))
