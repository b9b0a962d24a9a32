"""Solutions with constants in them are right."""

import copy

import numpy as np
import pytest

from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.solutions import solutions


@pytest.mark.parametrize("name", FAMILIES)
def test_solutions_with_constants_are_right(name):
    problem = FAMILIES[name].draw(np.random.default_rng(13))
    found = solutions(problem)
    assert found[: len(problem.references)] == problem.references
    for source in found[len(problem.references) :]:
        namespace = {}
        exec(source, namespace)
        for case in problem.hidden:
            assert repr(namespace[name](*copy.deepcopy(case.arguments))) == repr(case.expected), source
