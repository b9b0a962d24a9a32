"""Cutting a text into lexemes: numbers, currency signs, dates in digits, codes, words, punctuation."""

from __future__ import annotations

import re

_PATTERN = re.compile(
    r"""
      (?P<iso>    [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]) )
    | (?P<slash>  [0-9]{1,2}(?P<sep>[/.])[0-9]{1,2}(?P=sep)[0-9]{4}(?![0-9])
                | [0-9]{1,2}/[0-9]{1,2}(?![0-9/]) )
    | (?P<number> (?: [0-9]{1,3}(?:,[0-9]{3}){1,3} | [0-9]{1,9} )
                  (?:\.[0-9]{1,4})?(?![0-9])(?:(?:st|nd|rd|th)\b)? )
    | (?P<money>  us\$ | [$€£] | (?:usd|eur|gbp)(?=\s?[0-9]) )
    | (?P<code>   (?<![^\W_])(?: \#[0-9]{3,12} | [a-z]{1,4}-?[0-9]{2,12} )(?![^\W_]) )
    | (?P<word>   no\.(?=\s?[a-z]{0,4}-?[0-9]) | [^\W\d_]+(?:'[^\W\d_]+)* )
    | (?P<share>  % )
    | (?P<stop>   [.!;\n] )
    | (?P<ask>    \? )
    | (?P<pause>  [,:()–—] )
    | (?P<other>  \w+ )
    """,
    re.VERBOSE,
)
_WRAPPED = re.compile(r"\n(?=[ \t]*[a-z$€£])")
"""A line break inside a sentence; before a capital, a digit or a mark of a list it ends one."""
_QUOTES = str.maketrans("’‘`", "'''")
PUNCTUATION = {"stop": ".", "ask": "?", "pause": ","}
"""How kinds of punctuation appear among the words of a text."""


def cut(text: str) -> list[tuple[str, str]]:
    r"""The lexemes of a text in lower case, each with its kind; linear in the length.

    Example:
        >>> cut("$5, please")
        [('money', '$'), ('number', '5'), ('pause', ','), ('word', 'please')]
        >>> [kind for kind, _ in cut("we will\nrefund\nThanks")]
        ['word', 'word', 'word', 'stop', 'word']
    """
    found = _PATTERN.finditer(_WRAPPED.sub(" ", text).lower().translate(_QUOTES))
    return [(match.lastgroup or "", match.group()) for match in found]
