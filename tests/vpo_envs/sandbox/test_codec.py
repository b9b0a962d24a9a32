"""What may cross the border, and how outputs are compared: without an interpreter."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.sandbox import matches
from vpo_envs.sandbox.codec import pack, unpack
from vpo_envs.sandbox.engine import _read

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
hashables = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=6,
)
values = st.recursive(
    hashables,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(hashables, inner, max_size=3)
        | st.sets(hashables, max_size=3)
    ),
    max_leaves=10,
)


@given(values)
def test_what_is_packed_comes_back(value):
    assert matches(unpack(json.loads(json.dumps(pack(value)))), value)


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
