"""Reading of names in completions, in the dress that chat models give them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vpo_envs.domains.entity_chain.chain import LETTERS
from vpo_envs.domains.worlds.answers import normalize_entity
from vpo_envs.reading import DASHES, QUOTES, is_placeholder, plain, remove_thought, unescaped

TAG = re.compile(rf"<(/?) ?entity[_ -]?([{LETTERS}]) ?>", re.IGNORECASE)
KEY = re.compile(
    # The start of a line or an item, perhaps numbered; then `Person A`, `entity_a` or `A`; then a mark.
    r"(?:^|[{,;|:>])[ \t>*_#•+\"'`|$(-]{0,8}(?:[0-9]{1,2}[.)]\s{1,3})?[*_\"'`(]{0,3}"
    rf"(?:(entity|mask|[A-Za-z]{{2,12}})[ _]?)?([{LETTERS}]|(?<=_)[{LETTERS.lower()}])"
    r"[\"'`*_)]{0,4}\s{0,3}(?:\([^()\n]{0,40}\)\s{0,3})?"
    r"(:|=>?|->|→|\||[ ]-(?=\s)|(?<=\))(?=\s)|\.(?=\s)|(?<=\s)is(?=\s))[*_\"'`]{0,3}",
    re.MULTILINE,
)
"""`A: ...`, `**Person A** = ...`, `"entity_A": ...`, `| A | ...`, `(A) ...`, `Film A is ...`."""


ASIDE = re.compile(r"\s-{1,2}\s|, (?:who|which|as|since|because|the)\b|\s(?:because|since)\s")
"""The end of a name in a line that goes on to explain it."""

UNKNOWN = frozenset({"unknown", "not known", "n/a", "none", "unresolved", "?", "unclear"})
"""Words for no name."""


def read(completion: str, masks: Sequence[str], most: int) -> dict[str, str]:
    """Reads the names that count: of the last run of different letters, the last `most`.

    Tags count before labelled lines and JSON. Forms and empty tags are no names.

    Args:
        completion: Any string.
        masks: The masked entities as the story calls them, A first: `Film A`.
        most: Names that count.

    Returns:
        Names as written, without their dress, by letter, in the order of the completion.
    """
    text = unescaped(remove_thought(completion), rf"entity[_ -]?[{LETTERS}]")
    own = dict(zip(LETTERS, masks))
    run: dict[str, str] = {}
    for letter, content in reversed(_tagged(text) or _labelled(text)):
        name = clean(content, letter, own[letter]) if content and letter in own else ""
        if not name:
            continue
        if letter in run or len(run) == most:
            break
        run[letter] = name
    return dict(reversed(run.items()))


def clean(content: str, letter: str, mask: str) -> str:
    """Returns a name without its dress and without the mask before it; empty if it is no name.

    Example:
        >>> clean(" **Person A:** Jane_Hollis. ", "A", "Person A")
        'Jane_Hollis'
    """
    text = plain(content[:400])
    label = re.match(
        rf"[*_`]{{0,2}}(?:(?:entity[ _]?|the )?{re.escape(mask)}|entity[ _]?{letter}|{letter}(?=\s?[:=]))"
        r"[*_`]{0,2}\s{0,3}(?::|=>?|->|→|-(?=\s)|is\b)[*_`]{0,2}",
        text,
        re.IGNORECASE,
    )
    if label:
        text = plain(text[label.end() :])
    form = text.lower() in ("name", "canonical name", f"name of {mask}".lower(), mask.lower())
    form = form or text.lower() in UNKNOWN
    return "" if form or is_placeholder(text) or not normalize_entity(text) else text


def matches(name: str, gold: str) -> bool:
    """Returns True for a name that is the true one.

    Where one of them alone has a note in parentheses at its end, as titles of Wikipedia have, the note
    does not count.

    Example:
        >>> matches("Jane Hollis", "Jane_Hollis_(director)"), matches("Jane Hollis (poet)", "Jane Hollis")
        (True, True)
        >>> matches("Jane Hollis (poet)", "Jane_Hollis_(director)")
        False
    """
    wanted, given = normalize_entity(gold), normalize_entity(name)
    if given == wanted:
        return True
    bare_gold, bare = without_note(gold), without_note(name)
    if bare_gold != gold:
        return bare == name and given == normalize_entity(bare_gold)
    return bare != name and normalize_entity(bare) == wanted


def without_note(name: str) -> str:
    """Returns a name without the parentheses at its end, if anything is left then."""
    end = name.rstrip(" _")
    start = end.rfind("(") if end.endswith(")") else -1
    return end[:start].rstrip(" _") if start > 0 else name


def _tagged(text: str) -> list[tuple[str, str]]:
    """Returns letters and contents of all tags that hold a name; one without an end holds one line."""
    marks = list(TAG.finditer(text))
    found = []
    for i, mark in enumerate(marks):
        if mark[1]:
            continue
        end = text.find("<", mark.end())
        content = text[mark.end() : end if end >= 0 else len(text)]
        closed = i + 1 < len(marks) and marks[i + 1][1] and marks[i + 1].start() == end
        if not closed:
            content = content.strip().partition("\n")[0]
        if not is_placeholder(content):
            found.append((mark[2].upper(), content))
    return found


def _labelled(text: str) -> list[tuple[str, str]]:
    """Returns letters and names of lines or items such as `A: ...`; what else they hold is left out."""
    text = text.translate(QUOTES).translate(DASHES)
    keys = list(KEY.finditer(text))
    said = [key for key in keys if key[1] and key[3] == "is"]  # "Film A is ..." may be of the story
    keys = [key for key in keys if key[3] != "is"] or said
    found = []
    for key, following in zip(keys, [*keys[1:], None]):
        content = text[key.end() : following.start() if following else len(text)].partition("\n")[0]
        if "{" not in content:  # the end of a JSON object, not of LaTeX
            content = content.partition("}")[0]
        content = ASIDE.split(content, maxsplit=1)[0]
        found.append((key[2].upper(), content.strip(" \t\r,;|$\"'*`")))
    return found
