import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vpo_envs import selection, spread_weights
from vpo_envs.metrics import pareto_mask

# Multiples of 1/8: sums and weighted sums of them are exact, so ties are ties.
grid = st.integers(0, 8).map(lambda value: value / 8)
pools = arrays(float, st.tuples(st.integers(1, 12), st.just(3)), elements=grid)
shares = st.permutations([0.0, 0.25, 0.75]) | st.just([0.25, 0.5, 0.25]) | st.just([1.0, 0.0, 0.0])

POOL = np.array([[0.0, 0.0], [1.0, 0.0], [0.6, 0.7], [0.9, 0.3], [0.0, 1.0], [0.6, 0.7]])


def test_select_by_hand():
    assert selection.select(POOL, [0.5, 0.5]) == 2  # 0.65 against 0.6; of the two equal ones the earlier
    assert selection.select(POOL, [0.3, 0.7]) == 4  # 0.7 against 0.67
    assert selection.select(POOL, [1.0, 0.0]) == 1
    many = selection.select(POOL, [[0.5, 0.5], [1.0, 0.0], [0.7, 0.3]])
    assert many.tolist() == [2, 1, 3]


def test_ties_go_to_what_is_better_on_the_whole():
    assert selection.select([[0.5, 0.0], [0.5, 0.25], [0.5, 0.25]], [1.0, 0.0]) == 1


@given(pools, shares)
def test_the_chosen_is_best_and_not_dominated(pool, weights):
    index = int(selection.select(pool, weights))
    assert pool[index] @ weights == (pool @ weights).max()
    assert pareto_mask(pool)[index]
    assert pareto_mask(pool)[selection.knee(pool)]


def test_rounding_does_not_choose_what_is_dominated():
    """BLAS makes of equal columns unequal scalars, by their places."""
    pool = np.zeros((6, 4))
    pool[:, :3] = np.float32([0.4065103232860565, 0.9099589586257935, 0.04306688904762268])
    weights = [0.2, 0.3, 0.5, 0.0]
    assert selection.select(pool, weights) == 0  # of equals the earliest
    pool[5, 3] = 0.5
    assert selection.select(pool, weights) == 5
    assert selection.select(pool, [weights] * 9).tolist() == [5] * 9
    assert selection.select_by_constraints(pool, {}, weights) == 5
    tiny = [[0.5, 0.0], [0.5, 1e-20]]  # the same sum, the same scalar
    assert selection.select(tiny, [1.0, 0.0]) == selection.select_by_constraints(tiny, {0: 0.5}, 0) == 1


floats = st.floats(0, 1, width=32)
twins = st.tuples(
    arrays(np.float32, st.tuples(st.integers(1, 9), st.just(4)), elements=floats),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), floats), max_size=9),
)


@given(twins, st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda w: sum(w) > 1e-3))
def test_any_pool_of_near_equals_gives_an_undominated_earliest_best(parts, weights):
    """Answers that differ in one objective or in none, as pools of a trained policy are full of."""
    pool, changes = parts
    rows = [pool]
    for row, objective, value in changes:
        twin = pool[[row % len(pool)]].copy()
        twin[:, objective] = value
        rows += [twin, twin]
    pool, weights = np.concatenate(rows).astype(float), np.array(weights) / sum(weights)
    for index in (selection.select(pool, weights), selection.select_by_constraints(pool, {}, weights)):
        assert pareto_mask(pool)[index]
        assert index == (pool == pool[index]).all(axis=1).argmax()
        assert pool[index] @ weights == pytest.approx((pool @ weights).max(), abs=1e-12)


def test_many_weightings_agree_with_one_by_one(monkeypatch):
    rng = np.random.default_rng(0)
    pool, weights = rng.random((300, 4)), spread_weights(50, 4)
    one_by_one = [int(selection.select(pool, one)) for one in weights]
    assert selection.select(pool, weights).tolist() == one_by_one
    monkeypatch.setattr(selection, "CHUNK", 700)  # two weightings at a time
    assert selection.select(pool, weights).tolist() == one_by_one
    assert selection.select(pool, weights.reshape(5, 10, 4)).shape == (5, 10)


def test_constraints_by_hand():
    names = ("correct", "fast", "short")
    pool = [[1.0, 0.2, 0.9], [1.0, 0.6, 0.1], [0.9, 1.0, 1.0], [1.0, 0.6, 0.3]]

    def chosen(minimums, then):
        return selection.select_by_constraints(pool, minimums, then, names)

    assert chosen({"correct": 1.0}, "fast") == 3  # as fast as the second, and shorter
    assert chosen({"correct": 1.0, "short": 0.5}, "fast") == 0
    assert chosen({}, "fast") == 2
    assert chosen({0: 1.0}, [0.0, 0.0, 1.0]) == 0
    # Nobody has both: the third misses by 0.1, the first by 0.3, the others by more.
    assert chosen({"correct": 1.0, "fast": 0.5, "short": 0.9}, "correct") == 2


def test_constraints_allow_for_single_precision():
    pool = np.array([[0.9, 0.1], [0.5, 1.0]], np.float32)
    assert float(pool[0, 0]) < 0.9
    assert selection.select_by_constraints(pool, {0: 0.9}, 1) == 0


@given(pools, grid, grid, shares)
def test_constraints_keep_their_promise(pool, first, second, then):
    index = selection.select_by_constraints(pool, {0: first, 2: second}, then)
    feasible = (pool[:, 0] >= first) & (pool[:, 2] >= second)
    if feasible.any():
        assert feasible[index] and pool[index] @ then == (pool[feasible] @ then).max()
    missing = np.maximum(first - pool[:, 0], 0) + np.maximum(second - pool[:, 2], 0)
    assert missing[index] == missing.min()
    assert pareto_mask(pool)[index]


def test_knee_by_hand():
    # From the line x + y = 1: 0, 0.6, 0.1, 0, and a dominated one that counts for nothing.
    assert selection.knee([[1, 0], [0.9, 0.7], [0.3, 0.8], [0, 1], [0.8, 0.7]]) == 1
    # The front spans [0.5, 1] x [0, 0.1]: scaled, its middle is (0.6, 0.9).
    assert selection.knee([[1.0, 0.0], [0.8, 0.09], [0.5, 0.1]]) == 1
    # The first objective is the same for all, so the others decide.
    assert selection.knee([[0.5, 1, 0], [0.5, 0.7, 0.7], [0.5, 0, 1]]) == 1
    assert selection.knee([[0.2, 0.3]]) == 0
    assert selection.knee([[0.0, 0.0], [0.0, 0.0]]) == 0


def test_votes_by_hand():
    assert selection.vote(["a", "b", "b", "a", "b"]) == 1
    assert selection.vote(["a", "b", "b", "a"]) == 0  # equal: the kind that came first
    assert selection.vote(["", "", "", "x"]) == 3
    assert selection.vote(["", ""]) == 0


@given(st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1))
def test_no_kind_has_more_votes(keys):
    chosen = keys[selection.vote(keys)]
    assert keys.index(chosen) == selection.vote(keys)
    assert all(keys.count(chosen) >= keys.count(key) for key in "abc") or chosen == ""
    assert chosen or not any(keys)


def test_satisfaction_by_hand():
    front = [[1.0, 0.0], [0.6, 0.6], [0.0, 1.0]]
    population = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.25, 0.75]]
    found = selection.satisfaction([[0.5, 0.5], [0.8, 0.0]], population, front)
    np.testing.assert_allclose(found, [0.8, 0.5 / 0.6, 0.5, 0.5 / 0.75])
    np.testing.assert_allclose(selection.satisfaction(front, population, front), 1.0)
    assert selection.satisfaction([[0.0, 0.0]], [[1.0, 0.0]], [[0.0, 1.0]]).tolist() == [1.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: selection.select(np.zeros((0, 2)), [0.5, 0.5]), r"shape \(0, 2\).*at least one answer"),
        (lambda: selection.select([0.5, 0.5], [0.5, 0.5]), r"shape \(2,\)"),
        (lambda: selection.select(POOL, [0.5, 0.6]), "sum to 1"),
        (lambda: selection.select(POOL, [1.0, 0.0, 0.0]), "must have 2 entries"),
        (lambda: selection.select([[np.nan, 0.0]], [0.5, 0.5]), "finite"),
        (lambda: selection.knee([]), "at least one answer"),
        (lambda: selection.vote([]), "at least one answer"),
        (lambda: selection.satisfaction(POOL, [[0.5, 0.5]], np.zeros((0, 2))), "at least one answer"),
        (lambda: selection.select_by_constraints(POOL, {2: 0.5}, 0), "no objective 2; there are 0 to 1"),
        (lambda: selection.select_by_constraints(POOL, {0: 0.5}, -1), "no objective -1"),
        (lambda: selection.select_by_constraints(POOL, {True: 0.5}, 0), "no objective True"),
        (
            lambda: selection.select_by_constraints(POOL, {"speed": 1}, 0, ("a", "b")),
            "no objective 'speed'; there are a, b",
        ),
        (lambda: selection.select_by_constraints(POOL, {0: np.nan}, 0), "minimum nan"),
        (lambda: selection.select_by_constraints(POOL, {}, [0.4, 0.4]), "sum to 1"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_objectives_are_named_by_whole_numbers_of_any_kind():
    pool = [[1.0, 0.2], [1.0, 0.5], [0.8, 0.9]]
    assert selection.select_by_constraints(pool, {np.int64(0): 1.0}, np.int64(1)) == 1
    with pytest.raises(ValueError, match=r"there is no objective 0\.5"):
        selection.select_by_constraints(pool, {0.5: 1.0}, 1)
