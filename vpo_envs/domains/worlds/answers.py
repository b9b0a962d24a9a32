"""Comparison of short answers and of names; linear time on any string."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

from vpo_envs.reading import DASHES, QUOTES

DROP_PUNCTUATION = str.maketrans("", "", string.punctuation)
ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def normalize(text: str) -> str:
    """Lowers the case, drops ASCII punctuation, then English articles, and squeezes blanks.

    This is the normalisation of the SQuAD evaluation (Rajpurkar et al. 2016), which MuSiQue uses too.

    Example:
        >>> normalize("The  Fall of an Empire!")
        'fall of empire'
    """
    return " ".join(ARTICLES.sub(" ", text.lower().translate(DROP_PUNCTUATION)).split())


def normalize_typography(text: str) -> str:
    """Normalises like `normalize`, with typographic quotes and dashes as their ASCII counterparts.

    Example:
        >>> normalize_typography("Selmor’s 1914–18") == normalize_typography("Selmor's 1914-18")
        True
    """
    return normalize(text.translate(QUOTES).translate(DASHES))


def normalize_paper(text: str) -> str:
    """Normalises as the authors of arXiv 2605.22817 do: articles are dropped before punctuation.

    Example:
        >>> normalize("at 9 a.m."), normalize_paper("at 9 a.m.")
        ('at 9 am', 'at 9 m')
    """
    return " ".join(ARTICLES.sub(" ", text.lower()).translate(DROP_PUNCTUATION).split())


def normalize_entity(text: str) -> str:
    """Normalises a name: underscores are blanks, and `&` (also as `&amp;`) is the word "and".

    Example:
        >>> normalize_entity("Robert_Frost") == normalize_entity("the robert frost.")
        True
        >>> normalize_entity("Holt &amp; Sons") == normalize_entity("Holt and Sons")
        True
    """
    text = text.replace("_", " ").replace("&amp;", "&").replace("&", " and ")
    return normalize_typography(text)


def token_f1(prediction: str, golds: Sequence[str], normal: Callable[[str], str] = normalize) -> float:
    """Returns the best F1 between the bags of words of a prediction and of each accepted answer.

    With c common words of p predicted and g accepted ones, F1 = 2c / (p + g). Where normalisation
    leaves no word on one side, F1 is 1 if it leaves none on either, else 0.

    Args:
        prediction: The answer.
        golds: Accepted answers, at least one.
        normal: The normalisation of both sides.

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
