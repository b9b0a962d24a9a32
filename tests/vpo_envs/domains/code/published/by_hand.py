"""Own rows in every published schema, and the verdicts on answers to their problems."""

from vpo_envs.domains.code.published import complete, judge, record
from vpo_envs.domains.code.published.judging import LIMITS
from vpo_envs.sandbox import Submission, shared_sandbox

HUMAN_EVAL = {
    "task_id": "Own/0",
    "prompt": "from typing import List\n\n\ndef scale(x):\n    return 10 * x\n\n\n"
    'def mean_scaled(values: List[float]) -> float:\n    """ Mean of the scaled values.\n'
    '    >>> mean_scaled([1.0, 2.0])\n    15.0\n    """\n',
    "entry_point": "mean_scaled",
    "canonical_solution": "    return sum(map(scale, values)) / len(values)\n",
    "test": "METADATA = {}\n\n\ndef check(candidate):\n"
    "    assert candidate([1.0, 2.0]) == 15.0\n"
    "    assert abs(candidate([0.1, 0.2]) - 1.5) < 1e-6, 'close'\n"
    "    import random\n"
    "    for _ in range(20):\n"
    "        x = random.random()\n"
    "        assert abs(candidate([x, x]) - scale(x)) < 1e-6\n",
}
MBPP = {
    "task_id": 7,
    "text": "Write a function to sort the letters of a word.",
    "code": "def sort_word(word):\r\n  return ''.join(sorted(word))",
    "test_list": [
        "assert sort_word('cab') == 'abc'",
        "assert sort_word('') == ''",
        'assert sort_word("ba")=="ab"',
    ],
    "test_setup_code": "",
    "challenge_test_list": [],
}
SANITIZED = {
    "task_id": 8,
    "prompt": "Write a function to find the root.",
    "code": "import math\ndef root(x):\n    return math.sqrt(x)",
    "test_imports": ["import math"],
    "test_list": ["assert math.isclose(root(2), 1.4142, abs_tol=0.001)", "assert root(4) == 2"],
}
PLUS = {
    "task_id": "HumanEval/900",
    "prompt": 'def halves(values):\n    """ Halve each value. """\n',
    "entry_point": "halves",
    "canonical_solution": "    return [value / 2 for value in values]\n",
    "contract": "",
    "base_input": [[[1, 2]], [[]]],
    "plus_input": [[[3.5]], [[1e300, 7]], [list(range(50))] and [list(range(50))]],
    "atol": 1e-6,
}
MBPP_PLUS = {
    "task_id": "Mbpp/901",
    "prompt": '"""\nWrite a function to find the shared elements of two lists.\n"""\n',
    "entry_point": "similar_elements",
    "canonical_solution": "\ndef similar_elements(a, b):\n    return tuple(set(a) & set(b))\n",
    "base_input": [[[1, 2], [2, 3]], [[1], [2]]],
    "plus_input": [],
    "atol": 0,
}
MBPP_PLUS_HUB = {
    "task_id": 902,
    "prompt": "Write a function to add one half.",
    "code": "def add_half(x):\n    return x + 0.5",
    "test_list": ["assert add_half(1) == 1.5"],
    "test_imports": [],
    "test": "import numpy as np\nfrom math import inf\n\n"
    "def is_floats(x):\n    return isinstance(x, float)\n\n"
    "def assertion(out, exp, atol):\n    if atol == 0 and is_floats(exp):\n        atol = 1e-6\n"
    "    if out != exp and is_floats(exp):\n        assert np.allclose(out, exp, rtol=1e-07, atol=atol)\n"
    "    else:\n        assert out == exp, f'{out} != {exp}'\n\n"
    "inputs = [[1], [2.5], [0]]\nresults = [1.5, 3.0, 0.5]\n"
    "for i, (inp, exp) in enumerate(zip(inputs, results)):\n    assertion(add_half(*inp), exp, 0)\n",
}
ROWS = {
    "HumanEval": (HUMAN_EVAL, 22, "    return sum(values) / len(values)"),
    "MBPP": (MBPP, 3, "def sort_word(word):\n    return word[::-1] + 'x'"),
    "MBPP, sanitized": (SANITIZED, 2, "def root(x):\n    return x / 4"),
    "HumanEval+": (PLUS, 5, "    return [value // 3 for value in values] or [0]"),
    "MBPP+": (MBPP_PLUS, 2, "def similar_elements(a, b):\n    return [*a, *b]"),
    "MBPP+ of the hub": (MBPP_PLUS_HUB, 3, "def add_half(x):\n    return x + 0.4"),
}


def verdicts(problems, answers, recordings=None, limits=LIMITS):
    """Returns the tests of each problem that an answer passes; None for answers without code."""
    recordings = recordings or record(problems)
    sources = [complete(problem, answer) for problem, answer in zip(problems, answers)]
    submissions = [
        Submission(f"{problem.setup}\n{source or ''}", recording.calls, problem.function)
        for problem, source, recording in zip(problems, sources, recordings)
    ]
    runs = shared_sandbox(limits).run(submissions)
    return judge(problems, recordings, [run.outcomes for run in runs])
