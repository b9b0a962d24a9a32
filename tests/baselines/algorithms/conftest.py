"""Agents on a small policy, for the estimators alone."""

import pytest
import toys
from hypothesis import settings

settings.register_profile("estimators", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("estimators")


@pytest.fixture(scope="module")
def make():
    policy = toys.small_policy(toys.Repeat())
    env = toys.make_env(toys.Repeat())
    return lambda kind, **settings: kind(policy, env, warm_start_steps=0, **settings)
