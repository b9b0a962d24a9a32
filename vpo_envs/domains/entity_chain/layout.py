"""Names under headings, in records of YAML, in chains and in calls, rewritten as lines `A: name`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from vpo_envs.domains.entity_chain.markup import MASK
from vpo_envs.domains.worlds.tables import Cell

NAME_ALONE = r"(?=[*_\"'`]{0,3}[^\W_a-z][^\n:|<]{0,60}(?<![.?!])[ \t]{0,3}$)"
"""A line that holds nothing but a name, by its capital and its end."""

HEADING = re.compile(
    rf"^[ \t]{{0,3}}(?:#{{1,6}}[ \t]{{1,3}}[*_]{{0,2}}|\*\*|__)(?:[0-9]{{1,2}}[.)][ ])?({MASK})"
    rf"(?:[ ]\([^()\n]{{0,40}}\))?[*_:]{{0,4}}[ \t]{{0,3}}\n\s{{0,3}}{NAME_ALONE}",
    re.MULTILINE,
)
CELL = r"\w[\w ]{0,20}:[ \t]{1,3}[^\n]*"
RECORD = re.compile(
    rf"^[ \t]{{0,12}}(?:-[ ]{{1,3}}(?=\w)|(?:-[ ])?[\"']?{MASK}[\"']?:[ \t]{{0,3}}\n[ \t]{{1,14}})"
    rf"({CELL}(?:\n[ \t]{{1,14}}{CELL}){{0,5}})",
    re.MULTILINE,
)
LINK = rf"{MASK} \((?=[^\W_a-z])([^()\n]{{1,60}})\)"
ARROW = r"\s?(?:→|--?>|=>)\s?"
CHAIN = re.compile(
    rf"^[ \t>*-]{{0,6}}{LINK}(?:{ARROW}{LINK}){{1,4}}(?:{ARROW}[^\n(]{{0,60}})?$", re.MULTILINE
)
VALUES = re.compile(rf"^\"?{MASK}\"?,\"?(?! |{MASK}\"?$)([^\",\n]{{1,80}})\"?$", re.MULTILINE)
WORD = r"[^\W_a-z][\w'.-]{0,30}"
BEFORE = re.compile(
    rf"(?:^[ \t>*_-]{{0,8}}(?:[0-9]{{1,2}}[.)][ ])?|[,;][ ])[*_\"'`]{{0,3}}"
    rf"(?!(?:Step|Record|Link|Clue|Hop|Answer|Entity|Mask|Part|Final|[A-Za-z]{{2,12}}[ _][A-E])\b)"
    rf"({WORD}(?:[ ](?:{WORD}|&|and|of|the|de)){{0,6}})[*_\"'`]{{0,3}}[ ](?:\(|-{{1,2}}>?[ ]|[=→][ ])"
    rf"[*_`]{{0,3}}{MASK}[*_`]{{0,3}}\)?(?=[,;.]?[ \t]{{0,3}}$|[,;][ ])",
    re.MULTILINE,
)
"""A name before its mask: `Oule (River A)`, `- Oule - River A`."""

CALL = re.compile(r"\b\w{1,30}[(\[](?=\s{0,9}(?:\w{2,12}_[A-Ea-e]|[A-E])\s?=(?!=))")


def rewrite_layout(text: str, rewrite: Callable[[Sequence[Cell]], Iterable[str] | None]) -> str:
    r"""Returns a text with a line for each name that stands beside its mask in another layout.

    Args:
        text: Any string.
        rewrite: Returns the lines that a record means; None for one that stays as it is.

    Example:
        >>> rewrite_layout("### River A\n\n**Oule**\n", lambda row: None)
        'River A: **Oule**\n'
        >>> rewrite_layout("- entity: A\n  name: Oule", lambda row: [f"{row[0].text}: {row[1].text}"])
        'A: Oule'
        >>> rewrite_layout("Oule (River A), Tarn (City B)", lambda row: None)
        '\nA: Oule\nB: Tarn'
        >>> rewrite_layout("River A (Oule) → City B (Tarn)", lambda row: None)
        'A: Oule\nB: Tarn'
    """

    def lines(record: re.Match[str]) -> str:
        cells = [line.strip().partition(":") for line in record[2].split("\n")]
        row = [Cell("", record[1])] if record[1] else []
        found = rewrite([*row, *(Cell(head, text.strip(" \t\"'")) for head, _, text in cells)])
        return "\n".join(found) if found else record[0]

    text = CALL.sub("\n", VALUES.sub(r"\1: \3", BEFORE.sub(r"\n\2: \1", text)))
    text = CHAIN.sub(_unlinked, HEADING.sub(r"\1: ", text))
    return RECORD.sub(lines, text)


def _unlinked(chain: re.Match[str]) -> str:
    """Returns the links of a chain, one a line."""
    return "\n".join(f"{letter}: {name}" for letter, name in re.findall(LINK, chain[0]))
