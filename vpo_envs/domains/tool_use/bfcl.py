"""Reading the Berkeley Function Calling Leaderboard as published (package `bfcl-eval`, Apache-2.0).

A file `BFCL_v4_multiple.json` has one row a line: `id`, `question` (a list of turns, each a list of
messages) and `function` (the catalogue). The file of the same name in the folder `possible_answer` has
`id` and `ground_truth`: calls `{name: {argument: [accepted values]}}`, in which `""` says that the
argument may be left out. Rows of the irrelevance categories have no such file: no call is needed.

Read are the categories of one turn, those in Java and JavaScript among them. Left out are those of several
turns, which need their simulated systems, and `live_relevance`, for which no answers are published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from vpo_envs.datasets import Row, RowError, read_rows, require, require_records
from vpo_envs.domains.tool_use.gold import GoldCall
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
    "simple_java",
    "simple_javascript",
)
LANGUAGES = {"java": "Java", "javascript": "JavaScript"}
"""Languages of the tools, by the end of the file's name; Python's otherwise."""

FOREIGN = (
    "The tools are functions of {}. Write values as JSON or as literals of that language; a variable is a "
    "text with its name."
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


def is_bfcl(row: Row) -> bool:
    """Returns whether a row has the schema of BFCL's categories of one or several turns."""
    return {"id", "question"} <= set(row) and not row.keys().isdisjoint({"function", "involved_classes"})


class BfclReader:
    """The reader of one file's rows; the answers beside it are read when the first is needed.

    Args:
        source: The file, beside which the answers are looked for.
        strict: Whether values of another type than the schema's are wrong.
    """

    def __init__(self, source: str | PathLike[str], strict: bool = False) -> None:
        self.strict = strict
        self.file = Path(source).expanduser()
        self.answers = self.file.parent / ANSWERS / self.file.name

    def __call__(self, row: Row, index: int) -> Problem:
        """Returns the problem of one row.

        Raises:
            ValueError: If the file of the answers is missing.
            RowError: If the row has another schema, several turns or no answer.
        """
        if "involved_classes" in row:
            raise RowError(index, "question", "has several turns with a simulated system; not read")
        language = next((name for name in LANGUAGES if self.file.stem.endswith(f"_{name}")), None)
        if "irrelevance" in self.file.stem:
            return read_problem(row, index, [])
        truth = self._truths.get(require(row, index, "id", str))
        if truth is None:
            raise RowError(index, "id", f"{row['id']!r} has no row in {self.answers}")
        return read_problem(row, index, require_records(truth, index, "ground_truth"), language, self.strict)

    @cached_property
    def _truths(self) -> dict[Any, Row]:
        if not self.answers.is_file():
            raise ValueError(
                f"dataset={str(self.file)!r} needs the answers in {self.answers}, which does not exist"
            )
        return {row.get("id"): row for row in read_rows(self.answers, "test")}


def read_problem(
    row: Row,
    index: int,
    truth: Sequence[Mapping[str, Any]],
    language: str | None = None,
    strict: bool = False,
) -> Problem:
    """Returns the problem of one row.

    Args:
        row: The row with the question.
        index: Its number, for messages.
        truth: The gold calls with their accepted values; empty for none.
        language: A key of `LANGUAGES`, or None for Python.
        strict: Whether values of another type than the schema's are wrong.

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
    system: list[str] = [instructions(tools), *([FOREIGN.format(LANGUAGES[language])] if language else [])]
    said: list[str] = []
    for place, message in enumerate(turns[0]):
        content = require(message, index, "content", str, f"question[0][{place}]")
        role = message.get("role")
        (system if role == "system" else said).append(
            f"{str(role).capitalize()}: {content}" if len(turns[0]) > 2 and role != "system" else content
        )
    instructed = "\n\n".join(system)
    gold = tuple(
        replace(_due(call, schemas, required, index), foreign=language is not None, strict=strict)
        for call in truth
    )
    prompt = instructed + "\n\n" + asked("\n".join(said))
    return Problem(prompt, gold, system=instructed)


def _due(
    call: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
    required: Mapping[str, frozenset[str]],
    index: int,
) -> GoldCall:
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
    return GoldCall(name, wanted, types, lenient=True)


def _one_of(values: Sequence[Any], required: bool = False) -> OneOf:
    """Returns the accepted values.

    Some required arguments are published as optional; the checker of BFCL demands them. A list without
    values is taken to say that the argument is left out; the checker accepts no answer then.
    """
    accepted = tuple(_nested(value) for value in values if value != ABSENT)
    if not accepted and ABSENT in values:
        accepted = (ABSENT,)
    return OneOf(accepted, optional=not accepted or (ABSENT in values and not required))


def _nested(value: Any) -> Any:
    """Returns a value in which the objects' own lists of accepted values are such lists."""
    if isinstance(value, dict):
        return {k: _one_of(v) if isinstance(v, list) else v for k, v in value.items()}
    return [_nested(item) for item in value] if isinstance(value, list) else value
