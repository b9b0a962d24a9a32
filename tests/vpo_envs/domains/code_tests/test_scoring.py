"""Marks by hand, in the sandbox: functions and programs."""

import pytest

import vpo_envs.sandbox
from tests.vpo_envs.domains.code_tests.by_hand import EXACT, HALVES, SUMS, marks
from vpo_envs.domains.code_tests.domain import LIMITS
from vpo_envs.domains.code_tests.scoring import score


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
