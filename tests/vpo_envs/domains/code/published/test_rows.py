"""HumanEval, MBPP, plus versions: what is read of a row in each published schema, and what is refused."""

import json

import pytest

from tests.vpo_envs.domains.code.published.by_hand import (
    HUMAN_EVAL,
    MBPP,
    MBPP_PLUS,
    MBPP_PLUS_HUB,
    PLUS,
    ROWS,
    SANITIZED,
)
from vpo_envs.datasets import RowError
from vpo_envs.domains.code.published.rows import (
    is_benchmark,
    is_readable,
    parse_benchmark,
    read_benchmark,
    read_benchmarks,
)
from vpo_envs.domains.code_tests import CodeTestsDomain


@pytest.mark.parametrize(
    ("row", "field", "value", "message"),
    [
        (HUMAN_EVAL, "test", "def test(): pass", "field 'test': defines no function check"),
        (HUMAN_EVAL, "test", "def check(", "field 'test': is not Python"),
        (HUMAN_EVAL, "test", None, "field 'test': is missing"),
        (HUMAN_EVAL, "entry_point", "a b", "field 'entry_point': is no name of a function"),
        (HUMAN_EVAL, "entry_point", "other", "field 'canonical_solution': defines no function other"),
        (HUMAN_EVAL, "canonical_solution", "    return (", "field 'canonical_solution': is not Python"),
        (MBPP, "test_list", [], "field 'test_list': holds no test"),
        (
            MBPP,
            "test_list",
            ["assert other(1)"],
            "field 'test_list': calls no function that the code defines",
        ),
        (MBPP, "test_list", "assert 1", "field 'test_list': must be list"),
        (MBPP, "code", "def (", "field 'code': is not Python"),
        (PLUS, "base_input", ["x"], "field 'base_input': must hold lists of arguments, not str"),
        (PLUS, "atol", "small", "field 'atol': must be a number"),
        (
            PLUS,
            "base_input",
            [[{"a": [[]] * 3}]] and [[[float] and [10**5000]]],
            "cannot go into the sandbox",
        ),
    ],
)
def test_rows_in_another_form_are_named(row, field, value, message):
    with pytest.raises(RowError, match=f"row 3, .*{message}"):
        parse_benchmark({**row, field: value}, 3)


def test_problems_with_complex_numbers_are_left_out(tmp_path):
    path = tmp_path / "MbppPlus.jsonl"
    rows = [{**MBPP_PLUS, "task_id": f"Mbpp/{number}"} for number in (2, 124, 252)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert [problem.id for problem in read_benchmarks(path, "test")] == ["Mbpp/2"]
    assert CodeTestsDomain(dataset=path).size("test") == 1


def marks(row, source):
    """Runs the tests of an own row on a solution, as the sandbox does: which of them hold."""
    problem, found, space = parse_benchmark(row, 0), [], {}

    def note(test):
        try:
            found.append(bool(test()))
        except Exception:
            found.append(False)

    exec(problem.canonical, space)
    space |= {"note__test": note, "same__value": lambda value, expected, _: value == expected}
    exec(problem.tests, space)
    answer = {}
    exec(f"{problem.setup}\n{source}", answer)
    space["check"](answer[problem.function], problem.data)
    return found


def test_human_eval_by_hand():
    problem = parse_benchmark(HUMAN_EVAL, 0)
    assert (problem.id, problem.function, problem.is_code) == ("Own/0", "mean_scaled", True)
    assert problem.statement == HUMAN_EVAL["prompt"]
    assert problem.setup == "from typing import List\n\ndef scale(x):\n    return 10 * x"
    assert problem.canonical == HUMAN_EVAL["prompt"] + HUMAN_EVAL["canonical_solution"]
    assert problem.data is None and problem.shown == ()
    assert "assert" not in problem.tests
    assert "note__test(lambda: candidate([1.0, 2.0]) == 15.0)" in problem.tests
    assert marks(HUMAN_EVAL, "def mean_scaled(values):\n    return 15.0") == [True] + [False] * 21


def test_mbpp_by_hand():
    problem = parse_benchmark(MBPP, 0)
    assert (problem.id, problem.function, problem.is_code) == ("7", "sort_word", False)
    assert problem.statement == (
        "Write a Python function `sort_word`. Write a function to sort the letters of a word."
    )
    assert (problem.setup, problem.shown) == ("", tuple(MBPP["test_list"]))
    assert problem.canonical == f"\n{MBPP['code']}\n"
    assert problem.tests == (
        "def check(candidate, data):\n    sort_word = candidate\n"
        "    note__test(lambda: sort_word('cab') == 'abc')\n"
        "    note__test(lambda: sort_word('') == '')\n"
        "    note__test(lambda: sort_word('ba') == 'ab')\n"
    )
    assert marks(MBPP, "def sort_word(word):\n    return word") == [False, True, False]


def test_three_tests_are_shown_and_the_setup_comes_first():
    row = {**MBPP, "test_list": [f"assert sort_word('{c}') == '{c}'" for c in "abcd"]}
    problem = parse_benchmark({**row, "test_setup_code": "import re"}, 0)
    assert problem.shown == tuple(row["test_list"][:3]) and problem.tests.count("note__test") == 4
    assert (problem.setup, problem.canonical) == ("import re", f"import re\n{MBPP['code']}\n")
    sanitized = parse_benchmark({**SANITIZED, "test_imports": ["import math", "import cmath"]}, 0)
    assert sanitized.setup == "import math\nimport cmath"


@pytest.mark.parametrize(
    ("asserted", "function"),
    [
        ("assert set(sort_word('a')) == set(helper('a'))", "sort_word"),
        ("assert sorted(helper('a'))", "helper"),
        ("assert str(Pair())", "Pair"),
    ],
)
def test_the_function_is_the_first_called_one_that_the_code_defines(asserted, function):
    code = "class Pair:\n    pass\ndef helper(x):\n    return x\ndef sort_word(word):\n    return word"
    problem = parse_benchmark({**MBPP, "code": code, "test_list": [asserted]}, 0)
    assert problem.function == function and f"`{function}`" in problem.statement


def test_the_script_of_the_hub_replaces_the_assertions():
    right = "def add_half(x):\n    return x + 0.5"
    assert marks({**MBPP_PLUS_HUB, "test": " "}, right) == [True]
    problem = parse_benchmark(MBPP_PLUS_HUB, 0)
    assert problem.shown == ("assert add_half(1) == 1.5",)
    assert "np.allclose" in problem.tests and "add_half(1)" not in problem.tests


def plus(function, solution, *inputs, prompt='"""Words."""\n', **fields):
    row = {"task_id": "Mbpp/901", "prompt": prompt, "entry_point": function}
    given = {"canonical_solution": solution, "base_input": [list(one) for one in inputs], "plus_input": []}
    return {**row, **given, **fields}


POLY = "def poly(xs, x):\n    return xs[0] + x\n\n\ndef find_zero(xs):\n    '''A zero.'''\n"


@pytest.mark.parametrize(
    ("row", "answer", "passed"),
    [
        (plus("double", "def double(x):\n    return 2 * x\n", (1,), (0,)), "def double(x): return x", [0, 1]),
        (plus("double", "def double(x):\n    return 2 * x\n", (1,)), "def double(x): return 1 / 0", [0]),
        (  # neither the order counts nor how often
            plus("Diff", "def Diff(a, b):\n    return [*a, *b]\n", ([1], [2]), ([1], [3])),
            "def Diff(a, b): return [2, 1, 1]",
            [1, 0],
        ),
        (  # whether it is None
            plus("check_str", "def check_str(x):\n    return x or None\n", ("a",), ("",)),
            "def check_str(x): return 'other'",
            [1, 0],
        ),
        (  # a bool is what it says
            plus("check_str", "def check_str(x):\n    return bool(x)\n", ("a",), ("",)),
            "def check_str(x): return x or None",
            [1, 1],
        ),
        (plus("are_equivalent", "def are_equivalent(x):\n    return x\n", (1,)), "are_equivalent = str", [1]),
        (
            plus("sum_div", "def sum_div(x):\n    return x + 1\n", (1,), (2,), (3,)),
            "def sum_div(x): return [2, 0, 5][x - 1]",
            [1, 1, 0],
        ),
        (
            plus("find_zero", "    return -xs[0]\n", ([2],), ([2.5],), prompt=POLY),
            "def find_zero(xs): return -2.00009",
            [1, 0],
        ),
        (plus("find_zero", "def find_zero(xs):\n    return 0\n", ([1],)), "def find_zero(xs): return 1", [0]),
    ],
)
def test_what_counts_as_the_same_result_in_the_plus_versions(row, answer, passed):
    assert marks(row, answer) == [bool(one) for one in passed]


@pytest.mark.parametrize(("atol", "off", "same"), [(0.5, 0.4, True), (0.5, 0.6, False), (0, 2e-4, False)])
def test_a_zero_is_as_exact_as_the_row_asks_for(atol, off, same):
    row = plus("find_zero", "    return -xs[0]\n", ([1],), prompt=POLY, atol=atol)
    assert marks(row, f"def find_zero(xs): return {off - 1}") == [same]


def test_a_plus_version_by_hand():
    problem = parse_benchmark(PLUS, 0)
    assert problem.is_code and problem.data[:3] == [([1, 2],), ([],), ([3.5],)] and len(problem.data) == 5
    assert "same__value(found, expected, 1e-06)" in problem.tests
    words = parse_benchmark(MBPP_PLUS, 0)
    assert (words.is_code, words.setup, words.canonical) == (False, "", MBPP_PLUS["canonical_solution"])
    exact = parse_benchmark({**PLUS, "atol": None, "plus_input": None}, 0)
    assert "same__value(found, expected, 0.0)" in exact.tests and exact.data == [([1, 2],), ([],)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base_input": [], "plus_input": []}, "'base_input': holds no input"),
        ({"plus_input": ["x"]}, "'plus_input': must hold lists of arguments, not str"),
        ({"atol": True}, "'atol': must be a number, not True"),
        (
            {"canonical_solution": "\n\ndef other():\n    pass\n", "prompt": "Words."},
            "defines no function halves",
        ),
    ],
)
def test_plus_versions_in_another_form_are_named(change, message):
    with pytest.raises(RowError, match=message):
        parse_benchmark({**PLUS, **change}, 0)


def test_an_answer_does_not_change_the_next_inputs():
    row = plus("total", "def total(x):\n    return len(x)\n", ([1],), ([],))
    assert marks(row, "def total(x):\n    x.append(1)\n    return len(x) - 1") == [True, True]


@pytest.mark.parametrize(
    ("row", "yes"),
    [
        *((row, True) for row, _, _ in ROWS.values()),
        ({"prompt": "x", "answer": "y"}, False),
        ({}, False),
        (["entry_point"], False),
        (None, False),
    ],
)
def test_rows_of_the_schemas_are_recognised(row, yes):
    assert is_benchmark(row) is yes


@pytest.mark.parametrize(
    ("task_id", "readable"),
    [("Mbpp/124", False), ("Mbpp/252", False), ("Mbpp/2", True), ("HumanEval/124", True), ("Mbpp/x", True)],
)
def test_the_complex_numbers_are_those_of_two_problems_of_mbpp_plus(task_id, readable):
    row = {**MBPP_PLUS, "task_id": task_id}
    assert is_readable(row) is readable
    assert (read_benchmark(row, 0) is not None) is readable
    assert is_readable({**MBPP, "task_id": task_id}), "the first MBPP has none"


def test_a_source_of_one_split_serves_for_all(tmp_path):
    path = tmp_path / "HumanEval.jsonl"
    path.write_text(json.dumps(HUMAN_EVAL), "utf-8")
    assert [read_benchmarks(path, split)[0].id for split in ("train", "test")] == ["Own/0"] * 2
