"""Prompts of generated exercises."""

from __future__ import annotations

from collections.abc import Sequence

from vpo_envs.domains.code.family import Case as Call
from vpo_envs.domains.code.family import Problem
from vpo_envs.domains.code.prompts import compact_prompt, write_call
from vpo_envs.domains.code_tests.programs import INPUTS, OUTPUTS, argument_types, write_case

FUNCTION = """\
Write a Python function:

{description}

Hidden tests call the function on edge cases and on larger inputs, and each test counts for itself. Lists \
and tuples are the same, and so are 1 and 1.0; True and 1 are not. {rules}

Answer with the code in one block, for example, for another task:

```python
def double_all(values):
    return [2 * value for value in values]
```"""

FUNCTIONS = """\
Write Python functions. There are {count} to choose from:

{description}

Hidden tests call each function on edge cases and on larger inputs, and each test counts for itself; the \
tests of a missing function fail. Lists and tuples are the same, and so are 1 and 1.0; True and 1 are not. \
{budget} {rules}

Answer with the code in one block, for example, for other functions:

```python
def double_all(values):
    return [2 * value for value in values]

def largest(values):
    return max(values, default=0)
```"""

PROGRAM = """\
Write a Python program that reads from standard input and writes to standard output.

{description}

The program is run on hidden tests, edge cases and larger inputs among them, and each test counts for \
itself. Outputs are compared line by line; blanks at the ends of lines do not matter. Print nothing else, \
such as questions. {rules}

Answer with the code in one block, for example, for another task:

```python
values = list(map(int, input().split()))
print(*[2 * value for value in values])
```"""

PROGRAMS = """\
Write a Python program that reads from standard input and writes to standard output. The first line of its \
input is the name of one of {count} problems; the rest is that problem's input.

{description}

The program is run on hidden tests of every problem, edge cases and larger inputs among them, and each \
test counts for itself; the tests of a problem that you leave out fail. Outputs are compared line by line; \
blanks at the ends of lines do not matter. Print nothing else, such as questions. {budget} {rules}

Answer with the code in one block, for example, for other problems:

```python
problem = input()
if problem == "double_all":
    values = list(map(int, input().split()))
    print(*[2 * value for value in values])
if problem == "largest":
    print(max(map(int, input().split())))
```"""

RULES = """\
A test has time for some 100,000 simple steps. Use the standard library only. You may reason first; the last \
complete block of code counts. Longer answers than 20,000 characters are not read."""

BUDGET = """\
The code has a budget of {budget} units, which is too small for everything, so choose what to write: every \
name, number, keyword and operator is a unit, and every two characters of a text are one; brackets, commas, \
colons, dots, comments, docstrings and type annotations are free. Code is run up to the last statement at \
the top level up to which it keeps the budget; what comes later is ignored. exec, eval, compile and globals \
are forbidden."""


def statement(
    problems: Sequence[Problem], shown: Sequence[Sequence[Call]], program: bool, budget: int | None
) -> str:
    """Returns the whole task in words.

    Args:
        problems: The problems, at least one.
        shown: Examples of each.
        program: Whether a program is asked for.
        budget: Largest size of code that counts; None for no limit.
    """
    one = len(problems) == 1
    describe = _describe_program if program else _describe_function
    description = "\n\n".join(describe(*pair, not one) for pair in zip(problems, shown))
    form = (PROGRAM if one else PROGRAMS) if program else (FUNCTION if one else FUNCTIONS)
    limits = "" if budget is None else BUDGET.format(budget=budget)
    return form.format(description=description, count=len(problems), budget=limits, rules=RULES)


def compact_statement(problems: Sequence[Problem], program: bool, budget: int | None) -> str:
    """Returns the families and their parameters: `stdin 40 count_bins shift 7 width 3 ; life ...`.

    Args:
        problems: The problems.
        program: Whether a program is asked for: `stdin` comes first.
        budget: Comes next, if there is one.
    """
    lead = ["stdin"] * program + ([] if budget is None else [str(budget)])
    return " ".join([*lead, " ; ".join(map(compact_prompt, problems))])


def _describe_function(problem: Problem, shown: Sequence[Call], several: bool) -> str:
    family = problem.family
    lines = [
        f"    def {family.name}({family.signature}) -> {family.returns}",
        "",
        problem.fill(family.task),
        "",
        "Example:" if several else "Examples:",
        "",
        *(f"    {write_call(problem, one)} == {one.expected!r}" for one in shown),
    ]
    return "\n".join(lines)


def _describe_program(problem: Problem, shown: Sequence[Call], several: bool) -> str:
    family = problem.family
    task = problem.fill(family.task).replace("Return", "Print").replace("return", "print")
    lines = [
        *([f"Problem `{family.name}`.", ""] if several else []),
        task,
        "",
        "Input:",
        "",
        *(f"- {name}: {INPUTS[kind].words}" for name, kind in argument_types(family).items()),
        "",
        f"Output: {OUTPUTS[family.returns].words}",
        "",
    ]
    for number, call in enumerate(shown, start=1):
        case = write_case(family, call, named=several)
        mark = "Example" if several else f"Example {number}"
        lines += [f"{mark}, input:", f"{case.input}{mark}, output:", case.expected.rstrip("\n")]
    return "\n".join(lines)
