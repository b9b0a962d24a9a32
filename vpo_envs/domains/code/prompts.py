"""Prompts: signature, description, examples, the rules that cost points, and an example of the form."""

from __future__ import annotations

from vpo_envs.domains.code.family import Case, Problem

FULL = """\
Write a Python function:

    def {name}({signature}) -> {returns}

{task}

Examples:

{examples}

How the answer is scored, each from 0 to 1:
- correctness: the share of hidden tests passed, on small and large inputs. A result must have the right \
type, too: 1, 1.0 and True differ.
- performance: the instructions that the fastest known solution executes, divided by those of yours. \
Work done while the module loads counts as well.
- readability: little code, simple flow, short statements, and words for names. A name that is no word, \
such as `q`, or that differs from another in digits alone, costs a little; a, b, i, j, k, n, x and y are \
fine.
- maintainability: small functions, and constants with names. Each number or text inside a function \
costs, except 0, 1, 2, single characters and error messages; a constant above it, such as `LIMIT = 40`, \
does not.
The last three are multiplied by correctness. They conflict, so choose what to favour.

Use the standard library only. Comments, docstrings, type hints and code under `if __name__ == \
"__main__":` are free. Code that cannot be read has no readability and no maintainability: code that \
uses `exec`, `eval`, `globals`, `getattr` with a computed name, Python's internals or unusual modules.

You may think first. Then give the whole program in one fenced block. Of several blocks the last one \
that defines the function counts. For another problem, "return the sum of the numbers above 30", an \
answer is:

{form}"""

FORM = """\
```python
LIMIT = 30

def add_large(values):
    return sum(value for value in values if value > LIMIT)
```"""


def full_prompt(problem: Problem) -> str:
    """Returns signature, description, two examples and the rules."""
    family = problem.family
    examples = "\n".join(f"    {write_call(problem, case)} == {case.expected!r}" for case in problem.examples)
    return FULL.format(
        name=family.name,
        signature=family.signature,
        returns=family.returns,
        task=problem.fill(family.task),
        examples=examples,
        form=FORM,
    )


def compact_prompt(problem: Problem) -> str:
    """Returns the family and its parameters: `best_window divisor 7 fine 30 width 3`."""
    parameters = (f"{name} {value}" for name, value in problem.parameters.items())
    return " ".join([problem.family.name, *parameters])


def write_call(problem: Problem, case: Case) -> str:
    """Returns the call of a test, as Python."""
    return f"{problem.family.name}({', '.join(map(repr, case.arguments))})"
