import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vpo_agent.search.lexicase import lexicase
from vpo_envs.metrics import pareto_mask

GRID = st.integers(0, 4).map(lambda level: level / 4)
REWARDS = arrays.arrays(float, st.tuples(st.integers(1, 8), st.integers(1, 4)), elements=GRID)


def shares(rewards, epsilon, sets=6000):
    chosen = lexicase(rewards, sets, 1, np.random.default_rng(0), epsilon)[:, 0]
    return np.bincount(chosen, minlength=len(rewards)) / sets


def test_every_order_of_the_objectives_is_as_likely():
    """Left first: a or b, then by right b. Right first: c."""
    assert shares([[1.0, 0.0], [1.0, 0.5], [0.0, 1.0]], 0) == pytest.approx([0, 0.5, 0.5], abs=0.03)


def test_equal_answers_draw_lots():
    assert shares([[1.0, 1.0]] * 2 + [[0.0, 1.0]], 0) == pytest.approx([0.5, 0.5, 0], abs=0.03)


def test_within_epsilon_of_the_best_stays_in_the_running():
    """Left first, a and b remain and right decides for b; right first, c."""
    rewards = [[1.0, 0.0], [0.9, 0.5], [0.0, 1.0]]
    assert shares(rewards, 0) == pytest.approx([0.5, 0, 0.5], abs=0.03)
    assert shares(rewards, [0.1, 0]) == pytest.approx([0, 0.5, 0.5], abs=0.03)


def test_epsilon_is_the_median_absolute_deviation():
    """Medians 0.5 and 0: deviations 0.5, 0.4, 0.5, 0, 0 (median 0.4) and 0, 0, 0, 1, 0 (median 0)."""
    rewards = np.array([[1.0, 0], [0.9, 0], [0, 0], [0.5, 1], [0.5, 0]])
    assert shares(rewards, None) == pytest.approx(shares(rewards, [0.4, 0.0]))
    assert shares(rewards, [0.4, 0.0]) == pytest.approx([0.25, 0.25, 0, 0.5, 0], abs=0.03)


@given(REWARDS, st.integers(0, 2**32))
def test_without_epsilon_parents_are_on_the_front(rewards, seed):
    chosen = lexicase(rewards, 5, 1, np.random.default_rng(seed), epsilon=0)
    assert pareto_mask(rewards)[chosen].all()


@given(REWARDS, st.integers(0, 2**32), st.integers(1, 3))
def test_sets_hold_different_parents_and_depend_on_the_seed_alone(rewards, seed, size):
    size = min(size, len(rewards))
    chosen = lexicase(rewards, 4, size, np.random.default_rng(seed))
    assert chosen.shape == (4, size)
    assert all(len(set(row)) == size for row in chosen.tolist())
    assert (chosen == lexicase(rewards, 4, size, np.random.default_rng(seed))).all()


def test_too_few_candidates_are_an_error():
    with pytest.raises(ValueError, match="size=3 parents cannot be chosen from 2 candidates"):
        lexicase(np.zeros((2, 2)), 1, 3, np.random.default_rng(0))
