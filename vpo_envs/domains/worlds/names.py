"""Names for entities: invented from syllables without end, or words of a small closed list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CLOSED_NAMES = _words(
    "ada ana ben bob cal cem dan dia eli eva fay flo gil gus hal ida ike jan jon kai kim leo liv lou "
    "mae max meg mia ned nia noa ola oz pam pia quin ray rex rhea rod sam sia ted tia uma val wes zoe"
)
"""Single words that serve as names of any kind where a tiny model reads them."""

ONSETS = _words("b br d dr f fl g gr h j k kl l m n p pr r s sk st t tr v w z")
VOWELS = _words("a a e e i i o o u u ai au ea")
CODAS = ("", "", "", "", "l", "n", "r", "s", "m", "nd", "rt", "th")
ADJECTIVES = _words(
    "amber ancient bitter broken crimson distant early empty faded final frozen gentle gilded hidden "
    "hollow idle ivory late lonely lost marble narrow northern pale patient quiet restless sacred "
    "scarlet second secret silent silver sleeping stolen sunken velvet wandering winter"
)
NOUNS = _words(
    "anchor archer atlas balcony bell bridge canal candle cathedral clockmaker compass crossing daughter "
    "ferry garden glacier harbour harvest heir hour island journey lantern letter lighthouse map meadow "
    "mirror museum orchard painter passage pilgrim promise raven season shadow stranger tower voyage weaver"
)
COUNTRY_TAILS = ("ia", "land", "mark", "ora")
CITY_TAILS = ("", "", "burg", "haven", "ford", "minster", "vale")


@dataclass(frozen=True)
class Entity:
    """A named thing of one kind; `alias` is a second name that answers may use, if any."""

    kind: str
    name: str
    alias: str = ""

    @property
    def mention(self) -> str:
        """The name as sentences write it, with the alias in passing."""
        return f"{self.name} (also called {self.alias})" if self.alias else self.name


class Namer:
    """A source of entities with distinct names.

    No two invented names share a word, not even one that tells the kind, as in "River X" and "River Y":
    part of a wrong name is never part of the right one.

    Args:
        rng: Source of randomness.
        vocabulary: None to invent names; else draw from the first so many of `CLOSED_NAMES`.
    """

    def __init__(self, rng: np.random.Generator, vocabulary: int | None = None) -> None:
        self.rng = rng
        self._used: set[str] = set()
        self._closed: list[str] | None = None
        if vocabulary is not None:
            self._closed = [CLOSED_NAMES[i] for i in rng.permutation(vocabulary)]

    def entity(self, kind: str) -> Entity:
        """Returns a new entity.

        Raises:
            IndexError: If the closed list is used up.
        """
        return Entity(kind, self.name(kind))

    def name(self, kind: str) -> str:
        """Returns a new name."""
        if self._closed is not None:
            return self._closed.pop()
        while True:
            name = self._invent(kind)
            words = set(name.lower().split()) - {"the", "&"}
            if not words & self._used:
                self._used |= words
                return name

    def _invent(self, kind: str) -> str:
        if kind == "person":
            return f"{self._word(2)} {self._word(2)}"
        if kind == "city":
            return self._word(2) + self._pick(CITY_TAILS)
        if kind == "country":
            return self._word(2) + self._pick(COUNTRY_TAILS)
        if kind == "company":
            return f"{self._word(2)} & {self._word(2)}"
        if kind in ("university", "river", "mountain"):
            return self._word(2)
        if kind == "year":
            return str(self.rng.integers(1850, 2000))
        return self._title()

    def _title(self) -> str:
        """Returns the title of a book or film, of invented words once the others are used up."""
        start = "The" if self.rng.random() < 0.5 else f"{self._word(2)}'s"
        parts = ([word for word in words if word not in self._used] for words in (ADJECTIVES, NOUNS))
        return " ".join([start, *(self._pick(free).title() if free else self._word(2) for free in parts)])

    def _word(self, syllables: int) -> str:
        drawn = self.rng.integers(2**31, size=3 * syllables).tolist()
        parts = (ONSETS, VOWELS, CODAS)
        return "".join(parts[i % 3][draw % len(parts[i % 3])] for i, draw in enumerate(drawn)).title()

    def _pick(self, choices: Sequence[str]) -> str:
        return choices[int(self.rng.integers(len(choices)))]
