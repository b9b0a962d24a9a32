"""Generators of arguments, such as `numbers(0, 9)`: functions of a random generator and a size.

A generator is a `Draw`: a name and options, so that it can be compared and pickled. The decorator `generator`
makes one from a function `(rng, size, *options)` and enters it into `GENERATORS`, where files of families
find it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import isqrt
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Draw:
    """A generator of arguments with its options.

    Attributes:
        kind: Name of the function in `GENERATORS`.
        options: What the function takes after the random generator and the size.

    Example:
        >>> numbers(5, 5)(np.random.default_rng(0), 3)
        [5, 5, 5]
        >>> numbers(high=5) == numbers(0, 5)
        True
    """

    kind: str
    options: tuple[Any, ...]

    def __call__(self, rng: np.random.Generator, size: int) -> Any:
        """Draws an argument of about the given size."""
        return _DRAWS[self.kind](rng, size, *self.options)


_DRAWS: dict[str, Callable[..., Any]] = {}
GENERATORS: dict[str, Callable[..., Draw]] = {}
"""All generators by name, each a function of its options."""


def generator(draw: Callable[..., Any]) -> Callable[..., Draw]:
    """Turns a function `(rng, size, *options)` into one of the options that returns a `Draw`."""
    name = draw.__name__
    signature = inspect.signature(draw)

    @wraps(draw)
    def make(*args: Any, **kwargs: Any) -> Draw:
        bound = signature.bind(None, None, *args, **kwargs)
        bound.apply_defaults()
        return Draw(name, bound.args[2:])

    _DRAWS[name] = draw
    GENERATORS[name] = make
    return make


@generator
def numbers(rng: np.random.Generator, size: int, low: int = 0, high: int = 99) -> list[int]:
    """Draws `size` integers from `low` to `high`."""
    return rng.integers(low, high + 1, size).tolist()


@generator
def number(rng: np.random.Generator, size: int, low: int, high: int) -> int:
    """Draws one integer from `low` to `high`, whatever the size."""
    return int(rng.integers(low, high + 1))


@generator
def scaled(rng: np.random.Generator, size: int, low: int, per: int = 1) -> int:
    """Draws one integer from `low + per * size` to less than `size` more."""
    return low + per * size + int(rng.integers(size))


@generator
def size_itself(rng: np.random.Generator, size: int) -> int:
    """Returns the size, for the number of nodes."""
    return size


@generator
def letters(rng: np.random.Generator, size: int, alphabet: str, repeats: float = 0.0) -> str:
    """Draws `size` letters, each with the chance `repeats` of being the one before."""
    text = ""
    for index in rng.integers(len(alphabet), size=size).tolist():
        text += text[-1] if text and rng.random() < repeats else alphabet[index]
    return text


@generator
def words(rng: np.random.Generator, size: int, alphabet: str, longest: int = 7) -> str:
    """Draws `size` words of at most `longest` letters, separated by spaces."""
    lengths = rng.integers(1, longest + 1, size).tolist()
    return " ".join("".join(rng.choice(list(alphabet), n).tolist()) for n in lengths)


@generator
def spans(rng: np.random.Generator, size: int, longest: int = 20) -> list[tuple[int, int]]:
    """Draws `size` pairs (start, end), start < end, crowded enough to overlap."""
    starts = rng.integers(0, 8 * size + 1, size)
    ends = starts + rng.integers(1, longest + 1, size)
    return list(zip(starts.tolist(), ends.tolist()))


@generator
def grid(rng: np.random.Generator, size: int, high: int = 9) -> list[list[int]]:
    """Draws about `size` numbers from 0 to `high`, as rows of equal length."""
    width = isqrt(size) + 1
    return rng.integers(0, high + 1, (max(size // width, 1), width)).tolist()


@generator
def links(
    rng: np.random.Generator, size: int, degree: float = 1.5, longest: int = 30
) -> list[tuple[int, int, int]]:
    """Draws `degree * size` links (from, to, length) among the nodes 0 ... size - 1."""
    count = int(degree * size)
    ends = rng.integers(0, size, (2, count)).tolist()
    return list(zip(*ends, rng.integers(1, longest + 1, count).tolist()))
