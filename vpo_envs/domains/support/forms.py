r"""Forms of a decision that are no lines `field: value`, rewritten as such lines.

They are tables with the fields as heads, elements with attributes, and values below headings or items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.worlds.tables import Cell, rewrite_tables
from vpo_envs.reading import ATTRIBUTES, attributes_of

NAMES = frozenset({*ACTIONS, *ROLES, *STEPS})
"""The fields that a decision may have."""

NAME = "|".join(sorted(NAMES, key=len, reverse=True))
HEADS = rf"{NAME}|fields?|keys?|items?|actions?|points?|names?|decision"
"""The heads of columns in tables."""

NAME_ATTRIBUTES = ("name", "field", "key", "id", "action")
VALUE_ATTRIBUTES = ("value", "decision", "status", "val", "result")
ELEMENT = re.compile(rf"<(\w{{1,20}})({ATTRIBUTES})[ ]?(?:/[ ]?>|></\1>)")
NAMED_VALUE = re.compile(
    rf"(?:<(?:name|field|key|action)>\s{{0,9}}({NAME})\s{{0,9}}</\w{{1,20}}>"
    rf"|<\w{{1,20}} \w{{1,9}}=[\"']({NAME})[\"']>)"
    r"\s{0,9}<(?:value|decision|status|result)>([^<>]{1,200})</\w{1,20}>",
    re.IGNORECASE,
)
BELOW = re.compile(
    rf"^[ \t]{{0,8}}(?:(?:#{{1,6}}[ ]|[-*+•][ ])?(?:\*\*|__|`)?({NAME})(?:\*\*|__|`)?:?"
    r"[ \t]{0,3}\n[ \t]{1,8}[-*+•][ ]"
    rf"|(?:#{{1,6}}[ ](?:\*\*)?|\*\*|__)({NAME})(?:\*\*|__)?:?(?:\*\*|__)?[ \t]{{0,3}}\n\s{{0,3}})"
    r"(?=[^\s#*][^\n]{0,39}(?<![.!?])$)",
    re.IGNORECASE | re.MULTILINE,
)
"""A field above its value, which is no sentence: as an item or as a heading."""

BESIDE = re.compile(rf"(?<=\S)[ ](?=(?:{NAME})=\S)", re.IGNORECASE)
"""The blank between `field=value` and the next."""


def element_as_fields(text: str) -> str:
    """Returns a text with the attributes of elements as lines of fields, those of a decision in its tags.

    Example:
        >>> element_as_fields('<decision refund="granted" fee="$5"/>')
        '<decision>refund: granted; fee: $5</decision>'
        >>> element_as_fields('<field name="refund" value="granted"/><fee value="$5"/>')
        'refund: granted; fee: $5; '
    """
    return ELEMENT.sub(_fields_of, text) if "=" in text else text


def as_lines(text: str) -> str:
    r"""Returns the text of a decision with lines for its fields.

    Example:
        >>> as_lines("| refund | fee |\n|---|---|\n| granted | $5 |")
        'refund: granted\nfee: $5'
        >>> as_lines("## refund\ngranted"), as_lines("- refund\n  - granted"), as_lines("refund=yes fee=$5")
        ('refund: granted', 'refund: granted', 'refund=yes; fee=$5')
    """
    if "<" in text:
        text = NAMED_VALUE.sub(
            lambda found: f"\n{found[1] or found[2]}: {found[3]}\n", element_as_fields(text)
        )
    text = BELOW.sub(lambda found: f"{found[1] or found[2]}: ", text)
    return BESIDE.sub("; ", rewrite_tables(text, _row_as_lines))


def _fields_of(element: re.Match[str]) -> str:
    attributes = attributes_of(element[2])
    tag = element[1].lower()
    value = next((attributes[name] for name in VALUE_ATTRIBUTES if name in attributes), None)
    if tag.startswith("decision"):
        fields = {name: text for name, text in attributes.items() if name in NAMES}
        return f"<{tag}>{'; '.join(f'{k}: {v}' for k, v in fields.items())}</{tag}>" if fields else element[0]
    named = (attributes[name].lower() for name in NAME_ATTRIBUTES if name in attributes)
    name = tag if tag in NAMES else next((name for name in named if name in NAMES), None)
    return f"{name}: {value}; " if name and value is not None else element[0]


def _row_as_lines(row: Sequence[Cell]) -> list[str] | None:
    """Returns a row below the names of fields as one line a field, and the names themselves as none."""
    if row[0].head:
        fields = [cell for cell in row if cell.head.lower() in NAMES]
        return [f"{cell.head}: {cell.text}" for cell in fields] or None
    return [] if all(cell.text.lower() in NAMES for cell in row) else None
