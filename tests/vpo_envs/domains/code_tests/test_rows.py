"""Rows of every schema as exercises."""

import json

import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.code_tests.exercise import Case
from vpo_envs.domains.code_tests.prelude import PRELUDES
from vpo_envs.domains.code_tests.rows import read_exercise, read_exercises

TWICE = "def twice(n):\n    return 2 * n\n"
HUMAN_EVAL = {
    "task_id": "HumanEval/0",
    "prompt": 'import math\n\ndef twice(n):\n    """Doubles."""\n',
    "entry_point": "twice",
    "canonical_solution": "    return 2 * n\n",
    "test": "def check(candidate):\n    assert candidate(2) == 4\n",
}
MBPP = {"task_id": 7, "text": "Double.", "code": TWICE, "test_list": ["assert twice(2) == 4"]}
MBPP |= {"test_setup_code": "import re"}
PLUS = {
    "task_id": "Mbpp/3",
    "prompt": '"""\nDouble.\n"""\n',
    "entry_point": "twice",
    "canonical_solution": TWICE,
    "base_input": [[1], [2]],
    "plus_input": [],
    "atol": 0,
}
COMPLEX = {**PLUS, "task_id": "Mbpp/124"}  # complex numbers cannot enter the sandbox


def contest(*tests, **fields):
    cases = [{"input": given, "output": wanted, "testtype": "stdin"} for given, wanted in tests]
    row = {"question_content": "Echo.", "starter_code": "", "public_test_cases": "[]", "metadata": "{}"}
    return {**row, "private_test_cases": json.dumps(cases), **fields}


LARGE = contest(("x" * 9000, "x"))


@pytest.mark.parametrize(
    ("row", "statement", "prelude"),
    [
        (HUMAN_EVAL, "Complete this Python code:\n\n```python\nimport math\n\ndef twice(n)", "import math"),
        (MBPP, "Write a Python function `twice`. Double.", "import re"),
        (PLUS, '"""\nDouble.', ""),
    ],
)  # fmt: skip
def test_benchmarks_have_their_tests_for_themselves(row, statement, prelude):
    exercise = read_exercise(row, 0, 16, "exact")
    assert exercise.statement.startswith(statement)
    assert (exercise.prelude, exercise.benchmark.setup) == (prelude, prelude)
    assert exercise.examples == exercise.tests == () and exercise.functions == ("twice",)


@pytest.mark.parametrize("checker", PRELUDES)
def test_contests_have_given_tests_and_the_names_of_the_checker(checker):
    exercise = read_exercise(contest(("b\n", "b"), ("a", "a")), 0, 1, checker)
    assert exercise.tests == (Case("a", "a"),) and exercise.benchmark is None
    assert exercise.prelude == PRELUDES[checker]


@pytest.mark.parametrize("row", [COMPLEX, LARGE], ids=["complex", "large"])
def test_what_cannot_be_tested_is_left_out(row, tmp_path):
    assert read_exercise(row, 0, 16, "exact") is None
    path = tmp_path / "test.jsonl"
    path.write_text("\n".join(map(json.dumps, [row, MBPP, row, contest(("a", "a"))])), "utf-8")
    first, second = read_exercises(path, "test", 16, "exact", cutoff=None)
    assert (first.functions, second.tests) == (("twice",), (Case("a", "a"),))
    path.write_text(json.dumps(row), "utf-8")
    with pytest.raises(ValueError, match="has no test in split 'test' that is small enough; give tests="):
        read_exercises(path, "test", 16, "exact", cutoff=None)


def test_all_tests_are_read_if_all_are_asked_for(tmp_path):
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps(LARGE), "utf-8")
    (exercise,) = read_exercises(path, "test", "all", "paper", cutoff=None)
    assert exercise.tests == (Case("x" * 9000, "x"),) and exercise.prelude == "import math\n"


def test_dates_choose_rows_by_default(tmp_path):
    dates = ("2024-01-01", "2025-02-01", "2025-06-01")
    rows = [contest((str(place), ""), contest_date=date) for place, date in enumerate(dates)]
    path = tmp_path / "any.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    def read(split, **dates):
        return [exercise.tests[0].input for exercise in read_exercises(path, split, 16, "exact", **dates)]

    assert (read("train"), read("test")) == (["0"], ["1", "2"])
    assert read("test", end="2025-05-01") == ["1"]
    assert read("test", cutoff="2025-06-01") == ["2"]


def test_another_schema_is_named_with_its_row(tmp_path):
    path = tmp_path / "test.jsonl"
    path.write_text("\n".join(map(json.dumps, [MBPP, {"question": "?"}])), "utf-8")
    with pytest.raises(RowError, match="row 1, field 'question_content'"):
        read_exercises(path, "test", 16, "exact", cutoff=None)
    with pytest.raises(RowError, match="row 5, field 'code'"):
        read_exercise({"test_list": ["assert twice(2) == 4"]}, 5, 16, "exact")
