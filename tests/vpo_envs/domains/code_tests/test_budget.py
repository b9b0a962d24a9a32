"""Sizes of solutions."""

import ast

import numpy as np

from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code_tests.budget import size
from vpo_envs.domains.code_tests.generate import rank
from vpo_envs.domains.code_tests.programs import make_program


def test_sizes_of_solutions_hardly_depend_on_parameters():
    for family in FAMILIES.values():
        for program in (False, True):
            solutions = rank(family, program, True)
            assert len(solutions.order) >= 2, "two that can stand beside other code"
            problem = family.draw(np.random.default_rng(3))
            sources = [problem.references[i] for i in solutions.order]
            if program:
                sources = [make_program(family, source, True) for source in sources]
            sizes = [size(ast.parse(source)) for source in sources]
            assert np.abs(np.array(sizes) - solutions.sizes).max() <= 2  # a long number, a text
