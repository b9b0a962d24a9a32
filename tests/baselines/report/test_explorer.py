"""The data of the page's sliders, and their arithmetic against numpy, in V8."""

import copy
import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from baselines.report.data import Results
from baselines.report.explorer import explorer_data
from baselines.report.verdict import verdict
from vpo_envs.intervals import paired_interval, paired_test
from vpo_envs.metrics import best_at_k, max_at_k_weights

grid = st.integers(0, 8).map(lambda i: i / 8)
pools = st.tuples(st.integers(1, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=grid)
)


@pytest.fixture(scope="module")
def call():
    engine = pytest.importorskip("py_mini_racer").MiniRacer()
    for script in ("ranking.js", "verdict.js"):
        engine.eval(files("baselines.report").joinpath(script).read_text())

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


@given(pool=pools, data=st.data())
def test_the_best_of_k_is_numpys(call, pool, data):
    n, d = pool.shape
    k = data.draw(st.integers(1, n))
    assert call("maxAtKWeights", n, k) == pytest.approx(max_at_k_weights(n, k))
    weights = np.full(d, 1 / d)
    found = call("bestOfK", pool.ravel().tolist(), [1, 1, n, d], weights.tolist(), k)
    assert found == [[pytest.approx(best_at_k(pool @ weights, k))]]


@pytest.mark.parametrize("freedom", [1, 2, 2.5, 3, 4, 7.3, 20, 127, 1000])
def test_quantiles_are_students(call, freedom):
    assert call("studentQuantile", freedom) == pytest.approx(stats.t.isf(0.025, freedom), rel=2e-3)


@pytest.mark.parametrize("shape", [(3, 8), (5, 30), (4, 3), (1, 9)])
def test_intervals_are_those_of_the_paired_test(call, shape):
    rng = np.random.default_rng(shape)
    table = rng.normal(0.1, 0.1, shape) + rng.normal(0, 0.1, (shape[0], 1)) + rng.normal(0, 0.1, shape[1])
    expected = paired_interval(table)
    found = call("pairedInterval", table.tolist())
    assert found == pytest.approx([expected.value, expected.low, expected.high], rel=5e-3)
    assert (paired_test(table) < 0.025) == (expected.low > 0)


@pytest.mark.parametrize(
    ("levels", "seeds", "k", "said"),
    [
        ({"VPO": 1.0, "GRPO": 0.5}, (0, 1, 2), 30, "VPO is ahead: VPO's best of 30 answers is worth "),
        ({"VPO": 1.0, "GRPO": 1.0}, (0, 1, 2), 1, " leads, but not significantly: "),
        ({"VPO": 1.0, "GRPO": 0.5}, (0, 1), 3, " more than GRPO's. Indicative: 2 seeds."),
        ({"VPO": 1.0}, (0, 1, 2), 3, "VPO's best of 3 answers is worth "),
        ({"VPO": 0.0, "GRPO": 0.0}, (0, 1, 2), 3, "VPO and GRPO are level: "),
    ],
)
def test_the_verdict_is_the_same_in_both_languages(call, synthetic, levels, seeds, k, said):
    (comparison,) = Results(synthetic({"WarmStart": 0.4, **levels}, seeds=seeds)).comparisons
    agents = [
        {
            "label": label,
            "trained": label in comparison.trained,
            "values": comparison.curve(label)[..., k - 1].tolist(),
        }
        for label in comparison.labels
    ]
    assert said in verdict(comparison, k)
    assert call("verdict", agents, k, 3) == verdict(comparison, k)


def test_texts_cannot_leave_the_data(content):
    data = explorer_data(Results(content))
    assert "<" not in data and ">" not in data and "&" not in data


def test_long_answers_are_cut_and_repeated_ones_kept_once(content):
    long = copy.deepcopy(content)
    for run in long["runs"]:
        run["answers"] = [["x" * 10_000_000] * 30, ["y"] * 30]
    assert len(explorer_data(Results(long))) < 10_000_000
