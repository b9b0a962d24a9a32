"""Prompts say all rules that cost points."""

import pytest

from vpo_envs.domains.code_tests import CodeTestsDomain


def test_prompts_say_all_that_is_needed():
    function = CodeTestsDomain(families=["life"], problems=1, program_share=0).task("test", 0)
    assert "def life(grid: list[list[int]]) -> list[list[int]]" in function.prompt
    assert function.compact.startswith("life alive ")
    program = CodeTestsDomain(families=["life"], problems=1, program_share=1).task("test", 0)
    assert "- grid: the number of rows, then a line of integers for each row" in program.prompt
    assert "Output: a line of integers for each row" in program.prompt
    assert "Print the grid" in program.prompt and "eturn" not in program.prompt
    for case in program.truth.examples:
        assert case.input in program.prompt and case.expected in program.prompt
    assert program.compact == f"stdin life {program.compact.split(' ', 2)[2]}"


@pytest.mark.parametrize("program_share", [0, 1])
def test_prompts_of_several_problems_say_all_rules_that_cost_points(program_share):
    domain = CodeTestsDomain(program_share=program_share)
    for index in range(3):
        task = domain.task("test", index)
        for name in task.truth.generated.names:
            assert f"`{name}`" in task.prompt or f"def {name}(" in task.prompt
        for case in task.truth.examples:
            shown = case.input if program_share else f"{case.function}({', '.join(map(repr, case.input))})"
            assert shown in task.prompt
        for rule in (
            f"a budget of {task.truth.budget} units",
            "exec, eval, compile and globals are forbidden",
            "standard library only",
            "20,000 characters",
            "the last complete block of code counts",
            "double_all",  # the worked example, of another task
        ):
            assert rule in task.prompt
        budget = f"stdin {task.truth.budget} " if program_share else f"{task.truth.budget} "
        assert task.compact.startswith(budget) and task.compact.count(" ; ") == 3
