"""Modules that only declare, and modules that work while they are loaded."""

import ast

import pytest

from vpo_envs.domains.code.loading import declares_only
from vpo_envs.domains.code.reading import parse


@pytest.mark.parametrize(
    "code",
    [
        "LIMIT = 10**9 + 7\nMOVES = ((0, 1), (1, 0))\nNAMES = {'a': 1, 'b': -1}",
        "import math\nTAU = math.tau\nHALF = -1 / 2",
        "from dataclasses import dataclass, field\n@dataclass(frozen=True)\nclass A:\n    x: int = 0\n"
        "    y: list = field(default_factory=list)\n    def f(self): return [i for i in range(10**6)]",
        "from enum import Enum, auto\nclass A(Enum):\n    UP = auto()\n    DOWN = 2",
        "from collections import namedtuple\nA = namedtuple('A', ['x', 'y'])",
        "from functools import cache\n@cache\ndef f(x): return x",
        "import re\nWORD = re.compile('a+')",
        "class A:\n    @property\n    def x(self): return 1\n    @x.setter\n    def x(self, value): pass",
        "from typing import List\nGrid = List[List[int]]\nsmaller = lambda x: x - 1",
        "",
        "pass",
        "'A text.'\nx: int\ny: int = 3",
        "async def f(x=1, *, y=(2,)): return [i for i in x]",
        "f = lambda x=1, *, y=(2,), z: [i for i in x]",
        "Cell = int | None\nPAIR = [*MOVES, {1, 2}, {**NAMES}]\nPART = MOVES[1:2]",
        "import functools\n@functools.lru_cache(maxsize=None)\ndef f(x): return x",
        "from collections import namedtuple\nclass A(namedtuple('A', 'x')): pass",
        "class A:\n    class B:\n        x = 1\n    def __init__(self): self.x = 2",
        "from enum import Enum\nclass A(Enum):\n    def __str__(self): return ''",
    ],
)
def test_declarations_load_free(code):
    assert declares_only(parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "TABLE = [i for i in range(99)]",
        "TABLE = list(range(99))",
        "TABLE = [0] * 99",
        "BIG = 7 ** 7 ** 7",
        "BIG = 3 ** 100000",
        "for i in range(9): pass",
        "if True: x = f()",
        "def f(): pass\nf()",
        "def f(): pass\ncache = f\ncache()",
        "from functools import cache\ndef f(x): return x\ncache(f)(3)",
        "def int(x): return x\nX = int(3)",
        "from heapq import nlargest as cache\nX = cache(3)",
        "def wrap(f): return f\n@wrap\ndef g(): pass",
        "from functools import wraps\n@wraps(max)\ndef g(): pass",
        "def f(x=len('abc')): pass",
        "class A:\n    x = sum([1])",
        "class A:\n    def __init_subclass__(cls): pass\nclass B(A): pass",
        "class A(metaclass=M): pass",
        "from enum import Enum\nclass A(Enum):\n    UP = 1\n    def __init__(self, x): pass",
        "class A:\n    def __set_name__(self, owner, name): pass",
        "X = f'{y}'",
        "print(1)",
        "assert True",
        "import enum\nclass A(enum.IntFlag):\n    UP = 1\n    def __init__(self, x): pass",
        "class A(f()): pass",
        "class A:\n    for i in range(9): pass",
        "@f()\nclass A: pass",
        "@cache(sum([1]))\ndef f(): pass",
        "@cache(key=sum([1]))\ndef f(): pass",
        "def f(*, x=len('abc')): pass",
        "f = lambda x=[i * i for i in range(10**6)]: x",
        "f = lambda *, x=len('abc'): x",
        "async def f(x=len('abc')): pass",
        "X: int = len('abc')",
        "X = cache(len('abc'))",
        "X = [[len('abc')]]",
        "X = {1: len('abc')}",
        "X = -len('abc')",
        "X = MOVES[len('abc'):]",
        "X = (y := 3)",
        "X = 1 if y else 2",
        "X = y and 1",
        "X = 1 < 2",
        "X += 1",
        "X = y + 1",
        "X = 1 + y",
        "X = 'a' * 9",
        "X = int | f()",
        "from re import compile\nX = compile('a')",  # of a module alone
        "from m import setter\n@setter\ndef f(): pass",
        "X = compile.sum('a')",
        "X = (cache or f)()",
    ],
)
def test_work_is_no_declaration(code):
    assert not declares_only(parse(code))


@pytest.mark.parametrize(
    ("value", "free"),
    [
        ("10**1000", True),
        ("10**1001", False),
        ("1 << 1000", True),
        ("1 << 1001", False),
        ("2**0.5 + 1", True),
        ("2**-(1)", False),
        ("2**(1 + 1)", False),
        ("(2**3)**4", True),
        ("1000000000000 + 1", True),
        ("1 - 1000000000000", True),
        ("1000000000001 + 1", False),
        ("1000000000001", True),
        ("-(1000000000000) * 1.5", True),
        ("1000000000001.5 * 2", False),
        ("1 + 2 - 3 * 4 // 5 % 6", True),
        ("(1 + 2) * x", False),
        ("-(1 + x)", False),
    ],
)
def test_numbers_are_computed_free_while_they_stay_small(value, free):
    assert declares_only(ast.parse(f"X = {value}")) == free
