"""Fixtures of the tests of several commands."""

import pytest

from vpo_agent import VPO


@pytest.fixture(scope="session")
def beginner(tmp_path_factory):
    """An agent that has learned nothing."""
    folder = tmp_path_factory.mktemp("beginner")
    VPO("tiny", "vpo/SupportSmall-v0", num_candidates=2, warm_start_steps=0, max_new_tokens=8).save(folder)
    return folder
