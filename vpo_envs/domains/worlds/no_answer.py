"""Words that stand in the place of a name and give none."""

from __future__ import annotations

import re

NOTHING = frozenset(
    re.findall(
        r"\w+",
        "unknown unresolved unclear uncertain unsure undetermined unidentified unsolved unspecified "
        "undisclosed unnamed unanswered undefined unavailable none null nil na idk tbd omit omitted "
        "blank empty skip skipped excluded not no cannot cant dont doesnt couldnt didnt isnt wasnt "
        "unable left leave leaving pending insufficient without determined withheld ambiguous "
        "inconclusive indeterminate undecided unverified unknowable unconfirmed nothing nobody missing "
        "resolved above",
    )
)
"""Words for no name, which need not stand alone: `not sure`, `left out`, `N/A (no record fits)`."""

FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an the i we im ive me my it its this that these there here one only in on of from for by "
        "with out to at and or but because as since so yet am is was are be been being do does did can "
        "could would have has had know known knowing sure certain certainty confident confidently say "
        "tell guess idea determine resolve resolved identify identified find found give given state "
        "stated mention mentioned name named names specify specified provide provided count counts "
        "counted include included need needed ask asked require required applicable available any "
        "answer entity tag record records story text prompt data information info enough evidence match "
        "matches fit fits possible able deliberately intentionally remains still two clue clues clear "
        "see below used link links well further will choice choices set among attempt attempts avoid "
        "penalty",
    )
)
"""Words that may stand beside these."""

PARTICIPLE = re.compile(r"\w{4,}ed")
"""So may these: `not attempted`."""


def says_nothing(text: str, mask: str) -> bool:
    """Returns True for words that give no name; with any other word among them, a text may give one.

    Args:
        text: A short text.
        mask: The masked entity as the story calls it, whose words give no name either.

    Example:
        >>> says_nothing("Not sure (the records do not say).", "Film A"), says_nothing("no film", "Film A")
        (True, True)
        >>> says_nothing("not sure, perhaps Oule", "Film A"), says_nothing("not Oule", "Film A")
        (False, False)
    """
    words = set(re.findall(r"[^\W_]+", re.sub("['/.]", "", text.lower())))
    others = words - NOTHING - FILLERS - {*mask.lower().split()}
    return not words.isdisjoint(NOTHING) and all(PARTICIPLE.fullmatch(word) for word in others)
