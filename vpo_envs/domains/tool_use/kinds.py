"""Kinds of values that tools take: their JSON type, how they are drawn, and how a request says them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from vpo_envs.domains.tool_use.words import (
    CITIES,
    CURRENCIES,
    FIRST_NAMES,
    INGREDIENTS,
    LAST_NAMES,
    MONTHS,
    NEWS,
    THINGS,
)

Value = Any
"""Anything JSON can say: text, numbers, booleans, None, lists and objects of these."""

Spoken = tuple[Value, str]
"""A value and the way a request says it."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Kind:
    """Values of one sort.

    Attributes:
        type: JSON type, as shown in a tool's description.
        draw: Draws a value of the open vocabulary, and how to say it.
        words: The values of the closed vocabulary, each a single word said as it is written; empty
            if the kind is not part of it.
        form: How the open vocabulary wants it written, where a request may say it otherwise.
    """

    type: str
    draw: Callable[[np.random.Generator], Spoken]
    words: tuple[Value, ...] = ()
    form: str = ""

    def draw_word(self, rng: np.random.Generator) -> Spoken:
        """Draws a value of the closed vocabulary."""
        word = pick(rng, self.words)
        return word, str(word)


def pick(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """Draws one item, uniformly; `rng.choice` would turn the items into an array."""
    return items[int(rng.integers(len(items)))]


@dataclass(frozen=True)
class _OneOf:
    """Draw from a fixed list. Draws are classes and no closures, so that tasks can be pickled."""

    options: tuple[str, ...]

    def __call__(self, rng: np.random.Generator) -> Spoken:
        option = pick(rng, self.options)
        return option, option


@dataclass(frozen=True)
class _Whole:
    """Draw of a multiple of `step` above `low`."""

    low: int
    high: int
    step: int

    def __call__(self, rng: np.random.Generator) -> Spoken:
        number = self.low + self.step * int(rng.integers((self.high - self.low) // self.step + 1))
        return number, str(number)


@dataclass(frozen=True)
class _Decimal:
    """Draw of a number with so many decimal places."""

    low: float
    high: float
    places: int

    def __call__(self, rng: np.random.Generator) -> Spoken:
        number = round(float(rng.uniform(self.low, self.high)), self.places)
        return number, f"{number:.{self.places}f}"


@dataclass(frozen=True)
class _Code:
    """Draw of five digits after a prefix."""

    prefix: str

    def __call__(self, rng: np.random.Generator) -> Spoken:
        code = f"{self.prefix}-{int(rng.integers(10_000, 100_000))}"
        return code, code


@dataclass(frozen=True)
class _Several:
    """Draw of a list of two or three different values."""

    draw_one: Callable[[np.random.Generator], Spoken]

    def __call__(self, rng: np.random.Generator) -> Spoken:
        count = 2 + int(rng.integers(2))
        items: dict[str, Value] = {}
        while len(items) < count:
            value, spoken = self.draw_one(rng)
            items[spoken] = value
        *most, last = items
        return list(items.values()), f"{', '.join(most)} and {last}"


def _text(draw: Callable[[np.random.Generator], Spoken], closed: str = "", form: str = "") -> Kind:
    """Makes the kind of a text; the closed vocabulary is separated by blanks."""
    return Kind("string", draw, tuple(closed.split()), form)


def _one_of(options: Sequence[str], closed: str = "") -> Kind:
    return _text(_OneOf(tuple(options)), closed)


def _integers(low: int, high: int, step: int = 1, words: Sequence[int] = ()) -> Kind:
    return Kind("integer", _Whole(low, high, step), tuple(words))


def _decimals(low: float, high: float, places: int, words: Sequence[int]) -> Kind:
    return Kind("number", _Decimal(low, high, places), tuple(words))


def _date(rng: np.random.Generator) -> Spoken:
    year, month, day = 2026 + int(rng.integers(3)), int(rng.integers(12)), 1 + int(rng.integers(28))
    return f"{year}-{month + 1:02d}-{day:02d}", f"{day} {MONTHS[month]} {year}"


def _time(rng: np.random.Generator) -> Spoken:
    hour, minute = int(rng.integers(24)), 5 * int(rng.integers(12))
    spoken = f"{hour % 12 or 12}:{minute:02d} {'pm' if hour >= 12 else 'am'}"
    clock = f"{hour:02d}:{minute:02d}"
    return clock, clock if rng.random() < 0.5 else spoken


def _person(rng: np.random.Generator) -> Spoken:
    name = f"{pick(rng, FIRST_NAMES)} {pick(rng, LAST_NAMES)}"
    return name, name


def _email(rng: np.random.Generator) -> Spoken:
    name = f"{pick(rng, FIRST_NAMES)}.{pick(rng, LAST_NAMES)}".lower()
    address = f"{name}@{pick(rng, ('example.org', 'example.com', 'mail.example', 'post.example'))}"
    return address, address


def _title(rng: np.random.Generator) -> Spoken:
    title = pick(rng, THINGS).capitalize()
    return title, title


def _sentence(rng: np.random.Generator) -> Spoken:
    sentence = f"The {pick(rng, THINGS)} {pick(rng, NEWS)}"
    return sentence, sentence


def _currency(rng: np.random.Generator) -> Spoken:
    return pick(rng, CURRENCIES)


def _flag(rng: np.random.Generator) -> Spoken:
    flag = bool(rng.random() < 0.5)
    return flag, str(flag)


TENS = (10, 20, 30, 40, 50, 60)
PEOPLE = "ann bob carl dora eva finn gina hugo"
WEEK = "monday tuesday wednesday thursday friday saturday sunday"

CITY = _one_of(CITIES, "oslo rome paris cairo lima delhi tokyo boston")
DATE = _text(_date, WEEK, "YYYY-MM-DD")
TIME = _text(_time, "dawn noon dusk midnight", "HH:MM on the 24-hour clock")
PERSON = _text(_person, PEOPLE)
EMAIL = _text(_email, PEOPLE, "email address")
TITLE = _text(_title, "lunch budget party lease chess keys")
SENTENCE = _text(_sentence, "hello thanks sorry later")
COUNT = _integers(2, 12, words=range(2, 10))
MINUTES = _integers(10, 180, 5, words=TENS)
PERCENT = _integers(5, 100, 5, words=TENS)
YEAR = _integers(1950, 2025)
AMOUNT = _decimals(5, 900, 2, words=TENS)
DEGREES = _decimals(15, 26, 1, words=range(16, 24))
FLAG = Kind("boolean", _flag)
CURRENCY = _text(_currency, "usd eur gbp jpy", "three-letter code")
TICKER = _one_of(("ACME", "BRIQ", "CRUX", "DELT", "ERGO", "FABL", "GNOM", "HELX"), "acme briq crux delt")
CABIN = _one_of(("economy", "premium", "business", "first"), "economy business")
CAR = _one_of(("compact", "estate", "electric", "luxury"), "compact electric")
UNITS = _one_of(("metric", "imperial"), "metric imperial")
CUISINE = _one_of(("Thai", "Italian", "Mexican", "Indian", "Korean", "Greek"), "thai greek indian korean")
DISH = _one_of(
    ("pad thai", "margherita pizza", "vegetable curry", "ramen", "falafel", "fish tacos"),
    "pizza curry ramen falafel",
)
MUSIC = _one_of(("jazz", "folk", "classical", "ambient", "techno", "blues"), "jazz folk techno blues")
FILM = _one_of(("comedy", "drama", "horror", "documentary", "western", "crime"), "comedy drama western crime")
LANGUAGE = _one_of(
    ("German", "French", "Spanish", "Hindi", "Swahili", "Japanese", "Polish", "Finnish"),
    "german french hindi polish",
)
ROOM = _one_of(
    ("kitchen", "bedroom", "living room", "bathroom", "study", "hall"), "kitchen bedroom study hall"
)
COLOUR = _one_of(("red", "blue", "green", "white", "amber", "violet"), "red blue green white")
PRODUCT = _one_of(
    ("rain jacket", "desk lamp", "backpack", "headset", "kettle", "tent"), "lamp kettle tent scarf"
)
CARRIER = _one_of(("NordPost", "Swift Parcel", "BlueVan"), "nordpost bluevan")
ACTIVITY = _one_of(
    ("running", "swimming", "yoga", "cycling", "rowing", "hiking"), "running yoga rowing hiking"
)
DOCTOR = _one_of(("dentist", "dermatologist", "cardiologist", "optician"), "dentist optician")
WORD = _one_of(("gist", "brisk", "quell", "lofty", "mirth", "prone", "wary", "zeal"), "gist mirth zeal wary")
PARCEL_ID = Kind("string", _Code("PX"))
PEOPLE_LIST = Kind("array", _Several(_person))
INGREDIENT_LIST = Kind("array", _Several(_OneOf(INGREDIENTS)))
