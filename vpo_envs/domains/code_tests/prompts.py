"""What a policy reads."""

from __future__ import annotations

from vpo_envs.domains.code.family import Problem
from vpo_envs.domains.code.prompts import compact_prompt, write_call
from vpo_envs.domains.code_tests.exercise import Case
from vpo_envs.domains.code_tests.programs import INPUTS, OUTPUTS, argument_types

FUNCTION = """\
Write a Python function:

    def {name}({signature}) -> {returns}

{task}

Examples:

{examples}

The function is run on hidden tests, edge cases among them, and each counts for itself. Use the standard \
library only. Answer with the code in one block:

```python
def {name}(...):
    ...
```"""

PROGRAM = """\
Write a Python program that reads from standard input and writes to standard output.

{task}

Input:

{inputs}

Output: {output}

{examples}

The program is run on hidden tests, edge cases among them, and each counts for itself. Use the standard \
library only. Answer with the code in one block:

```python
...
```"""

EXAMPLE = "Example {number}, input:\n{input}Example {number}, output:\n{expected}"


def function_statement(problem: Problem) -> str:
    """Signature, description and two examples."""
    family = problem.family
    return FUNCTION.format(
        name=family.name,
        signature=family.signature,
        returns=family.returns,
        task=problem.fill(family.task),
        examples="\n".join(f"    {write_call(problem, one)} == {one.expected!r}" for one in problem.examples),
    )


def program_statement(problem: Problem, examples: tuple[Case, ...]) -> str:
    """Description, form of input and output, and two examples."""
    family = problem.family
    task = problem.fill(family.task).replace("Return", "Print").replace("return", "print")
    return PROGRAM.format(
        task=task,
        inputs="\n".join(f"- {name}: {INPUTS[kind].words}" for name, kind in argument_types(family).items()),
        output=OUTPUTS[family.returns].words,
        examples="\n".join(
            EXAMPLE.format(number=number, input=one.input, expected=one.expected)
            for number, one in enumerate(examples, start=1)
        ).rstrip(),
    )


def compact_statement(problem: Problem, program: bool) -> str:
    """The family and its parameters, after `stdin` for a program: `stdin count_bins shift 7 width 3`."""
    return f"stdin {compact_prompt(problem)}" if program else compact_prompt(problem)
