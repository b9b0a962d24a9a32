"""Checks of settings: names, types, ranges, and differences to an earlier run."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from vpo_agent.common.settings import (
    Settings,
    check_at_least,
    check_types,
    differences,
    refuse_differences,
    unknown_setting,
    whole_number,
)


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


@pytest.mark.parametrize("value", [7, 7.0, np.int64(7), np.float32(7)])
def test_whole_numbers_become_ints(value):
    number = whole_number("steps", value, least=7)
    assert number == 7 and type(number) is int


@pytest.mark.parametrize("value", [7.5, math.inf, math.nan, "7", True, np.True_, None, [7]])
def test_other_values_are_no_whole_numbers(value):
    with pytest.raises(ValueError, match="steps=.* must be a whole number"):
        whole_number("steps", value, least=0)


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


@dataclass(frozen=True, kw_only=True)
class Shared(Settings):
    steps: int = 2
    rate: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Own(Shared):
    unused: ClassVar[Mapping[str, str]] = {"rate": "nothing learns", "depth": "nothing is deep"}
    width: int = 1


def test_settings_become_fields_of_their_types():
    made = Own.from_settings({"steps": np.int64(3), "width": 4})
    assert made == Own(steps=3, width=4) and type(made.steps) is int
    assert Own.from_settings({"rate": 0.5}) == Own()  # the default


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"step": 1}, TypeError, "unknown setting 'step'; did you mean 'steps'?"),
        ({"steps": "x"}, ValueError, "steps='x' must be an integer"),
        ({"rate": 0.25}, ValueError, "rate=0.25 has no effect: nothing learns; leave it out"),
        ({"depth": 1}, ValueError, "depth=1 has no effect: nothing is deep; leave it out"),
    ],
)
def test_unknown_and_unused_settings_are_refused(settings, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Own.from_settings(settings)
    with pytest.raises(TypeError):
        Shared.from_settings({"depth": 1})


def test_a_folder_of_something_else_is_refused_with_what_differs():
    words = ("out='runs' holds another run:", "choose another --out")
    refuse_differences({"seed": 0, "steps": 9}, {"seed": 0}, *words)
    message = r"^out='runs' holds another run: seed=1 \(was 0\); choose another --out$"
    with pytest.raises(ValueError, match=message):
        refuse_differences({"seed": 0}, {"seed": 1}, *words)
