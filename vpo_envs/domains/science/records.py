"""Answers in JSON, or in a call as Python has it, rewritten as lines that a reader of lines understands."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from vpo_envs.literals import MOST_UNREAD, read_arguments, read_value, unwrapped, value_end, values_in
from vpo_envs.reading import fenced, final_or_last, is_placeholder

_LONE_BACKSLASH = re.compile(r"(?<!\\)\\(?=(?!n|u[0-9a-f]{4})[A-Za-z]{2}|[,;:!(){}\[\] %])")
"""The beginning of a LaTeX command in JSON, where it should be doubled."""
_OBJECT = re.compile(r"(?=\{)")
_CALL = re.compile(r"\b[A-Za-z_]\w{0,30}\((?=\s{0,20}(?:\w{1,12}_)?(?:law|experiment)\s?=\s?[\"'{])")
"""The beginning of a call whose first argument is a part of the answer."""


def json_as_lines(text: str) -> str:
    r"""Returns the fields of an answer that is a JSON object, or holds one, as lines.

    An object with the law or the experiment alone is only a part of the answer, whose place its fields take.
    Any other text stays as it is.

    Example:
        >>> json_as_lines('{"law": "v = 2*x", "experiment": {"x": "3 m"}}')
        'law: v = 2*x\nexperiment: x = 3 m'
        >>> json_as_lines('experiment: {"x": {"value": 3, "unit": "m"}}')
        'experiment: x: 3 m'
        >>> json_as_lines('Answer(law="v = 2*x", experiment="x = 3 m")')
        'law: v = 2*x\nexperiment: x = 3 m'
    """
    text = _calls_as_json(text)
    blocks = [block for block in fenced(text) if block.lstrip().startswith("{")]
    source = blocks[-1] if blocks else text[text.find("{") : text.rfind("}") + 1]
    try:
        found = _decoded(_LONE_BACKSLASH.sub(r"\\\\", source))
        if isinstance(inner := unwrapped(found), str):
            return text.replace(source, inner)
        if said := _said(inner):
            return text.replace(source, said)
        fields = _answer_in(inner) or (inner if isinstance(inner, dict) else found)
        if not isinstance(fields, dict):
            return text
        lines = [f"{key.replace('_', ' ')}: {_settings(value)}" for key, value in fields.items()]
    except (ValueError, RecursionError):
        return text
    if _is_whole(fields):
        return "\n".join(lines)
    before, _, after = text.rpartition(source)
    inline = before.rpartition("\n")[2].strip()
    return f"{before}{(', ' if inline else chr(10)).join(lines)}{after}"


def _calls_as_json(text: str) -> str:
    """Returns a text in which a call with the parts of an answer as its arguments is a JSON object."""
    pieces: list[str] = []
    place = unread = 0
    for call in _CALL.finditer(text):
        if call.start() < place or unread >= MOST_UNREAD:
            continue
        end = value_end(text, call.end() - 1)
        if not end:
            unread += 1
            continue
        with suppress(ValueError, RecursionError):
            arguments = read_arguments(text[call.end() : end - 1])
            pieces += [text[place : call.start()], json.dumps(arguments)]
            place = end
    return "".join([*pieces, text[place:]])


def _decoded(source: str) -> Any:
    """Returns the value of a JSON text, or the list of the objects that stand in it one after another.

    Two that are parts of an answer, as in JSON lines, are one object.
    """
    with suppress(ValueError):
        return read_value(source, repeated_keys=True)
    objects: list[dict[str, Any]] = []
    for _, _, found in values_in(source, _OBJECT):
        parts = [*objects[-1:], found]
        if len(parts) == 2 and not any(map(_is_whole, parts)) and not parts[0].keys() & found.keys():
            objects[-1].update(found)
        else:
            objects.append(found)
    return objects


def _said(value: object) -> str:
    """Returns the answer that an object, the last of several, holds as one text or as a list of lines."""
    if isinstance(value, list):
        value = value[-1] if value else None
    if not isinstance(value, dict) or _is_answer(value):
        return ""
    lines = final_or_last(value)
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        lines = "\n".join(lines)
    whole = isinstance(lines, str) and "experiment" in lines.lower() and "=" in lines
    return lines if isinstance(lines, str) and whole else ""


def _answer_in(value: object) -> dict[str, Any] | None:
    """Returns the object that is the answer: one named as final, else the outermost, else the last."""
    value = unwrapped(value) if isinstance(value, dict) else value
    if isinstance(value, list):
        return next(filter(None, map(_answer_in, reversed(value))), None)
    if not isinstance(value, dict):
        return None
    inner = {key: found for key, item in value.items() if (found := _answer_in(item))}
    return final_or_last({**inner, "": value} if _is_answer(value) else inner)


def _is_answer(value: object) -> bool:
    return isinstance(value, dict) and any(
        "experiment" in key.lower() and isinstance(item, (str, dict, list)) and not is_placeholder(str(item))
        for key, item in value.items()
    )


def _is_whole(value: dict[str, Any]) -> bool:
    """Returns whether an object has more of an answer than the experiment."""
    return _is_answer(value) and len(value) > 1


def _settings(value: object) -> str:
    """Returns a field's value as text: an experiment's settings may be an object of their own, or a list."""
    if isinstance(value, dict):
        if "value" in value:
            return f"{value['value']} {value.get('unit', '')}".strip()
        return ", ".join(f"{name} = {_settings(setting)}" for name, setting in value.items())
    if isinstance(value, list):
        return ", ".join(map(_settings, value))
    return str(value) if isinstance(value, (str, int, float)) else ""
