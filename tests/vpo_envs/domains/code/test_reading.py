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


SUM = "def add(values):\n    return sum(values)\n\n"
GUARDED = f"""import sys

{SUM}def main():
    count, limit = map(int, input().split())
    total = add(range(count))
    print(min(total, limit))

if __name__ == "__main__":
    main()"""
FLAT = f"{SUM}count, limit = map(int, input().split())\ntotal = add(range(count))\nprint(min(total, limit))"


@pytest.mark.parametrize("program", [GUARDED, FLAT])
@pytest.mark.parametrize(
    "shown",
    [
        "count, limit = map(int, input().split())",
        "rows = [int(word) for word in input().split()]",
        "import sys\nlines = sys.stdin.read().split()",
        "print(total)",
        "for value in range(count):\n    total += value\nprint(1)",
        "total += 1\nprint(7)",
        SUM,
        "def add(values):\n    for value in values:\n        print(value)\n    return sum(values)",
        "class Box:\n    def show(self):\n        print(sorted(self.values))",
        "f = lambda values: print(sum(values))",
        "print(add([7, 12]))  # 19",
        "assert add([7, 12]) == 19",
        "import sys\nsys.setrecursionlimit(10 ** 6)",
    ],
)
def test_an_excerpt_of_a_program_or_an_example_replaces_it_not(program, shown):
    assert read_code(f"```python\n{program}\n```\nThe key part is:\n```python\n{shown}\n```\n") == program


@pytest.mark.parametrize(
    "final",
    [
        "print(sum(map(int, input().split())))",
        "import sys\nfor line in sys.stdin:\n    sys.stdout.write(line)",
        "from math import *\ndef main():\n    print(add(3))\nmain()",
        "count = 0\ncount += 1\nprint(count)",
        "match {}:\n    case {**total}:\n        print(total)",
    ],
)
def test_a_whole_program_replaces_another(final):
    assert read_code(f"```python\n{FLAT}\n```\nBetter:\n```python\n{final}\n```\n") == final


def test_parts_of_a_program_are_joined():
    first, rest = "count = int(input())", "print(2 * count)"
    assert read_code(f"```\n{first}\n```\nThen:\n```\n{rest}\n```") == f"{first}\n\n{rest}"
    start = "problem = input()\nif problem == 'add':\n    print(1)"
    more = "if problem == 'halve':\n    print(2)"
    assert read_code(f"```\n{start}\n```\nThen:\n```\n{more}\n```") == f"{start}\n\n{more}"
    both = f"{start}\n{more}"
    assert read_code(f"```\n{both}\n```\nFor `halve`:\n```\n{more}\n```") == both


def test_a_program_that_puts_nothing_out_is_better_than_none():
    assert read_code("```\nvalues = input().split()\n```") == "values = input().split()"


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
