"""Whole programs, and the excerpts of them that explanations show."""

import pytest

from vpo_envs.domains.code.reading import read_code

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
