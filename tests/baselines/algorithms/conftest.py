"""Agents on a small policy, for the estimators alone."""

import pytest
import toys


@pytest.fixture(scope="module")
def make():
    policy = toys.small_policy(toys.Repeat())
    env = toys.make_env(toys.Repeat())
    return lambda kind, **settings: kind(policy, env, warm_start_steps=0, **settings)
