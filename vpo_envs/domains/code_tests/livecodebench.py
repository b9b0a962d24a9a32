"""LiveCodeBench (Jain et al. 2024, arXiv 2403.07974) in its published schema.

The files `test.jsonl` ... `test6.jsonl` of `livecodebench/code_generation_lite` have one object per problem,
of which these fields are read:

- `question_content`: the problem in words, with examples;
- `starter_code`: the head of a class `Solution` or of a function; empty for programs;
- `public_test_cases`: JSON text, a list of objects with `input`, `output` and `testtype`;
- `private_test_cases`: the same or, in all published files, base64(zlib(pickle(JSON text)));
- `metadata`: JSON text, an object with `func_name` for functions.

The input of a `functional` test has one argument as JSON on each line, its output is JSON; those of a `stdin`
test are texts.
"""

from __future__ import annotations

import json
import re
from os import PathLike
from typing import Any

from vpo_envs.datasets import Row, RowError, read_rows, require
from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.unpickling import unpack_text
from vpo_envs.sandbox.codec import pack

METHOD = re.compile(r"^[ \t]+def (\w+)\(self\b", re.MULTILINE)

PRELUDE = """\
from typing import *; from collections import *; from itertools import *; from functools import *
from heapq import *; from bisect import *; from string import *; from math import *; from builtins import pow
import bisect, collections, copy, decimal, fractions, functools, heapq, io, itertools, json, math, operator
import os, random, re, statistics, string, sys, time
sys.setrecursionlimit(50_000)
"""
"""What LeetCode imports before an answer, and LiveCodeBench before every one."""

FUNCTION = "Complete this Python code:\n\n```python\n{starter}\n```"
BARE_FUNCTION = "Write a Python function `{name}`."
PROGRAM = "Write a Python program that reads from standard input and writes to standard output."
STATEMENT = """\
{content}

{form}

It is run on hidden tests, and each counts for itself. Use the standard library only. Answer with the whole \
code in one block:

```python
...
```"""


def read_exercises(source: str | PathLike[str], split: str, most_tests: int) -> list[Exercise]:
    """Reads a split.

    Args:
        source: A source as in `vpo_envs.datasets.read_rows`.
        split: The split's name.
        most_tests: How many tests of a problem to use.

    Raises:
        RowError: If a row has another schema; the message names the row and the field.
    """
    return [parse_exercise(row, index, most_tests) for index, row in enumerate(read_rows(source, split))]


def parse_exercise(row: Row, index: int, most_tests: int) -> Exercise:
    """Reads one row.

    Raises:
        RowError: If the row has another schema, or its tests cannot be decoded or are none.
    """
    content = require(row, index, "question_content", str)
    starter = require(row, index, "starter_code", str) if row.get("starter_code") else ""
    public = _read_tests(row, index, "public_test_cases", most_tests)
    private = _read_tests(row, index, "private_test_cases", most_tests)
    kinds = {kind for kind, _ in public + private}
    if len(kinds) != 1:
        problem = (
            "some tests are functional and some stdin" if kinds else "there is no test, public or private"
        )
        raise RowError(index, "private_test_cases", problem)
    function = _function(row, index, starter) if "functional" in kinds else None
    if function is None:
        form = PROGRAM
    else:
        form = FUNCTION.format(starter=starter.strip()) if starter else BARE_FUNCTION.format(name=function)
    return Exercise(
        statement=STATEMENT.format(content=content.strip(), form=form),
        function=function,
        examples=tuple(case for _, case in public),
        tests=tuple(case for _, case in private or public),
        prelude=PRELUDE,
    )


def _read_tests(row: Row, index: int, field: str, most: int) -> list[tuple[str, Case]]:
    """The first tests of a field, each with its kind."""
    text = require(row, index, field, str)
    if not text.lstrip().startswith("[") and field == "private_test_cases":
        try:
            text = unpack_text(text)
        except ValueError as error:
            raise RowError(index, field, str(error)) from None
    records = _json(text, index, field)
    if not isinstance(records, list):
        raise RowError(index, field, f"must hold a list of tests, not {type(records).__name__}")
    return [
        _read_test(record, index, f"{field}[{position}]") for position, record in enumerate(records[:most])
    ]


def _read_test(record: Any, index: int, inside: str) -> tuple[str, Case]:
    kind = require(record, index, "testtype", str, inside)
    given = require(record, index, "input", str, inside)
    wanted = require(record, index, "output", str, inside)
    if kind == "stdin":
        return kind, Case(given, wanted)
    if kind != "functional":
        raise RowError(index, f"{inside}.testtype", f"{kind!r:.80} is neither 'functional' nor 'stdin'")
    field = f"{inside}.input"
    arguments = tuple(_json(line, index, field) for line in given.split("\n") if line.strip())
    try:
        pack(arguments)
    except ValueError as error:
        raise RowError(index, field, f"cannot go into the sandbox: {error}") from None
    return kind, Case(arguments, _json(wanted, index, f"{inside}.output"))


def _json(text: str, index: int, field: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RowError(index, field, f"is not JSON: {error}: {text!r:.80}") from None


def _function(row: Row, index: int, starter: str) -> str:
    """The name of the function: as the metadata say, or else the first method of the starter code."""
    metadata = _json(require(row, index, "metadata", str) if row.get("metadata") else "{}", index, "metadata")
    if isinstance(metadata, dict) and metadata.get("func_name") is not None:
        name = require(metadata, index, "func_name", str, "metadata")
        if not name.isidentifier():
            raise RowError(index, "metadata.func_name", f"is no name of a function: {name!r:.80}")
        return name
    method = METHOD.search(starter)
    if method is None:
        raise RowError(index, "metadata", "has no func_name, and starter_code no method to take its place")
    return method[1]
