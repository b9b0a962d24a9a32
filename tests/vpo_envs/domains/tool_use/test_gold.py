"""Gold calls: their right values, what schemas say of them, and how well other calls match."""

import pytest

from tests.vpo_envs.domains.tool_use.by_hand import answer, call, score
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.gold import (
    GoldCall,
    bare_name,
    gold_call,
    match_argument,
    match_arguments,
    match_name,
    normal_call,
    plain_calls,
    preferred,
)
from vpo_envs.domains.tool_use.values import OneOf

MILK = OneOf(("oat", "soy"), optional=True)


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
    due = gold_call("f", {"key": gold}, {"key": {"type": type_name}})
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
    due = gold_call("f", {"key": ["ann", "bob", "carl"]}, {"key": entry})
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
    due = GoldCall("f", {"a": OneOf((1, 2)), "b": OneOf(("x",), optional=True)})
    assert score([due], answer(Call("f", made)))[2:] == pytest.approx([key, value])
    assert due.call == call("f", a=1)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (3, 3),
        (OneOf((1, 2)), 1),
        (OneOf((OneOf(("a", "b")),)), "a"),
        ({"size": OneOf(("big", "large")), "milk": MILK}, {"size": "big"}),
        ([OneOf((1, 2)), {"milk": MILK}], [1, {}]),
    ],
)
def test_the_preferred_value_comes_first_and_leaves_out_what_may_be_left_out(wanted, value):
    assert preferred(wanted) == value


def test_right_calls_in_order():
    golds = (GoldCall("f", {"a": OneOf((1, 2)), "milk": MILK}), GoldCall("g"))
    assert plain_calls(golds) == (call("f", a=1), Call("g"))


@pytest.mark.parametrize(
    ("entry", "value", "types", "unordered"),
    [
        ({"type": "int", "description": "Days"}, 5, {"a": "int"}, set()),
        ({"type": "list", "description": "Names; the order doesn't matter"}, "5", {"a": "list"}, {"a"}),
        ({"type": "set"}, "5", {"a": "set"}, {"a"}),
        ({"description": "UNORDERED"}, "5", {}, {"a"}),
        ({"type": ["int", "null"]}, "5", {}, set()),
        ({}, "5", {}, set()),
        ("int", "5", {}, set()),
        (None, "5", {}, set()),
    ],
)
def test_what_a_schema_says_of_an_argument(entry, value, types, unordered):
    due = gold_call("f", {"a": "5"}, {"a": entry, "b": {"type": "int"}}, lenient=True, strict=True)
    assert due == GoldCall("f", {"a": value}, types, frozenset(unordered), lenient=True, strict=True)


@pytest.mark.parametrize(
    ("due", "made", "match"),
    [
        ("Tide Table", "Tide Table", 1),
        ("Tide Table", "tide_table", 0.5),
        ("Tide Table", "TideTable", 0.5),
        ("Tide Table", "Tide Tables", 0),
        ("Tide Table", " Tide Table", 0),
        ("Stra\u00dfe", "STRASSE", 0.5),
        ("a", "b", 0),
        ("a", "", 0),
        ("", "", 1),
        ("?!", "?-", 0),  # no letters to agree in
        ("?", "?", 1),
    ],
)
def test_names_match_in_full_or_by_letters_and_digits(due, made, match):
    assert match_name(due, made) == match


def test_the_bare_name():
    assert bare_name("Get_the-Weather.v2 \u00c9") == "gettheweatherv2\u00e9"


@pytest.mark.parametrize(
    ("due", "made", "keys", "values"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, 1, 1),
        ({"a": 1, "b": 2}, {"a": 1}, 2 / 3, 1 / 2),
        ({"a": 1, "b": 2}, {"a": 1, "c": 2}, 1 / 2, 1 / 2),
        ({"a": 1}, {"b": 1}, 0, 0),
        ({}, {}, 1, 1),
        ({}, {"a": 1}, 0, 1),
        ({"a": 1, "milk": MILK}, {"a": 1}, 1, 1),
        ({"a": 1, "milk": MILK}, {"a": 1, "milk": "soy"}, 1, 1),
        ({"a": 1, "milk": MILK}, {"a": 1, "milk": "cow"}, 1, 1 / 2),
        ({"a": 1, "milk": MILK}, {"milk": "oat"}, 2 / 3, 1 / 2),
        ({"milk": MILK}, {}, 1, 1),
    ],
)
def test_names_and_values_of_arguments(due, made, keys, values):
    assert match_arguments(GoldCall("f", due), Call("f", made)) == pytest.approx((keys, values))


@pytest.mark.parametrize(
    ("wanted", "type_name", "value", "loose", "strict"),
    [
        (5, "integer", 5, 1, 1),
        (5, "integer", 5.0, 1, 0),
        (5, " Integer", 5.0, 1, 0),
        (5, "float", 5.0, 1, 1),
        (5, "integer", "5", 1, 0),
        (5, "integer", 6, 0, 0),
        (OneOf((5, "n")), "integer", "n", 1, 1),  # a variable's name
        ([1], "array", [1], 1, 1),
        ([1], "array", "[1]", 1, 0),
        ("a", "string", "a", 1, 1),
    ],
)
def test_the_type_counts_where_it_is_strict(wanted, type_name, value, loose, strict):
    for due, match in (
        (GoldCall("f", {"a": wanted}, {"a": type_name}), loose),
        (GoldCall("f", {"a": wanted}, {"a": type_name}, strict=True), strict),
    ):
        assert match_argument(due, "a", value) == match


@pytest.mark.parametrize(
    ("wanted", "types", "value", "match"),
    [
        (50, {"a": "long"}, "50L", 1),
        (50, {"a": "long"}, 50, 1),
        ([1, 2], {"a": "ArrayList"}, "new int[]{1, 2}", 1),
        ("50L", {"a": "String"}, "50L", 1),
        (50, {"a": "any"}, "50L", 0),
        (50, {}, "50L", 0),
    ],
)
def test_literals_of_other_languages_are_read_where_the_schema_wants_no_text(wanted, types, value, match):
    assert match_argument(GoldCall("f", {"a": wanted}, types, foreign=True), "a", value) == match


def test_what_counts_for_one_argument_alone():
    due = GoldCall("f", {"a": [1, 2], "b": [1, 2]}, unordered=frozenset({"a"}))
    assert [match_argument(due, key, [2, 1]) for key in "ab"] == [1, 0]
    assert match_argument(GoldCall("f", {"a": 50}, {"a": "long"}), "a", "50L") == 0, "not foreign"
    assert match_argument(GoldCall("f", {"a": "A.B"}, lenient=True), "a", "ab") == 1


@pytest.mark.parametrize(
    ("made", "normal"),
    [
        (call("f", n="2", s="A  b", extra="3"), ["f", {"n": 2, "s": "a b", "extra": "3"}]),
        (call("F", n=2.0), ["F", {"n": 2}]),
        (call("h", n="2"), ["h", {"n": "2"}]),
        (call("g", m="3", s=4, t="5L"), ["g", {"m": 3, "s": "4", "t": 5}]),
    ],
)
def test_calls_in_the_form_in_which_they_are_compared(made, normal):
    golds = [
        GoldCall("f", {"n": 2, "s": "x"}, {"n": "int"}),
        GoldCall("g", {"m": OneOf((1, 2)), "s": "x", "t": 1}, {"t": "long"}, foreign=True),
    ]
    assert normal_call(made, golds) == normal
