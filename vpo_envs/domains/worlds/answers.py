"""Comparison of short answers and of names; linear time on any string."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from vpo_envs.reading import DASHES, QUOTES, read_entities

DROP_PUNCTUATION = str.maketrans("", "", string.punctuation)
ARTICLES = re.compile(r"\b(?:a|an|the)\b")
WIDE = str.maketrans({code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}) | str.maketrans(
    "。｡।、،؛؟《》〈〉「」『』【】", "...,,;?" + '"' * 10, "…"
)
"""Full-width characters, and stops and quotes of other scripts, as ASCII ones."""

DECOMPOSED = re.compile("[^\\W_][\u0300-\u036f]{1,4}")
"""A letter with its marks behind it; few at a time, for composing long runs of marks takes long."""


def normalize(text: str) -> str:
    """Lowers the case, drops ASCII punctuation, then English articles, and squeezes blanks.

    This is the normalization of the SQuAD evaluation (Rajpurkar et al. 2016), which MuSiQue uses too.

    Example:
        >>> normalize("The  Fall of an Empire!")
        'fall of empire'
    """
    return " ".join(ARTICLES.sub(" ", text.lower().translate(DROP_PUNCTUATION)).split())


def normalize_typography(text: str) -> str:
    """Normalizes like `normalize`, with typographic quotes, dashes and stops as their ASCII counterparts.

    The word "and" is dropped like `&`: names that share nothing else have no word in common.

    Example:
        >>> normalize_typography("Selmor’s 1914–18。") == normalize_typography("Selmor's 1914-18.")
        True
        >>> normalize_typography("Holt＆Sons") == normalize_typography("Holt and Sons") == "holt sons"
        True
    """
    return " ".join(word for word in _normalize_marks(text).split() if word != "and")


def _normalize_marks(text: str) -> str:
    """Normalizes like `normalize`, with ASCII characters for typographic ones, and `&` as the word "and"."""
    return normalize(text.translate(QUOTES).translate(DASHES).translate(WIDE).replace("&", " and "))


def normalize_paper(text: str) -> str:
    """Normalizes as the authors of arXiv 2605.22817 do: articles are dropped before punctuation.

    Example:
        >>> normalize("at 9 a.m."), normalize_paper("at 9 a.m.")
        ('at 9 am', 'at 9 m')
    """
    return " ".join(ARTICLES.sub(" ", text.lower()).translate(DROP_PUNCTUATION).split())


def normalize_entity(text: str) -> str:
    """Normalizes a name: underscores are blanks, and `&` is the word "and"; escapes are read.

    Example:
        >>> normalize_entity("Robert_Frost") == normalize_entity("the robert frost.")
        True
        >>> normalize_entity("Holt &amp; Sons") == normalize_entity("Holt and Sons")
        True
        >>> normalize_entity("Beyonc%C3%A9") == normalize_entity("Beyoncé")
        True
    """
    return _normalize_marks(read_escapes(text).replace("_", " "))


def read_escapes(name: str) -> str:
    """Returns a name without the escapes of addresses and of HTML, its accents in one form.

    Example:
        >>> read_escapes("Jane_Hollis_%28film%29"), read_escapes("Holt &amp; Sons"), read_escapes("100%_Wool")
        ('Jane_Hollis_(film)', 'Holt & Sons', '100%_Wool')
    """
    return DECOMPOSED.sub(lambda mark: unicodedata.normalize("NFC", mark[0]), unquote(read_entities(name)))


def token_f1(prediction: str, golds: Sequence[str], normal: Callable[[str], str] = normalize) -> float:
    """Returns the best F1 between the bags of words of a prediction and of each accepted answer.

    With c common words of p predicted and g accepted ones, F1 = 2c / (p + g). Where normalization
    leaves no word on one side, F1 is 1 if it leaves none on either, else 0.

    Args:
        prediction: The answer.
        golds: Accepted answers, at least one.
        normal: The normalization of both sides.

    Example:
        >>> token_f1("in Old Selmor", ["Selmor", "Old Selmor"])
        0.8
    """
    predicted = normal(prediction).split()
    return max(_f1(predicted, normal(gold).split()) for gold in golds)


def _f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    common = sum((Counter(predicted) & Counter(gold)).values())
    return 2 * common / (len(predicted) + len(gold))
