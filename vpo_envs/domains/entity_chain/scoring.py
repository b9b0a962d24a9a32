"""Rewards of names on our own terms; those of the paper are in `paper`."""

from __future__ import annotations

from collections.abc import Mapping

from vpo_envs.domains.entity_chain.chain import LETTERS, Chain
from vpo_envs.domains.entity_chain.reading import matches


def right_letters(chain: Chain, named: Mapping[str, str]) -> list[str]:
    """Returns the letters whose names are right."""
    truth = dict(zip(LETTERS, chain.entities))
    return [letter for letter, name in named.items() if matches(name, truth[letter])]


def score(chain: Chain, named: Mapping[str, str]) -> list[float]:
    """Returns the rewards of `entity_A` to `entity_E`, each in [0, 1].

    A right name is worth p, the share of right ones among the names that count. Letters beyond the
    chain's depth are worth the mean of its own.

    Args:
        chain: The chain.
        named: The names that count, by letter.
    """
    right = right_letters(chain, named)
    worth = len(right) / len(named) if named else 0.0
    own = [worth if letter in right else 0.0 for letter in LETTERS[: len(chain.entities)]]
    return own + [sum(own) / len(own)] * (len(LETTERS) - len(own))
