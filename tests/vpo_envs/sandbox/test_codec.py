"""Values that may cross the border, without an interpreter."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.sandbox.values import values
from vpo_envs.sandbox import matches
from vpo_envs.sandbox.codec import pack, unpack
from vpo_envs.sandbox.engine import _read


@given(values)
def test_what_is_packed_comes_back(value):
    assert matches(unpack(json.loads(json.dumps(pack(value)))), value)


HOSTILE = [
    "",
    "null",
    "8",
    '["returned"]',
    '["returned", 8, 8]',
    '["returned", 8]["returned", 8]',
    '["passed", 8]',
    '["not_run", ""]',
    '["exception", 8]',
    '[["returned"], 8]',
    '{"returned": 8}',
    '["returned", {"o": [8]}]',
    '["returned", {"t": 8}]',
    '["returned", {"t": [], "s": []}]',
    '["returned", {}]',
    '["returned", {"d": [1]}]',
    '["returned", {"d": [[], 1]}]',
    '["returned", {"s": [{"d": []}]}]',
    '["returned", {"i": 8}]',
    '["returned", {"i": "g"}]',
    '["returned", {"i": "' + "f" * 100_000 + '"}]',
    '["returned", ' + "1" * 100_000 + "]",
    '["returned", ' + "[" * 100_000,
    '["returned", ' + "[" * 300 + "]" * 300 + "]",
    '["returned", ' + '{"t":[' * 90_000,
    '["returned", {"s": [' + ",".join(f'{{"i": "{hex(k * (2**61 - 1))}"}}' for k in range(1, 9000)) + "]}]",
    f'["returned", {{"s": {[*range(10_001)]}}}]',
    f'["returned", {{"d": {[0, 0] * 10_001}}}]',
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_damaged_answers_are_exceptions(text):
    outcome = _read(text, 1 << 20)
    assert outcome.status == "exception" and outcome.error.startswith("DamagedOutput")
    assert len(outcome.error) <= 600


@given(st.text() | st.text().map(lambda text: json.dumps(["returned", text])))
def test_any_text_is_read(text):
    assert _read(text, 1000).status in ("returned", "exception", "output_too_large")


def test_an_answer_beyond_the_limit_is_not_even_parsed():
    assert _read("[" * 10_000_000, 1000).status == "output_too_large"


def test_only_texts_come_in_crowds():
    """Ints can be chosen so that a set of them takes the square of their number to build."""
    texts = set(map(str, range(10_001)))
    assert unpack(json.loads(json.dumps(pack(texts)))) == texts
    assert pack(dict.fromkeys(texts, 0)) and pack(set(range(10_000)))
    for crowd in (set(range(10_001)), frozenset({*texts, 0}), dict.fromkeys(range(10_001))):
        with pytest.raises(ValueError, match="more than 10000 elements in a set, or keys in a dict"):
            pack([crowd])


@pytest.mark.parametrize("value", [object(), 1j, b"x", range(3), type, {1: object()}, [[b""]]])
def test_other_types_do_not_pass(value):
    with pytest.raises(TypeError, match="cannot enter or leave"):
        pack(value)
