"""Calls, and the two ways in which the package writes them: JSON, and a short notation for tiny models.

JSON: `{"name": "get_weather", "parameters": {"city": "Oslo", "days": 3}}`.
Short: `get_weather city = Oslo days = 3`, every value a single word. `city =` leaves the value open,
which is JSON's null. The short notation counts only where the prompt asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from vpo_envs.literals import read_value, value_end

OWNERS = ("", "tool", "function", "action")
NAME_KEYS = ({"tool", "function", *(f"{owner}name" for owner in OWNERS)}, {"action"})
PARAMETER_KEYS = tuple(
    {f"{owner}{part}{number}" for owner in OWNERS for part in parts for number in ("", "s")}
    for parts in (("parameter", "argument", "arg", "param", "kwarg"), ("input",))
)
WRAPPERS = {f"{owner}call{number}" for owner in OWNERS for number in ("", "s")}
WRAPPERS |= {"tools", "functions", "actions"}
"""Names for one thing in the formats in circulation, in lower case and without separators.

Of names and of parameters the second group counts only where the first has none: both words also mean other
things.
"""

KNOWN_KEYS = WRAPPERS.union(*NAME_KEYS, *PARAMETER_KEYS)
NO_ARGUMENTS = {"type", "id", "index", "callid", "toolcallid", "description", "thought", "reasoning"}
"""Keys beside a name that are no arguments, where the arguments stand beside it, too."""

KEY_SEPARATORS = str.maketrans("", "", "_- ")

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

    An empty object or array describes nothing at all.

    Example:
        >>> calls_of([{"name": "f"}, {"function": {"name": "g", "arguments": '{"a": 1}'}}, 3])
        [Call(name='f', parameters={}), Call(name='g', parameters={'a': 1}), None]
        >>> calls_of({"f": {"a": 1}, "g": {}})
        [Call(name='f', parameters={'a': 1}), Call(name='g', parameters={})]
    """
    if isinstance(value, dict) and not _under(value, NAME_KEYS):
        wrapped = _under(value, (WRAPPERS,))
        value = wrapped[0] if len(wrapped) == 1 else value
    items = value if isinstance(value, list) else [value]
    return [call for item in items for call in _described(item)]


def call_of(value: Any) -> Call | None:
    """Returns the call that a decoded object describes, or None if it describes none, or two."""
    value = _call_object(value)
    if value is None:
        return None
    names = [name for name in _under(value, NAME_KEYS) if isinstance(name, str)]
    given = _under(value, PARAMETER_KEYS)
    if not names or any(other != names[0] for other in names) or any(other != given[0] for other in given):
        return None
    parameters = given[0] if given else _beside_name(value)
    if isinstance(parameters, str):
        parameters = _object(parameters)
    return Call(names[0], parameters) if isinstance(parameters, dict) else None


def _beside_name(value: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments that stand beside the name, without a key of their own."""
    return {key: one for key, one in value.items() if not is_label(key) and _plain(key) not in NO_ARGUMENTS}


def is_explicit(value: Any) -> bool:
    """Returns whether a decoded value says both a tool's name and its arguments under usual keys."""
    value = _call_object(value)
    return value is not None and bool(_under(value, NAME_KEYS)) and bool(_under(value, PARAMETER_KEYS))


def explicit_calls(value: Any) -> list[Call | None]:
    """Returns the calls of a decoded value, which may wrap them, if each is explicit; else none.

    Example:
        >>> explicit_calls({"calls": [{"name": "f", "args": {}}]}), explicit_calls({"calls": ["f"]})
        ([Call(name='f', parameters={})], [])
    """
    wrapped = _under(value, (WRAPPERS,)) if isinstance(value, dict) and not is_explicit(value) else []
    items = wrapped[0] if len(wrapped) == 1 and isinstance(wrapped[0], list) else [value]
    return calls_of(value) if items and all(map(is_explicit, items)) else []


def is_label(name: str) -> bool:
    """Returns whether a name is that of a part of a call, such as `parameters`, and so of no tool.

    Example:
        >>> is_label("tool_call"), is_label("get_weather")
        (True, False)
    """
    return _plain(name) in KNOWN_KEYS


def _described(value: Any) -> list[Call | None]:
    """Returns the calls of one part: usually one, several where the names of tools are keys.

    A part may be a JSON text that holds it.
    """
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = _object(value)
    named = isinstance(value, dict) and not any(map(is_label, value))
    if not named or not all(isinstance(inner, dict) for inner in value.values()):
        return [call_of(value)]
    return [call_of({"name": name, **_parameters(inner)}) for name, inner in value.items()]


def _parameters(value: dict[str, Any]) -> dict[str, Any]:
    """Returns the parameters under a key, where an object may already have them alone."""
    inner = _under(value, PARAMETER_KEYS[:1])
    return value if len(value) == 1 and inner and isinstance(inner[0], dict) else {"parameters": value}


def _call_object(value: Any) -> dict[str, Any] | None:
    """Returns the object that describes a call, maybe the `function` of another, as in OpenAI's interface."""
    if not isinstance(value, dict):
        return None
    inner = [one for one in _under(value, NAME_KEYS) if isinstance(one, dict)]
    return inner[0] if inner else value


def _under(value: dict[str, Any], groups: Sequence[Set[str]]) -> list[Any]:
    """Returns the values that are not null under the keys of the first group that has any."""
    for keys in groups:
        found = [one for key, one in value.items() if one is not None and _plain(key) in keys]
        if found:
            return found
    return []


def _plain(key: str) -> str:
    return key.translate(KEY_SEPARATORS).lower()


def _object(text: str) -> Any:
    """Returns the object that a JSON text inside a JSON string holds; None for any other text."""
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
