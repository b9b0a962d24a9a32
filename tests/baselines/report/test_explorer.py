"""The arithmetic of the page's sliders against numpy, in V8."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

grid = st.integers(0, 8).map(lambda i: i / 8)
pools = st.tuples(st.integers(1, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=grid)
)


@pytest.fixture(scope="module")
def call():
    engine = pytest.importorskip("py_mini_racer").MiniRacer()
    engine.eval(files("baselines.report").joinpath("ranking.js").read_text())

    def run(function, *arguments):
        return json.loads(engine.eval(f"JSON.stringify({function}(...{json.dumps(arguments)}))"))

    yield run
    engine.close()


@given(pool=pools, data=st.data())
def test_ranking_is_numpys(call, pool, data):
    weights = np.array(
        data.draw(st.lists(st.sampled_from([0, 1, 2, 4]), min_size=pool.shape[1], max_size=pool.shape[1]))
    )
    # Eighths times small integers are exact, so ties are ties in both.
    worth = pool @ weights
    assert call("utilities", pool.tolist(), weights.tolist()) == worth.tolist()
    assert call("ranking", pool.tolist(), weights.tolist()) == np.argsort(-worth, kind="stable").tolist()
    assert call("bestUtility", pool.tolist(), weights.tolist()) == worth.max()


def test_sums_that_differ_by_rounding_alone_are_ties(call):
    pool = [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.2, 0.2], [0.2, 0.2, 0.201]]
    assert call("ranking", pool, call("simplex", [1, 1, 1])) == [3, 0, 1, 2]


def test_sliders_give_a_point_on_the_simplex(call):
    assert call("simplex", [30, 10, 0]) == [0.75, 0.25, 0]
    assert call("simplex", [0, 0, 0, 0]) == [0.25] * 4


def test_the_axes_are_the_objectives_in_conflict(call):
    assert call("telling", [[1, 1, 0], [1, 0, 1], [0, 0.5, 0.5]]) == [1, 2]
    assert call("telling", [[0.5]]) == [0, 0]


def test_there_is_no_best_of_nothing(call):
    assert call("bestUtility", [], [1]) is None
