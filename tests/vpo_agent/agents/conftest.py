"""Agents with a small policy, for tests of what all agents share."""

import pytest
import toys

from vpo_agent import VPO, Policy

SETTINGS = dict(prompts_per_step=4, group_size=4, learning_rate=1e-3, max_new_tokens=12, warm_start_steps=0)


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    def build(kind=VPO, attention="auto", dtype="float32", env=None, **settings):
        policy = Policy.from_pretrained(repeat_policy_folder, dtype=dtype, attention=attention)
        return kind(policy, env or toys.make_env(toys.Repeat()), **{**SETTINGS, **settings})

    return build
