"""Reading answers as chat models write them: right ones in many dresses, wrong ones in the same."""

import ast
import json

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.code.published import Benchmark
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.domains.code_tests.budget import FORBIDDEN, is_forbidden, size, within
from vpo_envs.domains.code_tests.comparison import CHECKERS
from vpo_envs.domains.code_tests.domain import LIMITS
from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.reading import read_source
from vpo_envs.domains.code_tests.rows import benchmark_exercise
from vpo_envs.domains.code_tests.scoring import score

HALVES = Exercise("Halve.", (), tuple(Case((n,), n // 2, "half") for n in (0, 7, -3, 8)))
SUMS = Exercise("Add.", (), (Case("1 2\n", "3\n"), Case("\n", "0\n"), Case("5\n", "5\n")))
PAIR = Exercise(
    "Both.", (), (Case((7,), 3, "half"), Case((7,), 14, "twice"), Case((2,), 4, "twice")), budget=20
)

FUNCTION = "def half(n):\n    return n // 2"
PROGRAM = "print(sum(map(int, input().split())))"
HALF_WRONG = FUNCTION.replace("//", "*")
SUM_WRONG = (
    PROGRAM.replace("sum", "max").replace("))))", ")), default=9))").replace("print(max", "print(7 + max")
)

DRESSES = {
    "bare": "{code}",
    "fence": "```python\n{code}\n```",
    "fence without language": "```\n{code}\n```",
    "py": "```py\n{code}\n```",
    "Python 3": "```Python3\n{code}\n```",
    "tildes": "~~~python\n{code}\n~~~",
    "open fence": "```python\n{code}",
    "preamble": "Sure! Here is my solution:\n\n```python\n{code}\n```",
    "remarks": "```python\n{code}\n```\n\nThis runs in O(n) and handles **edge cases**.",
    "both": "Certainly!\n\n```python\n{code}\n```\n\nLet me know if you have questions!",
    "heading": "## Solution\n\n```python\n{code}\n```\n\n### Complexity\n\n- time: O(n)\n- space: O(1)",
    "thought": "<think>\nMaybe ```python\nprint(1)\n```? No.\n</think>\n```python\n{code}\n```",
    "thought opened by the template": "Let me see, n // 2.\n</think>\n\n```python\n{code}\n```",
    "thinking": "<thinking>hm</thinking>{code}",
    "draft": "First try:\n```python\nraise ValueError\n```\nBetter:\n```python\n{code}\n```",
    "numbered": "1. Read the input.\n2. Compute.\n\n```python\n{code}\n```",
    "example of output": "```python\n{code}\n```\nFor 7 it gives:\n```\n3\n```",
    "shell": "```python\n{code}\n```\nRun it:\n```bash\n$ python solution.py\n```",
    "indented fence": "1. The code:\n\n   ```python\n{indented}\n   ```",
    "four backticks": "````python\n{code}\n````",
    "comments": "```python\n# Solution\n{code}  # done\n```",
    "imports": "```python\nimport sys\nfrom typing import List\n\n{code}\n```",
    "carriage returns": "```python\r\n{crlf}\r\n```\r\n",
    "byte order mark": "\ufeff{code}",
    "prose without fences": "Here is the code:\n\n{code}",
    "prose on both sides": "Here is the code:\n\n{code}\n\nIt is short and right.",
    "prose that begins like code": "This is quick\nfor long lists:\n\n{code}\n\nfrom which you see it.",
    "blank lines": "\n\n\n```python\n\n\n{code}\n\n\n```\n\n\n",
    "answer label": "**Answer:**\n\n```python\n{code}\n```",
    "JSON in prose": 'Here is the answer:\n\n{{"code": {text}}}',
    "JSON, nested": '{{"answer": {{"language": "python", "code": {text}}}}}',
    "JSON, a list": '[{{"code": {text}}}]',
    "JSON, comments": '{{\n  // the code\n  "code": {text},\n}}',
    "JSON, raw lines": '{{"code": "\n{code}\n"}}',
    "call of a tool": '{{"name": "python", "arguments": {{"code": {text}}}}}',
    "Python text": "code = '''\n{code}\n'''",
    "byte order mark in a fence": "```python\n\ufeff{code}\u200b\n```",
    "no-break blanks": "```python\n{blanks}\n```",
    "session": "```python\n>>> {session}\n```",
    "web page": "<pre><code>{code}\n</code></pre>",
    "CDATA": "<code><![CDATA[\n{code}\n]]></code>",
    "special token": "```python\n{code}<|im_end|>",
    "end of text": "{code}</s>",
    "indented": "Here it is:\n\n{indented}\n\nThat is all.",
}
REPEATABLE = ("fence", "preamble", "JSON", "call", "session", "web page", "CDATA", "end of text", "indented")
"""Beginnings of the names of dresses that an answer may wear twice."""


def dressed(dress, code):
    indented = "\n".join(f"   {line}" for line in code.split("\n"))
    return DRESSES[dress].format(
        code=code,
        indented=indented,
        crlf=code.replace("\n", "\r\n"),
        text=json.dumps(f"{code}\n"),
        blanks=code.replace(" ", "\u202f"),
        session=code.replace("\n", "\n... "),
    )


def share(exercise, answer):
    return float(score([exercise], [answer], LIMITS, CHECKERS["exact"])[0].mean())


def test_there_are_enough_dresses():
    assert len(DRESSES) >= 25


@pytest.mark.parametrize("dress", DRESSES)
def test_right_answers_score_in_any_dress_and_wrong_ones_do_not(dress):
    assert share(HALVES, dressed(dress, FUNCTION)) == 1
    assert share(SUMS, dressed(dress, PROGRAM)) == 1
    assert share(HALVES, dressed(dress, HALF_WRONG)) <= 0.25  # 0 is 0 * 2
    assert share(SUMS, dressed(dress, SUM_WRONG)) == 0


@pytest.mark.parametrize("dress", [dress for dress in DRESSES if dress.startswith(REPEATABLE)])
def test_of_a_draft_and_a_final_answer_the_final_counts(dress):
    for exercise, right, wrong in ((HALVES, FUNCTION, HALF_WRONG), (SUMS, PROGRAM, SUM_WRONG)):
        right, wrong = dressed(dress, right), dressed(dress, wrong)
        assert share(exercise, f"{wrong}\n\nWait, better:\n\n{right}") == 1
        assert share(exercise, f"{right}\n\nWait, better:\n\n{wrong}") <= 0.25


def test_of_code_between_prose_the_last_counts():
    draft, final = (f"def half(n):\n    return (\nn {sign} 2)" for sign in ("*", "//"))  # a line like prose
    assert share(HALVES, f"So:\n\n{draft}\n\nWait, better:\n\n{final}\n\nDone.") == 1
    assert share(HALVES, f"So:\n\n{final}\n\nWait, better:\n\n{draft}\n\nDone.") <= 0.25


def test_a_program_between_prose_is_read_with_the_line_that_starts_it():
    assert share(SUMS, f"Here:\n\ndef main():\n    {PROGRAM}\n\nmain()\n\nIt adds up.") == 1
    assert share(SUMS, f"Here:\n\n{PROGRAM}\nsum(x) is O(n) (in time)\n") == 1


@pytest.mark.parametrize(
    "code",
    [
        "class Solution:\n    def half(self, n: int) -> int:\n        return n // 2",
        "half = lambda n: n // 2",
        f"{FUNCTION}\n\nif __name__ == '__main__':\n    print(half(int(input())))",
        f"def helper(): pass\n\n{FUNCTION}\n\nassert half(4) == 2",
        f"{FUNCTION}\n\nprint(half(7))  # 3",
        "from __future__ import annotations\ndef half(n: int | None):\n    '''Halves.'''\n    return n >> 1",
        "try:\n    import numpy\nexcept ImportError:\n    pass\ndef half(n): return n // 2",
        f"import unittest\n{FUNCTION}\n\nif __name__ == '__main__':\n    unittest.main()",
        f"import unittest\n{FUNCTION}\nclass Case(unittest.TestCase):\n    def test(self): half(8)",
        f"import doctest, asyncio\n{FUNCTION}\nif __name__ == '__main__':\n    doctest.testmod()",
        "from math import *\ndef half(n): return floor(n / 2)",
        "import unittest\nclass Solution:\n    def half(self, n): return n // 2",
        "from numpy.typing import NDArray\ndef half(n: NDArray): return n // 2",
        f"`{FUNCTION}`",
        "def half(number, /, *, by=2):\n    return number // by",
    ],
)
def test_ordinary_forms_of_functions_count(code):
    assert share(HALVES, code) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import sys\n\ndef main():\n    print(sum(map(int, sys.stdin.read().split())))\n\nmain()",
        "def main():\n    print(sum(map(int, input().split())))\n\nif __name__ == '__main__':\n    main()",
        "import sys\ninput = sys.stdin.readline\nprint(sum(map(int, input().split())))",
        "from sys import stdin, stdout\nstdout.write(str(sum(map(int, stdin.readline().split()))) + '\\n')",
        f"import unittest, multiprocessing\n{PROGRAM}",
        f"import doctest\ndef main():\n    {PROGRAM}\n\nif __name__ == '__main__':\n    main()",
        f"`{PROGRAM}`",
        "class Sum:\n    def run(self):\n        print(sum(map(int, open(0).read().split())))\nSum().run()",
    ],
)
def test_ordinary_forms_of_programs_count(code):
    assert share(SUMS, code) == 1


@pytest.mark.parametrize(
    "code",
    [
        f"import unittest\n{FUNCTION}\nunittest.main()",
        "import asyncio\ndef half(n): return asyncio.run(n // 2)",
        "import asyncio\ndef half(n): return third(n)\ndef third(n): return asyncio.run(n // 2)",
        "import unittest\nclass Solution(unittest.TestCase):\n    def half(self, n): return n // 2",
    ],
)
def test_code_that_needs_a_missing_module_fails(code):
    assert share(HALVES, code) == 0


def test_a_program_that_needs_a_missing_module_fails():
    assert (
        share(SUMS, f"import doctest\nif __name__ == '__main__':\n    doctest.testmod()\n    {PROGRAM}") == 0
    )


BODY = benchmark_exercise(
    Benchmark(
        "x",
        "half",
        'def half(n):\n    """Halve."""\n',
        True,
        "",
        FUNCTION,
        "def check(candidate, data): pass",
    )
)


# Several functions


TWICE = "def twice(n):\n    return n + n"


@pytest.mark.parametrize(
    ("answer", "marks"),
    [
        (f"{FUNCTION}\n\n{TWICE}", [1, 1, 1]),
        (f"```python\n{FUNCTION}\n```\nand\n```python\n{TWICE}\n```", [1, 1, 1]),
        (f"```python\n{HALF_WRONG}\n```\n```python\n{FUNCTION}\n```\n```python\n{TWICE}\n```", [1, 1, 1]),
        (FUNCTION, [1, 0, 0]),
        (f"```python\n{TWICE}\n```", [0, 1, 1]),
        (
            "class Solution:\n    def half(self, n): return n // 2\n    def twice(self, n): return n * 2",
            [1, 1, 1],
        ),
        (f"{FUNCTION}\nx = 1 + 1\ny = 2 + 3 + 4\n{TWICE}", [1, 0, 0]),  # beyond the budget
        (f"{TWICE}\nx = 1 + 1\ny = 2 + 3 + 4\n{FUNCTION}", [0, 1, 1]),
        (f"exec({FUNCTION!r})\n{TWICE}", [0, 0, 0]),
        (f"'''{'long ' * 50}'''\n{FUNCTION}\n{TWICE}  # {'x' * 99}", [1, 1, 1]),
    ],
)
def test_each_function_that_keeps_the_budget_counts(answer, marks):
    rewards = score([PAIR], [answer], LIMITS, CHECKERS["exact"])[0]
    assert rewards[:3].tolist() == marks


def test_keys_are_the_code_that_runs():
    domain = CodeTestsDomain()
    task = domain.make_task(HALVES)
    key = domain.answer_key(task, FUNCTION)
    for dress in DRESSES:
        if dress != "imports":
            assert domain.answer_key(task, dressed(dress, FUNCTION)) == key
    assert domain.answer_key(task, "def half( n ):  # same\n\treturn n//2") == key
    assert domain.answer_key(task, HALF_WRONG) != key
    assert domain.answer_key(task, "nothing") == ""
    beyond = f"{FUNCTION}\nx = 1 + 1\ny = 2 + 3 + 4\n"
    assert len({domain.answer_key(domain.make_task(PAIR), beyond + more) for more in ("", TWICE)}) == 1


# Sizes


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1", 3),
        ("x: int = 1", 3),
        ("x: int", 1),
        ("x += -1", 4),
        ("def f(a, b=2, *c, **d): pass", 8),
        ("async def f(): await g()", 5),
        ("return_value = f(x)[1:2].y", 7),
        ("if a and b or not c: pass\nelif d: pass\nelse: pass", 13),
        ("for i in x:\n    continue\nelse:\n    break", 7),
        ("[i for i in x if i]", 7),
        ("{'a': 1, 'bcd': 2}", 5),
        ("lambda x, y: x if x < y else y", 10),
        ("import a.b as c, d", 4),
        ("from a import b", 4),
        ("class A(B): '''Docs.'''", 3),
        ("f'{x} and {y:>9}'", 10),
        ("f('')", 2),
        ("10 ** 5", 3),
        (str(2**200), 13),
        ("a" * 33, 3),
        ("x.y = z = None", 6),
        ("global x, y", 3),
        ("try:\n    x\nexcept E as e:\n    raise\nfinally:\n    y", 7),
        ("with a as b, c: pass", 5),
        ("match x:\n    case 1: pass", 5),
        ("", 0),
    ],
)
def test_sizes_by_hand(code, expected):
    assert size(ast.parse(code)) == expected


def test_data_is_no_place_to_hide_code():
    honest = size(ast.parse(FUNCTION))
    assert honest == 7
    for hidden in (
        f"run = {FUNCTION!r}",
        f"run = {FUNCTION.encode()!r}",
        f"run = {int.from_bytes(FUNCTION.encode(), 'big')}",
        f"x{FUNCTION.encode().hex()} = 1",
    ):
        assert size(ast.parse(hidden)) >= honest - 1
    for name in FORBIDDEN:
        assert is_forbidden(ast.parse(f"import builtins\nbuiltins.{name}"))
        assert is_forbidden(ast.parse(f"from builtins import {name} as run"))
        assert is_forbidden(ast.parse(f"{name}"))
    assert not is_forbidden(ast.parse("evaluate = execute = 1"))


@pytest.mark.parametrize(
    ("source", "budget", "kept"),
    [
        ("a = 1; b = 2; c = 3", 6, "a = 1; b = 2"),
        ("é = 'ü'; b = 2", 3, "é = 'ü'"),
        ("a = 1\n# remark\n\nb = 2\n# end", 3, "a = 1"),
        ("a = 1\n# end", 3, "a = 1\n# end"),
        ("def f():\n    a = 1\n    b = 2", 7, ""),
        ("'''docs'''\na = 1", 0, "'''docs'''"),
        ("a = exec", 9, None),
    ],
)
def test_code_is_cut_behind_a_statement(source, budget, kept):
    assert within(source, ast.parse(source), budget) == kept


@pytest.mark.parametrize(
    "text",
    [
        "```python\n" * 900,
        "def half(n):\n" * 700,
        "<think>" * 1400,
        "import x\n" * 1000 + "(",
        "```\n" + "(" * 9000,
        "half = " * 1400,
        "from " * 1900,
        "a," * 4900,
        "```\nx\n```\n" * 900,
        "    return (\n" * 700,
        "\n# " * 3000,
        " " * 10_000,
    ],
)
def test_hostile_answers_are_read_quickly(text):
    exercises = (HALVES, SUMS, PAIR, BODY)
    assert cpu_seconds(lambda: [read_source(exercise, text[:20_000]) for exercise in exercises]) < 5
