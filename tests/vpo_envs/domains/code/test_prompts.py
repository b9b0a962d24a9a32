"""Prompts by hand: signature, description, examples, the form of an answer."""

import re

from tests.vpo_envs.domains.code.by_hand import PROBLEM
from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.family import Case
from vpo_envs.domains.code.prompts import compact_prompt, full_prompt, write_call
from vpo_envs.domains.code.reading import read_code


def test_the_prompt_shows_signature_task_and_examples():
    task = CodeDomain(families=["best_window"]).task("test", 0)
    problem = task.truth
    assert "def best_window(values: list[int]) -> int" in task.prompt
    assert f"worth of {problem.parameters['width']} consecutive numbers" in task.prompt
    assert all(
        f"best_window({case.arguments[0]}) == {case.expected}" in task.prompt for case in problem.examples
    )
    assert "$" not in task.prompt
    assert task.compact == "best_window " + " ".join(f"{k} {v}" for k, v in problem.parameters.items())


def test_a_prompt_by_hand():
    """The family's numbers above 50."""
    lines = full_prompt(PROBLEM).split("\n")
    assert lines[:6] == [
        "Write a Python function:",
        "",
        "    def ups(values: list[int]) -> int",
        "",
        "Return how many numbers are above 50.",
        "",
    ]
    assert lines[6:8] == ["Examples:", ""]
    shown = lines[8 : lines.index("", 8)]
    assert len(shown) == len(PROBLEM.examples)
    for line, case in zip(shown, PROBLEM.examples):
        call, expected = re.fullmatch(r"    ups\((.*)\) == (.*)", line).groups()
        values = eval(call)
        assert (values,) == case.arguments
        assert eval(expected) == case.expected == sum(value > 50 for value in values)


def test_the_example_of_the_form_is_an_answer_that_is_read_and_right():
    """It is one for another problem: the sum of the numbers above 30."""
    space = {}
    exec(read_code(full_prompt(PROBLEM), "add_large"), space)
    assert space["add_large"]([30, 31, 2, 40]) == 71
    assert read_code(full_prompt(PROBLEM), "ups") is None


def test_a_call_is_python():
    case = Case(([1, "a\n"], {"k": (2,)}, None), True)
    assert write_call(PROBLEM, case) == "ups([1, 'a\\n'], {'k': (2,)}, None)"


def test_a_compact_prompt_names_family_and_parameters():
    assert compact_prompt(PROBLEM) == "ups limit 50"
