"""Selection of groups with a signal, and the joining of rounds."""

import numpy as np
import toys

from baselines import GRPO
from vpo_agent import Policy
from vpo_agent.agents.dynamic_sampling import has_signal, joined, selected

SETTINGS = dict(prompts_per_step=4, group_size=4, max_new_tokens=12, learning_rate=1e-3, warm_start_steps=0)


def make(kind, folder, domain, **settings):
    policy = Policy.from_pretrained(folder, dtype="float32")
    return kind(policy, toys.make_env(domain), **{**SETTINGS, **settings})


def test_selection_by_hand():
    advantages = np.array([[0.0, 0.0], [1.0, -1.0], [0.0, 0.0], [2.0, -2.0]])
    assert has_signal(advantages).tolist() == [False, True, False, True]
    assert selected([], advantages, 2)[1].tolist() == [[1.0, -1.0], [2.0, -2.0]]
    assert selected([], advantages, 3)[1].tolist() == [[0.0, 0.0], [1.0, -1.0], [2.0, -2.0]]


def test_one_round_is_joined_unchanged(repeat_policy_folder):
    agent = make(GRPO, repeat_policy_folder, toys.Repeat())
    rollouts = agent.rollouts(agent.source.first(2), 4, agent.sampling, 0)
    assert joined([rollouts]) is rollouts
