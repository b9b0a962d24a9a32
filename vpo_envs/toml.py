r"""Values in TOML, as models write them, rewritten as the JSON that all readers understand."""

from __future__ import annotations

import json
import re
import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = r"(?:[A-Za-z0-9_-]{1,60}|\"[^\"\n]{1,60}\"|'[^'\n]{1,60}')(?:[ ]?\.[ ]?[\w\"'-]{1,60}){0,3}"
HEADER = rf"\[\[?[ ]?{NAME}[ ]?\]\]?[ \t]{{0,8}}(?:#[^\n]{{0,200}})?"
FIRST_LINE = re.compile(rf"^[ \t]{{0,8}}(?:{HEADER}$|{NAME}[ \t]{{0,20}}=[ \t]{{0,8}}\S)", re.MULTILINE)
TABLE = re.compile(rf"^[ \t]{{0,8}}{HEADER}\r?$", re.MULTILINE)
LABEL = re.compile(r"^[ \t]{0,8}(?:```+|~~~+)[ \t]?toml[ \t]{0,8}\n\Z", re.IGNORECASE | re.MULTILINE)
AFTER = re.compile(r"^[ \t]{0,8}(?:```|~~~|<[/a-z])", re.MULTILINE | re.IGNORECASE)
"""A line that is no TOML any more."""

EMPTY_LINE = re.compile(rf"[ \t]{{0,8}}(?:{HEADER}|#[^\n]*)?\s{{0,9}}")
"""A line without a value: below the last value it may belong to what follows."""

ERROR_LINE = re.compile(r"at line ([0-9]{1,6})")
LONGEST_LABEL = 24
MOST_UNREAD = 16
"""Places without TOML, after which no more is looked for."""

MOST_CUTS = 3
MOST_DOTS = 99
"""Dots in a line; in a name each begins a level of the value, and takes time for all levels above it."""

MOST_READ = 100_000
"""Characters that are read at most, again after each value or cut, which keeps time linear."""


def toml_as_json(text: str) -> str:
    r"""Returns a text with JSON in the place of its TOML.

    That is what has heads of tables, or stands in a fence for TOML. Without either, lines such as `x = [1]`
    may be Python or mathematics.

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
    place = position = unread = read = 0
    while unread < MOST_UNREAD and read < MOST_READ and (first := FIRST_LINE.search(text, position)):
        start = first.start()
        after = AFTER.search(text, start)
        stop = after.start() if after else len(text)
        written, end = _read(text, start, stop)
        labelled = LABEL.search(text[max(0, start - LONGEST_LABEL) : start])
        read += stop - start
        position = max(end, first.end())
        if end > start and (labelled or TABLE.search(text, start, end)):
            ending = "\n" if end < len(text) else ""
            pieces += [text[place:start], written, ending]
            place = end
        else:
            unread += 1
    return "".join([*pieces, text[place:]]) if pieces else text


def _read(text: str, start: int, stop: int) -> tuple[str, int]:
    """Returns the lines from a place on, up to one that is no TOML, as JSON, and where they end."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text[start:stop])
    for _ in range(MOST_CUTS):
        while lines and EMPTY_LINE.fullmatch(lines[-1]):
            lines.pop()
        region = "".join(lines)
        if "=" not in region or any(line.count(".") > MOST_DOTS for line in lines):
            break
        try:
            value = tomllib.loads(region.replace("\r\n", "\n"))
            written = json.dumps(value, ensure_ascii=False, default=str)
        except tomllib.TOMLDecodeError as error:
            line = ERROR_LINE.search(str(error))
            if line is None and "=" in lines[-1]:  # a value that the text cuts off
                break
            lines = lines[: int(line[1]) - 1 if line else -1]
        except (ValueError, RecursionError):  # a number of too many digits, brackets that are too deep
            break
        else:
            end = start + len(region.rstrip())
            return written, end + text.startswith("\n", end)
    return "", start
