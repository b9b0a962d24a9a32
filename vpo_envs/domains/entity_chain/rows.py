"""Names in tables and in JSON, rewritten as the lines `A: name` that the reader of lines understands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vpo_envs.domains.entity_chain.chain import LETTERS
from vpo_envs.domains.entity_chain.layout import rewrite_layout
from vpo_envs.domains.entity_chain.markup import MASK
from vpo_envs.domains.worlds.answers import normalize_entity
from vpo_envs.domains.worlds.tables import Cell, rewrite_tables
from vpo_envs.literals import unwrapped, values_in

MASK_CELL = re.compile(rf"{MASK}(?:\s{{1,3}}\([^()]{{0,40}}\))?")
"""A cell that holds a mask: `A`, `Person A`, `entity_a`, `A (Person)`."""

NAMES = re.compile(
    r"\b(?:names?|answers?|entity|entities|values?|identity|resol\w+|solutions?|titles?)\b", re.I
)
REMARKS = re.compile(
    r"\b(?:type|kind|category|reason\w*|why|how|clues?|evidence|explanation|justification|records?|sources?"
    r"|steps?|links?|confidence|notes?|description|status)\b",
    re.I,
)
"""Heads of columns with names, and of columns with anything else."""

VALUE = re.compile(r"""(?=[\[{]\s{0,40}(?:["'{\[]|//|#|/\*))""")
BETWEEN = re.compile(r"[ \t,;]{0,20}\n?[ \t]{0,20}")
LABELLED = re.compile(rf"\b[{LETTERS}][\"'`*_)>]{{0,4}}[ ]?(?::|=|->|→|\bis\b)|(?i:entity_[{LETTERS}])\b")
"""The mark of a text whose lines have masks."""

SMALL_WORDS = frozenset({"and", "at", "by", "de", "for", "from", "in", "of", "on", "the", "to", "with"})
"""Words without a capital in names."""


def rewrite_rows(text: str, masks: Mapping[str, str]) -> str:
    r"""Returns a text whose tables and JSON are lines with a letter and a name.

    Args:
        text: Any string.
        masks: The masked entities as the story calls them, by letter.

    Example:
        >>> rewrite_rows("| Mask | Why | Name |\n|---|---|---|\n| A | its cast | Oule |", {})
        '| Mask | Why | Name |\nA: Oule'
        >>> rewrite_rows('[{"entity": "A", "name": "Oule"}, {"entity": "C", "name": "Tarn"}]', {})
        'A: Oule\nC: Tarn'
    """
    values = list(values_in(text, VALUE))
    for group in reversed(_grouped(text, values)):
        listed = [line for value in group for row in _rows(value) for line in _lines(row, masks) or ()]
        if listed:
            return "\n".join(listed)
    for start, end, value in reversed(values):
        if said := "\n".join(_said(value)):
            text = f"{text[:start]}\n{said}\n{text[end:]}"
    text = rewrite_tables(text, lambda row: _lines(row, masks))
    return rewrite_layout(text, lambda row: _lines(row, masks))


def _lines(row: Sequence[Cell], masks: Mapping[str, str]) -> list[str] | None:
    """Returns what a row says of its mask, or of the masks at the head of its columns; None without any."""
    letters = [_letter(cell.text) for cell in row]
    if not any(letters):
        below = [f"{letter}: {cell.text}" for cell in row if (letter := _letter(cell.head))]
        return below or None
    first = next(i for i, letter in enumerate(letters) if letter)
    kind = masks.get(letters[first], "").rpartition(" ")[0].lower()
    cells = [
        cell
        for i, cell in enumerate([*row[first + 1 :], *row[:first]])
        if cell.text
        and cell.text.lower() != kind
        and not _letter(cell.text)
        and not REMARKS.search(cell.head)
    ]
    named = [cell for cell in cells if NAMES.search(cell.head)] or cells
    name = one_name([cell.text for cell in named])
    return [f"{letters[first]}: {name}"] if name else []


def one_name(cells: Sequence[str]) -> str:
    """Returns the first cell, which is the name; empty if another cell holds a different name.

    Example:
        >>> one_name(["Oule", "Fed by snow"]), one_name(["Oule", "Record 7"]), one_name(["Oule", "Tarn"])
        ('Oule', 'Oule', '')
    """
    name, *others = [*cells, ""]
    rivals = [other for other in others if _may_be_name(other) and not REMARKS.search(other)]
    return name if all(normalize_entity(rival) == normalize_entity(name) for rival in rivals) else ""


def _may_be_name(text: str) -> bool:
    """Returns whether a text has capitals as a name has, unlike `Fed by snow`."""
    first, *others = [*re.findall(r"[^\W_][^\s_]*", text), ""][:20]
    capital = first[:1].isalpha() and not first[0].islower()
    return capital and not any(word[:1].islower() and word not in SMALL_WORDS for word in others)


def _letter(text: str) -> str:
    mask = MASK_CELL.fullmatch(re.sub("[*`<>]", "", text))
    return mask[1].upper() if mask else ""


def _grouped(text: str, values: Sequence[tuple[int, int, Any]]) -> list[list[Any]]:
    """Returns the values in groups: those on neighbouring lines are the records of one answer."""
    groups: list[list[Any]] = []
    last = -1
    for start, end, value in values:
        if last < 0 or BETWEEN.fullmatch(text, last, start) is None:
            groups.append([])
        groups[-1].append(value)
        last = end
    return groups


def _said(value: Any) -> Iterator[str]:
    """Yields the texts in a value that are lines with masks themselves."""
    if isinstance(value, str) and LABELLED.search(value):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _said(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not REMARKS.search(key):
                yield from _said(item)


def _rows(value: Any) -> Iterator[list[Cell]]:
    """Yields an object that holds a mask as one row, and of any other each item as one."""
    value = unwrapped(value)
    if isinstance(value, list):
        if not any(isinstance(item, (list, dict)) for item in value):
            yield [Cell("", _cell(item)) for item in value]
            return
        for item in value:
            yield from _rows(item)
    elif isinstance(value, dict):
        row = _record(value)
        if any(_letter(cell.text) for cell in row):
            yield row
            return
        for key, item in zip(value, map(unwrapped, value.values())):
            if isinstance(item, dict) and _letter(key):
                yield [Cell("", key), *_record(item)]
            elif isinstance(item, (list, dict)) and not _letter(key):
                yield from _rows(item)
            else:
                yield [Cell("", key), Cell("", _cell(item))]


def _record(value: Mapping[str, Any]) -> list[Cell]:
    return [Cell(key, _cell(item)) for key, item in value.items() if not isinstance(item, (list, dict))]


def _cell(item: Any) -> str:
    return "" if item is None else " ".join(str(item).split())
