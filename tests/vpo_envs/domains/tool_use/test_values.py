"""Matches of values with those that are due, worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.tool_use.by_hand import arguments
from vpo_envs.domains.tool_use.values import (
    OneOf,
    as_type,
    kind_of,
    kind_of_type,
    match_value,
    normal_value,
    plain_text,
    token_f1,
)


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


@pytest.mark.parametrize(
    ("gold", "value", "match"),
    [
        ([1, 2, 3], [3, 1, 2], 1),
        ([1, 2, 3], [2, 1], 2 / 3),
        ([1, 1], [1, 2], 1 / 2),  # each item counts once
        ([], [], 1),
        ([], [1], 0),
        ([1], [], 0),
        (["a b", "c"], ["c", "a"], (1 + 2 / 3) / 2),
        (OneOf(([1, 2], [3])), [2, 1], 1),
        ([1, 2], [2, 3], 1 / 2),  # what matches nothing takes nothing
        ([1, 2, 3], [1, 3], 2 / 3),
        # Both are worth the same to the first; it leaves the second what that one needs.
        (["a b", "b"], ["b c", "a c"], 1 / 2 * (1 / 2 + 2 / 3)),
    ],
)
def test_lists_whose_order_is_immaterial(gold, value, match):
    assert match_value(gold, value, unordered=True) == pytest.approx(match)


@pytest.mark.parametrize(
    ("gold", "value", "lenient", "match"),
    [
        ("New York", "new-york", True, 1),
        ("New York", "new-york", False, 0),
        ("it's", 'it"s', True, 1),
        ("a b", "a c", True, 1 / 2),
        (["A.B"], ["ab"], True, 1),
        ({"k": "A.B"}, {"k": "ab"}, True, 1),
        (OneOf(("x", "A.B")), "ab", True, 1),
        ({"k": "A.B"}, {"k": "ab"}, False, 0),
    ],
)
def test_texts_that_differ_in_marks_alone(gold, value, lenient, match):
    assert match_value(gold, value, lenient=lenient) == match


def test_of_several_values_the_best_match_counts():
    assert match_value(OneOf(("a b", "c")), "a") == pytest.approx(2 / 3)
    assert match_value(OneOf(()), "a") == 0
    assert match_value([OneOf((1, 2)), 3], [2, 3]) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(JSON, JSON)
def test_a_value_matches_itself_and_no_match_is_out_of_bounds(gold, value):
    assert match_value(gold, gold) == match_value(OneOf((gold,)), gold) == 1
    for lenient in (False, True):
        assert 0 <= match_value(gold, value, lenient=lenient) <= 1


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("", "text"),
        (False, "boolean"),
        (0, "number"),
        (0.5, "number"),
        (None, "null"),
        ([], "list"),
        ((), "list"),
        ({}, "object"),
    ],
)
def test_kinds_of_values(value, kind):
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("int", "number"),
        (" Float, optional", "number"),
        ("String", "text"),
        ("bool", "boolean"),
        ("ArrayList<String>", "list"),
        ("tuple[int, int]", "list"),
        ("HashMap", "object"),
        ("any", ""),
        ("", ""),
        ("[int]", ""),
        ("int32", "number"),
    ],
)
def test_types_of_schemas_name_kinds(name, kind):
    assert kind_of_type(name) == kind


LONG = "1" + "0" * 15


@pytest.mark.parametrize(
    ("value", "type_name", "read"),
    [
        (" 3 ", "int", 3),
        ("+7", "int", 7),
        ("-0.50", "float", -0.5),
        ("03", "int", "03"),
        ("1e3", "float", "1e3"),
        (".5", "float", ".5"),
        (LONG, "int", int(LONG)),
        (LONG + "0", "int", LONG + "0"),
        (3, "float", 3),
        (None, "int", None),
        (3, "str", "3"),
        (3.0, "str", "3"),
        (2.5, "str", "2.5"),
        (1e14, "str", "1" + "0" * 14),
        (1e15, "str", "1000000000000000.0"),
        (True, "str", True),
        (" TRUE", "bool", True),
        ("False", "bool", False),
        ("yes", "bool", "yes"),
        (1, "bool", 1),
        ("[1, 'a']", "list", [1, "a"]),
        ("[1, 2", "List[int]", [1, 2]),  # cut off
        (' ["1"]', "List[int]", [1]),
        ("1, 2", "list", "1, 2"),
        ("[1", "dict", "[1"),
        ("{'a': 1}", "dict", {"a": 1}),
        ("{broken", "dict", "{broken"),
        (["1", "x"], "List[int]", [1, "x"]),
        (["1"], "List[int], optional", [1]),
        (["1"], "list", ["1"]),
        ([["1"]], "List[List[int]]", [[1]]),
        ({"a": "1"}, "dict", {"a": "1"}),
        ("1", "any", "1"),
    ],
)
def test_values_as_their_types_say(value, type_name, read):
    found = as_type(value, type_name)
    assert found == read and type(found) is type(read)


def test_one_number_in_two_spellings():
    assert math.copysign(1, match_value(" 3.0 ", 3)) == match_value("1.50", 1.5) == 1
    assert match_value("3.0", 4) == match_value("007", 7) == match_value("x", 7) == 0


@pytest.mark.parametrize(
    ("gold", "text", "f1"),
    [
        ("a b", "a", 2 / 3),
        ("a a b", "a", 1 / 2),
        ("a", "a a a", 1 / 2),
        ("2026-03-14", "(2026-03-14).", 1),
        ("a-b", "a b", 0),
        ("A b!", "B a", 1),
        ("", "", 0),
        ("- -", "a", 0),
        ("a", "- a -", 1),
    ],
)
def test_f1_of_two_bags_of_tokens(gold, text, f1):
    assert token_f1(gold, text) == pytest.approx(f1)


def test_values_in_the_form_in_which_they_are_compared():
    value = {"Key": [" New\n York", 2.0, 2.5, True, None, {"a": "\u201cX\u201d \u2014"}]}
    assert normal_value(value) == {"Key": ["new york", 2, 2.5, True, None, {"a": '"x" -'}]}
    assert [type(item) for item in normal_value([2.0, True, 2.5])] == [int, bool, float]
    assert plain_text("  \u2018Ab\u2019\tc\u2013D ") == "'ab' c-d"
