from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vpo_agent.search.archive import ParetoArchive, farthest
from vpo_envs.metrics import pareto_mask

GRID = st.integers(0, 4).map(lambda level: level / 4)  # coarse, so that ties and duplicates are common


def batches():
    return st.integers(1, 4).flatmap(
        lambda d: st.lists(
            arrays.arrays(float, st.tuples(st.integers(0, 6), st.just(d)), elements=GRID),
            min_size=1,
            max_size=5,
        )
    )


def filled(batches, capacity=64):
    archive = ParetoArchive(np.full(batches[0].shape[1], 1 / batches[0].shape[1]), capacity)
    start = 0
    for batch in batches:
        archive.add(batch, range(start, start + len(batch)))
        start += len(batch)
    return archive


def test_what_a_better_answer_dominates_goes():
    archive = ParetoArchive([0.5, 0.5])
    archive.add([[0.5, 0.5], [0.2, 0.9]], ["a", "b"])
    archive.add([[0.6, 0.5], [0.2, 0.9], [0.1, 0.1]], ["c", "b again", "d"])
    assert archive.items == ["b", "c"]
    assert archive.rewards.tolist() == [[0.2, 0.9], [0.6, 0.5]]


@given(batches())
def test_batches_end_with_the_front_of_all_that_came(batches):
    archive = filled(batches)
    everything = np.concatenate(batches)
    front = {tuple(row) for row in everything[pareto_mask(everything)]}
    assert {tuple(row) for row in archive.rewards} == front and len(archive) == len(front)
    for item, row in zip(archive.items, archive.rewards):
        assert (everything[item] == row).all() and not (everything[:item] == row).all(axis=1).any()


@given(batches(), st.integers(1, 3))
def test_a_full_archive_keeps_the_best_scalar_and_stays_a_front(batches, capacity):
    archive = filled(batches, capacity)
    everything = np.concatenate(batches)
    assert len(archive) <= capacity
    assert pareto_mask(archive.rewards).all()
    if len(everything):
        assert archive.rewards.mean(axis=1).max() == everything.mean(axis=1).max()


def test_an_overflowing_archive_is_thinned():
    line = np.arange(9) / 8
    archive = ParetoArchive([0.5, 0.5], capacity=8)
    archive.add(np.stack([line, 1 - line], axis=1)[:8], range(8))
    assert len(archive) == 8
    archive.add([[1.0, 0.0]], [8])
    assert len(archive) == 6 and {0, 8} <= set(archive.items)


def test_batches_of_any_size_end_alike():
    rewards = np.random.default_rng(0).random((2500, 3))
    whole, single = ParetoArchive(np.full(3, 1 / 3), 10_000), ParetoArchive(np.full(3, 1 / 3), 10_000)
    whole.add(rewards, range(2500))
    for i, row in enumerate(rewards):
        single.add(row[None], [i])
    assert whole.items == single.items == np.flatnonzero(pareto_mask(rewards)).tolist()


def test_a_full_archive_keeps_the_ends():
    """From the compromise, the best under these weights, first to the one end, then to the other."""
    line = np.linspace(0, 1, 101)
    front = np.stack([line, 1 - line], axis=1)
    front[50] += 0.001
    archive = ParetoArchive([0.5, 0.5], capacity=3)
    archive.add(front, range(101))
    assert archive.items == [0, 50, 100]


@given(arrays.arrays(float, (7, 2), elements=st.floats(0, 1, width=16)), st.integers(1, 4))
def test_gaps_are_at_most_twice_the_smallest_possible(points, n):
    def gap(chosen):
        return np.abs(points[:, None] - points[list(chosen)]).sum(axis=2).min(axis=1).max()

    smallest = min(gap(chosen) for chosen in combinations(range(7), n))
    assert gap(farthest(points, 0, n)) <= 2 * smallest + 1e-9


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="capacity=0"):
        ParetoArchive([1.0], 0)
    with pytest.raises(ValueError, match=r"shape \(2, 3\), and must have \(2, 2\)"):
        ParetoArchive([0.5, 0.5]).add(np.zeros((2, 3)), "ab")
    with pytest.raises(ValueError, match=r"must have \(1, 2\)"):
        ParetoArchive([0.5, 0.5]).add(np.zeros((2, 2)), "a")


def test_an_archive_has_room_for_64_unless_said_otherwise():
    assert ParetoArchive([1.0]).capacity == 64
    one = ParetoArchive([0.5, 0.5], capacity=1)
    one.add([[1.0, 0.0], [0.0, 0.9]], "ab")
    assert one.items == ["a"]
