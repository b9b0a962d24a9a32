"""What a policy reads."""

from __future__ import annotations

from vpo_envs.domains.code.family import Case, Problem

FULL = """\
Write a Python function:

    def {name}({signature}) -> {returns}

{task}

Examples:

{examples}

The function is run on hidden tests, small and large. It should be correct, do little work, and be easy to \
read and to maintain; comments do not count. Use the standard library only. Answer with the code in one block:

```python
def {name}(...):
    ...
```"""


def full_prompt(problem: Problem) -> str:
    """Signature, description and two examples."""
    family = problem.family
    examples = "\n".join(f"    {write_call(problem, case)} == {case.expected!r}" for case in problem.examples)
    return FULL.format(
        name=family.name,
        signature=family.signature,
        returns=family.returns,
        task=problem.fill(family.task),
        examples=examples,
    )


def compact_prompt(problem: Problem) -> str:
    """The family and its parameters: `best_window divisor 7 fine 30 width 3`."""
    parameters = (f"{name} {value}" for name, value in problem.parameters.items())
    return " ".join([problem.family.name, *parameters])


def write_call(problem: Problem, case: Case) -> str:
    """The call of a test, as Python."""
    return f"{problem.family.name}({', '.join(map(repr, case.arguments))})"
