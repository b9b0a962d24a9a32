"""Comparing outputs with what was expected: types all the way down, tolerance for floats alone."""

import pytest
from hypothesis import given

from tests.vpo_envs.sandbox.values import values
from vpo_envs.sandbox.compare import matches


@given(values, values)
def test_matching_is_symmetric_and_sees_types(one, other):
    assert matches(one, other) == matches(other, one)
    if matches(one, other):
        assert type(one) is type(other)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (True, 1, False),
        (1.0, 1, False),
        (0.0, -0.0, True),
        ("1", 1, False),
        ((1,), [1], False),
        ([1, [True]], [1, [1]], False),
        ({1}, {True}, False),
        ({1}, frozenset({1}), False),
        ({(1, 2.0)}, {(1, 2)}, False),
        ({1: "a"}, {True: "a"}, False),
        ({1: 1}, {1: 1.0}, False),
        ({1: 1, 2: 2}, {2: 2, 1: 1}, True),
        (float("nan"), float("nan"), True),
        ({float("nan")}, {float("nan")}, True),
        ([1, 2], [1, 2, 3], False),
        (None, False, False),
    ],
)
def test_matches(value, expected, same):
    assert matches(value, expected) is same


def test_tolerance_is_for_floats():
    assert matches([1.0, {"a": 100.0}], [1.0 + 1e-7, {"a": 100.0 + 1e-5}], tolerance=1e-6)
    assert not matches(1.0, 1.1, tolerance=1e-6)
    assert not matches(float("inf"), 1e308, tolerance=1e-6) and not matches(
        1e308, float("inf"), tolerance=1e-6
    )
    assert not matches(float("nan"), 1.0, tolerance=1e9)
    assert not matches(1, 2, tolerance=5.0)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (1000.5, 1000.0, True),  # relative to the expected one
        (1001.5, 1000.0, False),
        (-1000.5, -1000.0, True),
        (0.0005, 0.0, True),  # absolute below 1
        (0.5005, 0.5, True),
        (0.5015, 0.5, False),
        ({1.0: 2.0}, {1.0: 2.0005}, True),
        ({1.0: 2.0}, {1.0005: 2.0}, False),  # keys and elements are compared exactly
        ({1.0}, {1.0005}, False),
        ({1: 2.0}, {1: 2.0, 2: 2.0}, False),
        ({1: 2.0, 2: 2.0}, {1: 2.0}, False),
    ],
)
def test_a_tolerance_of_a_thousandth_by_hand(value, expected, same):
    assert matches(value, expected, tolerance=1e-3) is same


@given(values)
def test_every_value_matches_itself_in_a_list_and_not_beside_another(value):
    assert matches([value], [value]) and not matches([value, value], [value])
