"""Gold calls: the values that count as right, and what the tool's schema says about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.foreign import read_literal
from vpo_envs.domains.tool_use.values import (
    KINDS,
    OneOf,
    as_type,
    kind_of,
    kind_of_type,
    match_value,
    normal_value,
)

UNORDERED = re.compile(r"\bany order\b|\border (?:does not|doesn't) matter\b|\bunordered\b", re.IGNORECASE)
NAME_SEPARATORS = re.compile(r"[\W_]+")
WHOLE_NUMBERS = frozenset({"int", "integer", "long", "byte", "short", "bigint"})
MISSPELT = 0.5
"""Worth of a tool's name in other case or with other separators."""

NAMESPACES = ("", "functions.", "default_api.")
"""Prefixes of chat templates before a tool's name. Data sets have tools whose own names begin so."""


@dataclass(frozen=True)
class GoldCall:
    """A call that is expected.

    Attributes:
        name: The tool's name.
        parameters: By argument name a JSON value, or `OneOf` of several.
        types: Types of the arguments as the tool's schema names them; those it is silent about are left
            out.
        unordered: Arguments that are lists whose order is immaterial.
        lenient: Whether texts are compared as BFCL's checker does.
        foreign: Whether values may be literals of Java or JavaScript.
        strict: Whether a value of another type than the schema's is wrong, as in BFCL's checker.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    unordered: frozenset[str] = frozenset()
    lenient: bool = False
    foreign: bool = False
    strict: bool = False

    @property
    def call(self) -> Call:
        """The call that is right in everything, without optional arguments."""
        return Call(self.name, {k: preferred(v) for k, v in self.parameters.items() if not is_optional(v)})


def gold_call(name: str, parameters: Mapping[str, Any], schema: Mapping[str, Any], **kwargs: Any) -> GoldCall:
    """Returns a gold call, its values read by their schema.

    Args:
        name: The tool's name.
        parameters: Values by argument name.
        schema: By argument name an object with `type` and `description`, each of which may be missing.
        **kwargs: Further attributes of `GoldCall`.
    """
    types, unordered = {}, set()
    for key in parameters:
        entry = schema.get(key)
        if isinstance(entry, Mapping):
            described = f"{entry.get('type', '')} {entry.get('description', '')}"
            if isinstance(entry.get("type"), str):
                types[key] = entry["type"]
            if UNORDERED.search(described) or types.get(key) == "set":
                unordered.add(key)
    values = {key: as_type(value, types.get(key, "")) for key, value in parameters.items()}
    return GoldCall(name, values, types, frozenset(unordered), **kwargs)


def preferred(wanted: Any) -> Any:
    """Returns a value that is right, where several may be."""
    if isinstance(wanted, OneOf):
        return preferred(wanted.values[0])
    if isinstance(wanted, dict):
        return {key: preferred(value) for key, value in wanted.items() if not is_optional(value)}
    return [preferred(item) for item in wanted] if isinstance(wanted, list) else wanted


def is_optional(wanted: Any) -> bool:
    """Returns true if an argument may be left out."""
    return isinstance(wanted, OneOf) and wanted.optional


def match_name(gold: str, made: str) -> float:
    """Returns 1 for the tool's name, `MISSPELT` for its letters and digits alone, else 0.

    A chat template's name for all tools may stand before that of the tool.

    Example:
        >>> match_name("Tide Table", "Tide Table"), match_name("Tide Table", "tide_table")
        (1.0, 0.5)
        >>> match_name("tide_table", "functions.tide_table")
        1.0
    """
    if made.endswith(gold) and made.removesuffix(gold) in NAMESPACES:
        return 1.0
    if gold[:1].casefold() != made[:1].casefold():  # spares most pairs the normalization
        return 0.0
    return MISSPELT if bare_name(gold) == bare_name(made) != "" else 0.0


def match_arguments(gold: GoldCall, made: Call) -> tuple[float, float]:
    """Returns the F1 of the two sets of argument names, and the mean match of the gold values.

    Where a call takes no arguments, making it without any is a full match. Optional arguments count
    where they are given.
    """
    given = made.parameters
    wanted = [key for key, value in gold.parameters.items() if key in given or not is_optional(value)]
    shared = [key for key in wanted if key in given]
    sizes = len(wanted) + len(given)
    keys = 2 * len(shared) / sizes if sizes else 1.0
    values = sum(match_argument(gold, key, given[key]) for key in shared) / len(wanted) if wanted else 1.0
    return keys, values


def match_argument(gold: GoldCall, key: str, value: Any) -> float:
    """Returns how well the value of one argument matches, read by the schema's type."""
    value = _native(gold, key, value)
    if gold.strict and not _has_type(value, gold.types.get(key, ""), gold.parameters[key]):
        return 0.0
    value = as_type(value, gold.types.get(key, ""))
    return match_value(gold.parameters[key], value, unordered=key in gold.unordered, lenient=gold.lenient)


def normal_call(call: Call, golds: Sequence[GoldCall]) -> list[Any]:
    """Returns a call's name and arguments in the form in which they are compared.

    Args:
        call: A call made.
        golds: The gold calls, whose types values are read by.
    """
    gold = next((gold for gold in golds if match_name(gold.name, call.name)), GoldCall(""))
    normal = {}
    for key, value in call.parameters.items():
        if key in gold.parameters:
            wanted = preferred(gold.parameters[key])
            value = _native(gold, key, value)
            value = as_type(value, gold.types.get(key, "") or KINDS.get(kind_of(wanted), ("",))[0])
        normal[key] = normal_value(value)
    return [gold.name if match_name(gold.name, call.name) == 1 else call.name, normal]


def _native(gold: GoldCall, key: str, value: Any) -> Any:
    """Reads a literal of another language where the schema wants no text; leaves other values as they are."""
    if gold.foreign and isinstance(value, str) and kind_of_type(gold.types.get(key, "")) not in ("", "text"):
        return read_literal(value)
    return value


def _has_type(value: Any, type_name: str, wanted: Any) -> bool:
    """Returns whether a value has its schema's type or that of an accepted one, such as a variable's name."""
    if isinstance(value, float) and type_name.strip().lower() in WHOLE_NUMBERS:
        return False
    accepted = wanted.values if isinstance(wanted, OneOf) else (wanted,)
    return kind_of(value) in {kind_of_type(type_name), *map(kind_of, accepted)}


def plain_calls(golds: Sequence[GoldCall]) -> tuple[Call, ...]:
    """Returns right calls, in order."""
    return tuple(gold.call for gold in golds)


def bare_name(name: str) -> str:
    """Returns the letters and digits of a name, in lower case."""
    return NAME_SEPARATORS.sub("", name.casefold())
