"""CodeTests: reading LiveCodeBench, odd rows, wrong schemas and hostile files included."""

import base64
import json
import os
import pickle
import tracemalloc
import zlib
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.datasets import RowError
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.domains.code_tests.livecodebench import parse_exercise
from vpo_envs.domains.code_tests.unpickling import unpack_text
from vpo_envs.env_checker import HOSTILE_ANSWERS

FOLDER = Path(__file__).parents[3] / "data" / "livecodebench"
ROWS = [json.loads(line) for line in (FOLDER / "test.jsonl").read_text("utf-8").splitlines()]
DOMAIN = CodeTestsDomain(dataset=FOLDER)

BELLS = """\
class Solution:
    def quietBells(self, heights: List[int], limit: int) -> int:
        return sum(map(limit.__ge__, heights))
"""
FERRY = """\
n, capacity = map(int, input().split())
trips, room = 0, -1
for weight in map(int, input().split()):
    if weight > room:
        trips, room = trips + 1, capacity
    room -= weight
print(trips)
"""
MEAN = "prices = [int(x) for x in input().split()]\nprint(f'{sum(prices) / len(prices):.3f}')"
TURNED = "```python\nclass Solution:\n    def turned(self, word): return word[::-1]\n```"
BLEND = "def blend(names, numbers): return sorted(zip(names, numbers))"


def packed(value, protocol=None) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(value, protocol))).decode()


def test_it_reads_the_published_format():
    env = gym.make("vpo/CodeTests-v0", dataset=str(FOLDER), split="test")
    prompt, info = env.reset(options={"index": 0})
    assert "A bell is quiet if" in prompt and "def quietBells(self" in prompt
    assert info["task_id"] == "test/0"
    assert env.step(BELLS)[1].tolist() == [1] * 16
    env.reset(options={"index": 6})
    assert env.unwrapped.task.id == "test/1", "indices wrap around the five rows"
    with pytest.raises(ValueError, match="has no split 'train'; it has: test"):
        CodeTestsDomain(dataset=FOLDER).task("train", 0)


def test_right_answers_pass_every_row():
    tasks = [DOMAIN.task("test", index) for index in range(5)]
    rewards = DOMAIN.score_batch(tasks, [BELLS, FERRY, MEAN, TURNED, BLEND])
    assert rewards.all()
    assert [task.truth.function for task in tasks] == ["quietBells", None, None, "turned", "blend"]
    assert [len(task.truth.tests) for task in tasks] == [16, 4, 2, 2, 2]
    assert [len(task.truth.examples) for task in tasks] == [2, 1, 2, 1, 0]


def test_of_many_private_tests_the_first_count():
    bells = DOMAIN.task("test", 0)
    tests = json.loads(unpack_text(ROWS[0]["private_test_cases"]))
    assert len(tests) == 18
    assert [case.input for case in bells.truth.tests] == [
        tuple(map(json.loads, test["input"].split("\n"))) for test in tests[:16]
    ]
    assert bells.truth.tests[3] == (([1, 2, 3], 3), 3)
    assert len(CodeTestsDomain(tests=5, dataset=FOLDER).task("test", 0).truth.tests) == 5


def test_partial_answers_pass_some_tests():
    ferry = DOMAIN.task("test", 1)
    naive = "n, c = map(int, input().split())\nprint(-(-sum(map(int, input().split())) // c))"
    assert DOMAIN.score(ferry, naive)[:4] == [1, 1, 1, 0]
    assert DOMAIN.score(ferry, naive)[4:] == [1] * 12
    assert DOMAIN.score(DOMAIN.task("test", 4), "def blend(a, b): return []")[:3] == [0, 1, 1]
    assert DOMAIN.feedback(ferry, naive) == ""
    assert DOMAIN.feedback(ferry, "print(1)") == (
        "example 1 failed: the input '3 10\\n4 5 6\\n' should give '2\\n', but it gave '1\\n'"
    )


def test_prompts_without_starter_code_name_what_to_write():
    prompts = [DOMAIN.task("test", index).prompt for index in range(5)]
    assert all("Write a Python program that reads from standard input" in prompts[i] for i in (1, 2))
    assert "Write a Python function `blend`." in prompts[4]


def test_there_are_no_demonstrations_but_a_front():
    task = DOMAIN.task("test", 3)
    assert DOMAIN.demonstrations(task, np.random.default_rng(0)) == [] and DOMAIN.best_answers(task) is None
    assert DOMAIN.pareto_front(task).tolist() == [[1] * 16]
    assert not DOMAIN.score_batch([task] * len(HOSTILE_ANSWERS), HOSTILE_ANSWERS).any()


def cases(*tests, kind="functional") -> str:
    return json.dumps([{"input": given, "output": wanted, "testtype": kind} for given, wanted in tests])


@pytest.mark.parametrize(
    ("row", "field", "value", "message"),
    [
        (0, "question_content", None, "row 7, field 'question_content': is missing"),
        (0, "starter_code", 3, "row 7, field 'starter_code': must be str, not int"),
        (0, "public_test_cases", None, "row 7, field 'public_test_cases': is missing"),
        (0, "public_test_cases", [], "field 'public_test_cases': must be str, not list"),
        (0, "public_test_cases", "[", "field 'public_test_cases': is not JSON"),
        (0, "public_test_cases", "[" * 100_000, "field 'public_test_cases': is not JSON"),
        (0, "public_test_cases", "{}", "must hold a list of tests, not dict"),
        (0, "public_test_cases", "[3]", r"field 'public_test_cases\[0\]': must be an object"),
        (0, "public_test_cases", '[{"input": ""}]', r"field 'public_test_cases\[0\].testtype': is missing"),
        (0, "public_test_cases", cases(("1", 1)), r"field 'public_test_cases\[0\].output': must be str"),
        (0, "public_test_cases", cases(("x", "1")), r"'public_test_cases\[0\].input': is not JSON.*'x'"),
        (0, "public_test_cases", cases(("1", "x")), r"'public_test_cases\[0\].output': is not JSON"),
        (0, "public_test_cases", cases(("9" * 5000, "1")), r"'public_test_cases\[0\].input': is not JSON"),
        (0, "public_test_cases", cases(("[" * 300 + "]" * 300, "1")), "cannot go into the sandbox: nested"),
        (0, "public_test_cases", cases(("", ""), kind="stdin"), "some tests are functional and some stdin"),
        (
            0,
            "public_test_cases",
            cases(("", ""), kind="magic"),
            "'magic' is neither 'functional' nor 'stdin'",
        ),
        (0, "private_test_cases", None, "row 7, field 'private_test_cases': is missing"),
        (0, "private_test_cases", "", "field 'private_test_cases': its zlib data ends too early"),
        (0, "private_test_cases", "{}", "is neither JSON nor base64"),
        (0, "private_test_cases", "æ", "is neither JSON nor base64"),
        (0, "private_test_cases", "AAAA", "its base64 holds no zlib data"),
        (0, "private_test_cases", base64.b64encode(zlib.compress(b"x" * 99)[:-8]).decode(), "ends too early"),
        (0, "private_test_cases", base64.b64encode(zlib.compress(b"[]")).decode(), "holds no pickle"),
        (0, "private_test_cases", base64.b64encode(zlib.compress(b"")).decode(), "holds no pickle"),
        (0, "private_test_cases", packed("no"), "field 'private_test_cases': is not JSON"),
        (0, "private_test_cases", packed({"a": 1}), "its pickle holds more than a text"),
        (0, "private_test_cases", packed(b"[]"), "its pickle holds more than a text"),
        (2, "public_test_cases", "[]", "there is no test, public or private"),
        (0, "metadata", "{", "field 'metadata': is not JSON"),
        (0, "metadata", '{"func_name": 3}', "field 'metadata.func_name': must be str, not int"),
        (
            0,
            "metadata",
            '{"func_name": "a b"}',
            "field 'metadata.func_name': is no name of a function: 'a b'",
        ),
        (4, "metadata", None, "field 'metadata': has no func_name, and starter_code no method"),
        (4, "metadata", "[]", "field 'metadata': has no func_name"),
    ],
)
def test_rows_in_the_wrong_schema_are_named(row, field, value, message):
    with pytest.raises(RowError, match=message):
        parse_exercise({**ROWS[row], field: value}, 7, 16)


# Hostile files


class Trap:
    """Unpickled, it would leave a trace."""

    def __reduce__(self):
        return os.mkdir, (self.path,)


def build(path):
    trap = Trap()
    trap.path = str(path)
    return trap


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_cannot_run_anything(tmp_path, protocol):
    trace = tmp_path / "trace"
    harmful = build(trace)
    harmless = [["b"], ("c",), {"d": 1}, 3, None, b"e", print]
    for value in (harmful, [harmful, "text"], *harmless):
        with pytest.raises(RowError, match="row 4, field 'private_test_cases': its pickle holds more"):
            parse_exercise({**ROWS[0], "private_test_cases": packed(value, protocol)}, 4, 16)
    assert not trace.exists()
    pickle.loads(pickle.dumps(harmful, protocol))
    assert trace.exists(), "what pickle.loads would have done"


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04\x8c\x01a\x8c\x01b.",  # two texts
        b"\x80\x04\x8c\x01ap9999999999999\n.",  # an index for which an unpickler would reserve memory
        b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fab.",  # a text that says to be huge
        b"\x80\x04X\xff\xff\xff\xffab.",
        b"\x80\x04\x8c\x01a",  # no end
        b"\x80\x04.",  # nothing
        b"\x80\x04\x8c\x01\xff.",  # no UTF-8
        b"Vab",
        b"V\\ud800\n.0",
        b"\xff",
        b"P1\n.",  # a persistent id
        b"cos\nsystem\n(S'true'\ntR.",
    ],
)
def test_odd_pickles_are_refused_or_read_as_text(data):
    encoded = base64.b64encode(zlib.compress(data)).decode()
    try:
        assert isinstance(unpack_text(encoded), str)
    except ValueError as error:
        assert "pickle" in str(error)


def test_a_decompression_bomb_is_cut_off():
    bomb = base64.b64encode(zlib.compress(b"\0" * (1 << 26), 9)).decode()
    tracemalloc.start()
    with pytest.raises(ValueError, match="is longer than 1000000 bytes once it is decompressed"):
        unpack_text(bomb, most_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@given(text=st.text())
def test_any_text_comes_back_from_any_protocol(protocol, text):
    assert unpack_text(packed(text, protocol)) == text


def test_long_texts_come_back():
    for length in (255, 256, 65_535, 65_536, 300_000):
        assert unpack_text(packed("ø" * length)) == "ø" * length


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_an_error(data):
    encoded = base64.b64encode(zlib.compress(data)).decode()
    try:
        assert isinstance(unpack_text(encoded), str)
    except ValueError as error:
        assert "pickle" in str(error)
