"""EUREQA (Li et al. 2024, arXiv 2311.09702) in its published schema.

The hub data set `vincentleebang/EUREQA` has one object per question: `question` (its sentences),
`entity_masks` and `entities`, both from A to the entity that the last sentence names, hence one
longer than the chain is deep. Its splits are `questions_hard_1` to `questions_hard_5`, by depth, and
`questions_normal_5`; there is no train or test split.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from os import PathLike

import numpy as np

from vpo_envs.datasets import Row, RowError, read_rows, require, require_texts, split_names
from vpo_envs.domains.entity_chain.chain import LETTERS, Chain
from vpo_envs.domains.worlds.answers import normalize_entity
from vpo_envs.domains.worlds.trails import Hop

NORMAL, HARD = "questions_normal_5", "questions_hard_5"
HALVING_SEED = 0


def read_chain_rows(source: str | PathLike[str], split: str) -> list[Row]:
    """Reads the rows of a split.

    Of the published set, the paper's split (arXiv 2605.22817): train is all of the normal questions
    and half of the hard ones of depth 5, test is the other half, drawn with seed 0. Other sources,
    single files of the published set among them, are read as they are split themselves.

    Args:
        source: A source as in `read_rows`.
        split: The split.

    Raises:
        ValueError: If the published set is asked for its validation split: there is none.
    """
    if {NORMAL, HARD} <= set(split_names(source)):
        return _published_rows(source, split)
    return read_rows(source, split)


def chain_reader(only_depth: int | None) -> Callable[[Row, int], Chain]:
    """Returns the reader of a row.

    Args:
        only_depth: Accept only chains of at least so many masked entities, as the paper's code does.
    """

    def read(row: Row, index: int) -> Chain:
        chain = parse_chain(row, index)
        if only_depth is not None and len(chain.entities) < only_depth:
            raise RowError(
                index, "entities", f"has {len(chain.entities)} masked ones; paper=True needs {only_depth}"
            )
        return chain

    return read


def _published_rows(source: str | PathLike[str], split: str) -> list[Row]:
    hard = read_rows(source, HARD)
    shuffled = [hard[i] for i in np.random.default_rng(HALVING_SEED).permutation(len(hard))]
    half = len(hard) // 2
    if split == "train":
        return read_rows(source, NORMAL) + shuffled[:half]
    if split == "test":
        return shuffled[half:]
    raise ValueError(f"dataset={str(source)!r} has no split {split!r}; it has: test, train")


def parse_chain(row: Row, index: int) -> Chain:
    """Reads one row; of a chain longer than five, the first five entities.

    Raises:
        RowError: If the row does not have the schema.
    """
    question = require(row, index, "question", (list, str))
    narrative = [question] if isinstance(question, str) else require_texts(row, index, "question")
    masks = require_texts(row, index, "entity_masks")
    entities = require_texts(row, index, "entities")
    if len(entities) < 2:
        raise RowError(index, "entities", f"has {len(entities)} names; a masked and a named one is the least")
    for position, name in enumerate(entities):
        if not normalize_entity(name):
            raise RowError(index, f"entities[{position}]", f"{name!r} is empty once normalised")
    if len(masks) < len(entities) - 1:
        raise RowError(
            index, "entity_masks", f"has {len(masks)} masks for {len(entities) - 1} masked entities"
        )
    depth = min(len(entities) - 1, len(LETTERS))
    backwards = entities[depth::-1]
    steps = tuple(Hop(key, n, value) for n, (key, value) in enumerate(pairwise(backwards), start=1))
    ignorance = tuple(Hop(step.key, step.number, "unknown") for step in steps)
    return Chain(tuple(narrative), tuple(masks[:depth]), steps, told=(*steps, *ignorance))
