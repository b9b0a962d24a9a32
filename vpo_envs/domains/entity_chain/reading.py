"""Reading of names in completions, in the dress that chat models give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from vpo_envs.domains.entity_chain.chain import LETTERS
from vpo_envs.domains.entity_chain.markup import plain_markup
from vpo_envs.domains.entity_chain.negation import doubted, is_taken_back
from vpo_envs.domains.entity_chain.rows import one_name, rewrite_rows
from vpo_envs.domains.worlds.answers import WIDE, normalize_entity, read_escapes
from vpo_envs.domains.worlds.no_answer import says_nothing
from vpo_envs.domains.worlds.retraction import retracts
from vpo_envs.layout import usual_layout
from vpo_envs.reading import (
    DASHES,
    QUOTES,
    is_placeholder,
    plain,
    plain_characters,
    plain_marks,
    plain_tags,
    read_entities,
    remove_thought,
    revised_tail,
)
from vpo_envs.tables import MOST_CELLS

TAG = re.compile(rf"<(/?) ?entity[_ -]?([{LETTERS}]) ?>", re.IGNORECASE)
HEADS = rf"(?:[a-z]{{2,12}}[ _])?[{LETTERS}]|mask(?:ed)?(?: entity)?|entity|letter|label|placeholder"
"""The heads of columns in tables."""

AT_ONCE = re.compile(r"(?!['’]s\b)[*_`$\"'“‘]{0,3}\w")
LATER = re.compile(rf"\s{{0,9}}:?\s{{0,9}}(?!(?:and|or|is|are|was|were)\b){AT_ONCE.pattern}")
"""A name behind an open tag, at once or after a blank; prose that mentions a tag goes on otherwise."""

INTRO = (
    r"(?i:and|so|thus|hence|therefore|finally|then|while|whereas|that|is|are|but|the|name (?:of|behind)"
    r"|find|conclude|get|have|n?or(?: (?:else|perhaps|maybe|possibly|even|rather))?|/)"
)
ADVERB = (
    r"(?:(?!(?:hard|scarce|bare|possib|unlike|alleged|supposed|reported)ly\b)[a-z]{2,12}ly|most likely"
    r"|therefore|thus|hence|then|indeed|also|in fact|none other than)"
)
IDENTIFIED = (
    r"(?:called|named|known as|equal to|identical (?:to|with)|the same as"
    r"|(?:identified|recogni[sz]ed|revealed|resolved|established|determined|found|shown|proven) (?:as|to be))"
)
EQUATING = r"(?:(?:refers|corresponds|resolves|maps|points) to|stands for|equals|denotes|represents|means)"
BE = rf"(?:is|was|must (?:{ADVERB} )?be|has to be|can only be|(?:turns|turned) out to be|prove[sd] to be)"
PROSE = (
    rf"(?<=\s)(?:(?:{ADVERB} )?(?:"
    rf"{BE}(?:,? {ADVERB},?)?(?: {IDENTIFIED})?|(?:has|can|must) (?:{ADVERB} )?be(?:en)? {IDENTIFIED}"
    rf"|{EQUATING})"
    r"(?: the [a-z]{2,12}(?= [A-Z\"'*]))?)(?=\s)|\((?=[A-Z])"
)
"""Words that equate a mask and a name; those of doubt are none of them."""

LISTED = r"\||[ ]-(?=\s)|(?<=[A-E]\))(?=\s)|(?<=[A-E]\])(?=\s)(?!\s{1,3}[a-z]{1,20}\s)|\.(?=\s)"
KEY = re.compile(
    # The start of a line, an item or a clause, perhaps numbered; then `Person A`, `entity_a` or `A`; a mark.
    rf"(?:^|[{{,;|:>]|(?P<clause>(?<=[.!])[ \t]|[ \t](?={INTRO}[\s,])))[ \t>*_#•+\"'`|$(-]{{0,8}}"
    rf"(?:{INTRO},?\s{{1,3}}){{0,3}}(?:[0-9]{{1,2}}[.)]\s{{1,3}})?[*_\"'`(<]{{0,3}}(?P<bracket>\[)?"
    rf"(?:(?P<kind>entity|mask|[A-Za-z]{{2,12}})[ _]?)?(?P<letter>[{LETTERS}]|(?<=_)[{LETTERS.lower()}])"
    r"[\"'`*_)>]{0,4}(?(bracket)\]?)\s{0,3}(?:\([^()\n]{0,40}\)\s{0,3})?"
    rf"(?P<mark>:|=>?|->|[→⇒≡]|(?P<prose>{PROSE})|(?(clause)(?!)|(?:{LISTED})))[*_\"'`]{{0,3}}",
    re.MULTILINE,
)
"""`A: ...`, `**Person A** = ...`, `"entity_A": ...`, `(A) ...`, `Film A is ...`, `... and Film A (...)`."""

ASIDE = re.compile(
    r"\s(?:-{1,2}|#)\s|, (?:who|whose|which|where|as|since|because|so|but|given|the)\b|\s(?:because|since)\s"
    r"|(?<=[a-z]{4})[.!] (?=[A-Z])|[.!] (?=(?:It|This|These|The|They|He|She|I|We|Its|His|Her)\b)"
)
"""The end of a name in a line that goes on to explain it."""

NAMED = re.compile(rf"\s{{0,3}}[*_\"'`]{{0,3}}(?!\w{{2,12}}[ _][{LETTERS}]\b)[A-Z]")
"""A name in prose, which is no other mask."""

DOUBT = re.compile(
    r"\((?:or|perhaps|maybe|possibly|probably not|not(?! to be confused)|wrong|alternatively)\b",
    re.IGNORECASE,
)
"""A note that takes the name before it back, or offers another."""

APPOSITION = re.compile(
    r"(?:, |\s--?\s)(?!(?:or|nor|and|not|perhaps|maybe|possibly|probably|alternatively|either|else)\b)"
    r"(?=[a-z]|[A-Z][a-z]{2,12} (?:of|in|at|for)\b)"
)
"""The end of a name behind which a tag goes on to describe it; a name's own comma stands before a capital."""

PARENTHESIS = re.compile(r"(?:[^()]|\([^()]*\))*")


def read(completion: str, masks: Sequence[str], most: int) -> dict[str, str]:
    """Reads the names that count: the last one of every letter, and of those the last `most`.

    Tags count before labelled lines, tables and JSON, but for lines that correct them below. Forms and empty
    tags are no names.

    Args:
        completion: Any string.
        masks: The masked entities as the story calls them, A first: `Film A`.
        most: Names that count.

    Returns:
        Names as written, without their dress, by letter, in the order of the completion.
    """
    text = plain_marks(usual_layout(remove_thought(plain_characters(completion)), HEADS))
    text = plain_markup(plain_tags(text, rf"entity[_ -]?[{LETTERS}]"))
    own = dict(zip(LETTERS, masks))
    tagged = [*_standing(_tagged(text), text, own), *_corrections(text, own)]
    return _last_names(tagged, own, most) or _last_names(_labelled(text, own), own, most)


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
    if introduced := _introduction(mask).match(text):
        text = plain(text[introduced.end() :])
    if said := APPOSITION.search(text):
        text = "" if is_taken_back(text[said.start() :]) else text[: said.start()].rstrip()
    form = text.lower() in ("name", "canonical name", f"name of {mask}".lower(), mask.lower())
    form = form or says_nothing(read_entities(text), mask) or DOUBT.search(text) is not None
    return "" if form or is_placeholder(text) or not normalize_entity(text) else text


@cache
def _introduction(mask: str) -> re.Pattern[str]:
    """Returns the pattern of words that bring a name: `It is`, `Name:`, `the river` for `River A`."""
    kind = re.escape(mask.rpartition(" ")[0].lower() or "entity")
    return re.compile(
        r"(?:(?:[Ii]t|[Tt]his|[Tt]hat|[Hh]e|[Ss]he"
        rf"|(?:[Tt]he |[Ii]ts )?(?:[Nn]ame|[Aa]nswer|[Ee]ntity|{kind})"
        rf"(?: (?:of|behind|for) {re.escape(mask)})?) {BE}(?: the {kind})?"
        rf"|(?:[Tt]he )?(?:[Nn]ame|[Ee]ntity|(?i:{kind}))\s?[:=]|[Tt]he {kind})\s{{1,3}}(?=[^\W_a-z])"
    )


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
    name, gold = read_escapes(name), read_escapes(gold)
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


def _last_names(found: Sequence[tuple[str, str]], masks: Mapping[str, str], most: int) -> dict[str, str]:
    """Returns the last name of each of the last `most` letters, in order."""
    names: dict[str, str] = {}
    for letter, content in reversed(found):
        if len(names) == most:
            break
        if content and letter in masks and letter not in names:
            name = clean(content, letter, masks[letter])
            names |= {letter: name} if name else {}
    return dict(reversed(names.items()))


def _tagged(text: str) -> list[tuple[str, str]]:
    """Returns letters and contents of all tags that hold a name; one without an end holds one line.

    Beside closed tags, an open one is only mentioned if its name does not follow at once.
    """
    marks = list(TAG.finditer(text))
    ends = [text.find("<", mark.end()) for mark in marks]
    closed = [
        not mark[1] and following[1] == "/" and following.start() == end
        for mark, following, end in zip(marks, marks[1:], ends)
    ]
    name = AT_ONCE if any(closed) else LATER
    found = []
    for mark, end, is_closed in zip(marks, ends, [*closed, False]):
        content = "" if mark[1] else text[mark.end() : end if end >= 0 else len(text)]
        if not is_closed:
            content = content.strip().partition("\n")[0] if name.match(content) else ""
        if not is_placeholder(content):
            found.append((mark[2].upper(), content))
    return found


def _standing(
    found: Sequence[tuple[str, str]], text: str, masks: Mapping[str, str]
) -> Sequence[tuple[str, str]]:
    """Returns the names in tags that words below the last tag neither withdraw nor deny."""
    marks = [*TAG.finditer(text)]
    below = text[marks[-1].end() :] if marks else ""
    if not below.strip():
        return found
    if any(mark[1] for mark in marks) and retracts(below):
        return []
    return [
        (letter, name)
        for letter, name in found
        if not _is_denied(name, below, rf"(?:{re.escape(masks.get(letter, letter))}|entity[ _]{letter})")
    ]


def _is_denied(name: str, below: str, mask: str) -> bool:
    """Returns whether a text says that a mask is not the one of this name, or that its name is wrong."""
    denial = re.compile(
        rf"\b{mask}\W{{1,4}}(?:is|was)(?:n't| not) \W{{0,3}}(?:the )?{re.escape(plain(name[:400]))}(?!\w)"
        rf"|(?:^|[.!\n])\W{{0,5}}(?:actually, )?{mask} is (?:wrong|incorrect|mistaken|not right|not correct)",
        re.IGNORECASE,
    )
    return bool(name.strip()) and denial.search(below) is not None


def _corrections(text: str, masks: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns letters and names of lines below the tags, such as `Correction: Company E is ...`."""
    return [pair for pair in _labelled(revised_tail(text, TAG), masks) if pair[1][:1].isupper()]


def _labelled(text: str, masks: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns letters and names of lines or items such as `A: ...`; what else they hold is left out."""
    text = rewrite_rows(text.translate(QUOTES).translate(DASHES).translate(WIDE), masks)
    keys = list(KEY.finditer(text))
    prose = all(key["prose"] for key in keys)
    in_doubt = {key.start() for key, doubt in zip(keys, doubted(keys)) if doubt}
    keys = [key for key in keys if not key["prose"] or (prose and key["kind"]) or _gives_name(key)]
    found = []
    for key, following in zip(keys, [*keys[1:], None]):
        content = text[key.end() : following.start() if following else len(text)]
        name = "" if key.start() in in_doubt else _name_in(content, key["mark"])
        found.append((key["letter"].upper(), name))
    return found


def _gives_name(key: re.Match[str]) -> bool:
    """Returns True for `Film A is Oule`; `Film A is based on ...` and `Film A (...)` may be of the story."""
    return key["mark"] != "(" and NAMED.match(key.string, key.end()) is not None


def _name_in(content: str, mark: str) -> str:
    """Returns the name at the beginning of what stands behind a mark, on its line or below a colon."""
    line, _, below = content.partition("\n")
    if mark == ":" and not line.strip(" \t\r*_"):
        line = below.partition("\n")[0]
    if mark == "|":
        line = one_name([cell.strip() for cell in line.split("|", MOST_CELLS)])
    if mark == "(" and (inside := PARENTHESIS.match(line)):
        line = inside[0]
    if "{" not in line:  # the end of a JSON object, not of LaTeX
        line = line.partition("}")[0]
    if "[" not in line:
        line = line.partition("]")[0]
    name = ASIDE.split(line, maxsplit=1)[0]
    return "" if is_taken_back(line[len(name) :]) else name.strip(" \t\r,;|$\"'*`")
