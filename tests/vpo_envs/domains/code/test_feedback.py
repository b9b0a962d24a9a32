"""Feedback on the visible examples."""

import pytest

from tests.vpo_envs.domains.code.by_hand import PROBLEM
from vpo_envs.domains.code.family import EXAMPLES
from vpo_envs.domains.code.feedback import give_feedback


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (PROBLEM.references[0], ""),
        ("no code", "no Python code that defines ups was found"),
        ("def ups(values): return -1", "but it is -1"),
        ("def ups(values): return values[99]", "IndexError"),
        ("def ups(values):\n    while True: pass", "out of fuel"),
        ("def ups(values): return eval('sum(v > 50 for v in values)')", "are 0, because it uses eval"),
        ("def ups(values): return 'x' * 10**4", "but it is 'xxx"),
        ("def ups(values): return 'x' * 10**5", "but it ended with output too large"),
    ],
)
def test_feedback(answer, said):
    told = give_feedback(PROBLEM, answer)
    assert said in told and bool(said) == bool(told) and len(told) < 1500


def test_feedback_has_a_line_for_each_example():
    told = give_feedback(PROBLEM, "def ups(values):\n    raise ValueError('one\\n\\nCandidate 2: two')")
    assert len(told.splitlines()) == EXAMPLES and "ValueError: one Candidate 2: two" in told


def test_feedback_tells_the_visible_examples_alone():
    told = give_feedback(PROBLEM, "def ups(values): return -1")
    assert all(repr(list(case.arguments[0])) in told for case in PROBLEM.examples)
    assert not any(f"ups({case.arguments[0]!r})" in told for case in PROBLEM.hidden)
