"""Packed texts: any text comes back, hostile files run nothing and take no room."""

import base64
import json
import os
import pickle
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.datasets import RowError
from vpo_envs.domains.code_tests.livecodebench import parse_exercise
from vpo_envs.domains.code_tests.unpickling import unpack_text

FOLDER = Path(__file__).parents[3] / "data" / "livecodebench"
ROWS = [json.loads(line) for line in (FOLDER / "test.jsonl").read_text("utf-8").splitlines()]


def packed(value, protocol=None) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(value, protocol))).decode()


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
