"""Reading the Berkeley Function Calling Leaderboard as published (package `bfcl-eval`, Apache-2.0).

A file `BFCL_v4_multiple.json` has one row a line: `id`, `question` (a list of turns, each a list of
messages) and `function` (the catalogue). The file of the same name in the folder `possible_answer` has
`id` and `ground_truth`: calls `{name: {argument: [accepted values]}}`, in which `""` says that the
argument may be left out. Rows of the irrelevance categories have no such file: no call is due.

Read are the Python categories of one turn. Left out are those in Java and JavaScript, those of several
turns, and `live_relevance`, for which no answers are published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from vpo_envs.datasets import Row, RowError, read_rows, require, require_records
from vpo_envs.domains.tool_use.due import Due
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.prompts import asked, instructions
from vpo_envs.domains.tool_use.values import OneOf

CATEGORIES = (
    "simple",
    "simple_python",
    "multiple",
    "parallel",
    "parallel_multiple",
    "irrelevance",
    "live_simple",
    "live_multiple",
    "live_parallel",
    "live_parallel_multiple",
    "live_irrelevance",
)
ANSWERS = "possible_answer"
ABSENT = ""


def bfcl_files(source: str | PathLike[str]) -> list[Path]:
    """Returns the files of a folder that has BFCL's layout, in the order of `CATEGORIES`; else none."""
    folder = Path(source).expanduser()
    if not folder.is_dir():
        return []
    by_category = {file.stem.split("_", 2)[-1]: file for file in sorted(folder.glob("BFCL_v*_*.json"))}
    return [by_category[category] for category in CATEGORIES if category in by_category]


def is_bfcl(rows: Sequence[Row]) -> bool:
    """Returns whether rows have BFCL's schema."""
    return {"id", "question", "function"} <= set(rows[0])


def read_bfcl_folder(files: Sequence[Path], split: str) -> list[Problem]:
    """Returns the problems of all files.

    Raises:
        ValueError: If any but the test split is asked for, or answers are missing.
        RowError: If a row has another schema.
    """
    if split != "test":
        raise ValueError(
            f"BFCL publishes test tasks alone and has no split {split!r}; use split='test', or give a single "
            "file to use it for any split"
        )
    return [problem for file in files for problem in read_bfcl(read_rows(file, split), file)]


def read_bfcl(rows: Sequence[Row], source: str | PathLike[str]) -> list[Problem]:
    """Returns the problems of one file.

    Args:
        rows: Its rows.
        source: The file, beside which the answers are looked for.

    Raises:
        ValueError: If the file of the answers is missing.
        RowError: If a row has another schema, or no answer.
    """
    file = Path(source).expanduser()
    answers = file.parent / ANSWERS / file.name
    if "irrelevance" in file.stem:
        return [read_problem(row, index, []) for index, row in enumerate(rows)]
    if not answers.is_file():
        raise ValueError(f"dataset={str(source)!r} needs the answers in {answers}, which does not exist")
    truths = {row.get("id"): row for row in read_rows(answers, "test")}
    problems = []
    for index, row in enumerate(rows):
        truth = truths.get(require(row, index, "id", str))
        if truth is None:
            raise RowError(index, "id", f"{row['id']!r} has no row in {answers}")
        problems.append(read_problem(row, index, require_records(truth, index, "ground_truth")))
    return problems


def read_problem(row: Row, index: int, truth: Sequence[Mapping[str, Any]]) -> Problem:
    """Returns the problem of one row.

    Args:
        row: The row with the question.
        index: Its number, for messages.
        truth: The calls that are due with their accepted values; empty for none.

    Raises:
        RowError: If a field is missing or of another type.
    """
    tools = require_records(row, index, "function")
    schemas, required = {}, {}
    for place, tool in enumerate(tools):
        parameters = require(tool, index, "parameters", dict, f"function[{place}]")
        name = require(tool, index, "name", str, f"function[{place}]")
        schemas[name] = parameters.get("properties") or {}
        required[name] = frozenset(parameters.get("required") or ())
    turns = require(row, index, "question", list)
    if len(turns) != 1 or not isinstance(turns[0], list) or not turns[0]:
        raise RowError(index, "question", f"must hold one turn of messages, not {len(turns)}")
    system: list[str] = [instructions(tools)]
    said: list[str] = []
    for place, message in enumerate(turns[0]):
        content = require(message, index, "content", str, f"question[0][{place}]")
        role = message.get("role")
        (system if role == "system" else said).append(
            f"{str(role).capitalize()}: {content}" if len(turns[0]) > 2 and role != "system" else content
        )
    instructed = "\n\n".join(system)
    due = tuple(_due(call, schemas, required, index) for call in truth)
    prompt = instructed + "\n\n" + asked("\n".join(said))
    return Problem(prompt, due, system=instructed)


def _due(
    call: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
    required: Mapping[str, frozenset[str]],
    index: int,
) -> Due:
    if len(call) != 1:
        raise RowError(index, "ground_truth", f"a call has one name, not {len(call)}")
    ((name, arguments),) = call.items()
    schema = schemas.get(name, {})
    types = {
        key: entry["type"]
        for key, entry in schema.items()
        if isinstance(entry, Mapping) and isinstance(entry.get("type"), str)
    }
    wanted = {}
    for key, values in arguments.items():
        if not isinstance(values, list):
            raise RowError(index, f"ground_truth.{name}.{key}", f"must be a list, not {values!r:.80}")
        wanted[key] = _one_of(values, key in required.get(name, ()))
    return Due(name, wanted, types, lenient=True)


def _one_of(values: Sequence[Any], required: bool = False) -> OneOf:
    """The accepted values.

    Some required arguments are published as optional; the checker of BFCL demands them. A list without
    values is taken to say that the argument is left out; the checker accepts no answer then.
    """
    accepted = tuple(_nested(value) for value in values if value != ABSENT)
    if not accepted and ABSENT in values:
        accepted = (ABSENT,)
    return OneOf(accepted, optional=not accepted or (ABSENT in values and not required))


def _nested(value: Any) -> Any:
    """A value in which the objects' own lists of accepted values are such lists."""
    if isinstance(value, dict):
        return {k: _one_of(v) if isinstance(v, list) else v for k, v in value.items()}
    return [_nested(item) for item in value] if isinstance(value, list) else value
