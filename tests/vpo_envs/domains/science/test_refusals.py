"""Words that refuse an experiment, and words that only sound so."""

import pytest

from vpo_envs.domains.science.refusals import refuses, rejects


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("do not set x to", True),
        ("I wouldn't measure at", True),
        ("I want to avoid", True),
        ("anything but", True),
        ("it is cheap, but never use", True),
        ("set x to", False),
        ("not that, set x to", False),
        ("To avoid waste set x to", False),
        ("in order not to waste credits set x to", False),
        ("as it is not known set x to", False),
        ("", False),
    ],
)
def test_what_refuses_the_value_behind_it(words, refused):
    assert refuses(words) is refused


@pytest.mark.parametrize(
    ("words", "rejected"),
    [
        ("x = 3 m should not be used", True),
        ("x = 3 m must be avoided", True),
        ("x = 3 m is a poor choice", True),
        ("x = 3 m is not the experiment", True),
        ("x = 3 m to avoid waste", False),
        ("x = 3 m does not cost much", False),
        ("x = 3 m", False),
    ],
)
def test_what_rejects_the_value_before_it(words, rejected):
    assert rejects(words) is rejected
