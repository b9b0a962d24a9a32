"""The scoring of the paper's authors (github.com/ryanboldi/vpo, `vpo_tasks/tool.py`), for comparisons.

It differs from `scoring` in what it forgives and in what it pays:

- Tags are matched to the letter, thought opened by a chat template does not count, and of several blocks
  the first is read. Calls are read up to the first part that is not a JSON object.
- `format` pays without a right call. Names are compared without case and punctuation.
- Every gold call gets a partner, of its own name if there is one and of any other if not: right
  arguments of a wrong tool earn their points.
- Lists are bags of items, objects are compared by their keys alone, and any two booleans of one truth
  value match, as do texts with the same words in another order.
"""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.literals import integer, value_end

NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
BETWEEN = " \t\r\n,"
SAME_NAME = 100
"""Worth of a name, in common argument names, when partners are chosen."""

CLOSE = 1e-9


def paper_key(answer: str) -> str:
    """Returns what the rewards of an answer depend on, in a canonical form; empty for a blank answer."""
    if not answer.strip():
        return ""
    block = _first_block(answer)
    calls = [[_normal(call.name), call.parameters] for call in read_as_paper(block or "")]
    return json.dumps([_has_thought(answer), bool((block or "").strip()), calls], sort_keys=True)


def score_as_paper(gold: Sequence[Call], answer: str) -> tuple[float, float, float, float]:
    """Returns the reward vector: format, tool_name, arg_key, arg_value.

    Args:
        gold: The gold calls, possibly none.
        answer: The completion, with its thought.
    """
    thought = _has_thought(answer)
    block = _first_block(answer)
    made = read_as_paper(block or "")
    well_formed = thought and (bool(made) if gold else not (block or "").strip())
    return (float(well_formed), *_score_calls(gold, made))


def read_as_paper(block: str) -> list[Call]:
    """Returns the calls of a block: an array of objects, or objects up to the first that is none."""
    text = block.strip()
    objects = []
    if text.startswith("["):
        value = _decoded(text)
        objects = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    else:
        position = 0
        while (position := _skip(text, position)) < len(text) and text[position] == "{":
            end = _object_end(text, position)
            value = None if end is None else _decoded(text[position:end])
            if end is None or value is None:
                break
            objects.append(value)
            position = end
    calls = []
    for item in objects:
        parameters = item.get("parameters", item.get("arguments", {}))
        calls.append(Call(str(item.get("name", "")), parameters if isinstance(parameters, dict) else {}))
    return calls


def _has_thought(answer: str) -> bool:
    start = answer.find("<think>")
    return start >= 0 and answer.find("</think>", start) >= 0


def _first_block(answer: str) -> str | None:
    start = answer.find("<tool_call>")
    end = answer.find("</tool_call>", start)
    return answer[start + len("<tool_call>") : end] if start >= 0 and end >= 0 else None


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in BETWEEN:
        position += 1
    return position


BRACES = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<unclosed>".*)|[{}]', re.DOTALL)


def _object_end(text: str, position: int) -> int | None:
    depth = 0
    for match in BRACES.finditer(text, position):
        if match["unclosed"]:
            return None
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return None


def _decoded(text: str) -> Any:
    """Returns the value of a JSON text; None without one, and for one deeper or longer than any answer's."""
    if value_end(text, 0) is None:  # as the JSON parser recurses
        return None
    try:
        return json.loads(text, parse_int=integer)
    except ValueError:
        return None


def _score_calls(gold: Sequence[Call], made: Sequence[Call]) -> tuple[float, float, float]:
    if not gold and not made:
        return 1.0, 1.0, 1.0
    names = _f1([_normal(call.name) for call in made], [_normal(call.name) for call in gold])
    pairs = _partners(gold, made)
    n = len(gold) + len(made) - len(pairs)
    keys = sum(_f1(set(mine.parameters), set(due.parameters)) for due, mine in pairs)
    values = sum(_values(due, mine) for due, mine in pairs)
    return names, keys / n, values / n


def _partners(gold: Sequence[Call], made: Sequence[Call]) -> list[tuple[Call, Call]]:
    """Pairs each gold call, in turn, with the best of the calls that are left."""
    left = list(made)
    pairs = []
    for due in gold:
        if not left:
            break
        worth = [
            SAME_NAME * (_normal(mine.name) == _normal(due.name) != "")
            + len(due.parameters.keys() & mine.parameters.keys())
            for mine in left
        ]
        pairs.append((due, left.pop(worth.index(max(worth)))))
    return pairs


def _values(due: Call, mine: Call) -> float:
    if not due.parameters:
        return 1.0
    shared = [key for key in due.parameters if key in mine.parameters]
    return sum(match_as_paper(due.parameters[k], mine.parameters[k]) for k in shared) / len(due.parameters)


def match_as_paper(gold: Any, value: Any) -> float:
    """Returns how well a value matches the gold value, in [0, 1]."""
    if isinstance(gold, bool) or isinstance(value, bool):
        return float(bool(gold) == bool(value))
    if isinstance(gold, (int, float)):
        return _match_number(gold, value)
    if isinstance(gold, list):
        items = value if isinstance(value, list) else [value]
        return _f1([_normal(item) for item in items], [_normal(item) for item in gold])
    if isinstance(gold, dict):
        return _f1(set(value), set(gold)) if isinstance(value, dict) else 0.0
    if isinstance(gold, str) and isinstance(value, str):
        return _f1(_normal(value).split(), _normal(gold).split())
    return float(_normal(value) == _normal(gold))


def _match_number(gold: float, value: Any) -> float:
    if isinstance(value, (int, float)):
        return float(gold == value)
    try:
        return float(abs(float(str(value)) - float(gold)) < CLOSE)
    except (ValueError, OverflowError):
        return float(_normal(value) == _normal(gold))


def _f1(items: Collection[str], due: Collection[str]) -> float:
    """Returns F1 of two bags; 1 if both are empty."""
    if not items and not due:
        return 1.0
    common = sum((Counter(items) & Counter(due)).values())
    return 2 * common / (len(items) + len(due))


def _normal(value: Any) -> str:
    return "" if value is None else " ".join(str(value).lower().translate(NO_PUNCTUATION).split())
