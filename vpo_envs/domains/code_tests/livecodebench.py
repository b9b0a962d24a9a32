"""LiveCodeBench (Jain et al. 2024, arXiv 2403.07974) in its published schema.

The files `test.jsonl` ... `test6.jsonl` of `livecodebench/code_generation_lite` have one object per problem,
of which these fields are read:

- `question_content`: the problem in words, with examples;
- `starter_code`: the head of a class `Solution` or of a function; empty for programs;
- `public_test_cases`: JSON text, a list of objects with `input`, `output` and `testtype`;
- `private_test_cases`: the same or, in all published files, base64(zlib(pickle(JSON text)));
- `metadata`: JSON text, an object with `func_name` for functions;
- `contest_date`: a date, by which splits are made; `question_id`, by which repetitions are found.

The input of a `functional` test has one argument as JSON on each line, its output is JSON; those of a `stdin`
test are texts.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Literal

from vpo_envs.datasets import Row, RowError, require
from vpo_envs.domains.code_tests.exercise import OBJECTIVES, Case, Exercise
from vpo_envs.domains.code_tests.unpickling import unpack_text
from vpo_envs.sandbox.codec import pack

METHOD = re.compile(r"^[ \t]+def (\w+)\(self\b", re.MULTILINE)

SMALL = 8192
"""Characters of input and output up to which a test is small, as in the code of arXiv 2605.22817."""

Tests = int | Literal["all"]
"""Number of a problem's tests that are used, the smallest, or `all`."""

FUNCTION = "Complete this Python code:\n\n```python\n{starter}\n```"
BARE_FUNCTION = "Write a Python function `{name}`."
PROGRAM = "Write a Python program that reads from standard input and writes to standard output."
STATEMENT = """\
{content}

{form}

It is run on hidden tests, and each counts for itself. Use the standard library only. You may reason \
first; the last complete block of code counts. Answer with the whole code in one block, for example, for \
another task:

```python
{example}
```"""

EXAMPLES = {
    True: "class Solution:\n    def double(self, number: int) -> int:\n        return 2 * number",
    False: "number = int(input())\nprint(2 * number)",
}


def parse_exercise(row: Row, index: int, tests: Tests = OBJECTIVES, prelude: str = "") -> Exercise | None:
    """Reads one row.

    Args:
        row: The row.
        index: Number of the row, for messages.
        tests: The number of tests: of the private ones the smallest of at most `SMALL` characters, or `all`,
            public ones first, as in LiveCodeBench. Where there are no private tests the public ones serve.
        prelude: Code that runs before answers.

    Returns:
        The exercise; None if no test is small enough.

    Raises:
        RowError: If the row has another schema, or its tests cannot be decoded or are none.
    """
    content = require(row, index, "question_content", str)
    starter = require(row, index, "starter_code", str) if row.get("starter_code") else ""
    public = _read_records(row, index, "public_test_cases")
    private = _read_records(row, index, "private_test_cases")
    kinds = {kind for kind, *_ in public + private}
    if len(kinds) != 1:
        problem = (
            "some tests are functional and some stdin" if kinds else "there is no test, public or private"
        )
        raise RowError(index, "private_test_cases", problem)
    function = _function(row, index, starter) if "functional" in kinds else None
    chosen = public + private if tests == "all" else _smallest(private or public, tests)
    if not chosen:
        return None
    if function is None:
        form = PROGRAM
    else:
        form = FUNCTION.format(starter=starter.strip()) if starter else BARE_FUNCTION.format(name=function)
    return Exercise(
        statement=STATEMENT.format(
            content=content.strip(), form=form, example=EXAMPLES[function is not None]
        ),
        examples=tuple(_read_test(record, index, function) for record in public),
        given=tuple(_read_test(record, index, function) for record in chosen),
        prelude=prelude,
    )


Record = tuple[str, str, str, str]
"""Kind, input and output of a test, and where it stands."""


def _smallest(records: list[Record], most: int) -> list[Record]:
    small = [record for record in records if len(record[1]) + len(record[2]) <= SMALL]
    return sorted(small, key=lambda record: len(record[1]) + len(record[2]))[:most]


def _read_records(row: Row, index: int, field: str) -> list[Record]:
    text = require(row, index, field, str)
    if not text.lstrip().startswith("[") and field == "private_test_cases":
        try:
            text = unpack_text(text)
        except ValueError as error:
            raise RowError(index, field, str(error)) from None
    records = _json(text, index, field)
    if not isinstance(records, list):
        raise RowError(index, field, f"must hold a list of tests, not {type(records).__name__}")
    return [_read_record(record, index, f"{field}[{place}]") for place, record in enumerate(records)]


def _read_record(record: Any, index: int, inside: str) -> Record:
    kind = require(record, index, "testtype", str, inside)
    given = require(record, index, "input", str, inside)
    wanted = require(record, index, "output", str, inside)
    if kind not in ("stdin", "functional"):
        raise RowError(index, f"{inside}.testtype", f"{kind!r:.80} is neither 'functional' nor 'stdin'")
    return kind, given, wanted, inside


def _read_test(record: Record, index: int, function: str | None) -> Case:
    kind, given, wanted, inside = record
    if kind == "stdin":
        return Case(given, wanted)
    field = f"{inside}.input"
    arguments = tuple(_json(line, index, field) for line in given.split("\n") if line.strip())
    try:
        pack(arguments)
    except ValueError as error:
        raise RowError(index, field, f"cannot go into the sandbox: {error}") from None
    return Case(arguments, _json(wanted, index, f"{inside}.output"), function)


def _json(text: str, index: int, field: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise RowError(index, field, f"is not JSON: {error}: {text!r:.80}") from None


def _integer(digits: str) -> int:
    """Returns an integer of any length; `int` refuses more than 4,300 digits."""
    return int(digits) if len(digits) < 4000 else int(Decimal(digits))


def _function(row: Row, index: int, starter: str) -> str:
    """Returns the name of the function: that of the metadata, or else of the first method."""
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
