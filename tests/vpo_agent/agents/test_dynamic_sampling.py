"""Selection of groups with a signal, and the joining of rounds."""

import numpy as np

from baselines import GRPO
from vpo_agent.agents.dynamic_sampling import has_signal, joined, selected


def test_selection_by_hand():
    advantages = np.array([[0.0, 0.0], [1.0, -1.0], [0.0, 0.0], [2.0, -2.0]])
    assert has_signal(advantages).tolist() == [False, True, False, True]
    assert selected([], advantages, 2)[1].tolist() == [[1.0, -1.0], [2.0, -2.0]]
    assert selected([], advantages, 3)[1].tolist() == [[0.0, 0.0], [1.0, -1.0], [2.0, -2.0]]


def test_one_round_is_joined_unchanged(make):
    agent = make(GRPO)
    rollouts = agent.rollouts(agent.source.first(2), 4, agent.sampling, 0)
    assert joined([rollouts]) is rollouts
