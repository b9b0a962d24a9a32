"""Checks of settings: names, types, ranges, and differences from an earlier run."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError

from vpo_envs.suggestions import did_you_mean

STRICT = ConfigDict(strict=True, allow_inf_nan=False, arbitrary_types_allowed=True)
NAMES = {
    "bool_type": "True or False",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a finite number",
    "finite_number": "a finite number",
    "string_type": "a string",
    "dict_type": "a mapping",
}


def unknown_setting(name: str, known: Collection[str]) -> str:
    """Returns the error message for an unknown setting, with the nearest known one.

    Example:
        >>> unknown_setting("seeed", ["seed", "steps"])
        "unknown setting 'seeed'; did you mean 'seed'?"
    """
    return f"unknown setting {name!r}; {did_you_mean(name, known)}"


def check_types(values: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Checks values against their declared types and returns them; NumPy numbers become Python's.

    Args:
        values: Values by name.
        kinds: Type hints by name, such as `int | None`.

    Raises:
        ValueError: If a value has another type, or is a number that is not finite.

    Example:
        >>> check_types({"seed": np.int64(3), "clip": 1}, {"seed": int, "clip": float})
        {'seed': 3, 'clip': 1}
        >>> check_types({"seed": True}, {"seed": int})
        Traceback (most recent call last):
        ...
        ValueError: seed=True must be an integer
    """
    checked = {}
    for name, value in values.items():
        value = value.item() if isinstance(value, np.generic) else value
        try:
            TypeAdapter(kinds[name], config=STRICT).validate_python(value)
        except ValidationError as error:
            fault = error.errors()[0]
            kind = NAMES.get(fault["type"], fault["msg"].removeprefix("Input should be "))
            raise ValueError(f"{name}={value!r} must be {kind}") from error
        checked[name] = value
    return checked


def check_at_least(values: Mapping[str, float | None], **lowest: float) -> None:
    """Checks that values reach their minimums; None passes.

    Args:
        values: Values by name.
        **lowest: Minimums by name.

    Raises:
        ValueError: If a value is below its minimum.
    """
    for name, low in lowest.items():
        value = values[name]
        if value is not None and not value >= low:
            raise ValueError(f"{name}={value!r} must be at least {low}")


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Describes the entries of `now` that differ from `before`; empty text if none does.

    Values are compared in their JSON form.

    Example:
        >>> differences({"seed": 0, "steps": 9}, {"seed": 1, "steps": 9})
        'seed=1 (was 0)'
    """
    plain = json.loads(json.dumps(dict(now)))
    changed = {name: value for name, value in plain.items() if value != before.get(name)}
    return ", ".join(f"{name}={value!r} (was {before.get(name)!r})" for name, value in changed.items())
