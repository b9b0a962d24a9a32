"""Imports that a solution does not need: what is left out, and what stays."""

import pytest
from cpu_time import cpu_seconds

from tests.vpo_envs.domains.code.by_hand import LINEAR_50, score
from vpo_envs.domains.code.unused_imports import without_unused_imports

F = "def f(x):\n    return x"
GUARD = "if __name__ == '__main__':\n    {}"


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        (f"import asyncio\n{F}", F),
        (f"import concurrent.futures as cf, math\n{F}", f"import math\n\n{F}"),
        (f"from concurrent.futures import ThreadPoolExecutor\n{F}", F),
        (f"from functools import reduce, singledispatch\n{F}", f"from functools import reduce\n\n{F}"),
        ("import numpy as np\n\ndef f(x: np.ndarray) -> int:\n    return x",
         "def f(x: np.ndarray) -> int:\n    return x"),
        (f"import doctest\n\n{F}\n{GUARD.format('doctest.testmod()')}",
         f"{F}\n{GUARD.format('doctest.testmod()')}"),
        # tests beside the solution
        (f"import unittest\n\n{F}\n\nclass Case(unittest.TestCase):\n    pass", F),
        (f"from unittest import TestCase\n\n{F}\n\nclass Case(TestCase):\n    pass\nclass Second(Case):\n"
         "    pass", F),
        (f"import doctest\n\n{F}\n\ndef run():\n    again()\n\ndef again():\n    run()\n"
         "    doctest.testmod()", F),
        # stars
        ("from typing import *\n\nclass f:\n    x: List[int] = None",
         "from typing import List\n\nclass f:\n    x: List[int] = None"),
        ("from math import *\n\ndef f(x):\n    return sqrt(pow(x, 2))",
         "from math import pow, sqrt\n\ndef f(x):\n    return sqrt(pow(x, 2))"),
        ("from math import *\nfrom typing import *\n\ndef f(x: List[int]) -> Optional[int]:\n    return x",
         "def f(x: List[int]) -> Optional[int]:\n    return x"),
    ],
)  # fmt: skip
def test_what_nothing_needs_is_left_out(code, kept):
    assert without_unused_imports(code, "f").split() == kept.split()
    assert without_unused_imports(without_unused_imports(code, "f"), "f").split() == kept.split()


@pytest.mark.parametrize(
    "code",
    [
        F,
        f"import math, sys\nfrom typing import List\n{F}",  # usual ones load, and cost what they cost
        "import asyncio\n\ndef f(x):\n    return asyncio.run(x)",
        "import asyncio\n\ndef f(x):\n    return g(x)\n\ndef g(x):\n    return asyncio.run(x)",
        f"import asyncio\n{F}\nasyncio.run(f(1))",
        f"import asyncio\n{F}\nif __name__ == '__main__':\n    pass\nelse:\n    asyncio.run(f(1))",
        f"import asyncio\n__name__ = '__main__'\n{F}\n{GUARD.format('asyncio.run(f(1))')}",
        "import unittest\n\nclass f(unittest.TestCase):\n    pass",
        "import numpy as np\n\nclass f:\n    x: np.ndarray = None",
        f"try:\n    import numpy\nexcept ImportError:\n    numpy = None\n{F}",
        "import inspect\n\ndef f(x):\n    return eval('inspect.stack()')",
        "import inspect\n\ndef f(x):\n    return f.__globals__['inspect']",
        "import inspect, sys\n\ndef f(x):\n    return sys.modules['inspect']",
        "from math import *\n\ndef f(x):\n    return unheard_of(x)",
        "from math import *\n\ndef f(x):\n    return exec('sqrt(2)')",
        "from numpy import *\n\ndef f(x):\n    return sqrt(x)",
        f"from __future__ import annotations\n{F}",
        "import",
        f"import asyncio\n{F}\nx = 0x{'f' * 5000}",
    ],
)
def test_what_may_be_needed_stays(code):
    assert without_unused_imports(code, "f") == code


def test_a_script_needs_what_its_guard_uses():
    script = f"import doctest\n{F}\n{GUARD.format('doctest.testmod()')}"
    assert without_unused_imports(script) == script
    assert without_unused_imports(f"import doctest\n{F}") == F


HEAD = "import unittest\n"
CASE = "\n\nclass Case(unittest.TestCase):\n    def test(self):\n        self.assertEqual(ups([60]), 1)\n"


@pytest.mark.parametrize(
    "answer",
    [
        f"{HEAD}{LINEAR_50}\nif __name__ == '__main__':\n    unittest.main()",
        f"{HEAD}{LINEAR_50}{CASE}\nif __name__ == '__main__':\n    unittest.main()",
        f"import doctest\n{LINEAR_50}\nif __name__ == '__main__':\n    doctest.testmod()",
        f"import concurrent.futures, platform, tempfile\nimport multiprocessing as mp\n{LINEAR_50}",
        f"from asyncio import gather\nimport subprocess\n{LINEAR_50}",
        f"from math import *\nfrom collections import *\n{LINEAR_50}",
        f"from typing import *\n{LINEAR_50.replace('(values)', '(values: List[int]) -> Optional[int]')}",
        f"from typing import List\n{LINEAR_50.replace('(values)', '(values: List[int])')}",
    ],
)
def test_a_right_solution_keeps_its_score(answer):
    plain, found = score(LINEAR_50, answer)
    assert found == pytest.approx(plain, abs=0.001)


def test_a_dataclass_keeps_the_types_of_its_fields():
    fields = "    seen: List[int]\n    at: ClassVar[int] = 0\n"
    head = f"{{}}\nfrom dataclasses import dataclass\n\n@dataclass\nclass Tally:\n{fields}"
    body = LINEAR_50.replace("count = 0", "count = Tally([]).at")
    named, starred = score(
        *(head.format(f"from typing import {names}") + body for names in ("ClassVar, List", "*"))
    )
    assert named[0] == 1 and starred == pytest.approx(named, abs=0.001)


@pytest.mark.parametrize(
    "answer",
    [
        f"import asyncio\n{LINEAR_50}\nasyncio.run(ups([1]))",
        f"import asyncio\n{LINEAR_50.replace('count = 0', 'count = 0 if asyncio else 1')}",
        "import unittest\nclass ups(unittest.TestCase):\n    pass",
        f"import unittest\n{LINEAR_50}{CASE}\nunittest.main()",
    ],
)
def test_a_solution_that_uses_a_missing_module_fails(answer):
    assert not score(answer).any()


@pytest.mark.parametrize(
    "answer",
    [
        f"import inspect\n{LINEAR_50.replace('count = 0', 'count = 0 if inspect else 1')}",
        f"from math import *\n{LINEAR_50.replace('count = 0', 'count = eval(str(0))')}",
        f"from numbers import *\nimport gc\n{LINEAR_50.replace('count = 0', 'count = len(gc.garbage)')}",
    ],
)
def test_a_solution_that_uses_a_hidden_program_earns_no_quality(answer):
    (found,) = score(answer)
    assert found[0] == 1 and found[2] == found[3] == 0


@pytest.mark.parametrize(
    "unit", ["from math import *\n", "import a\n", "def t(): a\n", "class T(a.B): a\n", "import a, a, a, a\n"]
)
def test_long_code_is_read_in_linear_time(unit):
    code = "import a\n" + unit * (100_000 // len(unit))
    wide = f"import {', '.join(['a'] * 30_000)}"
    chained = "import a\n" + "".join(f"def t{i}(): a, t{i + 1}\n" for i in range(4000))
    texts = (code, wide, chained)
    assert cpu_seconds(lambda: [without_unused_imports(text, "f") for text in texts], tries=1) < 8
