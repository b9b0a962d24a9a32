"""Numbers written as words: forty-two, one hundred and five, two thousand."""

from __future__ import annotations

from collections.abc import Sequence

from vpo_envs.domains.support.words import word_list

_UNITS = {
    word: i
    for i, word in enumerate(
        word_list(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen "
            "seventeen eighteen nineteen"
        ),
        1,
    )
}
_TENS = {
    word: 10 * i
    for i, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_SCALES = {"hundred": 100, "thousand": 1000}
NUMBER_WORDS = frozenset((*_UNITS, *_TENS, *_SCALES))
FRACTIONS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0}
"""Per cent of a whole."""
_MOST_WORDS = 8


def read_number(words: Sequence[str], start: int) -> tuple[float, int]:
    """The number whose words begin at `start`, and the index after it.

    Example:
        >>> read_number("one hundred and five dollars".split(), 0)
        (105.0, 4)
    """
    total = group = 0
    i = start
    last = ""  # "twenty five" is one number, "five twenty" two
    while i < min(start + _MOST_WORDS, len(words)):
        word = words[i]
        if word in _SCALES:
            group = max(group, 1) * _SCALES[word]
            if word == "thousand":
                total, group = total + group, 0
        elif word in _TENS and last not in _UNITS and last not in _TENS:
            group += _TENS[word]
        elif word in _UNITS and last not in _UNITS and (_UNITS[word] < 10 or last not in _TENS):
            group += _UNITS[word]
        elif not (word == "and" and last in _SCALES and i + 1 < len(words) and words[i + 1] in NUMBER_WORDS):
            break
        last = word
        i += 1
    return float(total + group), i
