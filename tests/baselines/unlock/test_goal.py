"""When a task counts as solved, by hand."""

import numpy as np
import pytest

from baselines.unlock.goal import solved
from vpo_envs.selection import TOLERANCE

REWARDS = [[1, 1], [1, 0], [0.3, 0.8], [0.9, 0.9]]
CONFLICT = [[1, 0], [0.4, 0.8], [0, 0.9]]  # scalars 0.5, 0.6 and 0.45 under equal weights


@pytest.mark.parametrize(
    ("front", "weights", "share", "expected"),
    [
        (None, [0.5, 0.5], 1.0, [True, False, False, False]),  # unknown: every objective at 1
        (None, [0.5, 0.5], 0.1, [True, False, False, False]),  # and the share has no effect
        ([[1, 1]], [1, 0], 0.1, [True, False, False, False]),
        ([[1, 0], [1, 1]], [0.5, 0.5], 1.0, [True, False, False, False]),
        (CONFLICT, [0.5, 0.5], 1.0, [True, False, False, True]),  # at least 0.6
        (CONFLICT, [0.5, 0.5], 0.9, [True, False, True, True]),  # at least 0.54
        (CONFLICT, [0.5, 0.5], 0.8, [True, True, True, True]),
        (CONFLICT, [1, 0], 1.0, [True, True, False, False]),
        (CONFLICT, [0, 1], 0.5, [True, False, True, True]),
    ],
)
def test_without_minimums_the_front_decides(front, weights, share, expected):
    assert solved(REWARDS, front, weights, share).tolist() == expected


@pytest.mark.parametrize(
    ("minimums", "expected"),
    [
        ([0, 0], [True, True, True, True]),
        ([0, 0.8], [True, False, True, True]),
        ([0.5, 0.8], [True, False, False, True]),
        ([1, 1], [True, False, False, False]),
    ],
)
@pytest.mark.parametrize("front", [None, [[1, 1]], CONFLICT])
def test_minimums_stand_for_all_else(front, minimums, expected):
    assert solved(REWARDS, front, [1, 0], 0.1, minimums).tolist() == expected


def test_rounding_does_not_decide():
    below, off = 0.6 - 0.5 * TOLERANCE, 0.6 - 2 * TOLERANCE
    rewards = [[below, below], [off, off]]
    assert solved(rewards, CONFLICT, [0.5, 0.5]).tolist() == [True, False]
    assert solved(rewards, None, [0.5, 0.5], minimums=[0.6, 0.6]).tolist() == [True, False]


def test_no_answer_solves_nothing():
    for minimums in (None, [0, 0]):
        found = solved(np.empty((0, 2)), CONFLICT, [0.5, 0.5], minimums=minimums)
        assert found.shape == (0,) and found.dtype == bool
