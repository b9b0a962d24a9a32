"""Words that stand in the place of a name and give none: refusals, remarks and forms."""

from __future__ import annotations

import re

from vpo_envs.domains.worlds.schema import KINDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOTHING = _words(
    "unknown unresolved unclear uncertain unsure undetermined unidentified unsolved unspecified "
    "undisclosed unnamed unanswered undefined unavailable unanswerable undeterminable unidentifiable "
    "unresolvable unsolvable none null nil na idk tbd tba omit omitted blank skip skipped excluded not no "
    "cannot cant dont doesnt couldnt didnt isnt wasnt arent wont unable left leave leaving pending "
    "insufficient without determined withheld ambiguous inconclusive indeterminate undecided unverified "
    "unknowable unconfirmed nothing nobody neither missing resolved above impossible masked ignored"
)
"""Words for no name, which need not stand alone: `not sure`, `left out`, `N/A (no record fits)`."""

FORMS = (
    _words(
        "answer answers name names word words entity entities placeholder todo xxx value title string text "
        "paragraph paragraphs passages document documents record records information info data "
        "context someone somebody something anyone anybody whoever whatever empty tag mask"
    )
    | KINDS.keys()
)
"""What a form or a request calls a name, and kinds of things: with fillers alone beside it, it gives none."""

FILLERS = _words(
    "a an the i we im ive me my it its this that these those there here one only in on of from for by "
    "with out to at and or but because as since so yet am is was are be been being do does did can "
    "could would have has had know known knowing sure certain certainty confident confidently say says "
    "tell tells guess idea determine resolve identify identified find found give gives given state states "
    "stated mention mentions mentioned named specify specifies specified provide provides provided count "
    "counts counted include includes included need needed ask asked require required applicable available "
    "any story prompt enough evidence match matches fit fits possible able deliberately intentionally "
    "remains still two clue clues clear see below used link links well further will choice choices set "
    "among attempt attempts avoid penalty sorry please unfortunately question questions contain contains "
    "show shows help your our you he she they them him her who whom what which where when how why more most "
    "all both few short full long such some same correct exact actual real true proper identity source "
    "sources article articles page pages insert enter fill write put type goes based upon into about"
)
"""Words that may stand beside these."""

PARTICIPLE = re.compile(r"\w{4,}(?:ed|ing)")
"""So may these beside words for no name: `not attempted`, `no matching record`."""

LONE_PARTICIPLE = re.compile(r"[a-z]{4,}ed")
"""Alone in lower case it is a remark: `redacted`."""

SAYING = (
    r"(?:say|state|mention|tell|give|specify|provide|contain|include|name|identify|indicate|list|reveal|show"
    r"|answer|describe|disclose|know|determine|find|locate|see|have|help|establish|infer|deduce|work out)"
)
TOLD = r"(?:[a-z]{2,}ed|given|known|found|told|shown|clear|available|enough|possible|there)"
NOT = r"(?:not|never)"
REFUSAL = re.compile(
    # A clause from the beginning on, whose second word is no name's; then what is not said or not found.
    r"\A\W{0,3}(?:[\w'’]{1,20},?(?: [a-z][^()\[\];:.!?\n]{0,160}?)? |)(?:[Ii] )?"
    rf"(?:(?:(?:[Dd]o|[Dd]oes|[Dd]id|[Cc]an|[Cc]ould)(?: {NOT}|n['’]t)|[Cc]annot|fails? to"
    r"|(?:[Uu]n|not )able to)"
    rf" (?:be [a-z]{{2,}}ed|be (?:found|told|known)|(?:[a-z]{{2,12}} )?{SAYING})"
    rf"|(?:is|are|was|were|has been|have been)(?: {NOT}|n['’]t) (?:[a-z]{{2,12}} )?{TOLD}"
    r"|[Nn]o (?:[a-z]{2,12} )?(?:information|info|mention|answer|evidence|record|data|indication))\b"
)
"""A sentence that says that nothing is said: `The sponsor of Oule is not specified in the paragraphs`."""

GUESS = re.compile(
    r"\b(?:perhaps|maybe|possibly|probably|likely|guess|might|may be|could be"
    r"|but (?!(?:i|the|it|there|this|no|we)\b))\b",
    re.IGNORECASE,
)
"""Words that bring a name in spite of a refusal."""

SMALL = re.compile(r"a|an|the|of|in|on|and|to|for|by|at|or|from")
POSSESSIVE = re.compile(r"['’]s\b")


def says_nothing(text: str, asked: str = "") -> bool:
    """Returns True for words that give no name; with any other word among them, a text may give one.

    Args:
        text: A short text.
        asked: Words for what is asked for, which give no name either: the masked entity as the story calls
            it, or the words of a question that are no names.

    Example:
        >>> says_nothing("Not sure (the records do not say).", "Film A"), says_nothing("no film", "Film A")
        (True, True)
        >>> says_nothing("not sure, perhaps Oule", "Film A"), says_nothing("not Oule", "Film A")
        (False, False)
        >>> says_nothing("the main sponsor", "main sponsor"), says_nothing("The Given Name")
        (True, False)
    """
    asks = {*asked.lower().split()}
    words = set(re.findall(r"[^\W_]+", re.sub("['’/.]", "", POSSESSIVE.sub("", text.lower()))))
    others = words - NOTHING - FORMS - FILLERS - asks
    if not words.isdisjoint(NOTHING) and all(PARTICIPLE.fullmatch(word) for word in others):
        return True
    if LONE_PARTICIPLE.fullmatch(text) or (REFUSAL.match(text) and not GUESS.search(text)):
        return True
    return not (others or words.isdisjoint((FORMS | asks) - FILLERS) or is_title(text))


def is_title(text: str) -> bool:
    """Returns True for two or more words with capitals, as names have them.

    Example:
        >>> is_title("The Given Name"), is_title("The name"), is_title("NAME HERE"), is_title("Name")
        (True, False, False, False)
    """
    words = [word for word in re.findall(r"[^\W_]+", text) if not SMALL.fullmatch(word.lower())]
    return (
        len(words) > 1 and all(word[0].isupper() or word.isdigit() for word in words) and not text.isupper()
    )
