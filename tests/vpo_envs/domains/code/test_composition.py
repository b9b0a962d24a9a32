"""Problems composed of two."""

import copy

import numpy as np
import pytest

from vpo_envs.domains.code.composition import FIRST, SECOND, compose
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.solutions import solutions


@pytest.mark.parametrize("first", FIRST)
def test_composed_problems_are_well_made(first):
    for second in SECOND:
        problem = compose(FAMILIES[first], FAMILIES[second]).draw(np.random.default_rng(3))
        assert len({repr(case.expected) for case in problem.hidden}) >= 4
        for source in solutions(problem):
            namespace = {}
            exec(source, namespace)
            for case in problem.hidden:
                found = namespace[problem.family.name](*copy.deepcopy(case.arguments))
                assert repr(found) == repr(case.expected), source
