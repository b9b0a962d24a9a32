"""The setting of the authors of arXiv 2605.22817: their reading, their scores, their test questions.

Facts are from their public code (`ryanboldi/vpo`, commit 767db79) and its notes on reproduction.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vpo_envs.domains.multihop_qa.question import MOST_HOPS, Question
from vpo_envs.domains.multihop_qa.reading import Reading
from vpo_envs.domains.worlds.answers import normalize_paper, token_f1

MOST_CITATIONS = 4
PER_HOP, TEST_SEED = 100, 42
"""Their test: so many questions of 2, 3 and 4 hops each, shuffled with this seed."""


def read(completion: str) -> Reading:
    """Reads the first pair of each tag, thought included, in lower case alone.

    Citations are the parts between commas that are nothing but digits; the first four distinct ones
    count. Numerals that no integer can be made of are left out (their code raises an error there).
    """
    cited: list[int] = []
    for part in (_first(completion, "support") or "").split(","):
        part = part.strip()
        if part.isdecimal() and len(part) <= 4300:  # Python's own limit
            cited.append(int(part))
    return Reading(
        tuple(dict.fromkeys(cited))[:MOST_CITATIONS], (_first(completion, "answer") or "").strip() or None
    )


def score(question: Question, reading: Reading) -> list[float]:
    """Returns the rewards of `hop_1` to `hop_4` (1 where cited or beyond the question) and `answer_f1`."""
    if reading.answer is None:
        return [0.0] * (MOST_HOPS + 1)
    hops = [float(question.shown(number) in reading.cited) for number in question.support]
    unused = [1.0] * (MOST_HOPS - len(hops))
    return [*hops, *unused, token_f1(reading.answer, question.answers, normalize_paper)]


def held_out(questions: Sequence[Question]) -> list[Question]:
    """Returns the questions of their held-out test, balanced over hops, in their order.

    They shuffle with the package `datasets`, whose permutation is numpy's.
    """
    chosen: list[Question] = []
    for hops in (2, 3, 4):
        bucket = [question for question in questions if len(question.steps) == hops]
        order = np.random.default_rng(TEST_SEED).permutation(len(bucket))
        chosen += [bucket[i] for i in order[:PER_HOP]]
    return [chosen[i] for i in np.random.default_rng(TEST_SEED).permutation(len(chosen))]


def _first(text: str, tag: str) -> str | None:
    """Returns the text between the first `<tag>` and the next `</tag>`, exactly so written."""
    _, opened, rest = text.partition(f"<{tag}>")
    content, closed, _ = rest.partition(f"</{tag}>")
    return content if opened and closed else None
