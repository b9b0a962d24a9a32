"""CodeTests: marks by hand in the sandbox; functions and programs; tests that tell mistakes apart."""

from collections import Counter
from itertools import pairwise

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vpo_envs.sandbox
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.scoring import LIMITS
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.domains.code_tests.comparison import same_output, same_value
from vpo_envs.domains.code_tests.demonstrations import off_by_one
from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.feedback import give_feedback
from vpo_envs.domains.code_tests.generate import hidden_calls, sample_exercise
from vpo_envs.domains.code_tests.programs import INPUTS, OUTPUTS, argument_types, make_program
from vpo_envs.domains.code_tests.scoring import score

HALVES = Exercise(
    "Halve.",
    function="half",
    examples=(Case((8,), 4), Case((3,), 1)),
    tests=(Case((0,), 0), Case((8,), 4), Case((7,), 3), Case((-3,), -2)),
)
SUMS = Exercise(
    "Add up.",
    function=None,
    examples=(Case("1 2\n", "3\n"),),
    tests=(Case("1 2\n", "3\n"), Case("\n", "0\n"), Case("5\n", "5\n")),
)
DOMAIN = CodeTestsDomain()


def marks(answer: str, exercise: Exercise = HALVES) -> list[float]:
    return score([exercise], [answer], LIMITS)[0].tolist()


# Marks


@pytest.mark.parametrize(
    ("answer", "passed"),
    [
        ("def half(n): return n // 2", [1, 1, 1, 1]),
        ("def half(n): return int(n / 2)", [1, 1, 1, 0]),
        ("def half(n): return n / 2", [1, 1, 0, 0]),
        ("half = lambda n: n >> 1", [1, 1, 1, 1]),
        ("class Solution:\n    def half(self, n): return n // 2", [1, 1, 1, 1]),
        ("def half(n):\n    if n == 7: raise ValueError\n    return n // 2", [1, 1, 0, 1]),
        ("def half(n):\n    while n == 8: pass\n    return n // 2", [1, 0, 1, 1]),
        ("def half(n): return False if n == 0 else n // 2", [0, 1, 1, 1]),
        ("So:\n```python\ndef half(n): return n // 2\n```", [1, 1, 1, 1]),
    ],
)
def test_a_mark_for_every_test_and_for_those_that_there_are_not(answer, passed):
    assert marks(answer) == [*passed, *[1] * 12]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "def",
        "I would halve it.",
        "def third(n): return n // 3",
        "def half(n): return 99",
        "def half(n): raise SystemExit",
        "half = 4",
        "class Solution:\n    half = 3",
        "class Solution:\n    def __init__(self, x): pass\n    def half(self, n): return n // 2",
    ],
)
def test_without_a_passed_test_everything_is_zero(answer):
    assert marks(answer) == [0] * 16


@pytest.mark.parametrize(
    ("answer", "passed"),
    [
        ("print(sum(map(int, input().split())))", [1, 1, 1]),
        ("```\nimport sys\nprint(sum(map(int, sys.stdin.read().split())))\n```", [1, 1, 1]),
        ("if __name__ == '__main__':\n    a, b = map(int, input().split())\n    print(a + b)", [1, 0, 0]),
        ("n = [*map(int, input().split())]\nprint(sum(n) / 1 if n else '')", [1, 0, 1]),
        ("print(0)", [0, 1, 0]),
        ("import sys\nprint(5)\nsys.exit()", [0, 0, 1]),
        ("print(3)\nsys.exit(1)", [0, 0, 0]),
    ],
)
def test_programs_read_stdin_and_write_stdout(answer, passed):
    assert marks(answer, SUMS) == ([*passed, *[1] * 13] if any(passed) else [0] * 16)


def test_what_is_expected_never_goes_in(monkeypatch):
    sent = []

    class Spy:
        def run(self, submissions):
            sent.extend(submissions)
            return vpo_envs.sandbox.shared_sandbox(LIMITS).run(submissions)

    monkeypatch.setattr("vpo_envs.domains.code_tests.scoring.shared_sandbox", lambda limits: Spy())
    answers = [
        "def half(n): return n // 2",
        "x",
        "def half(n): return n",
        "def half(n): return n // 2",
        "print()",
    ]
    rewards = score([HALVES] * 4 + [SUMS], answers, LIMITS)
    assert [tuple(one) for one in sent] == [
        ("def half(n): return n // 2", ((0,), (8,), (7,), (-3,)), "half"),
        ("def half(n): return n", ((0,), (8,), (7,), (-3,)), "half"),
        ("print()", ("1 2\n", "\n", "5\n"), None),
    ], "once each, in one run, without what has no code"
    assert rewards[:, 0].tolist() == [1, 0, 1, 1, 0]


def test_a_prelude_goes_before_the_answer_but_behind_future_imports():
    exercise = Exercise(
        "", "f", (), (Case((), 3), Case((), "int")), prelude="from math import *\nsize = floor(3.5)"
    )
    assert marks("def f(): return size", exercise)[:2] == [1, 0]
    answer = '"""Doc."""\nfrom __future__ import annotations\r\nfrom __future__ import (\n    division,\n)\n'
    assert marks(f"{answer}def f(x: int = size): return f.__annotations__['x']", exercise)[:2] == [0, 1]


# Comparison


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (1, 1, True),
        (1.0, 1, True),
        (1, 1.0, True),
        (True, 1, False),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        (None, None, True),
        (0, None, False),
        ("1", 1, False),
        ((1, (2,)), [1, [2]], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ({1}, [1], False),
        ({"a": (1,)}, {"a": [1.0]}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        (0.1 + 0.2, 0.3, False),
        (10**400, 1.5, False),
        (float("nan"), float("nan"), False),
    ],
)
def test_results_are_compared_as_json(value, expected, same):
    assert same_value(value, expected) is same


@pytest.mark.parametrize(
    ("text", "expected", "same"),
    [
        ("1 2\n", "1 2", True),
        ("\n 1 2  \n\n", "1 2", True),
        ("1 \r\n2", "1\n2", True),
        ("1  2", "1 2", True),  # numbers
        ("a  b", "a b", False),  # texts
        ("1.50", "1.5", True),
        ("15e-1 -0", "1.5 0", True),
        ("0.1", "0.10000000000000001", False),
        ("1_0", "10", False),
        ("nan", "nan", True),
        ("nan", "NaN", False),
        ("sNaN 1", "1 1", False),
        ("yes 1.0", "yes 1", False),
        ("1 2", "1\n2", False),
        ("1\n\n2", "1\n2", False),
        ("1 2 3", "1 2", False),
        ("", " \n", True),
        ("1e9999", "1e9998", False),
        ("1" * 10_000 + ".0", "1" * 10_000, True),
        ("1" * 65_000 + "x", "17", False),  # in linear time
        ("٣", "3", False),
    ],
)
def test_outputs_are_compared_line_by_line(text, expected, same):
    assert same_output(text, expected) is same


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_outputs_compare(text, expected):
    assert same_output(text, text)
    assert same_output(text, expected) == same_output(expected, text)


# Generated exercises


@pytest.mark.parametrize("program_share", [0, 1])
def test_references_pass_every_test_and_slips_fail_in_many_ways(program_share):
    right, wrong = [], []
    for family in FAMILIES.values():
        exercise = sample_exercise(np.random.default_rng(11), [family], program_share, 16)
        assert len(exercise.tests) == 16
        assert (exercise.function is None) == bool(program_share)
        right += [(exercise, source) for source in exercise.references]
        wrong += [(exercise, source) for source in exercise.flawed]
    rewards = score(*zip(*right, *wrong), LIMITS)
    assert rewards[: len(right)].all()
    flawed = rewards[len(right) :]
    some = flawed.any(axis=1) & ~flawed.all(axis=1)
    assert some.mean() > 0.8, "most mistakes are noticed by some tests and not by all"
    assert flawed.all(axis=1).mean() < 0.05
    patterns = np.unique(flawed[some], axis=0)
    assert len(patterns) > 30, "and by different ones"
    assert (flawed.mean(axis=0) < 0.9).all(), "no test is for nothing"


def test_no_constant_passes_many_tests():
    shares = []
    for family in FAMILIES.values():
        calls = hidden_calls(family.draw(np.random.default_rng(2)), False, 16)
        shares.append(Counter(repr(call.expected) for call in calls).most_common(1)[0][1] / 16)
    assert np.mean(shares) < 0.25 and max(shares) <= 0.85


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16])
def test_edge_cases_are_spread_over_the_tests(count):
    family = FAMILIES["count_bins"]
    problem = family.draw(np.random.default_rng(0))
    calls = hidden_calls(problem, False, count)
    assert len(calls) == count
    places = [i for i, call in enumerate(calls) if call in problem.edge_cases]
    assert len(places) == min(count // 3, len(family.edges))
    assert all(abs(later - earlier) <= 5 for earlier, later in pairwise(places))
    sizes = [len(call.arguments[0]) for call in calls if call not in problem.edge_cases]
    assert sizes == sorted(sizes) and sizes[0] == 3 and (count == 1 or sizes[-1] == 100)


def test_no_program_passes_a_test_by_doing_nothing():
    exercises = [
        sample_exercise(np.random.default_rng(seed), [family], 1.0, 16)
        for family in FAMILIES.values()
        for seed in range(3)
    ]
    assert not score(exercises, ["print()"] * len(exercises), LIMITS).any()
    texts = [one for one in FAMILIES.values() if one.returns == "str"]
    asked = sample_exercise(np.random.default_rng(0), texts, 0.0, 16)
    assert any(case.expected == "" for case in asked.tests), "functions have that edge case"


def test_every_type_of_the_families_can_be_read_and_written():
    for family in FAMILIES.values():
        assert set(argument_types(family).values()) <= set(INPUTS)
        assert family.returns in OUTPUTS
    network = FAMILIES["cheapest_route"]
    assert make_program(network, "...").splitlines()[2:] == [
        "count = int(input())",
        "links = [tuple(map(int, input().split())) for _ in range(int(input()))]",
        "print(cheapest_route(count, links))",
    ]


def test_prompts_say_all_that_is_needed():
    function = CodeTestsDomain(families=["life"], program_share=0).task("test", 0)
    assert "def life(grid: list[list[int]]) -> list[list[int]]" in function.prompt
    assert function.compact.startswith("life alive ")
    program = CodeTestsDomain(families=["life"], program_share=1).task("test", 0)
    assert "- grid: the number of rows, then a line of integers for each row" in program.prompt
    assert "Output: a line of integers for each row" in program.prompt
    assert "Print the grid" in program.prompt and "eturn" not in program.prompt
    for case in program.truth.examples:
        assert case.input in program.prompt and case.expected in program.prompt
    assert program.compact == f"stdin {FAMILIES['life'].name} {program.compact.split(' ', 2)[2]}"


def test_knobs():
    domain = CodeTestsDomain(families=["add_bonus"], tests=3, program_share=0)
    task = domain.task("train", 0)
    assert len(task.truth.tests) == 3
    assert domain.score(task, domain.best_answers(task)[0]) == [1] * 16
    assert domain.score(task, "def add_bonus(values): return -1") == [0] * 16
    shares = [DOMAIN.task("train", i).truth.function is None for i in range(60)]
    assert 15 < sum(shares) < 45
    for arguments, message in (
        ({"tests": 17}, r"tests=17 must lie between 1 and 16"),
        ({"program_share": 1.5}, r"program_share=1.5 must lie between 0 and 1"),
        ({"program_share": float("nan")}, r"program_share=nan"),
        ({"families": ["nope"]}, r"families=\['nope'\] must be one or more of add_bonus"),
        ({"answer_style": "terse"}, r"answer_style='terse' is not one of full, compact"),
    ):
        with pytest.raises(ValueError, match=message):
            CodeTestsDomain(**arguments)


# Demonstrations, feedback, rendering


@pytest.mark.parametrize("id", ["vpo/CodeTests-v0", "vpo/CodeTestsSmall-v0"])
def test_demonstrations_are_right_or_nearly_so(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("train", index) for index in range(12)]
    pairs = [
        (task, answer)
        for i, task in enumerate(tasks)
        for answer in domain.demonstrations(task, np.random.default_rng(i))
    ]
    rewards = domain.score_batch(*zip(*pairs))
    solved, none = rewards.all(axis=1).mean(), (~rewards.any(axis=1)).mean()
    assert 0.4 < solved < 0.85 and none < 0.15
    assert domain.pareto_front(tasks[0]).tolist() == [[1] * 16]


def test_off_by_one_moves_one_thing():
    source = "def f(x):\n    return 5 if x < 3 else 8"
    made = {off_by_one(source, np.random.default_rng(seed)) for seed in range(60)}
    changes = [
        ("< 3", "<= 3"),
        ("< 3", "< 2"),
        ("< 3", "< 4"),
        ("5", "4"),
        ("5", "6"),
        ("8", "7"),
        ("8", "9"),
    ]
    assert made == {source.replace(*change) for change in changes}
    assert off_by_one("print(input())", np.random.default_rng(0)) == "print(input())"


def test_feedback_says_which_example_failed_and_how():
    def told(answer, exercise=HALVES):
        return give_feedback(exercise, answer, LIMITS)

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


def test_drawing_shows_what_each_answer_passes_and_what_the_pool_does():
    task = DOMAIN.make_task(HALVES)
    answers = ["def half(n): return n / 2", "def half(n): return -2"]
    drawn = DOMAIN.render(task, answers, DOMAIN.score_batch([task] * 2, answers), "ansi")
    assert "Candidate 1   ##..\nCandidate 2   ...#\nPool          ##.#\n" in drawn
    assert DOMAIN.render(task, [], np.zeros((0, 16), np.float32), "ansi").startswith("Halve.")
