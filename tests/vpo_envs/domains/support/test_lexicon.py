"""The reader's patterns: what they hold for, and that they take linear time."""

import importlib
import re

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains import support
from vpo_envs.domains.support import lexicon, sympathy, vague
from vpo_envs.domains.support.catalogue import ROLES
from vpo_envs.domains.support.steps import STEPS

MODULES = ["lexicon", "breaches", "clauses", "commitments", "figures", "steps", "sums", "sympathy"]
MODULES += ["vague", "values", "waivers"]


def worst_cases():
    """For every pattern of the reader, repetitions of its own beginnings."""
    modules = [importlib.import_module(f"{support.__name__}.{name}") for name in MODULES]
    patterns = [p for module in modules for p in vars(module).values() if isinstance(p, re.Pattern)]
    tables = (lexicon.ACTION_WORDS, lexicon.REFUSALS, lexicon.GRANTS, sympathy.FEELING_WORDS, sympathy.MY_OWN)
    tables += (vague._CLAIMS, vague._WITHOUT_END, vague._NOTHING)
    for table in tables:
        patterns += table.values()
    patterns += [pattern for role in ROLES.values() for pattern in (role.strong, role.cues)]
    patterns += [pattern for step in STEPS.values() for pattern in (step.thing, step.deed)]
    patterns += [pattern for step in STEPS.values() for pattern in (step.spared, step.lacking)]
    patterns += [pattern for step in STEPS.values() for pattern in (step.forbidden, step.ours)]
    return patterns


def test_no_pattern_of_the_reader_is_slower_than_linear():
    units = [
        "we ",
        "i will ",
        "your money ",
        "get a ",
        "not ",
        "the fee ",
        "more than ",
        "you ",
        "none of this ",
    ]
    units += ["without ", "difference between ", "you are ", "made it this ", "would love to ", "data "]
    units += ["card ", "your ", "it is ", "would be ", "free ", "how ", "a ", "x", "please send ", "<money> "]
    units += ["request to ", "window for ", "do not ", "we will ", "the label ", "once ", "our team ", "of "]

    def seconds(pattern, length, unit):
        return cpu_seconds(lambda: pattern.search((unit * length)[:length]))

    for pattern in worst_cases():
        for unit in units:
            slow = seconds(pattern, 24_000, unit)
            quick = slow < 0.05 or slow < 16 * seconds(pattern, 3_000, unit) + 0.05
            assert quick, (pattern.pattern[:60], unit)


@pytest.mark.parametrize(
    ("clause", "waived"),
    [
        ("no fee", True),
        ("there is no cancellation fee", True),
        ("no refund fee <money>", False),  # a telegram: no refund, and the fee
        ("no further fee", False),
    ],
)
def test_the_absence_of_a_fee_is_not_the_absence_of_something_before_it(clause, waived):
    assert bool(lexicon.GRANTS["waive"].search(clause)) == waived
