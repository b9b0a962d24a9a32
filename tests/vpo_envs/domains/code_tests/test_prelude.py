"""The prelude that stands before an answer."""

from tests.vpo_envs.domains.code_tests.by_hand import marks
from vpo_envs.domains.code_tests.exercise import Case, Exercise


def test_a_prelude_goes_before_the_answer_but_behind_future_imports():
    cases = (Case((), 3, "f"), Case((), "int", "f"))
    exercise = Exercise("", (), cases, prelude="from math import *\nsize = floor(3.5)")
    assert marks("def f(): return size", exercise)[:2] == [1, 0]
    answer = '"""Doc."""\nfrom __future__ import annotations\r\nfrom __future__ import (\n    division,\n)\n'
    assert marks(f"{answer}def f(x: int = size): return f.__annotations__['x']", exercise)[:2] == [0, 1]
