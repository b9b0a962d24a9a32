"""Correctness and performance by hand, in the sandbox; equal answers run once, lost runs are forgotten."""

import numpy as np
import pytest

import vpo_envs.sandbox
from tests.vpo_envs.domains.code.by_hand import LINEAR_50, PROBLEM, UPS, score
from vpo_envs.domains.code.family import HIDDEN, Case
from vpo_envs.domains.code.scoring import LIMITS, Scorer, passed
from vpo_envs.sandbox import Execution, Outcome, SandboxError


def test_the_fastest_reference_has_full_performance_and_a_quadratic_one_hardly_any():
    linear, quadratic = score(*PROBLEM.references)
    assert linear[0] == quadratic[0] == 1
    assert linear[1] == 1 and quadratic[1] < 0.1


def test_a_share_of_the_tests_gives_that_share_of_everything():
    right = sum(case.expected == 0 for case in PROBLEM.hidden)
    (constant,) = score("def ups(values):\n    return 0")
    assert 0 < right < HIDDEN
    assert constant[0] == pytest.approx(right / HIDDEN)
    assert constant[2] <= constant[0] and constant[3] <= constant[0]


def test_work_that_is_not_done_right_earns_no_performance():
    lazy = PROBLEM.references[0].replace(
        "    count = 0\n", "    if len(values) > 30: return 0\n    count = 0\n"
    )
    (rewards,) = score(lazy)
    assert rewards[0] == pytest.approx((HIDDEN - len(UPS.growing)) / HIDDEN)
    assert rewards[1] < 0.25  # quick, but the growing inputs are nearly all of the work


def test_work_done_ahead_in_an_easy_test_is_charged():
    ahead = """\
done = []
def ups(values):
    if not done:
        done.append([i * i for i in range(50000)])
    return sum(value > 50 for value in values)
"""
    plain = "def ups(values):\n    return sum(value > 50 for value in values)"
    rewards = score(ahead, plain)
    assert rewards[0, 0] == rewards[1, 0] == 1
    assert rewards[0, 1] < rewards[1, 1] / 2


@pytest.mark.parametrize(
    "result", ["True", "float(right)", "[right]", "str(right)", "Liar()", "None", "print(right)"]
)
def test_what_is_not_equal_to_the_type_fails(result):
    lying = (
        "class Liar(int):\n    def __eq__(self, other): return True\n"
        f"def ups(values):\n    right = sum(v > 50 for v in values)\n    return {result}"
    )
    assert score(lying)[0, 0] == 0


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "return [0] * 10**10",
        "return ups(values)",
        "raise SystemExit",
        "import os; os._exit(0)",
    ],
)
def test_endless_and_greedy_code_scores_zero_in_bounded_time(body):
    assert not score(f"def ups(values): {body}").any()
    assert LIMITS.total_fuel <= 10**9


def test_fuel_stops_a_solution_but_keeps_what_it_did():
    (rewards,) = score(
        "def ups(values):\n    while len(values) > 30: pass\n    return sum(v > 50 for v in values)"
    )
    assert rewards[0] == pytest.approx((HIDDEN - len(UPS.growing)) / HIDDEN)
    assert 0 <= rewards[1] < 0.05


def test_code_that_hides_runs_but_has_no_quality():
    (rewards,) = score("def ups(values):\n    return eval('sum(v > 50 for v in values)')")
    assert rewards[0] == 1 and rewards[1] > 0 and not rewards[2:].any()


def test_an_answer_better_than_the_references_is_not_above_one():
    assert (score("def ups(values):\n    return len([1 for value in values if value > 50])") <= 1).all()


def test_scores_are_the_same_alone_in_a_batch_and_in_any_order():
    answers = [*PROBLEM.references, "def ups(values): return 0", "no code", PROBLEM.references[0]]
    together = score(*answers)
    assert (together == Scorer().score([PROBLEM] * 5, answers)).all()
    assert (together[::-1] == score(*answers[::-1])).all()
    assert (together[1:2] == Scorer().score([PROBLEM], answers[1:2])).all()
    assert (together[0] == together[4]).all() and not together[3].any()


def test_what_is_no_code_never_reaches_the_sandbox(monkeypatch):
    class Closed:
        def run_each(self, submissions, judge):
            assert not submissions
            return []

    monkeypatch.setattr("vpo_envs.domains.code.scoring.shared_sandbox", lambda limits: Closed())
    assert not score("", "ups", "def ups(values) return 1", "```\nups\n```", "\ud800ups").any()


class Watched:
    """The sandbox; notes what it runs, and loses some of it."""

    def __init__(self):
        self.real = vpo_envs.sandbox.shared_sandbox(LIMITS)
        self.build_id = self.real.build_id
        self.ran, self.losing = [], set()

    def run_each(self, submissions, judge):
        self.ran += submissions
        lost = [Execution((Outcome("not_run"),) * len(one.inputs)) for one in submissions]
        runs = zip(submissions, self.real.run(submissions), lost)
        chosen = [gone if one.source in self.losing else run for one, run, gone in runs]
        return [judge(index, run) for index, run in enumerate(chosen)]


@pytest.fixture
def watched(monkeypatch):
    sandbox = Watched()
    monkeypatch.setattr("vpo_envs.domains.code.scoring.shared_sandbox", lambda limits: sandbox)
    return sandbox


def test_equal_answers_run_once(watched):
    ran, scorer = watched.ran, Scorer()
    answer = f"```python\n{PROBLEM.references[0]}\n```"
    scorer.score([PROBLEM] * 4, [answer, PROBLEM.references[0], answer, "def ups(values): return 0"])
    assert len(ran) == 3  # two answers, one of them a reference, and the other reference
    scorer.score([PROBLEM] * 2, [answer, "def ups(values): return 1"])
    assert len(ran) == 4  # scores and the yardstick are remembered


@pytest.mark.parametrize("memory", ["PARS", "SCORES"])
def test_a_batch_may_be_larger_than_the_memory(memory, monkeypatch):
    monkeypatch.setattr(f"vpo_envs.domains.code.scoring.{memory}", 1)
    scorer, other = Scorer(), UPS.draw(np.random.default_rng(1))
    alone = scorer.score([PROBLEM], [LINEAR_50])
    both = scorer.score([PROBLEM, other, PROBLEM], [LINEAR_50] * 3)
    assert (both[[0, 2]] == alone[0]).all() and both[1, 0] == 1


def test_what_is_asked_for_often_is_remembered(watched, monkeypatch):
    monkeypatch.setattr("vpo_envs.domains.code.scoring.SCORES", 2)
    scorer = Scorer()
    for i in range(4):
        scorer.score([PROBLEM] * 2, [PROBLEM.references[0], f"def ups(values): return {i}"])
    assert len(watched.ran) == 2 + 4  # the references, one of which is an answer, and the other answers


def test_lost_runs_are_not_remembered(watched):
    """Workers that the system kills for want of memory say nothing about the answer."""
    scorer, answer = Scorer(), "def ups(values): return sum(v > 50 for v in values)"
    watched.losing.add(answer)
    assert not scorer.score([PROBLEM], [answer]).any()
    watched.losing.clear()
    assert scorer.score([PROBLEM], [LINEAR_50]).any() and scorer.score([PROBLEM], [answer])[0, 2] > 0
    watched.losing.update(PROBLEM.references)
    with pytest.raises(SandboxError, match="workers of the sandbox died over the references of ups"):
        Scorer().score([PROBLEM], [answer])


def test_passing_is_equality_to_the_type():
    assert passed(Case((), 1), Outcome("returned", 1))
    assert not passed(Case((), 1), Outcome("returned", True))
    assert not passed(Case((), None), Outcome("exception", None, error="ValueError: no"))
