"""From answers to code: dress, drafts, forms, hostile text."""

from textwrap import indent

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.code.reading import read_code

SOLUTION = "def solve(values):\n    return sum(values)"
FENCED = f"```python\n{SOLUTION}\n```"
QUOTING = SOLUTION.replace(":\n", ':\n    """Add up.\n\n    ```\n    solve([1]) == 1\n    ```\n    """\n')


# Reading


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (SOLUTION, SOLUTION),
        (f"  \n{SOLUTION}\n\n", SOLUTION),
        (FENCED, SOLUTION),
        (f"Here it is:\n{FENCED}\nIt adds up.", SOLUTION),
        (f"```\n{SOLUTION}\n```", SOLUTION),
        (f"````py\n{SOLUTION}\n````", SOLUTION),
        (f"```python\n{SOLUTION}", SOLUTION),
        (f"```python\r\n{SOLUTION}\n```", SOLUTION),
        (f"  ```python\n{SOLUTION}\n  ```", SOLUTION),
        # thoughts are not read, whatever is in them
        (f"<think>```python\ndef solve(values): return 0\n```</think>{FENCED}", SOLUTION),
        (f"<think>{FENCED}</think>", None),
        (f"<think>{FENCED}", None),
        (f"<think>no</think> <think>{FENCED}</think>{SOLUTION}", SOLUTION),
        # the last block that is Python and defines the function
        (f"```python\ndef solve(values): return 0\n```\nBetter:\n{FENCED}", SOLUTION),
        (f"{FENCED}\nUse it so:\n```python\nprint(solve([1]))\n```", SOLUTION),
        (f"{FENCED}\n```python\ndef solve(values) return 0\n```", SOLUTION),
        (f"{FENCED}\n```\nsolve([1, 2]) is 3\n```", SOLUTION),
        (f"{FENCED}\n```python\nclass Box:\n    def solve(self): pass\n```", SOLUTION),
        (f"{FENCED}\nUse it:\n```python\nsolve([1])\n```\nIt gives\n```\n1\n```\n", SOLUTION),
        # other fences, indented ones, what comes before a text
        (f"~~~python\n{SOLUTION}\n~~~", SOLUTION),
        (f"1. So:\n\n   ```python\n{indent(SOLUTION, '   ')}\n   ```\n2. Done.", SOLUTION),
        (f"- So:\n\t```\n{indent(SOLUTION, chr(9))}\n\t```", SOLUTION),
        (f"\ufeff{SOLUTION}", SOLUTION),
        (f"\ufeff{FENCED}", SOLUTION),
        # a thought that began in the prompt
        (f"So:\n```\ndef solve(values): return 0\n```\n</think>\n{SOLUTION}", SOLUTION),
        (f"It adds up.</think>{FENCED}", SOLUTION),
        # fences inside texts
        (QUOTING, QUOTING),
        (f"```python\n{QUOTING}\n```", QUOTING),
        (f"````python\n{QUOTING}\n````", QUOTING),
        # code in single backticks
        (f"`{SOLUTION}`", SOLUTION),
        (f" ``{SOLUTION}``\n", SOLUTION),
        (f"`python\n{SOLUTION}\n`", SOLUTION),
        (f"The function is `{SOLUTION}`, which adds up.", SOLUTION),
        ("Not `solve = max`, but `solve = sum`: it calls `sum`.", "solve = sum"),
        (f"{FENCED}\nIt is better than `solve = max`.", SOLUTION),
        (f"{SOLUTION}\n\nIt is better than `solve = max`.", SOLUTION),
        ("`solve(values)` adds up.", None),
        # other ways to define it
        ("solve = sum", "solve = sum"),
        ("if True:\n    def solve(values): return 1", "if True:\n    def solve(values): return 1"),
        # no code
        ("", None),
        ("def solve(values) return 1", None),
        ("I would call solve(values).", None),
        ("def other(values): return 1", None),
        ("def solve(values):\n    return '\x00'", None),
        ("def solve(values):\n    return '\ud800'", None),
    ],
)  # fmt: skip
def test_the_code_of_an_answer(answer, code):
    assert read_code(answer, "solve") == code


@pytest.mark.parametrize("shown", ["178", "[1, 2]", "yes", "3 63 73", "-1"])
def test_an_output_that_is_shown_is_no_program(shown):
    program = "print(sum(map(int, input().split())))"
    assert read_code(f"```python\n{program}\n```\nIt prints\n```\n{shown}\n```") == program
    assert read_code(shown) is None


def test_a_program_in_single_backticks_is_the_whole_answer():
    program = "print(sum(map(int, input().split())))"
    assert read_code(f"`{program}`\n") == read_code(f"``py {program}``") == program
    assert read_code(f"I would print it with `{program}`.") is None


def test_a_method_that_is_shown_alone_replaces_no_class():
    method = "def solve(self, values):\n    return sum(values)"
    whole = "class Box:\n" + indent(method, "    ")
    shown = f"```python\n{whole}\n```\nThe method is:\n```python\n{method}\n```"
    assert read_code(shown, "solve", "Box") == whole
    assert read_code(method, "solve") == method


@pytest.mark.parametrize("unit", ["`", "``", "`solve", "`solve = x` ", "``solve` ", "`py "])
def test_very_many_backticks_are_read_quickly(unit):
    assert cpu_seconds(lambda: read_code(unit * (100_000 // len(unit)), "solve")) < 1


def test_of_very_many_fences_the_last_are_looked_at():
    assert read_code(FENCED + "\n" + "```\nnothing about solve\n```\n" * 30, "solve") == SOLUTION
    assert read_code(FENCED + "\n" + "```\n" * 1000, "solve") is None


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    read_code(text + "solve", "solve")
    read_code(f"```\n{text} solve\n```", "solve")
