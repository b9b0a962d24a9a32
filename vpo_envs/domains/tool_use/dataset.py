"""Reading ToolRL's data set rlla_4k (arXiv 2504.13958; github.com/qiancheng0/ToolRL).

One row is one turn of a dialogue: `prompt` is a list of messages (`role`, `content`), the catalogue
in the first one; `reward_model.ground_truth` is the turn to be written, with a placeholder in its
`<think>` block and then either a `<tool_call>` block of JSON lines or a `<response>`. Other columns
(`data_source`, `ability`, `extra_info`) are not needed.
"""

from __future__ import annotations

import json
import re
from os import PathLike

from vpo_envs.datasets import Row, RowError, read_rows, require, require_records
from vpo_envs.domains.tool_use.calls import Call, read_json
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.reading import find_blocks

TRUTH = "reward_model.ground_truth"


def read_rlla(source: str | PathLike[str], split: str) -> list[Problem]:
    """Reads all problems of a split.

    Args:
        source: A source as in `vpo_envs.datasets.read_rows`.
        split: The split's name.

    Raises:
        RowError: If a row has another schema; the message names the row and the field.
    """
    return [read_problem(row, index) for index, row in enumerate(read_rows(source, split))]


def read_problem(row: Row, index: int) -> Problem:
    """The problem of one row.

    Raises:
        RowError: If a field is missing or of the wrong type, or a gold call cannot be read.
    """
    contents = []
    for position, message in enumerate(require_records(row, index, "prompt")):
        contents.append(require(message, index, "content", str, f"prompt[{position}]"))
    if not any(map(str.strip, contents)):
        raise RowError(index, "prompt", "holds no text")
    truth = require(require(row, index, "reward_model", dict), index, "ground_truth", str, "reward_model")
    return Problem("\n\n".join(contents), _gold_calls(truth, index))


def _gold_calls(truth: str, index: int) -> tuple[Call, ...]:
    """The calls of a turn; a missing or empty `<tool_call>` block means that none is due."""
    if not re.search(r"<(think|tool_call|response)>", truth):
        raise RowError(index, TRUTH, f"has no <think>, <tool_call> or <response> block: {truth!r:.80}")
    blocks = find_blocks(truth)
    if not blocks.closed:
        raise RowError(index, TRUTH, "its <tool_call> block is not closed")
    calls = []
    for line in filter(str.strip, "\n".join(blocks.calls).split("\n")):
        call = read_json(line.strip())
        if call is None:
            raise RowError(index, TRUTH, f"not a JSON object with name and parameters: {line!r:.80}")
        extra = set(json.loads(line)) - {"name", "parameters"}
        if extra:
            raise RowError(index, TRUTH, f"a call has name and parameters, not {', '.join(sorted(extra))}")
        calls.append(call)
    return tuple(calls)
