"""Checks of rows: errors name the row and the field."""

import pytest

from vpo_envs.datasets import RowError, require, require_records, require_texts


@pytest.mark.parametrize(
    ("row", "kind", "field", "message"),
    [
        ({}, str, "a", "is missing; expected str. The row has: nothing"),
        ({"a": None, "b": 1}, str, "a", "is missing; expected str. The row has: a, b"),
        ({"a": 1}, str, "a", "must be str, not int: 1"),
        ({"a": True}, int, "a", "must be int, not bool: True"),
        ({"a": "x"}, (list, dict), "a", "must be list or dict, not str: 'x'"),
    ],
)
def test_require_names_row_and_field(row, kind, field, message):
    with pytest.raises(RowError) as caught:
        require(row, 3, field, kind)
    assert str(caught.value) == f"row 3, field 'a': {message}"
    assert (caught.value.index, caught.value.field) == (3, "a")


def test_require_returns_the_value():
    assert require({"a": True}, 0, "a", bool) is True
    assert require({"a": 0}, 0, "a", (int, float)) == 0


def test_require_names_nested_fields():
    with pytest.raises(RowError, match=r"row 0, field 'calls\[2\].name': is missing"):
        require({"x": 1}, 0, "name", str, inside="calls[2]")
    with pytest.raises(RowError, match=r"row 0, field 'calls\[2\]': must be an object with named fields"):
        require("text", 0, "name", str, inside="calls[2]")


def test_require_texts_names_the_position():
    assert require_texts({"a": ["x", "y"]}, 0, "a") == ["x", "y"]
    with pytest.raises(RowError, match=r"row 5, field 'a\[1\]': must be str, not int: 2"):
        require_texts({"a": ["x", 2]}, 5, "a")


def test_require_records_reads_both_layouts():
    records = [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]
    assert require_records({"r": records}, 0, "r") == records
    assert require_records({"r": {"x": [1, 2], "y": ["a", "b"]}}, 0, "r") == records
    with pytest.raises(RowError, match=r"row 1, field 'r\[0\]': must be an object, not int"):
        require_records({"r": [1]}, 1, "r")
    with pytest.raises(RowError, match=r"row 1, field 'r.x': must be list, not int"):
        require_records({"r": {"x": 1}}, 1, "r")
    with pytest.raises(RowError, match=r"row 1, field 'r': its lists differ in length: x, y"):
        require_records({"r": {"x": [1], "y": []}}, 1, "r")
