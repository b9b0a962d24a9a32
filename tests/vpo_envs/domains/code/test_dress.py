"""Answers in the dress of chat models: right ones score as the plain one does, wrong ones do not."""

from textwrap import indent

import numpy as np
import pytest

from vpo_envs.domains.code import CodeDomain

DOMAIN = CodeDomain(families=["best_window"])
TASK = DOMAIN.task("test", 0)
PLAIN = TASK.truth.references[1]
WRONG = TASK.truth.flawed[-1]
NAME = TASK.truth.family.name
CALL = f"{NAME}([46, 5, 77, 13])"
THOUGHT = f"Let me see. ```python\ndef {NAME}(values):\n    return 0\n``` No, that is wrong."


def block(code, language="python", fence="```"):
    return f"{fence}{language}\n{code}\n{fence}"


def with_docstring(code):
    lines = code.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(f"def {NAME}"))
    doc = (
        f'    """Returns the largest worth.\n\n    >>> {CALL}\n    178\n    ```\n    {CALL}\n    ```\n    """'
    )
    return "\n".join([*lines[: at + 1], doc, *lines[at + 1 :]])


def with_hints(code):
    return code.replace(f"def {NAME}(values):", f"def {NAME}(values: list[int]) -> int:")


def with_typing(code):
    hinted = code.replace(f"def {NAME}(values):", f"def {NAME}(values: List[int]) -> Optional[int]:")
    return f"from typing import List, Optional\n\n{hinted}"


FORM = f"def {NAME}(values):\n    ...  # see above"
GUARD = (
    f"\n\nif __name__ == '__main__':\n    import doctest\n    doctest.testmod()\n    print({CALL}, 12345)\n"
)

CASE = f"\n\nclass Case(unittest.TestCase):\n    def test(self):\n        self.assertEqual({CALL}, 178)\n"
MAIN = "if __name__ == '__main__':\n    unittest.main()"

DRESSES = {
    "bare": lambda code: code,
    "blank lines": lambda code: f"\n\n{code}\n\n\n",
    "fenced": block,
    "py": lambda code: block(code, "py"),
    "Python3": lambda code: block(code, "Python3"),
    "no language": lambda code: block(code, ""),
    "tildes": lambda code: block(code, fence="~~~"),
    "four backticks": lambda code: block(code, fence="````"),
    "prose around": lambda code: (
        f"Here is my solution:\n\n{block(code)}\n\nIt slides a window. I hope it helps!"
    ),
    "no end": lambda code: f"Here you are:\n```python\n{code}",
    "end on the last line": lambda code: f"```python\n{code}```",
    "windows lines": lambda code: block(code).replace("\n", "\r\n"),
    "in a list": lambda code: f"1. The code:\n\n{indent(block(code), '   ')}\n2. Done.",
    "prose, no fence": lambda code: (
        f"Here is the function you asked for.\n\n{code}\n\nThis works as it slides."
    ),
    "headings": lambda code: f"## Approach\n\nSlide.\n\n## Code\n\n{block(code)}\n\n**Complexity**: O(n)",
    "thought": lambda code: f"<think>{THOUGHT}</think>\n{block(code)}",
    "thinking": lambda code: f"<thinking>\n{THOUGHT}\n</thinking>\n\n{code}",
    "thought opened by the template": lambda code: f"{THOUGHT}\n</think>\n\n{block(code)}",
    "channels": lambda code: (
        f"<|channel|>analysis<|message|>{THOUGHT}<|channel|>final<|message|>{block(code)}"
    ),
    "draft": lambda code: f"First try:\n{block(f'def {NAME}(values): return 0')}\nBetter:\n{block(code)}",
    "usage after": lambda code: f"{block(code)}\nUse it:\n{block(f'print({CALL})')}",
    "output after": lambda code: f"{block(code)}\nOutput:\n{block('178', '')}",
    "test after": lambda code: block(code) + "\n" + block(f"def test():\n    assert {CALL} == 178"),
    "form after": lambda code: f"{block(code)}\nSo the form is kept:\n{block(FORM)}",
    "form before": lambda code: f"You asked for\n{block(FORM)}\nand here it is:\n{block(code)}",
    "guard": lambda code: block(code + GUARD),
    "docstring with fences": lambda code: block(with_docstring(code)),
    "type hints": lambda code: block(with_hints(code)),
    "comments": lambda code: block("# Slide a window.\n" + code.replace("\n    ", "\n    # step\n    ", 1)),
    "module docstring": lambda code: block(f'"""The best window."""\n\n{code}'),
    "hints from a module": lambda code: block(with_typing(code)),
    "tests at the end": lambda code: block(f"import unittest\n\n{code}{CASE}\n\n{MAIN}"),
    "tests beneath the guard": lambda code: block(f"import unittest\n\n{code}\n\n{MAIN}"),
    "module for nothing": lambda code: block(f"import concurrent.futures\nimport platform\n\n{code}"),
    "stars for nothing": lambda code: block(f"from math import *\nfrom typing import *\n\n{code}"),
    "single backticks": lambda code: f"`{code}`",
    "answer tag": lambda code: f"The answer:\n<answer>\n{code}\n</answer>",
    "JSON after": lambda code: f'{block(code)}\n{{"done": true}}',
}

SMALL_LOSS = {
    "import sys": lambda code: block(f"import sys\n\nsys.setrecursionlimit(10**6)\n\n{code}"),
    "import time": lambda code: block(f"import time\n\n{code}"),
    "typing": lambda code: block(with_typing(code)),
    "author": lambda code: block(f'__author__ = "me"\n\n{code}'),
    "all": lambda code: block(f'__all__ = ["{NAME}"]\n\n{code}'),
    "long message": lambda code: block(
        code.replace(
            f"def {NAME}(values):\n",
            f"def {NAME}(values):\n    if not isinstance(values, list):\n"
            f"        raise TypeError('values must be a list of whole numbers, {'and nothing else ' * 6}')\n",
        )
    ),
    "shadowed builtin": lambda code: block(code.replace("values", "input")),
}


def scores(answers):
    return DOMAIN.score_batch([TASK] * len(answers), answers).astype(float)


def test_there_are_enough_dresses():
    assert len(DRESSES) >= 30


def test_right_answers_score_alike_in_every_dress():
    plain = scores([PLAIN])[0]
    found = scores([dress(PLAIN) for dress in DRESSES.values()])
    bad = {name: row for name, row in zip(DRESSES, found) if np.abs(row - plain).max() > 0.02}
    assert plain[0] == 1 and not bad


def test_wrong_answers_stay_wrong_in_every_dress():
    plain = scores([WRONG])[0]
    found = scores([dress(WRONG) for dress in DRESSES.values()])
    assert plain[0] < 1
    bad = {name: row for name, row in zip(DRESSES, found) if np.abs(row - plain).max() > 0.02}
    assert not bad


def test_other_ordinary_style_costs_little():
    plain = scores([PLAIN])[0]
    found = scores([dress(PLAIN) for dress in SMALL_LOSS.values()])
    for name, row in zip(SMALL_LOSS, found):
        assert row[0] == 1 and (row >= 0.75 * plain).all(), (name, row, plain)


@pytest.mark.parametrize(
    "answer",
    [
        "", "178", "I cannot help with that.", block("print(178)"), block(FORM),
        block(f"def {NAME}(values): pass"), f"def {NAME}(values):\n    raise NotImplementedError('todo')",
        f"<think>{block(PLAIN)}", PLAIN.replace(NAME, "other"),
        f"<think>{block(PLAIN)}</think>I do not know.", block(f"class {NAME}: pass"),
    ],
)  # fmt: skip
def test_what_is_no_answer_scores_zero(answer):
    assert not scores([answer]).any()


def test_a_program_in_parts_is_put_together():
    helper = "LIMIT = 3\n\ndef helper(values):\n    return values[:LIMIT]"
    main = f"def {NAME}(values):\n    return len(helper(values))"
    apart, together = scores([f"{block(helper)}\nand then\n{block(main)}", block(f"{helper}\n\n{main}")])
    assert (apart == together).all() and apart[2] > 0


def test_the_key_of_an_answer_leaves_its_dress_out():
    keys = {DOMAIN.answer_key(TASK, dress(PLAIN)) for dress in DRESSES.values()}
    assert len(keys) == 1 and DOMAIN.answer_key(TASK, WRONG) not in keys
    assert DOMAIN.answer_key(TASK, "no code") == ""
    assert "\n" in DOMAIN.answer_key(TASK, PLAIN)


@pytest.mark.parametrize("guard", ["", "\n\nif __name__ == '__main__':\n    print(count_multiples(86))"])
def test_a_formula_with_a_guard_keeps_its_quality(guard):
    domain = CodeDomain(families=["count_multiples"])
    task = domain.task("test", 0)
    fast = max(task.truth.references, key=lambda source: domain.score(task, source)[1])
    assert domain.score(task, fast + guard) == domain.score(task, fast)
