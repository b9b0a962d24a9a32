"""Feedback on examples and on the budget."""

import gymnasium as gym

from tests.vpo_envs.domains.code_tests.by_hand import EXACT, HALVES, SUMS
from vpo_envs.domains.code_tests.domain import LIMITS
from vpo_envs.domains.code_tests.feedback import give_feedback


def test_feedback_says_which_example_failed_and_how():
    def told(answer, exercise=HALVES):
        return give_feedback(exercise, answer, LIMITS, EXACT)

    assert told("def half(n): return n // 2") == ""
    assert told("def half(n): return n / 2") == "example 2 failed: half(3) should give 1, but it gave 1.5"
    assert told("def half(n): return n // (n - 3)").splitlines() == [
        "example 1 failed: half(8) should give 4, but it gave 1",
        "example 2 failed: half(3) should give 1, but it ended with exception: ZeroDivisionError: "
        "division by zero",
    ]
    assert told("nothing") == "no Python code that defines half was found"
    assert (
        told("print(4)", SUMS)
        == "example 1 failed: the input '1 2\\n' should give '3\\n', but it gave '4\\n'"
    )
    assert told("(", SUMS) == "no Python code was found"
    assert "should give 4, but it ended with" in told("def half(n): return 10 ** 6000")
    assert len(told("def half(n): return 'x' * 9999")) < 600


def test_feedback_on_several_problems_names_the_budget():
    domain = gym.make("vpo/CodeTestsEasy-v0").unwrapped.domain
    task = domain.task("test", 0)
    first, second, third = task.truth.generated.names
    feedback = domain.feedback(task, f"def {first}(*a): return None")
    assert feedback.count("failed") == 3 and "there is no such function in the code that counts" in feedback
    assert feedback.endswith(f"the code that counts has 5 of {task.truth.budget} units")
    assert (
        domain.feedback(task, "x") == f"no Python code that defines {first} or {second} or {third} was found"
    )
