"""TOML as models write it, as JSON."""

import json

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.toml import toml_as_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('[a]\nx = "y"', {"a": {"x": "y"}}),
        ("z = 1\n[a]\nx = 'y'  # so\n\n[a.b]\nc = true", {"z": 1, "a": {"x": "y", "b": {"c": True}}}),
        ("[[a]]\nx = 1\n\n[[a]]\nx = 2", {"a": [{"x": 1}, {"x": 2}]}),
        ("[[a]]\nx = 1\n[a.b]\ny = 1\n[[a]]\nx = 2", {"a": [{"x": 1, "b": {"y": 1}}, {"x": 2}]}),
        ('[a]\nx = """\ntwo\nlines\n"""', {"a": {"x": "two\nlines\n"}}),
        ("[a]\nx = [\n  1,\n  2, # two\n]", {"a": {"x": [1, 2]}}),
        ('[a]\nx = { y = 1, z = { w = "v" } }', {"a": {"x": {"y": 1, "z": {"w": "v"}}}}),
        ("[a]\nd = 2027-10-27\nn = 1_000", {"a": {"d": "2027-10-27", "n": 1000}}),
        ('[a]\nb.c = "d"\n"e f" = 1', {"a": {"b": {"c": "d"}, "e f": 1}}),
        ('[a]\nx = "it’s “so”"', {"a": {"x": "it’s “so”"}}),
    ],
)
def test_tables_are_objects(text, value):
    assert json.loads(toml_as_json(text)) == value
    before, after = toml_as_json(f"So:\n\n{text}\n\nThat is all.").split("\n\nThat")
    assert json.loads(before.removeprefix("So:\n\n")) == value and after == " is all."


def test_without_tables_only_a_fence_for_it_is_rewritten():
    assert toml_as_json("```toml\nx = 1\n```") == '```toml\n{"x": 1}\n```'
    for text in (
        "x = 1",
        "```python\nx = 1\n```",
        "",
        "[a]",
        "[a]\nx",
        "[a]\nx =",
        "[Law]\nv = V*S\n[b]\nS = 3 m",
        "x = [1, 2]",
        "f(\n  a = 1,\n  b = [2]\n)",  # a call of Python
        "[a]\nx = [\n1",  # cut off
        "[reasoning]\n# v = 2\nand so on = so",
    ):
        assert toml_as_json(text) == text


def test_a_table_in_which_nothing_stands_stays():
    assert toml_as_json("[a]\nx = 1\n\n[b]\nso = it is") == '{"a": {"x": 1}}\n\n[b]\nso = it is'


def test_comments_below_the_last_value_are_of_what_follows():
    assert toml_as_json("[a]\nx = 1\n\n# Answer\nRome") == '{"a": {"x": 1}}\n\n# Answer\nRome'


def test_several_answers_are_several_objects():
    assert toml_as_json("[a]\nx = 1\n\n[a]\nx = 2") == '{"a": {"x": 1}}\n\n{"a": {"x": 2}}'


@pytest.mark.parametrize("dots", [".", " . ", "\t.\t"])
def test_names_of_very_many_parts_are_not_read(dots):
    text = "[a]\n" + dots.join(["b"] * 3000) + " = 1"
    assert toml_as_json(text) == text


@given(st.text(alphabet=st.sampled_from("[]{}=.,#\"' \nab1-"), max_size=200))
def test_any_text_is_read(text):
    assert isinstance(toml_as_json(text), str)


@pytest.mark.parametrize(
    "unit",
    ["a = 1\nb = [\n", "[a]\n", "[a]\nb = [\n", "a = {", 'a = """\n', "a.", "a = 1\n",
     '[a]\nb = "', "[[a]]\nb = 1\n", "a ",
     '[a]\nb = ["\n', "[a]\nb = 1\nso\n", "[a]\nb = 1\n", "[a]\nb = 1\r\n", "b = {}\n", "b.c = 1\n",
     "a.b = {c.d = 1}\n", "[a]\n\n\n\n", "\n", " \n"],
)  # fmt: skip
def test_long_texts_take_linear_time(unit):
    for text in (unit * (20_000 // len(unit)), f"{unit * (20_000 // len(unit))}x = 1\n\nso"):
        assert cpu_seconds(lambda text=text: toml_as_json(text)) < 0.25
