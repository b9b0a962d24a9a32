"""A problem by hand: y = x*t/T, where L = 2 m and T = 1 s, with one rival, y = x, and six experiments."""

from fractions import Fraction

import numpy as np

from vpo_envs.domains.science.experiments import Dial
from vpo_envs.domains.science.laws import Constant, Family, Input, Quantity
from vpo_envs.domains.science.limits import Limit
from vpo_envs.domains.science.problem import Behaviour, Problem

FAMILY = Family(
    name="belt",
    field="physics",
    story="A belt carries sand.",
    output=Quantity("y", "m", "height of the sand"),
    scale="L",
    inputs=(Input(Quantity("x", "m", "distance"), "L"), Input(Quantity("t", "s", "time"), "T")),
    constants=(
        Constant(Quantity("L", "m", "length of the belt"), 1, 4),
        Constant(Quantity("T", "s", "time of a turn"), 1, 4),
    ),
    templates=("a*x*t/T", "a*x", "a*x*t/(t + b*T)"),
)

PROBLEM = Problem(
    family=FAMILY,
    law=FAMILY.parse("x*t/T"),
    constants={"L": 2.0, "T": 1.0},
    scales={"y": 2.0, "x": 2.0, "t": 1.0},
    measured={"x": np.array([1.0, 4.0]), "t": np.array([1.0, 4.0])},
    observed=np.array([2.0, 16.0]),
    probed={"x": np.array([0.1, 10.0]), "t": np.array([2.0, 3.0])},
    noise=0.5,
    behaviours=(Behaviour("x", "zero", Limit("zero", Fraction(1))),),
    rivals=(FAMILY.parse("x"),),
    dials=(Dial(1.0, 2, 2), Dial(0.5, 3, 1)),
)
