"""Problems drawn from a family: their tests and examples."""

from tests.vpo_envs.domains.code.by_hand import PROBLEM, UPS
from vpo_envs.domains.code.family import EXAMPLES, HIDDEN


def test_a_problem_has_edge_small_and_growing_tests_and_two_examples():
    sizes = [len(case.arguments[0]) for case in PROBLEM.hidden]
    assert sizes[:4] == [0, 1, 2, 2] and tuple(sizes[-4:]) == UPS.growing and max(sizes[4:-4]) < 24
    assert len(sizes) == HIDDEN and len(PROBLEM.examples) == EXAMPLES
    assert PROBLEM.examples[0].expected != PROBLEM.examples[1].expected
    assert all(sum(v > 50 for v in case.arguments[0]) == case.expected for case in PROBLEM.hidden)
