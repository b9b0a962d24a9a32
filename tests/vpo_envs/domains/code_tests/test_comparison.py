"""Comparison: the three checkers, by hand; official rules against a case of LiveCodeBench's issues."""

import itertools

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.code_tests.comparison import (
    CHECKERS,
    official_output,
    official_value,
    paper_output,
    paper_value,
    same_output,
    same_value,
)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (1, 1, True),
        (1.0, 1, True),
        (1, 1.0, True),
        (True, 1, False),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        (None, None, True),
        (0, None, False),
        ("1", 1, False),
        ((1, (2,)), [1, [2]], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ({1}, [1], False),
        ({"a": (1,)}, {"a": [1.0]}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        (0.1 + 0.2, 0.3, False),
        (10**400, 1.5, False),
        (float("nan"), float("nan"), False),
    ],
)
def test_results_are_compared_as_json(value, expected, same):
    assert same_value(value, expected) is same


@pytest.mark.parametrize(
    ("text", "expected", "same"),
    [
        ("1 2\n", "1 2", True),
        ("\n 1 2  \n\n", "1 2", True),
        ("1 \r\n2", "1\n2", True),
        ("1  2", "1 2", True),  # numbers
        ("a  b", "a b", False),  # texts
        ("1.50", "1.5", True),
        ("15e-1 -0", "1.5 0", True),
        ("0.1", "0.10000000000000001", False),
        ("1_0", "10", False),
        ("nan", "nan", True),
        ("nan", "NaN", False),
        ("sNaN 1", "1 1", False),
        ("yes 1.0", "yes 1", False),
        ("1 2", "1\n2", False),
        ("1\n\n2", "1\n2", False),
        ("1 2 3", "1 2", False),
        ("", " \n", True),
        ("1e9999", "1e9998", False),
        ("1" * 10_000 + ".0", "1" * 10_000, True),
        ("1" * 65_000 + "x", "17", False),  # in linear time
        ("٣", "3", False),
    ],
)
def test_outputs_are_compared_line_by_line(text, expected, same):
    assert same_output(text, expected) is same


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_outputs_compare(text, expected):
    assert same_output(text, text)
    assert same_output(text, expected) == same_output(expected, text)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (True, 1, True),
        (1, True, True),
        (1.0, 1, True),
        ((1, 2), [1, 2], True),
        ([(1, 2)], [[1, 2]], False),
        (0.1 + 0.2, 0.3, True),
        ([0.1 + 0.2, 1], [0.3, 1.0], True),
        (0.3, 0.300002, False),
        (1e9 + 100, 1e9, True),
        (1e9 + 2000, 1e9, False),
        (10**400, 1.5, False),
        (10**30, 10**30 + 1, False),
        (None, None, True),
        ("1", 1, False),
        ({"a": 1}, {"a": True}, True),
        (float("nan"), float("nan"), False),
        (float("inf"), float("inf"), True),
        (5.0, float("inf"), False),
        ([1], [1, 1], False),
        ({1}, [1], False),
    ],
)
def test_official_results_are_equal_by_python_with_a_tolerance(value, expected, same):
    assert official_value(value, expected) is same
    if isinstance(expected, int) and not isinstance(expected, bool):
        assert paper_value(value, expected) is same


@pytest.mark.parametrize(
    ("text", "expected", "same"),
    [
        ("0.333333\n", "0.333333333333", True),
        ("0.33333\n", "0.333333333333", False),
        ("1000000.5", "1000001.0", True),  # relative
        ("1000002.5", "1000001.0", False),
        ("1", "1.0", True),
        ("1.0000001", "1", False),  # whole numbers are exact
        ("50000000000000000", "50000000000000001", False),
        ("5" * 70, "5" * 69 + "6", False),
        ("5" * 70 + ".0", "5" * 70, True),
        ("0.5 0.25", "0.5 0.2500001", True),
        ("a 0.5", "a 0.5000001", False),  # lines of numbers alone
        ("1e-7", "0.0", True),
        ("inf", "Infinity", True),
        ("nan 1", "NaN 1", False),
        ("sNaN 1", "1 1", False),
        ("1 \n 2\n\n", "1\n2", True),
        ("1_0", "10", True),  # as decimal.Decimal reads it
        ("1e999999999999999999999", "1", False),
        ("x", "", False),
        ("", "", True),
    ],
)
def test_official_outputs_are_near_where_numbers_have_a_fraction(text, expected, same):
    assert official_output(text, expected) is same


@pytest.mark.parametrize(
    ("text", "expected", "same"),
    [("1 \r\n2\n\n", "1\n2", True), ("1.0", "1", False), (" 1", "1", False), ("1\n\n2", "1\n2", False)],
)
def test_the_paper_compares_texts(text, expected, same):
    assert paper_output(text, expected) is same
    assert paper_value([1, (2,)], [1, (2,)]) and not paper_value((1,), [1])


@pytest.mark.parametrize("checker", CHECKERS)
@given(st.text(max_size=40), st.text(max_size=40))
def test_every_checker_takes_any_outputs(checker, text, expected):
    assert CHECKERS[checker].output(text, text)
    assert CHECKERS[checker].output(text, expected) in (True, False)


@pytest.mark.parametrize("checker", CHECKERS)
def test_long_outputs_are_compared_in_linear_time(checker):
    worst = [
        "1" * 60_000 + "x",
        "1." * 30_000,
        "1e" * 30_000,
        "1 " * 30_000,
        "\n" * 60_000,
        "1e9999 " * 9_000,
    ]
    pairs = list(itertools.product(worst, (*worst, "1.5")))
    # 42 pairs of 60,000 characters; a square would take minutes.
    assert cpu_seconds(lambda: [CHECKERS[checker].output(*pair) for pair in pairs], tries=1) < 10
