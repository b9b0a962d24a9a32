"""CodeTests: marks by hand in the sandbox; functions, programs, budgets; tests that tell mistakes apart."""

import ast
import copy
import pickle
from collections import Counter
from itertools import pairwise

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs.sandbox
from tests.vpo_envs.blind import constant_share, set_share
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.domains.code_tests.budget import size
from vpo_envs.domains.code_tests.comparison import CHECKERS
from vpo_envs.domains.code_tests.demonstrations import off_by_one
from vpo_envs.domains.code_tests.domain import LIMITS
from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.feedback import give_feedback
from vpo_envs.domains.code_tests.generate import (
    EASILY_GUESSED,
    Shape,
    hidden_calls,
    rank,
    sample_exercise,
)
from vpo_envs.domains.code_tests.programs import INPUTS, OUTPUTS, argument_types, make_program
from vpo_envs.domains.code_tests.scoring import score
from vpo_envs.metrics import pareto_mask
from vpo_envs.scalarization import spread_weights
from vpo_envs.splits import SPLITS

EXACT = CHECKERS["exact"]
HALVES = Exercise(
    "Halve.",
    examples=(Case((8,), 4, "half"), Case((3,), 1, "half")),
    given=(Case((0,), 0, "half"), Case((8,), 4, "half"), Case((7,), 3, "half"), Case((-3,), -2, "half")),
)
SUMS = Exercise(
    "Add up.",
    examples=(Case("1 2\n", "3\n"),),
    given=(Case("1 2\n", "3\n"), Case("\n", "0\n"), Case("5\n", "5\n")),
)
DOMAIN = CodeTestsDomain()


def marks(answer: str, exercise: Exercise = HALVES) -> list[float]:
    return score([exercise], [answer], LIMITS, EXACT)[0].tolist()


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
def test_a_mark_for_every_test_and_absent_ones_repeat_them(answer, passed):
    assert marks(answer) == passed * 4


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
    assert marks(answer, SUMS) == (passed * 6)[:16]


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
    rewards = score([HALVES] * 4 + [SUMS], answers, LIMITS, EXACT)
    assert [one[:3] for one in sent] == [
        ("def half(n): return n // 2", ((0,), (8,), (7,), (-3,)), "half"),
        ("def half(n): return n", ((0,), (8,), (7,), (-3,)), "half"),
        ("print()", ("1 2\n", "\n", "5\n"), None),
    ], "once each, in one run, without what has no code"
    assert rewards[:, 0].tolist() == [1, 0, 1, 1, 0]


def test_a_prelude_goes_before_the_answer_but_behind_future_imports():
    cases = (Case((), 3, "f"), Case((), "int", "f"))
    exercise = Exercise("", (), cases, prelude="from math import *\nsize = floor(3.5)")
    assert marks("def f(): return size", exercise)[:2] == [1, 0]
    answer = '"""Doc."""\nfrom __future__ import annotations\r\nfrom __future__ import (\n    division,\n)\n'
    assert marks(f"{answer}def f(x: int = size): return f.__annotations__['x']", exercise)[:2] == [0, 1]


# Generated exercises

ONE = Shape(problems=1, affordable=None, tests=16)


def alone(name, program_share, seed=11):
    return sample_exercise(np.random.default_rng(seed), [FAMILIES[name]], program_share, ONE)


@pytest.mark.parametrize("program_share", [0, 1])
def test_references_pass_every_test_and_slips_fail_in_many_ways(program_share):
    right, wrong = [], []
    for name in FAMILIES:
        exercise = alone(name, program_share)
        assert len(exercise.tests) == 16
        assert exercise.functions == (() if program_share else (name,))
        (part,) = exercise.generated.parts
        right += [(exercise, source) for source in part.references]
        wrong += [(exercise, source) for source in part.flawed]
    rewards = score(*zip(*right, *wrong), LIMITS, EXACT)
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
    telling = [case for case in problem.edge_cases if repr(case.expected) not in EASILY_GUESSED]
    assert len(places) == min(count // 3, len(telling) + count // 8)
    assert all(later - earlier <= count // len(places) + 1 for earlier, later in pairwise(places))
    sizes = [len(call.arguments[0]) for call in calls if call not in problem.edge_cases]
    assert sizes == sorted(sizes) and sizes[0] == 3 and (count == 1 or sizes[-1] == 100)


def test_no_program_passes_a_test_by_doing_nothing():
    exercises = [alone(name, 1.0, seed) for name in FAMILIES for seed in range(3)]
    assert not score(exercises, ["print()"] * len(exercises), LIMITS, EXACT).any()
    texts = [name for name, one in FAMILIES.items() if one.returns == "str"]
    asked = [alone(name, 0.0, 0) for name in texts]
    assert any(case.expected == "" for one in asked for case in one.tests), "functions have that edge case"


def test_every_type_of_the_families_can_be_read_and_written():
    for family in FAMILIES.values():
        assert set(argument_types(family).values()) <= set(INPUTS)
        assert family.returns in OUTPUTS
    network = FAMILIES["cheapest_route"]
    reading = [
        "count = int(input())",
        "links = [tuple(map(int, input().split())) for _ in range(int(input()))]",
        "print(cheapest_route(count, links))",
    ]
    assert make_program(network, "...").splitlines()[2:] == reading
    named = make_program(network, "...", named=True).splitlines()[2:]
    assert named == ['if problem == "cheapest_route":', *(f"    {line}" for line in reading)]


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


def test_knobs():
    domain = CodeTestsDomain(families=["add_bonus"], problems=1, tests=3, program_share=0)
    task = domain.task("train", 0)
    assert len(task.truth.tests) == 3 and task.truth.budget is None
    assert domain.score(task, domain.best_answers(task)[0]) == [1] * 16
    assert domain.score(task, "def add_bonus(values): return -1") == [0] * 16
    shares = [DOMAIN.task("train", i).truth.functions == () for i in range(60)]
    assert 15 < sum(shares) < 45
    assert CodeTestsDomain(paper=True).task("test", 0).truth.budget is None
    for arguments, message in (
        ({"tests": 17}, r"tests=17 must lie between 4 and 16"),
        ({"tests": 3}, r"tests=3 must lie between 4 and 16"),
        ({"problems": 7}, r"problems=7 must lie between 1 and 6"),
        ({"problems": 2, "families": ["life"]}, r"problems=2 must lie between 1 and 1"),
        ({"affordable": 4}, r"affordable=4 must lie between 1 and 3"),
        ({"program_share": 1.5}, r"program_share=1.5 must lie between 0 and 1"),
        ({"program_share": float("nan")}, r"program_share=nan"),
        ({"families": ["nope"]}, r"families=\['nope'\] must be one or more of add_bonus"),
        ({"answer_style": "terse"}, r"answer_style='terse' is not one of full, compact"),
        ({"checker": "mild"}, r"checker='mild' is not one of exact, official, paper"),
        ({"cutoff": "May 1"}, r"cutoff='May 1' must be a date as YYYY-MM-DD"),
        ({"paper": True, "checker": "exact"}, r"paper=True sets both"),
        ({"fuel": 0}, r"fuel=0 must lie between 1 and"),
    ):
        with pytest.raises(ValueError, match=message):
            CodeTestsDomain(**arguments)
    with pytest.raises(TypeError, match="tests='all' must be an integer"):
        CodeTestsDomain(tests="all")


# Fronts


IDS = ["vpo/CodeTestsEasy-v0", "vpo/CodeTests-v0", "vpo/CodeTestsHard-v0", "vpo/CodeTestsSmall-v0"]


@pytest.mark.parametrize("id", IDS)
def test_fronts_have_three_points_and_no_answer_is_best_for_all(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("test", index) for index in range(25)]
    fronts = [domain.pareto_front(task) for task in tasks]
    assert np.mean([len(front) >= 3 for front in fronts]) >= 0.8
    assert not any(front.all(axis=1).any() for front in fronts), "everything together is too long"
    assert all(pareto_mask(front).all() for front in fronts)


@pytest.mark.parametrize("id", IDS)
def test_best_answers_attain_the_front_in_the_sandbox(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("test", index) for index in range(3)]
    for task in tasks:
        answers = domain.best_answers(task)
        rewards = domain.score_batch([task] * len(answers), answers)
        np.testing.assert_array_equal(
            np.unique(rewards, axis=0), np.unique(domain.pareto_front(task), axis=0)
        )


@pytest.mark.parametrize("id", IDS)
def test_blind_answers_earn_little(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("test", index) for index in range(8)]
    names = [family.name for family in domain.families]
    texts = [
        form.format(names=" = ".join(names), value=value)
        for value in ("0", "1", "-1", "[]", "''", "5", "{}[0]".format("a"), "len(a[0])", "sum(a[0])", "10")
        for form in ("{names} = lambda *a: {value}", "a = [*open(0)]\nprint({value})")
    ]
    texts += ["\n".join(f"def {name}(*a): return 0" for name in names), "print(0)", "input()\nprint(input())"]
    assert constant_share(domain, tasks, texts) <= 0.15
    assert set_share(domain, tasks, texts) <= 0.3
    best = np.mean([domain.pareto_front(task).mean(axis=1).max() for task in tasks])
    assert domain.score_batch(tasks, [task.prompt for task in tasks]).mean() <= 0.1 * best


def test_problems_of_the_splits_never_meet():
    domain = CodeTestsDomain()
    seen = {
        split: {
            (problem.family.name, *problem.parameters.values())
            for index in range(150)
            for problem in domain.task(split, index).truth.generated.problems
        }
        for split in SPLITS
    }
    assert all(len(settings) > 300 for settings in seen.values())
    assert seen["train"].isdisjoint(seen["test"] | seen["validation"])
    assert seen["test"].isdisjoint(seen["validation"])


def test_sizes_of_solutions_hardly_depend_on_parameters():
    for family in FAMILIES.values():
        for program in (False, True):
            solutions = rank(family, program, True)
            assert len(solutions.order) >= 2, "two that can stand beside other code"
            problem = family.draw(np.random.default_rng(3))
            sources = [problem.references[i] for i in solutions.order]
            if program:
                sources = [make_program(family, source, True) for source in sources]
            sizes = [size(ast.parse(source)) for source in sources]
            assert np.abs(np.array(sizes) - solutions.sizes).max() <= 2  # a long number, a text


# Demonstrations, feedback, rendering


def test_demonstrations_keep_the_budget_and_leave_room_to_learn():
    domain = gym.make("vpo/CodeTestsSmall-v0").unwrapped.domain
    tasks = [domain.task("train", index) for index in range(8)]
    weights = spread_weights(64, 16)
    left = []
    means = {}
    for quality in (0.0, 1.0):
        rewards = []
        for i, task in enumerate(tasks):
            rng = np.random.default_rng(i)
            drawn = [answer for _ in range(4) for answer in domain.demonstrations(task, rng, quality)][:30]
            rewards.append(domain.score_batch([task] * 30, drawn))
        means[quality] = np.mean(rewards)
        best = np.mean([(reward @ weights.T).max(axis=0).mean() for reward in rewards])
        optimum = np.mean([(domain.pareto_front(task) @ weights.T).max(axis=0).mean() for task in tasks])
        left.append((optimum - best) / (optimum - means[quality]))
    assert min(left) >= 0.25, "a quarter of the gap is left to a pool of 30"
    assert 0.05 < means[0.0] < means[1.0]


def test_demonstrations_of_one_problem_are_right_in_half():
    domain = CodeTestsDomain(problems=1)
    pairs = [
        (task, answer)
        for i, task in enumerate(domain.task("train", index) for index in range(12))
        for answer in domain.demonstrations(task, np.random.default_rng(i))
    ]
    solved = domain.score_batch(*zip(*pairs)).all(axis=1).mean()
    assert 0.35 < solved < 0.7
    assert domain.pareto_front(pairs[0][0]).tolist() == [[1] * 16]


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


def test_drawing_shows_what_each_answer_passes_and_what_the_pool_does():
    task = DOMAIN.make_task(HALVES)
    answers = ["def half(n): return n / 2", "def half(n): return -2"]
    drawn = DOMAIN.render(task, answers, DOMAIN.score_batch([task] * 2, answers), "ansi")
    assert "Candidate 1   ##..\nCandidate 2   ...#\nPool          ##.#\n" in drawn
    assert DOMAIN.render(task, [], np.zeros((0, 16), np.float32), "ansi").startswith("Halve.")


@pytest.mark.parametrize("copied", [lambda task: pickle.loads(pickle.dumps(task)), copy.deepcopy])
def test_tasks_can_be_sent_elsewhere(copied):
    task = DOMAIN.task("test", 1)
    sent = copied(task)
    assert sent.prompt == task.prompt and sent.truth.tests == task.truth.tests
    assert DOMAIN.score(sent, DOMAIN.best_answers(task)[0]) == DOMAIN.score(
        task, DOMAIN.best_answers(task)[0]
    )
