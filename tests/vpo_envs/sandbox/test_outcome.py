"""Limits that make no sense, and what a run says of itself."""

import math

import pytest

from vpo_envs.sandbox.outcome import LEAST_MEMORY, MOST, Execution, Limits, Outcome


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fuel": 0}, "fuel=0 must be positive"),
        ({"memory_bytes": 1 << 20}, "memory_bytes=1048576 must be at least 33554432"),
        ({"wall_seconds": -1.0}, "wall_seconds=-1.0"),
        ({"wall_seconds": math.inf}, r"wall_seconds=inf must be positive, and below 2\*\*62"),
        ({"wall_seconds": math.nan}, "wall_seconds=nan must be positive"),
        ({"total_fuel": 1 << 62}, r"total_fuel=\d+ must be positive, and below"),
        ({"fuel": 1e9}, "fuel=1000000000.0 must be of type int"),
        ({"load_fuel": True}, "load_fuel=True must be of type int"),
        ({"output_bytes": "9"}, "output_bytes='9' must be of type int"),
        ({"isolate_tests": 1}, "isolate_tests=1 must be of type bool"),
    ],
)
def test_limits_that_make_no_sense(arguments, message):
    with pytest.raises(ValueError, match=message):
        Limits(**arguments)


@pytest.mark.parametrize(
    ("name", "least"), [("fuel", 1), ("memory_bytes", LEAST_MEMORY), ("wall_seconds", 1)]
)
def test_limits_may_be_as_small_or_as_large_as_they_say(name, least):
    """A whole number of seconds is a number of seconds."""
    for value in (least, MOST - 1):
        assert getattr(Limits(**{name: value}), name) == value
    with pytest.raises(ValueError, match=f"{name}={MOST} must be positive, and below"):
        Limits(**{name: MOST})


def test_an_interpreter_fits_the_least_memory():
    assert LEAST_MEMORY == 33_554_432
    with pytest.raises(ValueError, match="memory_bytes=33554431 must be at least 33554432"):
        Limits(memory_bytes=LEAST_MEMORY - 1)


@pytest.mark.parametrize(
    ("statuses", "lost"),
    [
        ([], False),
        (["returned"], False),
        (["not_run", "not_run"], True),
        (["exception", "not_run"], False),  # the fuel of the solution was spent
    ],
)
def test_a_run_is_lost_if_none_of_it_was_run(statuses, lost):
    assert Execution(tuple(map(Outcome, statuses))).lost is lost
