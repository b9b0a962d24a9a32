"""Calls, and the two ways in which the package writes them: JSON, and a short notation for tiny models.

JSON: `{"name": "get_weather", "parameters": {"city": "Oslo", "days": 3}}`.
Short: `get_weather city = Oslo days = 3`, every value a single word. `city =` leaves the value open,
which is JSON's null. The short notation counts only where the prompt asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vpo_envs.domains.tool_use.literals import read_value, value_end

NAME_KEYS = ("name", "tool", "tool_name", "function_name", "function")
PARAMETER_KEYS = ("parameters", "arguments", "args", "params", "kwargs")
WRAPPERS = ("tool_calls", "tool_call", "calls", "function_call")
"""Names for one thing in the formats in circulation."""

SHORT_TOKENS = re.compile(r"=|[^\s=]+")
SHORT_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
SHORT_LITERALS = {"true": True, "false": False}


@dataclass(frozen=True)
class Call:
    """One call of a tool.

    Attributes:
        name: The tool's name.
        parameters: Argument values by argument name; any JSON values.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def calls_of(value: Any) -> list[Call | None]:
    """Returns the calls that a decoded value describes, None for each part that describes none.

    Example:
        >>> calls_of([{"name": "f"}, {"function": {"name": "g", "arguments": '{"a": 1}'}}, 3])
        [Call(name='f', parameters={}), Call(name='g', parameters={'a': 1}), None]
    """
    if isinstance(value, dict) and not any(key in value for key in NAME_KEYS):
        wrapped = [value[key] for key in WRAPPERS if key in value]
        value = wrapped[0] if len(wrapped) == 1 else value
    return [call_of(item) for item in value] if isinstance(value, list) else [call_of(value)]


def call_of(value: Any) -> Call | None:
    """Returns the call that a decoded object describes, or None if it describes none, or two."""
    if isinstance(value, dict) and isinstance(value.get("function"), dict):
        value = value["function"]  # as in OpenAI's interface
    if not isinstance(value, dict):
        return None
    names = [value[key] for key in NAME_KEYS if isinstance(value.get(key), str)]
    given = [value[key] for key in PARAMETER_KEYS if value.get(key) is not None]
    if not names or any(other != names[0] for other in names) or any(other != given[0] for other in given):
        return None
    parameters = given[0] if given else {}
    if isinstance(parameters, str):
        parameters = _object(parameters)
    return Call(names[0], parameters) if isinstance(parameters, dict) else None


def _object(text: str) -> Any:
    """The object that a JSON text inside a JSON string holds; None for any other text."""
    text = text.strip()
    if not text:
        return {}
    if value_end(text, 0) != len(text):
        return None
    try:
        return read_value(text)
    except ValueError:
        return None


def read_json(text: str) -> Call | None:
    """Reads one JSON object that describes a call; None if the text is anything else."""
    value = _object(text) if text.startswith("{") else None
    return call_of(value)


def read_short(text: str) -> Call | None:
    """Reads the short notation; None if it is not well-formed or repeats an argument."""
    name, *tokens = SHORT_TOKENS.findall(text)
    parameters: dict[str, Any] = {}
    position = 0
    while position < len(tokens):
        key = tokens[position]
        if key == "=" or key in parameters or tokens[position + 1 : position + 2] != ["="]:
            return None
        position += 2
        # A word with `=` after it is the next argument: this one has been left without a value.
        has_value = position < len(tokens) and tokens[position + 1 : position + 2] != ["="]
        if has_value and tokens[position] == "=":
            return None
        parameters[key] = _literal(tokens[position]) if has_value else None
        position += has_value
    return None if name == "=" else Call(name, parameters)


def write_json(call: Call) -> str:
    """Returns a call as a JSON line."""
    return json.dumps({"name": call.name, "parameters": dict(call.parameters)}, ensure_ascii=False)


def write_short(call: Call) -> str:
    """Returns a call in the short notation; its values must be single words, numbers, booleans or None.

    Example:
        >>> write_short(Call("set_light", {"room": "hall", "colour": None, "on": True}))
        'set_light room = hall colour = on = true'
    """
    words = [call.name]
    for key, value in call.parameters.items():
        words += [key, "="]
        if value is not None:
            words.append(str(value).lower() if isinstance(value, bool) else str(value))
    return " ".join(words)


def _literal(word: str) -> Any:
    if word in SHORT_LITERALS:
        return SHORT_LITERALS[word]
    if SHORT_NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    return word
