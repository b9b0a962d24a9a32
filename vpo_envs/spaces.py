"""Spaces for free-form text: Gymnasium's own `Text` has no blank, newline, accent or empty string."""

from __future__ import annotations

import ctypes
import multiprocessing
import string
from collections.abc import Iterable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector.utils import create_shared_memory, read_from_shared_memory, write_to_shared_memory

SAMPLE_LENGTH = 64
PRINTABLE = list(string.printable)

SHARED_BYTES = 1 << 20
"""Room for one observation in memory shared between processes: no prompt of ours has a tenth of it."""
LENGTH_BYTES = 8


class FreeText(gym.spaces.Text):
    r"""Every string of at most `max_length` characters, whatever its characters.

    Args:
        max_length: Bound on the number of characters, at least 0.
        seed: Seed of the samples.

    Example:
        >>> "naïve\nplan" in FreeText(), "" in FreeText(), 7 in FreeText()
        (True, True, False)
    """

    def __init__(self, max_length: int = 10**9, seed: int | np.random.Generator | None = None):
        super().__init__(max_length, min_length=0, charset=string.printable, seed=seed)

    def contains(self, x: Any) -> bool:
        """Returns True for a string of at most `max_length` characters."""
        return isinstance(x, str) and len(x) <= self.max_length

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Draws a string of up to 64 printable characters."""
        length = self.np_random.integers(min(SAMPLE_LENGTH, self.max_length) + 1)
        return "".join(self.np_random.choice(PRINTABLE, size=length))

    def __repr__(self) -> str:
        return f"FreeText({self.max_length})"


# Gymnasium's AsyncVectorEnv shares observations in memory of fixed size. For its own Text it allocates
# 4 bytes for each character that fits, 4 GB here, and knows no character outside its charset. Instead:
# a slot for each environment, which holds the length of the text and the text in UTF-8.


@create_shared_memory.register(FreeText)
def _create_shared_texts(space: FreeText, n: int = 1, ctx: Any = multiprocessing) -> Any:
    return ctx.Array(ctypes.c_uint8, n * _slot_bytes(space))


@write_to_shared_memory.register(FreeText)
def _write_shared_text(space: FreeText, index: int, value: str, shared_memory: Any) -> None:
    data = value.encode("utf-8", "surrogatepass")
    size = _slot_bytes(space)
    if LENGTH_BYTES + len(data) > size:
        raise ValueError(
            f"an observation of {len(data)} bytes does not fit into the shared memory of AsyncVectorEnv "
            f"({size - LENGTH_BYTES} bytes); make it with shared_memory=False"
        )
    slot = memoryview(shared_memory.get_obj()).cast("B")[index * size : (index + 1) * size]
    slot[:LENGTH_BYTES] = len(data).to_bytes(LENGTH_BYTES, "little")
    slot[LENGTH_BYTES : LENGTH_BYTES + len(data)] = data


@read_from_shared_memory.register(FreeText)
def _read_shared_texts(space: FreeText, shared_memory: Any, n: int = 1) -> SharedTexts:
    return SharedTexts(shared_memory, n, _slot_bytes(space))


class SharedTexts(Sequence[str]):
    """The texts that stand in shared memory at the time of access.

    AsyncVectorEnv reads its shared memory once, at the start, and treats the result as a view of it.
    It hands out deep copies of the view: here tuples of strings.

    Args:
        shared_memory: Memory of n slots.
        n: Number of slots.
        size: Bytes of a slot.
    """

    def __init__(self, shared_memory: Any, n: int, size: int) -> None:
        memory = memoryview(shared_memory.get_obj()).cast("B")
        self.slots = [memory[index * size : (index + 1) * size] for index in range(n)]

    def __len__(self) -> int:
        return len(self.slots)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self)[index]
        slot = self.slots[index]
        end = LENGTH_BYTES + int.from_bytes(slot[:LENGTH_BYTES], "little")
        return bytes(slot[LENGTH_BYTES:end]).decode("utf-8", "surrogatepass")

    def __deepcopy__(self, memo: Any) -> tuple[str, ...]:
        return tuple(self)


def _slot_bytes(space: FreeText) -> int:
    """Returns the room of one text: its length, and at most 4 bytes for a character."""
    return LENGTH_BYTES + min(SHARED_BYTES, 4 * space.max_length)


class TextSet(gym.spaces.Space[tuple[str, ...]]):
    """Tuples of one to `max_texts` texts: the candidates of one step.

    Args:
        max_texts: Most texts in a tuple, at least 1.
        text: Space of each of them.
        seed: Seed of the samples.

    Example:
        >>> ("a", "b") in TextSet(3), () in TextSet(3), "ab" in TextSet(3)
        (True, False, False)
    """

    def __init__(self, max_texts: int, text: FreeText | None = None, seed: int | None = None):
        if max_texts < 1:
            raise ValueError(f"max_texts={max_texts} must be at least 1")
        self.max_texts = max_texts
        self.text = text or FreeText()
        super().__init__(shape=None, dtype=None, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """Returns False: texts have no fixed number of numbers."""
        return False

    def contains(self, x: Any) -> bool:
        """Returns True for a tuple or list of one to `max_texts` texts."""
        if not isinstance(x, (tuple, list)) or not 1 <= len(x) <= self.max_texts:
            return False
        return all(text in self.text for text in x)

    def sample(self, mask: Any = None, probability: Any = None) -> tuple[str, ...]:
        """Draws one to `max_texts` random texts."""
        return tuple(self.text.sample() for _ in range(self.np_random.integers(self.max_texts) + 1))

    def seed(self, seed: Any = None) -> Any:
        """Seeds the number of texts and the texts themselves."""
        result = super().seed(seed)
        self.text.seed(None if seed is None else int(self.np_random.integers(2**31)))
        return result

    def to_jsonable(self, sample_n: Iterable[tuple[str, ...]]) -> list[Any]:
        """Returns lists of lists: JSON has no tuples."""
        return [list(sample) for sample in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[tuple[str, ...]]:
        """Returns the samples from which `to_jsonable` made the lists."""
        return [tuple(sample) for sample in sample_n]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextSet) and (self.max_texts, self.text) == (other.max_texts, other.text)

    def __repr__(self) -> str:
        return f"TextSet({self.max_texts}, {self.text})"
