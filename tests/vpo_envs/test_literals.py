"""Values as models write them: where they end, and what they are in JSON and in Python's spelling."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.literals import closed, read_arguments, read_value, unwrapped, value_end, values_in

DEEP = "[" * 32 + "]" * 32


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("{'a': 'say \"hi\"'}", {"a": 'say "hi"'}),
        ("{'a': \"True, None\"}", {"a": "True, None"}),
        ("[True, False, None,]", [True, False, None]),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
        ("{'a': '\\n'}", {"a": "\n"}),
        ("{'a': 'c:\\\\'}", {"a": "c:\\"}),
        (
            '{"a": 1, // it\'s one\n "b": "http://x", /* and */ "c": [1, # k\n],}',
            {"a": 1, "b": "http://x", "c": [1]},
        ),
        ('{"a": "#fff", // no more\n}', {"a": "#fff"}),
        ("{a: 'b: c', d_1 : {e: True}}", {"a": "b: c", "d_1": {"e": True}}),
    ],
)
def test_values_in_both_spellings(text, value):
    assert read_value(text) == value


def test_of_a_repeated_key_the_last_counts_where_it_may_be_repeated():
    for text in ('{"a": 1, "a": 2}', "{'a': 1, 'a': 2,}"):
        assert read_value(text, repeated_keys=True) == {"a": 2}
        with pytest.raises(ValueError, match="repeats a key"):
            read_value(text)


@pytest.mark.parametrize(
    ("value", "inner"),
    [
        ({"Response": {"a": 1}}, {"a": 1}),
        ({"response": {"output": [1]}}, [1]),
        ({"role": "assistant", "content": "up"}, "up"),
        ({"name": "submit", "arguments": '{"a": 1}'}, {"a": 1}),
        ({"function": {"name": "submit", "parameters": {"a": 1}}}, {"a": 1}),
        ("{'a': 1}", {"a": 1}),
        ("[broken", "[broken"),
        ({"a": {"response": 1}}, {"a": {"response": 1}}),
        ({"response": {"a": 1}, "b": 2}, {"response": {"a": 1}, "b": 2}),
        ({"response": 3}, {"response": 3}),
        ({"name": "Ada"}, {"name": "Ada"}),
        ({"name": "Ada", "letter": "A"}, {"name": "Ada", "letter": "A"}),
        ({}, {}),
        ([{"response": 1}], [{"response": 1}]),
    ],
)
def test_an_answer_is_taken_out_of_its_wrappers(value, inner):
    assert unwrapped(value) == inner


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("no value", []),
        ('{"a": 1}{b: [2]}', [(0, 8, {"a": 1}), (8, 16, {"b": [2]})]),
        ("[x, [1]] {", [(4, 7, [1])]),
        ("[] {}", [(0, 2, []), (3, 5, {})]),
        ("{" * 16 + "[1]", []),
        ("{" * 15 + "[1]", [(15, 18, [1])]),
    ],
)
def test_values_stand_in_a_text_one_after_another(text, found):
    assert list(values_in(text)) == found


def test_wrappers_end():
    deep = {"response": 1}
    for _ in range(9):
        deep = {"response": deep}
    assert unwrapped(deep) == {
        "response": {"response": {"response": {"response": {"response": {"response": 1}}}}}
    }


def test_the_end_of_a_value():
    assert value_end('{"a": ["}", \'}\']} {', 0) == 17
    assert value_end("{[", 0) is None
    assert value_end("{'", 0) is None


def test_arguments_in_pythons_notation():
    assert read_arguments("") == {}
    assert read_arguments("a=1, b={'c': 'd=e'}, f='g=h'") == {"a": 1, "b": {"c": "d=e"}, "f": "g=h"}
    for text in ("1", "a=b", "a==1", "a=1, a=2", "*a"):
        with pytest.raises(ValueError):
            read_arguments(text)


@pytest.mark.parametrize(
    ("text", "position", "end"),
    [
        ("([{}])", 0, 6),
        ("{ // it's } or so\n}", 0, 19),
        ("{a: 1, # }\n/* ] */}", 0, 19),
        ("{a#b}", 0, 5),
        ("{ #\n}", 0, 5),
        ("[] []", 3, 5),
        ('"[" ()', 0, 6),  # a bracket in a string is text
        ("{'a': '}'} {", 0, 10),
        (DEEP, 0, 64),
        (f"[{DEEP}]", 0, None),
        ("", 0, None),
        ("a", 0, None),
    ],
)
def test_a_value_ends_where_its_first_bracket_is_closed(text, position, end):
    assert value_end(text, position) == end


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", ""),
        ("[]", "[]"),
        ("]", "]"),
        ("{'a': (1, [2]", "{'a': (1, [2])}"),
        ('["[", "b"', '["[", "b"]'),
        ("[{}", "[{}]"),
        (DEEP[:32], DEEP),
    ],
)
def test_open_brackets_are_closed_in_order(text, whole):
    assert closed(text) == whole


@pytest.mark.parametrize(
    ("text", "message"), [('["a', "a string without an end"), ("[" * 33, "nested too deep")]
)
def test_what_cannot_be_closed_is_an_error(text, message):
    with pytest.raises(ValueError, match=message):
        closed(text)


NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(JSON, max_size=4), JSON)
def test_json_that_is_cut_off_at_a_comma_keeps_what_stands_before_it(items, last):
    text = json.dumps([items, items, last])
    assert value_end(text, 0) == len(text)
    assert closed(text) == text
    assert read_value(closed(json.dumps([items, items])[:-1])) == [items, items]
    assert read_value(closed(json.dumps([items, [*items, 7]])[:-2])) == [items, [*items, 7]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("9" * 300, int("9" * 300)),
        ("-2.5e3", -2500.0),
        ("'it\\'s \\\"so\\\"'", 'it\'s "so"'),
        ("{\u201ca\u201d: \u2018b\u2019,}", {"a": "b"}),
        ("['True', True]", ["True", True]),
        ("[None , ]", [None]),
        ("'a\nb'", "a\nb"),
    ],
)
def test_numbers_and_quotes(text, value):
    assert read_value(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "-Infinity",
        "1e999",
        "[1, 1e400]",
        "9" * 301,
        '{"a": 1, "a": 1}',
        "{'a': 1, 'a': 1}",
        "[1,, 2]",
        "[1 2]",
        "(1, 2)",
        "Trueish",
        "'a",
        "1 + 1",
    ],
)
def test_what_is_no_value_is_an_error(text):
    with pytest.raises(ValueError):
        read_value(text)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (" a = 1 , b='x', ", {"a": 1, "b": "x"}),
        ("a=[1], b={'c': [2]}, d=3", {"a": [1], "b": {"c": [2]}, "d": 3}),
        ("a=')', b=\"c=(\", d=None", {"a": ")", "b": "c=(", "d": None}),
        ("a_1=True, _b=false", {"a_1": True, "_b": False}),
    ],
)
def test_names_of_arguments_stand_outside_all_brackets(text, arguments):
    assert read_arguments(text) == arguments


@pytest.mark.parametrize("text", ["a={b=1}", "a=[b=1]", "a=1, {b=2}", "a=f(b=1)", "a='b", "a=1 b=2", "1a=1"])
def test_what_are_no_arguments_is_an_error(text):
    with pytest.raises(ValueError):
        read_arguments(text)


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True)
NAMES = NAMES.filter(lambda name: name not in ("True", "False", "None"))
TEXTS = st.text("ab =,()[]{}'\"", max_size=8)


@given(
    st.dictionaries(NAMES, st.none() | st.booleans() | st.integers() | TEXTS | st.lists(TEXTS, max_size=2))
)
def test_arguments_are_read_as_python_writes_them(arguments):
    text = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    assert read_arguments(text) == arguments
