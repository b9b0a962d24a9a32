"""Checks of settings: names, types, ranges, and differences to an earlier run."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from vpo_agent.common.settings import check_at_least, check_types, differences, unknown_setting


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("seeed", ["steps", "seed"], "did you mean 'seed'?"),
        ("xyz", ["steps", "seed"], "there are steps, seed"),
        ("xyz", [], "there are none"),
        (7, ["steps"], "there are steps"),
    ],
)
def test_an_unknown_name_gets_a_hint(name, known, hint):
    assert unknown_setting(name, known) == f"unknown setting {name!r}; {hint}"


def test_the_nearest_of_two_similar_names_is_given():
    assert unknown_setting("step", ["steps", "stop"]) == "unknown setting 'step'; did you mean 'steps'?"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (3, int),
        (None, int | None),
        (0.5, float),
        (1, float),
        (False, bool),
        ("adam", str),
        ({"a": 1}, dict),
    ],
)
def test_a_value_of_its_type_passes(value, kind):
    assert check_types({"setting": value}, {"setting": kind}) == {"setting": value}


@pytest.mark.parametrize(("value", "kind"), [(np.int64(3), int), (np.float32(0.5), float), (np.True_, bool)])
def test_numbers_of_numpy_become_those_of_python(value, kind):
    checked = check_types({"setting": value}, {"setting": kind})["setting"]
    assert type(checked) is kind and checked == value


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        (1, bool, "True or False"),
        (True, int, "an integer"),
        ("3", int, "an integer"),
        (1.5, int, "an integer"),
        ("1", float, "a finite number"),
        (math.nan, float, "a finite number"),
        (math.inf, float, "a finite number"),
        (3, str, "a string"),
        ([1], dict, "a mapping"),
        (3, Callable, "callable"),
    ],
)
def test_a_value_of_another_type_is_refused(value, kind, wanted):
    with pytest.raises(ValueError) as caught:
        check_types({"good": 1, "setting": value}, {"good": int, "setting": kind})
    assert str(caught.value) == f"setting={value!r} must be {wanted}"


def test_a_value_may_equal_its_lowest_one_or_be_none():
    check_at_least({"steps": 1, "clip": 0.0, "limit": None}, steps=1, clip=0.0, limit=5)


@pytest.mark.parametrize("value", [0, -3, 0.999, math.nan])
def test_a_value_below_its_lowest_one_is_refused(value):
    with pytest.raises(ValueError) as caught:
        check_at_least({"clip": 2, "steps": value}, clip=2, steps=1)
    assert str(caught.value) == f"steps={value!r} must be at least 1"


def test_differences_name_the_new_value_and_the_old_one():
    before = {"seed": 0, "steps": 9, "gone": 1}
    now = {"seed": 1, "steps": 9, "added": "x"}
    assert differences(before, now) == "seed=1 (was 0), added='x' (was None)"


def test_differences_compare_as_json_holds_values():
    assert differences({"levels": [1, 2], "rate": 1}, {"levels": (1, 2), "rate": 1.0}) == ""
