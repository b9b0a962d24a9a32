"""Programs that quality reads: ordinary style is read, hidden programs are not."""

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.judged_code import canonical, judged_code
from vpo_envs.domains.code.reading import parse
from vpo_envs.domains.code.refusal import refusal
from vpo_envs.domains.code.scoring import quality, read_book
from vpo_envs.domains.code.solutions import solutions

SOURCES = [
    source for family in FAMILIES.values() for source in solutions(family.draw(np.random.default_rng(5)))
]

HIDDEN = [
    "exec('def f(x): return x')",
    "def f(x): return eval('x + 1')",
    "f = eval('lambda x: x')",
    "def f(x, run=exec): run('1')",
    "f = [exec][0]",
    "@exec\ndef f(x): return x",
    "class A(exec('1') or object): pass",
    "def f(x): return __import__('math').sqrt(x)",
    "def f(x): return getattr(x, 're' + 'al')",
    "def f(x): return getattr(x, '__globals__')",
    "def f(x): return globals()['g'](x)",
    "def f(x): return vars()['g'](x)",
    "def f(x): return x.__dict__",
    "def f(x): return f.__doc__",
    "def f(x): return x.__class__.__subclasses__()",
    "def f(x): return (lambda: 0).__code__.replace()",
    "import builtins\ndef f(x): return x",
    "import guest",
    "import marshal, types",
    "import gc\ndef f(x): return gc.get_objects()",
    "from sys import modules",
    "import sys\nf = sys.modules['builtins'].exec",
    "import sys\nf = sys._getframe",
    "from math import *",
    "import importlib.util",
    "import inspect",
    "from collections import abc\nf = abc.sys.modules",
    "import collections\nf = collections.abc.sys",
    "from operator import attrgetter",
    "import operator\nf = operator.attrgetter('real')",
    "import random\nf = random._os",
    "import random\nr = random\nf = r._os",
    "import enum\nclass A:\n    bltns = 1\nf = [enum][0].bltns",
    "from . import something",
    "from enum import bltns",
    "import enum\nf = enum.bltns",
    "import dataclasses\nf = dataclasses.types.FunctionType",
    "from typing import get_type_hints",
    "from typing import Optional, get_args\nf = get_args(Optional['exec'])[0].evaluate()",
    "class A:\n    def evaluate(self): pass\ndef f(x): return x.evaluate()",
    "class A:\n    gi_frame = 1\nf = (i for i in ()).gi_frame",
    "from functools import singledispatch",
    "import functools\n@functools.singledispatch\ndef f(x): return x",
    "import string\nf = string.Formatter().get_field",
    "f = (i for i in ()).gi_frame",
    "def f(x):\n    'text'\n    return '{0.__doc__}'.format(f)",
    "def f(x):\n    'text'\n    note = '{0.__doc__}'\n    return note.format(f)",
    "def f(x):\n    'text'\n    return str.format(x, f)",
    "def f(x):\n    'text'\n    return x.format_map({})",
    "def f(x: 'a text'):\n    return x.format(f)",
    "def f(x):\n    match f:\n        case object(__globals__=space): return space",
    "def f(x: (lambda y: y)): return x",
    "def f(x) -> [y for y in x]: return x",
    "class A:\n    rule: len(A) + 1",
    "from dataclasses import dataclass, fields\n@dataclass\nclass A:\n    run: exec\n",
    "f = list(dict(" + "n" * 61 + "=0))[0]",
    "class A:\n    " + "n" * 61 + " = 0",
    "def f(" + "n" * 61 + "): pass",
    # a builtin that looks like a variable and is none
    "if 0: exec = 1\nf = exec",
    "f = [exec for exec in [exec]]",
    "def f(x):\n    global exec\n    exec = x\n    return exec",
    "def f(exec):\n    class A:\n        g = exec\n        exec = 1\n    return A",
    "def f(x): return exec(x)\ndef g(exec): return exec",
    "def eval(x): return x\nf = eval",
    # the guard of a script that runs after all
    "__name__ = '__main__'\nif __name__ == '__main__':\n    def f(x): return x",
    "for __name__ in ['__main__']: pass\nif __name__ == '__main__':\n    def f(x): return x",
    "import math as __name__\nif __name__ == '__main__':\n    def f(x): return x",
    "def __name__(): pass\nif __name__ == '__main__':\n    def f(x): return x",
    "if '__main__' in __name__ or True:\n    exec('1')",
]

ORDINARY = [
    *SOURCES[::9],
    "import re\nf = re.compile('a').sub",
    "from collections import Counter, defaultdict",
    "import collections.abc\nf = collections.abc.Iterable",
    "from collections import abc\nf = abc.Mapping",
    "from __future__ import annotations",
    "def f(x: dict[str, list[int | None]], *, y: 'Any' = 0) -> tuple[int, ...]: return x",
    "def f(x: List[int]) -> Optional[int]: return x",
    "def f(types, inspect): return types",
    'def f(x):\n    """' + "Long text. " * 30 + '"""\n    return x',
    "def f(x):\n    raise ValueError('" + "a long message " * 20 + "')",
    "def f(x): return 1\nif __name__ == '__main__':\n    import doctest\n    doctest.testmod()\n"
    "    exec('1')",
    "def f(x): return 1\nif '__main__' == __name__:\n    print(f(input()))\nelse:\n    LIMIT = 3",
    "import sys\nsys.setrecursionlimit(10 ** 6)\ndef f(x): return f(x)",
    "import time\ndef f(time): return time + 1",
    "import time\ndef f(x):\n    start = time.perf_counter()\n    return x",
    "__all__ = ['f']\n__version__ = '1.0'\ndef f(x): return x",
    "class A:\n    __slots__ = ('_a', '_b')\n    def __init__(self, a):\n        self._a = a\n"
    "    def both(self):\n        return self._a",
    "class A:\n    pass\nclass B(A):\n    def __init__(self):\n"
    "        super().__init__()\n        self.__rest = 1\n"
    "    def get(self): return self.__rest",
    "def f(list, input, vars, compile, type, id):\n    return [input, vars, compile]",
    "def f(x):\n    for eval in x:\n        print(eval)\n    return [vars for vars in x]",
    "def f(x): return getattr(x, 'real', None)",
    "def f(x): return getattr(x, 'size', None) or len(x)",
    "import logging\nlogger = logging.getLogger(__name__)\ndef f(x):\n"
    "    logger.debug('count %d', x)\n    logger.critical(x)\n    return x",
    "import logging\ndef f(x):\n    logging.exception(x)\n    return x",
    "def f(x): return type(x).__name__",
    "def f(x): return '{:.2f} {}'.format(x, 1)",
    "def f(x):\n    template = '{}'\n    return template.format(x)",
    "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass A:\n    cost: int\n"
    "    near: list = field(default_factory=list)\ndef f(x): return A(x).near",
    "from typing import NamedTuple\nclass A(NamedTuple):\n    cost: int\n"
    "def f(x): return A(x)._replace(cost=1).cost",
    "from collections import namedtuple\nA = namedtuple('A', 'cost, way')\ndef f(x): return A(x, 1).way",
    "from enum import Enum\nclass A(Enum):\n    UP = 1\ndef f(x): return A.UP.value",
    "import heapq as hq\ndef f(x): return hq.heappop(x)",
    "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef f(x): return x\nf.cache_clear()",
    "import threading\ndef f(x): return x\nthreading.Thread(target=f).start()",
    "def f(x):\n    try:\n        return x[0]\n"
    "    except (IndexError, KeyError) as error:\n        raise RuntimeError from error",
    "def f(x):\n    match x:\n        case [first, *rest]: return rest\n"
    "        case {'a': one, **other}: return other",
    "def f(n):\n    global total\n    total = n\n    return total",
    "def f(x): return (y := x + 1)",
]  # fmt: skip


@pytest.mark.parametrize("code", HIDDEN)
def test_hidden_code_is_refused(code):
    assert refusal(judged_code(ast.parse(code)))
    assert quality(code) == (0, 0)


@pytest.mark.parametrize("code", ORDINARY)
def test_ordinary_code_is_not(code):
    assert refusal(judged_code(parse(code))) is None
    assert min(quality(code)) > 0


@pytest.mark.parametrize("code", ["exec('1')", "import os.path", "x = 1\ny = x.unheard_of", "x = unheard_of"])
def test_the_reason_is_given(code):
    assert read_book(code).reason.startswith(("it uses ", "it imports "))


@given(st.text("exec()x.=:'[]\n def__", max_size=60))
def test_any_program_is_read(text):
    read_book(text)


# The part that is judged


def test_a_guard_and_what_is_in_it_are_not_seen():
    plain = "def f(x):\n    return x"
    guard = "\n\nif __name__ == '__main__':\n    print(f(17))\n    exec('1')"
    assert quality(plain + guard) == quality(plain)
    assert quality(plain + guard + "\nelse:\n    spare = f(17)") != quality(plain)


@pytest.mark.parametrize(
    ("head", "hint"),
    [
        ("from typing import List", "List[int]"),
        ("import typing", "typing.List[int]"),
        ("import typing as t", "t.List[int]"),
        ("import collections.abc", "collections.abc.Sequence"),
        ("from collections.abc import Sequence as Row", "Row"),
        ("from __future__ import annotations", "list[int]"),
    ],
)
def test_imports_for_type_hints_alone_are_not_seen(head, hint):
    plain = "def f(x):\n    y = x\n    return y"
    hinted = f"def f(x: {hint}) -> {hint}:\n    y: {hint} = x\n    return y"
    assert quality(f"{head}\n{hinted}") == quality(plain)
    assert canonical(ast.parse(f"{head}\n{hinted}")) == plain
    used = f"{head}\n{hinted}\nz = {hint}"
    assert quality(used).readability < quality(f"{plain}\nz = list[int]").readability
    assert quality(f"{head}\n{plain}").readability < quality(plain).readability


@pytest.mark.parametrize(
    "head", ["from os import system", "import guest", "from typing import get_args", "import gc"]
)
def test_an_unusual_import_is_seen_wherever_it_is_used(head):
    name = head.split()[-1]
    assert refusal(judged_code(ast.parse(f"{head}\ndef f(x: {name}): return x")))
