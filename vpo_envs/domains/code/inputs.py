"""Ways to draw arguments: each returns a function of a generator and a size."""

from __future__ import annotations

from math import isqrt

import numpy as np

from vpo_envs.domains.code.family import Argument


def numbers(low: int = 0, high: int = 99) -> Argument:
    """As many integers from `low` to `high` as the size says."""
    return lambda rng, size: rng.integers(low, high + 1, size).tolist()


def number(low: int, high: int) -> Argument:
    """One integer, whatever the size."""
    return lambda rng, size: int(rng.integers(low, high + 1))


def scaled(low: int, per: int = 1) -> Argument:
    """One integer that grows with the size: `low + per * size` and up to another `size`."""
    return lambda rng, size: low + per * size + int(rng.integers(size))


def letters(alphabet: str, repeats: float = 0.0) -> Argument:
    """A text of so many letters, each with the chance `repeats` of being the one before."""

    def draw(rng: np.random.Generator, size: int) -> str:
        text = ""
        for index in rng.integers(len(alphabet), size=size).tolist():
            text += text[-1] if text and rng.random() < repeats else alphabet[index]
        return text

    return draw


def words(alphabet: str, longest: int = 7) -> Argument:
    """So many words, separated by spaces."""

    def draw(rng: np.random.Generator, size: int) -> str:
        lengths = rng.integers(1, longest + 1, size).tolist()
        return " ".join("".join(rng.choice(list(alphabet), n).tolist()) for n in lengths)

    return draw


def spans(longest: int = 20) -> Argument:
    """So many pairs (start, end), start < end, crowded enough to overlap."""

    def draw(rng: np.random.Generator, size: int) -> list[tuple[int, int]]:
        starts = rng.integers(0, 8 * size + 1, size)
        ends = starts + rng.integers(1, longest + 1, size)
        return list(zip(starts.tolist(), ends.tolist()))

    return draw


def grid(high: int = 9) -> Argument:
    """A grid of about so many numbers from 0 to `high`, as rows of equal length."""

    def draw(rng: np.random.Generator, size: int) -> list[list[int]]:
        width = isqrt(size) + 1
        return rng.integers(0, high + 1, (max(size // width, 1), width)).tolist()

    return draw


def links(degree: float = 1.5, longest: int = 30) -> Argument:
    """So many nodes' worth of links (from, to, length); nodes are 0 ... size - 1, links run both ways."""

    def draw(rng: np.random.Generator, size: int) -> list[tuple[int, int, int]]:
        count = int(degree * size)
        ends = rng.integers(0, size, (2, count)).tolist()
        return list(zip(*ends, rng.integers(1, longest + 1, count).tolist()))

    return draw


def size_itself() -> Argument:
    """The size as an argument, for the number of nodes."""
    return lambda rng, size: size
