"""Streams of random numbers depend on seed, step and purpose, and on nothing else."""

from typing import get_args

import numpy as np

from vpo_agent.tasks.seeding import Stream, stream


def test_streams_are_numbered_by_purpose():
    drawn = stream(3, 7, "sampling").integers(2**62)
    assert drawn == np.random.default_rng(np.random.SeedSequence([3, 7, 2])).integers(2**62)


def test_streams_differ_in_each_part():
    places = [(seed, step, purpose) for seed in (0, 1) for step in (0, 1) for purpose in get_args(Stream)]
    assert len({int(stream(*place).integers(2**62)) for place in places}) == 2 * 2 * 5
