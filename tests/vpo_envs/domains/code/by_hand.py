"""A family by hand with a linear and a quadratic reference, and the scores of answers to its problem."""

import numpy as np

from vpo_envs.domains.code.family import Family
from vpo_envs.domains.code.inputs import numbers
from vpo_envs.domains.code.scoring import Scorer

LINEAR = """\
def ups(values):
    count = 0
    for value in values:
        if value > $limit:
            count += 1
    return count
"""


QUADRATIC = """\
def ups(values):
    count = 0
    for i in range(len(values)):
        count = len([value for value in values[:i + 1] if value > $limit])
    return count
"""


UPS = Family(
    name="ups",
    signature="values: list[int]",
    returns="int",
    task="Return how many numbers are above $limit.",
    parameters={"limit": (50,)},
    arguments=(numbers(),),
    edges=(([],), ([60],), ([70, 10],), ([99, 99],)),
    references=(LINEAR, QUADRATIC),
    slips=((">", ">="),),
)


LINEAR_50 = LINEAR.replace("$limit", "50")


PROBLEM = UPS.draw(np.random.default_rng(0))
SCORER = Scorer()


def score(*answers):
    return SCORER.score([PROBLEM] * len(answers), answers).astype(float)
