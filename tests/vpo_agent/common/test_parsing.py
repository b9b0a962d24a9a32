"""Settings, numbers and texts as they are typed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.common.parsing import (
    printable,
    read_minimums,
    read_number,
    read_setting,
    read_weights,
    replace_surrogates,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        ("naïve 北 🙂", "naïve 北 🙂"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[31m\x07", r"\x1b[31m\x07"),
        ("safe\u202egnp.exe", r"safe\u202egnp.exe"),
        ("a\xa0b", r"a\xa0b"),
        ("\ud800", r"\ud800"),
        ("it's", "it's"),
        (r"a\n", r"a\n"),
    ],
)
def test_control_characters_are_spelled_out_and_nothing_else(text, shown):
    assert printable(text) == shown


@given(st.text())
def test_shown_texts_are_one_printable_line(text):
    assert printable(text).isprintable() and printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("turns=3", "turns", 3),
        ("rate=1e-4", "rate", 1e-4),
        ("sizes=[1, 2]", "sizes", [1, 2]),
        ("on=True", "on", True),
        ("path=None", "path", None),
        ("name='3'", "name", "3"),
        ("selection=lexicase", "selection", "lexicase"),
        ("data=C:/a=b", "data", "C:/a=b"),
        ("empty=", "empty", ""),
        ("call=__import__('os')", "call", "__import__('os')"),
        ("open=[1", "open", "[1"),
        ("unhashable={[]: 1}", "unhashable", "{[]: 1}"),
        pytest.param("deep=" + "-" * 20_000 + "1", "deep", "-" * 20_000 + "1", id="deep"),
        pytest.param("nested=" + "[" * 20_000, "nested", "[" * 20_000, id="nested"),
    ],
)
def test_a_setting_is_a_literal_or_else_its_text(text, name, value):
    found = read_setting(text)
    assert found == (name, value) and type(found[1]) is type(value)


@pytest.mark.parametrize("text", ["turns", "=3", "", "="])
def test_a_setting_without_a_name_or_sign_is_refused(text):
    with pytest.raises(ValueError) as caught:
        read_setting(text)
    assert str(caught.value) == f"{text!r} must have the form setting=value"


def test_minimums_are_read_by_objective():
    assert read_minimums([]) == {}
    assert read_minimums(["gold=.5", "speed=1"]) == {"gold": 0.5, "speed": 1.0}


@pytest.mark.parametrize(
    ("text", "shown"), [("gold", "''"), ("gold=", "''"), ("gold=a", "'a'"), ("gold=1=2", "'1=2'")]
)
def test_a_minimum_that_is_no_number_is_refused(text, shown):
    with pytest.raises(ValueError) as caught:
        read_minimums(["speed=1", text])
    assert str(caught.value) == f"--require: {shown} is not a number; write, for example, correctness=0.9"


def test_weights_are_numbers_between_commas():
    assert read_weights("0.2,0.7, .1") == (0.2, 0.7, 0.1)
    assert read_weights("1") == (1.0,)
    for text, shown in (("1,b", "'b'"), ("1,,2", "''"), ("", "''")):
        with pytest.raises(ValueError, match=f"--weights: {shown} is not a number; .* 0.2,0.7,0.1"):
            read_weights(text)


def test_a_number_may_be_written_in_any_way_that_python_reads():
    assert read_number("x", " -1e3 ", "1") == -1000
    assert math.isinf(read_number("x", "inf", "1"))


@pytest.mark.parametrize(
    ("text", "clean"),
    [("a \ud800 b", "a ? b"), ("\ud83d\ude42", "??"), ("naïve 🙂\0", "naïve 🙂\0"), ("", "")],
)
def test_lone_surrogates_become_question_marks(text, clean):
    assert replace_surrogates(text) == clean
