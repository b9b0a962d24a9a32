"""Generators of arguments: their ranges and sizes, and how they are named."""

import pickle
from itertools import pairwise

import numpy as np
import pytest

from vpo_envs.domains.code import inputs
from vpo_envs.domains.code.inputs import GENERATORS, Draw, letters, numbers


def drawn(name, *options, size, times=400):
    """Many arguments of one size."""
    draw, rng = GENERATORS[name](*options), np.random.default_rng(0)
    return [draw(rng, size) for _ in range(times)]


@pytest.mark.parametrize(
    ("name", "given", "options"),
    [
        ("numbers", {}, (0, 99)),
        ("numbers", {"high": 5}, (0, 5)),
        ("number", {"low": 1, "high": 2}, (1, 2)),
        ("scaled", {"low": 3}, (3, 1)),
        ("size_itself", {}, ()),
        ("letters", {"alphabet": "ab"}, ("ab", 0.0)),
        ("words", {"alphabet": "ab"}, ("ab", 7)),
        ("spans", {}, (20,)),
        ("grid", {}, (9,)),
        ("links", {}, (1.5, 30)),
        ("links", {"longest": 3}, (1.5, 3)),
    ],
)
def test_a_generator_is_its_name_and_all_its_options(name, given, options):
    draw = GENERATORS[name](**given)
    assert draw == Draw(name, options) == GENERATORS[name](*options)
    sent = pickle.loads(pickle.dumps(draw))
    assert repr(sent(np.random.default_rng(3), 9)) == repr(draw(np.random.default_rng(3), 9))


def test_unknown_options_are_errors():
    with pytest.raises(TypeError, match="too many positional"):
        numbers(1, 2, 3)
    with pytest.raises(TypeError, match="missing a required argument: 'alphabet'"):
        letters()


def test_a_function_becomes_a_generator(monkeypatch):
    monkeypatch.setattr(inputs, "GENERATORS", {})
    monkeypatch.setattr(inputs, "_DRAWS", {})

    @inputs.generator
    def steps(rng, size, by=2):
        """Draws steps."""
        return list(range(0, size, by))

    assert {"steps": steps} == inputs.GENERATORS and steps.__doc__ == "Draws steps."
    assert steps(by=3)(None, 7) == [0, 3, 6] and steps() == Draw("steps", (2,))


def test_generators_draw_what_they_say():
    rng = np.random.default_rng(0)
    assert set(numbers(3, 5)(rng, 200)) == {3, 4, 5}
    text = letters("ab", repeats=1.0)(rng, 50)
    assert len(text) == 50 and len(set(text)) == 1
    for low, high in GENERATORS["spans"](4)(rng, 30):
        assert 0 <= low < high <= low + 4
    rows = GENERATORS["grid"](2)(rng, 10)
    assert {len(row) for row in rows} == {4} and {x for row in rows for x in row} <= {0, 1, 2}
    assert all(0 <= a < 9 and 0 <= b < 9 and 1 <= c <= 3 for a, b, c in GENERATORS["links"](2.0, 3)(rng, 9))
    assert len(GENERATORS["words"]("xy", 2)(rng, 6).split(" ")) == 6
    assert GENERATORS["size_itself"]()(rng, 7) == 7 and 10 <= GENERATORS["scaled"](3, 1)(rng, 7) < 17


@pytest.mark.parametrize(
    ("name", "options", "size", "values"),
    [
        ("number", (2, 4), 9, {2, 3, 4}),
        ("scaled", (3, 2), 4, {11, 12, 13, 14}),
        ("letters", ("abc",), 1, {"a", "b", "c"}),
        ("words", ("a", 3), 1, {"a", "aa", "aaa"}),
        ("words", ("a", 1), 3, {"a a a"}),
    ],
)
def test_every_value_of_the_range_is_drawn(name, options, size, values):
    assert set(drawn(name, *options, size=size)) == values


def test_spans_begin_up_to_eight_times_their_number():
    spans = [span for pair in drawn("spans", 3, size=2) for span in pair]
    assert {start for start, _ in spans} == set(range(17))
    assert {end - start for start, end in spans} == {1, 2, 3}


@pytest.mark.parametrize(
    ("size", "rows", "width"),
    [(1, 1, 2), (2, 1, 2), (4, 1, 3), (10, 2, 4), (16, 3, 5), (0, 1, 1), (100, 9, 11)],
)
def test_grids_are_about_as_large_as_asked_for(size, rows, width):
    grid = drawn("grid", 1, size=size, times=1)[0]
    assert [len(row) for row in grid] == [width] * rows


def test_grids_hold_every_value():
    assert {x for grid in drawn("grid", 2, size=9) for row in grid for x in row} == {0, 1, 2}


def test_links_join_all_nodes():
    graphs = drawn("links", 1.5, 2, size=3)
    assert {len(links) for links in graphs} == {4}
    assert {link for links in graphs for link in links} == {
        (a, b, length) for a in range(3) for b in range(3) for length in (1, 2)
    }


def test_letters_are_repeated_as_often_as_asked_for():
    """Of 1,000 letters of ten, one in ten is like the one before, and half of the others if asked for."""

    def repeated(chance):
        text = letters("abcdefghij", chance)(np.random.default_rng(1), 1000)
        return np.mean([a == b for a, b in pairwise(text)])

    assert repeated(0.0) == pytest.approx(0.1, abs=0.03)
    assert repeated(0.5) == pytest.approx(0.5 + 0.5 * 0.1, abs=0.05)
