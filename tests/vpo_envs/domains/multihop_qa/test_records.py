"""Citations and answers in JSON objects, wrapped or in two parts."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.multihop_qa.records import LONGEST_JSON, from_json


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"support": [3, 7], "answer": "Rome"}', ("3; 7", "Rome")),
        ('{"support": 3, "answer": 1953}', ("3", "1953")),
        ('{"answer": "Rome"}', (None, "Rome")),
        ('{"support": 3} {"answer": "Rome"}', ("3", "Rome")),
        ('{"answer": "Rome"}\n{"support": 3}', ("3", "Rome")),
        ('{"support": 1, "answer": "Dunn"}\n{"support": 3, "answer": "Rome"}', ("3", "Rome")),
        ('{"support": 1, "answer": "Dunn"}\n{"answer": "Rome"}', (None, "Rome")),
        ('{"support": 3, "answer": {"value": "Rome"}}', ("3", "Rome")),
        ('{"support": 1, "answer": {"text": "Rome", "support": 3}}', ("3", "Rome")),
        ('{"support": 3, "answer": {"Rome": 1}}', None),
        ('{"support": 3, "result": "Rome", "draft_answer": "Dunn"}', ("3", "Dunn")),
        ('{"support": 3, "final_result": "Rome", "output": "Dunn"}', ("3", "Rome")),
        ('{"result": "Rome", "note": 1}', None),
        ('{"output": {"support": 3, "answer": "Rome"}}', ("3", "Rome")),
        ('{"answers": [{"answer": "Dunn"}, {"answer": "Rome", "support": 3}]}', ("3", "Rome")),
        ('{"role": "assistant", "content": "Answer: Rome"}', "Answer: Rome"),
        ('{"answer": true}', None),
        ("{}", None),
        ("}{", None),
    ],
)
def test_objects(text, found):
    assert from_json(text) == found


def test_long_objects_are_no_answers():
    assert from_json('{"answer": "Rome", "x": "' + "x" * LONGEST_JSON + '"}') is None
    assert from_json('{"x": "' + "x" * LONGEST_JSON + '"} {"answer": "Rome"}') == (None, "Rome")


@pytest.mark.parametrize(
    "unit", ['{"answer": ', '{"answer": [', '{"support": 1, "result": ', '{"x": [{"name": ']
)
def test_nested_objects_take_little_time(unit):
    count = 900 // len(unit)
    closing = "".join("}" if mark == "{" else "]" for mark in reversed(unit * count) if mark in "{[")
    assert cpu_seconds(lambda: from_json(unit * count + '"Rome"' + closing)) < 1
