"""A task that hides v = V*S/(S + K), so that rewards can be worked out by hand."""

import numpy as np
import pytest

from vpo_envs import Task
from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.domain import Truth
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.generation import _draw
from vpo_envs.domains.science.prompts import compact_prompt, full_prompt


@pytest.fixture(scope="package")
def enzyme():
    """The domain of the task."""
    return ScienceDomain(families=["enzyme"], coefficients=0)


@pytest.fixture(scope="package")
def saturation(enzyme):
    """The task."""
    (family,) = enzyme.knobs.families
    template = family.laws[1]
    law = parse_formula("V*S/(S + K)", "VSK")
    problem = _draw(np.random.default_rng(8), family, template, law, enzyme.knobs)
    return Task(full_prompt(problem, enzyme.knobs), Truth(problem, template, 3), compact_prompt(problem))
