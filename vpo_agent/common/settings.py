"""Checks of settings: names, types, ranges, and differences from an earlier run."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar, get_type_hints

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
Config = TypeVar("Config", bound="Settings")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base class of settings that are given as keyword arguments; a subclass lists them as fields.

    Attributes:
        unused: Reasons why settings that other classes share have no effect here, by name. Inherited ones
            keep their defaults.

    Raises:
        ValueError: If a value has another type than its field, or is set without effect.
    """

    unused: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def from_settings(cls: type[Config], settings: Mapping[str, Any]) -> Config:
        """Builds the settings from keyword arguments.

        Raises:
            TypeError: If a name is unknown; the message suggests the nearest known one.
            ValueError: If a value is out of range, or has no effect.
        """
        names = [field.name for field in fields(cls)]
        for name, value in settings.items():
            if name in names:
                continue
            if name in cls.unused:
                raise ValueError(_without_effect(name, value, cls.unused[name]))
            raise TypeError(unknown_setting(name, names))
        return cls(**settings)

    def __post_init__(self) -> None:
        # Fields of a subclass may have any type; the subclass checks them further.
        hints = {name: kind for name, kind in get_type_hints(type(self)).items() if name in vars(self)}
        for name, value in check_types(vars(self), hints).items():
            object.__setattr__(self, name, value)
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in self.unused and value != field.default:
                raise ValueError(_without_effect(field.name, value, self.unused[field.name]))


def _without_effect(name: str, value: Any, why: str) -> str:
    return f"{name}={value!r} has no effect: {why}; leave it out"


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


def whole_number(name: str, value: Any, least: int) -> int:
    """Returns a whole number, also one that is written as 1e5 or comes from NumPy, as an int.

    Args:
        name: Name of the argument, for the error message.
        value: The number.
        least: Its minimum.

    Raises:
        ValueError: If it is not a whole number, or below the minimum.

    Example:
        >>> whole_number("steps", 1e5, least=0)
        100000
    """
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"{name}={value!r:.80} must be a whole number")
    check_at_least({name: number}, **{name: least})
    return number


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


def refuse_differences(before: Mapping[str, Any], now: Mapping[str, Any], claim: str, remedy: str) -> None:
    """Refuses to go on in a file or folder that holds something else.

    Args:
        before: What it holds.
        now: What is asked for.
        claim: Beginning of the error message, up to the differences.
        remedy: End of the error message.

    Raises:
        ValueError: If an entry of `now` differs from `before`, see `differences`.
    """
    if differ := differences(before, now):
        raise ValueError(f"{claim} {differ}; {remedy}")


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
