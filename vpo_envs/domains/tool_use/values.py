"""Values of arguments: which types schemas name, and how well a value matches the gold value."""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from vpo_envs.literals import closed, read_value
from vpo_envs.reading import DASHES, QUOTES

KINDS = {
    "number": ("int", "integer", "long", "float", "double", "number", "byte", "short", "bigint"),
    "text": ("str", "string", "char"),
    "boolean": ("bool", "boolean"),
    "list": ("array", "list", "tuple", "set", "sequence", "arraylist", "queue", "stack"),
    "object": ("dict", "object", "hashmap", "map", "hashtable"),
}
KIND_OF_TYPE = {name: kind for kind, names in KINDS.items() for name in names}
TYPE_NAME = re.compile(r"\s*([A-Za-z]+)")
INNER_TYPE = re.compile(r"\s*[A-Za-z]+\s*\[(.*)\]", re.DOTALL)
NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?")
BOOLEANS = {"true": True, "false": False}
REORDERED = 0.75
"""Most that a text earns which is not the gold value, though it may have the same words."""

LENIENT = str.maketrans("'", '"', " ,./-_*^")
"""Characters that the checker of BFCL leaves out of texts."""


@dataclass(frozen=True)
class OneOf:
    """Several values of which each is right; stands in place of a value, also inside lists and objects.

    Attributes:
        values: The values, the preferred one first.
        optional: Whether the argument may also be left out.
    """

    values: tuple[Any, ...]
    optional: bool = False


def kind_of(value: Any) -> str:
    """Returns the kind of a JSON value: text, boolean, number, null, list or object."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if value is None:
        return "null"
    return "list" if isinstance(value, (list, tuple)) else "object"


def kind_of_type(type_name: str) -> str:
    """Returns the kind that a schema's type names, empty if it names none.

    Example:
        >>> kind_of_type("int, optional"), kind_of_type("List[float]"), kind_of_type("any")
        ('number', 'list', '')
    """
    found = TYPE_NAME.match(type_name)
    return KIND_OF_TYPE.get(found[1].lower(), "") if found else ""


def as_type(value: Any, type_name: str) -> Any:
    """Returns a value as the type of its schema says; unchanged where it cannot be read so.

    Example:
        >>> as_type("3", "int"), as_type(3, "str"), as_type("TRUE", "bool"), as_type("[1]", "List[int]")
        (3, '3', True, [1])
        >>> as_type("three", "int")
        'three'
    """
    kind = kind_of_type(type_name)
    if kind == "list" and isinstance(value, list):
        inner = INNER_TYPE.fullmatch(type_name.split(", optional")[0])
        return [as_type(item, inner[1]) for item in value] if inner else value
    if not kind or kind == kind_of(value):
        return value
    if kind == "text":
        return _spelled(value) if kind_of(value) == "number" else value
    if not isinstance(value, str):
        return value
    text = value.strip()
    if kind == "number":
        return _number(text, value)
    if kind == "boolean":
        return BOOLEANS.get(text.lower(), value)
    if text[:1] in ("[", "{"):
        try:
            decoded = read_value(closed(text))
        except ValueError:
            return value
        return as_type(decoded, type_name) if kind_of(decoded) == kind else value
    return value


def match_value(gold: Any, value: Any, *, unordered: bool = False, lenient: bool = False) -> float:
    """Returns how well a value matches the gold value, in [0, 1].

    Text: 1 if equal but for case and blanks, else token F1 of at most `REORDERED` where all words are
    there. Numbers (3 is 3.0), booleans (True is not 1) and null: equality. Lists: mean match by position
    over the longer one. Objects: mean match over all their keys. A number written as text, or text as a
    number or boolean, is read by the type of the gold value. Values of other types never match.

    Args:
        gold: The right value; `OneOf` for several.
        value: Any JSON value.
        unordered: Whether the order of a list is immaterial.
        lenient: Whether texts that differ in blanks and `,./-_*^` alone are equal, as in BFCL.

    Example:
        >>> match_value("a table for two", "table for two"), match_value(1, True), match_value(2, "2.0")
        (0.8571428571428571, 0.0, 1.0)
        >>> match_value("old mill", "mill old"), match_value([1, 2], [2, 1], unordered=True)
        (0.75, 1.0)
    """
    if isinstance(gold, OneOf):
        matches = (match_value(each, value, unordered=unordered, lenient=lenient) for each in gold.values)
        return max(matches, default=0.0)
    kind = kind_of(gold)
    if kind != kind_of(value):
        value = as_type(value, KINDS[kind][0]) if kind in ("text", "number", "boolean") else value
        if kind != kind_of(value):
            return 0.0
        if kind == "text":
            return float(_same_number(gold, value))
    if kind == "text":
        return _match_text(gold, value, lenient)
    if kind == "list":
        longer = max(len(gold), len(value))
        if unordered:
            return _match_unordered(gold, value) / longer if longer else 1.0
        matched = sum(match_value(a, b, lenient=lenient) for a, b in zip(gold, value))
        return matched / longer if longer else 1.0
    if kind == "object":
        return _match_object(gold, value, lenient)
    return float(gold == value)


def _match_object(gold: dict[str, Any], value: dict[str, Any], lenient: bool) -> float:
    optional = {key for key, wanted in gold.items() if isinstance(wanted, OneOf) and wanted.optional}
    due = [key for key in gold if key in value or key not in optional]
    keys = len(due) + sum(key not in gold for key in value)
    shared = [key for key in due if key in value]
    matched = sum(match_value(gold[key], value[key], lenient=lenient) for key in shared)
    return matched / keys if keys else 1.0


def _match_unordered(gold: list[Any], value: list[Any]) -> float:
    """Returns the sum of matches under the best assignment of the values to the gold items."""
    matches = np.array([[match_value(item, other) for other in value] for item in gold])
    if not matches.size:
        return 0.0
    return float(matches[linear_sum_assignment(matches, maximize=True)].sum())


def normal_value(value: Any) -> Any:
    """Returns a value in the form in which it is compared: of case, blanks and quotes nothing is left.

    Example:
        >>> normal_value(["New  York", 2.0, True])
        ['new york', 2, True]
    """
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [normal_value(item) for item in value]
    if isinstance(value, dict):
        return {key: normal_value(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _match_text(gold: str, text: str, lenient: bool) -> float:
    gold, text = plain_text(gold), plain_text(text)
    if gold == text:
        return 1.0
    if lenient and gold.translate(LENIENT) == text.translate(LENIENT):
        return 1.0
    return min(token_f1(gold, text), REORDERED) if _same_words(gold, text) else token_f1(gold, text)


def token_f1(gold: str, text: str) -> float:
    """Returns the F1 of two bags of tokens; 0 if the gold text has none.

    A token is what stands between blanks, without case and outer punctuation: a date, an address or
    a number is right as a whole or not at all.
    """
    due, given = _gold_tokens(gold), _tokens(text)
    if not due:
        return 0.0
    overlap = sum(min(count, given[token]) for token, count in due.items())
    return 2 * overlap / (sum(due.values()) + sum(given.values()))


def _same_words(gold: str, text: str) -> bool:
    return _gold_tokens(gold) == _tokens(text)


def plain_text(text: str) -> str:
    """Returns a text with plain quotes and dashes, in lower case, its blanks collapsed."""
    return " ".join(text.translate(QUOTES).translate(DASHES).casefold().split())


def _tokens(text: str) -> Counter[str]:
    tokens: Counter[str] = Counter()
    for word, count in Counter(text.casefold().split()).items():
        tokens[word.strip(string.punctuation)] += count
    del tokens[""]
    return tokens


_gold_tokens = lru_cache(maxsize=4096)(_tokens)  # answers are not kept: they can be long and many


def _number(text: str, otherwise: Any) -> Any:
    if not NUMBER.fullmatch(text):
        return otherwise
    return float(text) if "." in text else int(text)


def _spelled(number: float) -> str:
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 1e15
    return str(int(number) if whole else number)


def _same_number(gold: str, text: str) -> bool:
    """Returns whether two texts say one number, as `1.0` and `1` do; `007` is a code and not the number 7."""
    first, second = _number(gold.strip(), None), _number(text, None)
    return gold.strip() == text or (first is not None and first == second)
