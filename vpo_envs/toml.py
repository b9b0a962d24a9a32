r"""Values in TOML, as models write them, rewritten as the JSON that all readers understand."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = r"(?:[A-Za-z0-9_-]{1,60}|\"[^\"\n]{1,60}\"|'[^'\n]{1,60}')(?:[ ]?\.[ ]?[\w\"'-]{1,60}){0,3}"
HEADER = rf"\[\[?[ ]?{NAME}[ ]?\]\]?[ \t]{{0,8}}(?:#[^\n]{{0,200}})?"
FIRST_LINE = re.compile(rf"^[ \t]{{0,8}}(?:{HEADER}$|{NAME}[ \t]{{0,20}}=[ \t]{{0,8}}\S)", re.MULTILINE)
LABEL = re.compile(r"^[ \t]{0,8}(?:```+|~~~+)[ \t]?toml[ \t]{0,8}\n\Z", re.IGNORECASE | re.MULTILINE)
AFTER = re.compile(r"^[ \t]{0,8}(?:```|~~~|<[/a-z])", re.MULTILINE | re.IGNORECASE)
"""A line that is no TOML any more."""

EMPTY_TABLES = re.compile(rf"(?:\s{{0,99}}^[ \t]{{0,8}}{HEADER}\s{{0,99}}){{1,9}}\Z", re.MULTILINE)
ERROR_LINE = re.compile(r"at line ([0-9]{1,6})")
LONGEST_LABEL = 24
MOST_UNREAD = 16
"""Places without TOML, after which no more is looked for."""

MOST_CUTS = 3


def toml_as_json(text: str) -> str:
    r"""Returns a text with JSON in the place of its TOML: of what has tables, or stands in a fence for it.

    Args:
        text: Any string.

    Example:
        >>> toml_as_json('[[calls]]\nname = "f"\n[calls.args]\nx = 1 # one\n\n[[calls]]\nname = "g"')
        '{"calls": [{"name": "f", "args": {"x": 1}}, {"name": "g"}]}'
        >>> toml_as_json('```toml\nx = [1,\n 2]\n```'), toml_as_json("x = 1")
        ('```toml\n{"x": [1, 2]}\n```', 'x = 1')
    """
    if "=" not in text:
        return text
    pieces: list[str] = []
    place = position = unread = 0
    while unread < MOST_UNREAD and (first := FIRST_LINE.search(text, position)):
        start = first.start()
        after = AFTER.search(text, start)
        value, end = _read(text, start, after.start() if after else len(text))
        labelled = LABEL.search(text[max(0, start - LONGEST_LABEL) : start])
        position = max(end, first.end())
        if end > start and (labelled or any(isinstance(item, (dict, list)) for item in value.values())):
            ending = "\n" if end < len(text) else ""
            pieces += [text[place:start], json.dumps(value, ensure_ascii=False, default=str), ending]
            place = end
        else:
            unread += 1
    return "".join([*pieces, text[place:]]) if pieces else text


def _read(text: str, start: int, stop: int) -> tuple[dict[str, Any], int]:
    """Returns what stands in the lines from a place on, up to one that is no TOML, and where they end."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text[start:stop])
    for _ in range(MOST_CUTS):
        region = EMPTY_TABLES.sub("", "".join(lines))
        if "=" not in region:
            break
        try:
            value = tomllib.loads(region.replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as error:
            line = ERROR_LINE.search(str(error))
            if line is None:
                break
            lines = lines[: int(line[1]) - 1]
        except (ValueError, RecursionError):  # a number of too many digits, brackets that are too deep
            break
        else:
            end = start + len(region.rstrip())
            return value, end + text.startswith("\n", end)
    return {}, start
