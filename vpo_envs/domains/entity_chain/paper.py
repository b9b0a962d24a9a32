"""The setting of the authors of arXiv 2605.22817: their reading and their scores.

Facts are from their public code (`ryanboldi/vpo`, commit 767db79). Their split is in `eureqa`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from vpo_envs.domains.entity_chain.chain import LETTERS, Chain
from vpo_envs.domains.worlds.answers import normalize_paper

TAGS = {
    letter: tuple(re.compile(rf"<{end}entity_{letter}>", re.IGNORECASE) for end in ("", "/"))
    for letter in LETTERS
}


def read(completion: str) -> dict[str, str]:
    """Reads the first complete pair of each letter's tags, thought included; the filled ones.

    Returns:
        Names by letter.
    """
    named = {}
    for letter, (opener, closer) in TAGS.items():
        start = opener.search(completion)
        end = closer.search(completion, start.end()) if start else None
        if start and end and (name := completion[start.end() : end.start()].strip()):
            named[letter] = name
    return named


def normalize(name: str) -> str:
    """Normalizes a name as the authors do: underscores as blanks, and no other kindness."""
    return normalize_paper(name.replace("_", " "))


def score(chain: Chain, named: Mapping[str, str]) -> list[float]:
    """Returns 1 for every letter whose normalized name is the true one, else 0."""
    right = [
        float(letter in named and normalize(named[letter]) == normalize(entity))
        for letter, entity in zip(LETTERS, chain.entities)
    ]
    return right + [0.0] * (len(LETTERS) - len(right))
