"""Which words of a sentence hold only on a condition, and which merely ask.

A condition that opens a sentence or a part of it governs all that follows ("once it is paid, we delete your
data"); one that comes later governs its own part ("we delete your data once it is paid"). A date or a
duration is none ("after 3 days"), nor is what the customer may simply wish ("if you like").
"""

from __future__ import annotations

from vpo_envs.domains.support import grammar

_SEPARATORS = frozenset((",", "and", "but", "or"))
_OPENERS = _SEPARATORS | {"so", "then", "please", "sorry"}
_ANTECEDENT = 7


def conditional(words: list[str]) -> frozenset[int]:
    """Positions of the words that hold only on a condition.

    Example:
        >>> sorted(conditional("we delete it once you have paid , thanks".split()))
        [0, 1, 2, 3, 4, 5, 6]
        >>> sorted(conditional("we refund you after <date>".split()))
        []
    """
    if grammar.CONDITIONS.isdisjoint(words):
        return frozenset()
    found: set[int] = set()
    for i, word in enumerate(words):
        if i not in found and word in grammar.CONDITIONS and _demands(words, i):
            start = i
            while start and words[start - 1] not in _SEPARATORS:
                start -= 1
            end = len(words)
            if start < i:
                end = next((j for j in range(i, end) if words[j] in _SEPARATORS), end)
            found.update(range(start, end))
    return frozenset(found)


def _demands(words: list[str], i: int) -> bool:
    antecedent = words[i + 1 : i + 1 + _ANTECEDENT]
    if not antecedent or antecedent[0][0] == "<":
        return False
    if words[i] == "should" and (antecedent[0] != "you" or (i and words[i - 1] not in _SEPARATORS)):
        return False
    return grammar.VACUOUS.isdisjoint(antecedent)


def question_start(words: list[str]) -> int:
    """Where the question of a sentence with a question mark begins.

    Example:
        >>> question_start("sorry , could you send a photo".split())
        2
    """
    for i, word in enumerate(words):
        if word in grammar.INTERROGATIVES and (not i or words[i - 1] in _OPENERS):
            return i
    return 0
