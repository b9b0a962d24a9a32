"""Reading ToolRL's data set rlla_4k (arXiv 2504.13958; github.com/qiancheng0/ToolRL).

One row is one turn of a dialogue: `prompt` is a list of messages (`role`, `content`), the catalogue
in the first one; `reward_model.ground_truth` is the turn to be written, with a placeholder in its
`<think>` block and then either a `<tool_call>` block of JSON lines or a `<response>`. Other columns
(`data_source`, `ability`, `extra_info`) are not needed.

The catalogue is text: `Name:`, `Description:` and `Parameters:` lines, the last with a JSON object of
types and descriptions. Gold values are read by these types: many rows write a number as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from vpo_envs.datasets import Row, RowError, require, require_records
from vpo_envs.domains.tool_use.calls import read_json
from vpo_envs.domains.tool_use.gold import GoldCall, gold_call
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.literals import read_value, value_end
from vpo_envs.reading import tagged

TRUTH = "reward_model.ground_truth"
BLOCK = re.compile(r"<(?:think|tool_call|response)>")
TOOL_NAME = re.compile(r"\s*(?:\d{1,3}\.\s*)?Name:(.*)")
PARAMETERS = re.compile(r"\s*Parameters:\s*")
END_OF_PROMPT = "\n\n"


def read_problem(row: Row, index: int) -> Problem:
    """Returns the problem of one row.

    Raises:
        RowError: If a field is missing or of the wrong type, or a gold call cannot be read.
    """
    contents, system = [], ""
    for position, message in enumerate(require_records(row, index, "prompt")):
        content = require(message, index, "content", str, f"prompt[{position}]")
        contents.append(content)
        if position == 0 and message.get("role") == "system":
            system = content
    if not any(map(str.strip, contents)):
        raise RowError(index, "prompt", "holds no text")
    truth = require(require(row, index, "reward_model", dict), index, "ground_truth", str, "reward_model")
    prompt = END_OF_PROMPT.join(contents)
    return Problem(prompt, _gold_calls(truth, read_catalogue(contents[0]), index), system=system)


def read_catalogue(text: str) -> dict[str, Mapping[str, Any]]:
    r"""Returns the schema of each tool's arguments, by the tool's name; empty for what is not readable.

    Example:
        >>> read_catalogue('1. Name: ping\nParameters: {"host": {"type": "str"}}')
        {'ping': {'host': {'type': 'str'}}}
    """
    schemas: dict[str, Mapping[str, Any]] = {}
    name = None
    for line in text.split("\n"):
        named, given = TOOL_NAME.match(line), PARAMETERS.match(line)
        if named:
            name = named[1].strip()
        elif given and name is not None:
            schemas[name] = _schema(line[given.end() :].strip())
            name = None
    return schemas


def _schema(text: str) -> Mapping[str, Any]:
    if not text.startswith("{") or value_end(text, 0) != len(text):
        return {}
    try:
        return read_value(text)
    except ValueError:
        return {}


def _gold_calls(truth: str, schemas: Mapping[str, Mapping[str, Any]], index: int) -> tuple[GoldCall, ...]:
    """Returns the calls of a turn; a missing or empty `<tool_call>` block means that none is needed."""
    if not BLOCK.search(truth):
        raise RowError(index, TRUTH, f"has no <think>, <tool_call> or <response> block: {truth!r:.80}")
    blocks = tagged(truth, "tool_call")
    if truth.count("<tool_call>") > len(blocks):
        raise RowError(index, TRUTH, "its <tool_call> block is not closed")
    calls = []
    for line in filter(str.strip, "\n".join(blocks).split("\n")):
        call = read_json(line.strip())
        if call is None:
            raise RowError(index, TRUTH, f"not a JSON object with name and parameters: {line!r:.80}")
        extra = set(json.loads(line)) - {"name", "parameters"}
        if extra:
            raise RowError(index, TRUTH, f"a call has name and parameters, not {', '.join(sorted(extra))}")
        calls.append(gold_call(call.name, call.parameters, schemas.get(call.name, {})))
    return tuple(calls)
