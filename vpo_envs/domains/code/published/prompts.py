"""Prompts of problems of published benchmarks."""

from __future__ import annotations

from vpo_envs.domains.code.published.benchmark import Benchmark

CONTINUE = """\
Complete this Python code:

```python
{statement}
```

{rules}

```python
def double(number):
    return 2 * number
```"""

WRITE = """\
{statement}

These tests must pass, among others:

{shown}

{rules}

```python
def double(number):
    return 2 * number
```"""

PLAIN = WRITE.replace("These tests must pass, among others:\n\n{shown}\n\n", "")

RULES = """\
The function is run on hidden tests. Use the standard library only. You may reason first; the last complete \
block of code counts. Answer with the whole function in one block, for example, for another task:"""


def write_prompt(problem: Benchmark) -> str:
    """Returns the whole task in words: the statement of the data set and how to answer."""
    shown = "\n".join(f"    {text}" for text in problem.shown)
    form = CONTINUE if problem.is_code else WRITE if shown else PLAIN
    return form.format(statement=problem.statement.strip(), shown=shown, rules=RULES)
