"""CodeTests: reading LiveCodeBench, odd rows, wrong schemas and hostile files included."""

import base64
import json
import pickle
import zlib
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.domains.code_tests.livecodebench import parse_exercise
from vpo_envs.domains.code_tests.prelude import PRELUDES
from vpo_envs.domains.code_tests.unpickling import unpack_text
from vpo_envs.env_checker import HOSTILE_ANSWERS

FOLDER = Path(__file__).parents[3] / "data" / "livecodebench"
ROWS = [json.loads(line) for line in (FOLDER / "test.jsonl").read_text("utf-8").splitlines()]
DOMAIN = CodeTestsDomain(dataset=FOLDER)
BELLS = """\
class Solution:
    def quietBells(self, heights: List[int], limit: int) -> int:
        return sum(map(limit.__ge__, heights))
"""


FERRY = """\
n, capacity = map(int, input().split())
trips, room = 0, -1
for weight in map(int, input().split()):
    if weight > room:
        trips, room = trips + 1, capacity
    room -= weight
print(trips)
"""


MEAN = "prices = [int(x) for x in input().split()]\nprint(f'{sum(prices) / len(prices):.3f}')"
TURNED = "```python\nclass Solution:\n    def turned(self, word): return word[::-1]\n```"
BLEND = "def blend(names, numbers): return sorted(map(list, zip(names, numbers)))"


def packed(value, protocol=None) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(value, protocol))).decode()


def test_it_reads_the_published_format():
    env = gym.make("vpo/CodeTests-v0", dataset=str(FOLDER), split="test")
    prompt, info = env.reset(options={"index": 0})
    assert "A bell is quiet if" in prompt and "def quietBells(self" in prompt
    assert info["task_id"] == "test/0"
    assert env.step(BELLS)[1].tolist() == [1] * 16
    env.reset(options={"index": 6})
    assert env.unwrapped.task.id == "test/1", "indices wrap around the five rows"
    with pytest.raises(ValueError, match="no row for split 'train': its contests are from 2025-02-01 to"):
        CodeTestsDomain(dataset=FOLDER).task("train", 0)


def test_right_answers_pass_every_row():
    tasks = [DOMAIN.task("test", index) for index in range(5)]
    rewards = DOMAIN.score_batch(tasks, [BELLS, FERRY, MEAN, TURNED, BLEND])
    assert rewards.all()
    assert [task.truth.functions for task in tasks] == [("quietBells",), (), (), ("turned",), ("blend",)]
    assert [len(task.truth.tests) for task in tasks] == [16, 4, 2, 2, 2]
    assert [len(task.truth.examples) for task in tasks] == [2, 1, 2, 1, 0]


def test_of_many_private_tests_the_smallest_count():
    bells = DOMAIN.task("test", 0)
    tests = json.loads(unpack_text(ROWS[0]["private_test_cases"]))
    assert len(tests) == 18
    tests.sort(key=lambda test: len(test["input"]) + len(test["output"]))
    assert [case.input for case in bells.truth.tests] == [
        tuple(map(json.loads, test["input"].split("\n"))) for test in tests[:16]
    ]
    assert len(CodeTestsDomain(tests=5, dataset=FOLDER).task("test", 0).truth.tests) == 5
    everything = CodeTestsDomain(tests="all", dataset=FOLDER).task("test", 0).truth
    assert everything.tests[:2] == everything.examples and len(everything.tests) == 20, "public ones first"


def test_tests_of_more_than_8192_characters_are_left_out():
    row = {"question_content": "x", "starter_code": "", "metadata": "{}", "public_test_cases": "[]"}
    small, edge = ("1", "2"), ("a" * 8190, "bc")
    large = ("a" * 8190, "bcd")

    def read(*tests, most=16):
        return parse_exercise({**row, "private_test_cases": cases(*tests, kind="stdin")}, 0, most)

    assert [case[:2] for case in read(large, edge, small).given] == [small, edge]
    assert read(large) is None and len(read(large, most="all").given) == 1
    equal = [(str(i), "x") for i in range(9)]
    assert [case[:2] for case in read(*equal, most=3).given] == equal[:3], "of equal size the first"


def test_absent_tests_do_not_count_as_passed():
    ferry = DOMAIN.task("test", 1)
    naive = "n, c = map(int, input().split())\nprint(-(-sum(map(int, input().split())) // c))"
    assert DOMAIN.score(ferry, naive) == [1, 1, 1, 0] * 4
    assert DOMAIN.feedback(ferry, naive) == ""
    assert DOMAIN.feedback(ferry, "print(1)") == (
        "example 1 failed: the input '3 10\\n4 5 6\\n' should give '2\\n', but it gave '1\\n'"
    )


def test_prompts_without_starter_code_name_what_to_write():
    prompts = [DOMAIN.task("test", index).prompt for index in range(5)]
    assert all("Write a Python program that reads from standard input" in prompts[i] for i in (1, 2))
    assert "Write a Python function `blend`." in prompts[4]


def test_there_are_no_demonstrations_but_a_front():
    task = DOMAIN.task("test", 3)
    assert DOMAIN.demonstrations(task, np.random.default_rng(0)) == [] and DOMAIN.best_answers(task) is None
    assert DOMAIN.pareto_front(task).tolist() == [[1] * 16]
    assert not DOMAIN.score_batch([task] * len(HOSTILE_ANSWERS), HOSTILE_ANSWERS).any()


def exercise_of(*tests, function=None, checker="official"):
    row = {
        "question_content": "x",
        "starter_code": "",
        "public_test_cases": "[]",
        "private_test_cases": cases(*tests, kind="stdin" if function is None else "functional"),
        "metadata": json.dumps({"func_name": function} if function else {}),
    }
    return parse_exercise(row, 0, "all", PRELUDES[checker])


def marks(exercise, answer, domain=DOMAIN):
    return domain.score(domain.make_task(exercise), answer)[: len(exercise.given)]


SOLUTION = "class Solution:\n    def f(self, x):\n        {}"


@pytest.mark.parametrize(
    ("body", "given", "wanted"),
    [
        ("return len(deepcopy(x))", "[1, 2]", "2"),
        ("return copy.copy(x)", "[1]", "[1]"),
        ("return Counter(x).most_common(1)[0][0] + inf - inf if x == 3 else Counter(x)['a']", '"aab"', "2"),
        ("return datetime.datetime(2020, 1, x).day + date(2020, 1, x).day", "4", "8"),
        (
            "return [randint(x, x), random.choice([x]), mean([x, x]), statistics.median([x])]",
            "4",
            "[4, 4, 4, 4]",
        ),
        ("return re.sub('a', 'b', x) + findall('a', x)[0]", '"a"', '"ba"'),
        ("return json.loads(x) + loads(x)", '"4"', "8"),
        ("return io.StringIO(x).read() + StringIO(x).read()", '"a"', '"aa"'),
        ("return reduce(operator.add, x) + itemgetter(0)(x) + sys.maxsize - maxsize", "[1, 2]", "4"),
        ("return pow(x, -1, 7) + gcd(4, 6) + bisect_left([1, 2], 2) + comb(3, 2)", "5", "9"),
        ("return [*accumulate(x)], heappop(x), ascii_lowercase[0]", "[1, 2]", '[[1, 3], 1, "a"]'),
        ("y: List[Optional[int]] = [x]; return y", "1", "[1]"),
        ("return len(str(10 ** x))", "9000", "9001"),
        ("import sys; sys.setrecursionlimit(10**6); return x", "1", "1"),
    ],
)
def test_the_names_of_the_harness_are_bound(body, given, wanted):
    assert marks(exercise_of((given, wanted), function="f"), SOLUTION.format(body)) == [1]


@pytest.mark.parametrize(
    "cache", ["@cache", "@lru_cache(None)", "@functools.lru_cache(maxsize=None)", "@lru_cache"]
)
def test_recursion_may_be_ten_thousand_calls_deep(cache):
    exercise = exercise_of(("10000", "10000"), function="f")
    deep = f"class Solution:\n    {cache}\n    def f(self, x):\n        return 1 + self.f(x - 1) if x else 0"
    assert marks(exercise, deep) == [1]
    assert marks(exercise, deep.replace(cache, "")) == [1]


@pytest.mark.parametrize(
    ("given", "expected", "program", "mark"),
    [
        ("3\n", "0.333333333333", "print('%.6f'%(1/int(input())))", 1),
        ("3\n", "0.333333333333", "print('%.4f'%(1/int(input())))", 0),
        ("x\n", "1\n", "print(10 ** 5000 and 1)\nsys.exit(1)", 1),
        ("x\n", "5001\n", "print(len(str(10 ** 5000)))\nexit()", 1),
        ("5\n", "5", "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())", 1),
        ("5\n", "5", "if __name__ == '__main__':\n    print(input())", 1),
        ("5\n", "5", "def main():\n    print(next(sys.stdin))\nmain()", 1),
        ("5\n", "5", "open(0).read() and print(6)", 0),
    ],
)
def test_outputs_are_judged_as_officially(given, expected, program, mark):
    assert marks(exercise_of((given, expected)), program) == [mark]


@pytest.mark.parametrize(
    ("body", "expected", "official", "paper", "exact"),
    [
        ("return (1, 2)", "[1, 2]", 1, 0, 1),
        ("return [(1, 2)]", "[[1, 2]]", 0, 0, 1),
        ("return True", "1", 1, 1, 0),
        ("return 1.0", "1", 1, 1, 1),
        ("return 0.1 + 0.2", "0.3", 1, 0, 0),
    ],
)
def test_checkers_differ_where_they_should(body, expected, official, paper, exact):
    for checker, mark in (("official", official), ("paper", paper), ("exact", exact)):
        domain = CodeTestsDomain(dataset=FOLDER, checker=checker)
        assert marks(exercise_of(("0", expected), function="f"), SOLUTION.format(body), domain) == [mark], (
            checker
        )


def test_the_paper_binds_math_alone():
    exercise = exercise_of(("4", "2.0"), function="f", checker="paper")
    paper = CodeTestsDomain(dataset=FOLDER, paper=True)
    assert marks(exercise, "def f(x): return math.sqrt(x)", paper) == [1]
    assert marks(exercise, "def f(x): return sqrt(x)", paper) == [0]


def test_digits_of_data_are_unlimited():
    exercise = exercise_of(("1", "9" * 5000), function="f")
    assert exercise.given[0].expected == 10**5000 - 1


def test_a_fenwick_tree_on_two_hundred_thousand_numbers_has_time_and_a_knob_takes_it_away():
    program = """
n = int(input())
tree, pairs = [0] * (n + 1), 0
for seen in range(n):
    value = seen * 7919 % n + 1
    i, smaller = value, 0
    while i:
        smaller += tree[i]
        i &= i - 1
    pairs += seen - smaller
    i = value
    while i <= n:
        tree[i] += 1
        i += i & -i
print(pairs)
"""
    n, tree, pairs = 200_000, [0] * 200_001, 0
    for seen in range(n):
        value = seen * 7919 % n + 1
        i, smaller = value, 0
        while i:
            smaller += tree[i]
            i &= i - 1
        pairs += seen - smaller
        i = value
        while i <= n:
            tree[i] += 1
            i += i & -i
    exercise = exercise_of((f"{n}\n", str(pairs)))
    assert marks(exercise, program) == [1]
    assert marks(exercise, program, CodeTestsDomain(dataset=FOLDER, fuel=1_000_000_000)) == [0]


def cases(*tests, kind="functional") -> str:
    return json.dumps([{"input": given, "output": wanted, "testtype": kind} for given, wanted in tests])


@pytest.mark.parametrize(
    ("row", "field", "value", "message"),
    [
        (0, "question_content", None, "row 7, field 'question_content': is missing"),
        (0, "starter_code", 3, "row 7, field 'starter_code': must be str, not int"),
        (0, "public_test_cases", None, "row 7, field 'public_test_cases': is missing"),
        (0, "public_test_cases", [], "field 'public_test_cases': must be str, not list"),
        (0, "public_test_cases", "[", "field 'public_test_cases': is not JSON"),
        (0, "public_test_cases", "[" * 100_000, "field 'public_test_cases': is not JSON"),
        (0, "public_test_cases", "{}", "must hold a list of tests, not dict"),
        (0, "public_test_cases", "[3]", r"field 'public_test_cases\[0\]': must be an object"),
        (0, "public_test_cases", '[{"input": ""}]', r"field 'public_test_cases\[0\].testtype': is missing"),
        (0, "public_test_cases", cases(("1", 1)), r"field 'public_test_cases\[0\].output': must be str"),
        (0, "public_test_cases", cases(("x", "1")), r"'public_test_cases\[0\].input': is not JSON.*'x'"),
        (0, "public_test_cases", cases(("1", "x")), r"'public_test_cases\[0\].output': is not JSON"),
        (0, "public_test_cases", cases(("9" * 5000, "1")), r"'public_test_cases\[0\].input': cannot go into"),
        (0, "public_test_cases", cases(("[" * 300 + "]" * 300, "1")), "cannot go into the sandbox: nested"),
        (0, "public_test_cases", cases(("", ""), kind="stdin"), "some tests are functional and some stdin"),
        (
            0,
            "public_test_cases",
            cases(("", ""), kind="magic"),
            "'magic' is neither 'functional' nor 'stdin'",
        ),
        (0, "private_test_cases", None, "row 7, field 'private_test_cases': is missing"),
        (0, "private_test_cases", "", "field 'private_test_cases': its zlib data ends too early"),
        (0, "private_test_cases", "{}", "is neither JSON nor base64"),
        (0, "private_test_cases", "æ", "is neither JSON nor base64"),
        (0, "private_test_cases", "AAAA", "its base64 holds no zlib data"),
        (0, "private_test_cases", base64.b64encode(zlib.compress(b"x" * 99)[:-8]).decode(), "ends too early"),
        (0, "private_test_cases", base64.b64encode(zlib.compress(b"[]")).decode(), "holds no pickle"),
        (0, "private_test_cases", base64.b64encode(zlib.compress(b"")).decode(), "holds no pickle"),
        (0, "private_test_cases", packed("no"), "field 'private_test_cases': is not JSON"),
        (0, "private_test_cases", packed({"a": 1}), "its pickle holds more than a text"),
        (0, "private_test_cases", packed(b"[]"), "its pickle holds more than a text"),
        (2, "public_test_cases", "[]", "there is no test, public or private"),
        (0, "metadata", "{", "field 'metadata': is not JSON"),
        (0, "metadata", '{"func_name": 3}', "field 'metadata.func_name': must be str, not int"),
        (
            0,
            "metadata",
            '{"func_name": "a b"}',
            "field 'metadata.func_name': is no name of a function: 'a b'",
        ),
        (4, "metadata", None, "field 'metadata': has no func_name, and starter_code no method"),
        (4, "metadata", "[]", "field 'metadata': has no func_name"),
    ],
)
def test_rows_in_the_wrong_schema_are_named(row, field, value, message):
    with pytest.raises(RowError, match=message):
        parse_exercise({**ROWS[row], field: value}, 7, 16)
