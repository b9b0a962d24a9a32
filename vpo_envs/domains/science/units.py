"""Exact units: a rational scale to SI and rational exponents of the base quantities.

Individuals (`ind`) are a base quantity of their own, as is usual in ecology: a rate per animal is then
not mistaken for a rate per second. Angles and ratios are dimensionless, written `1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

BASE_UNITS = ("m", "kg", "s", "A", "K", "mol", "cd", "ind")
MAX_UNIT_LENGTH = 60
MAX_EXPONENT = 12
MAX_NESTING = 8


class UnitError(ValueError):
    """A text that is not a unit; the message says what is wrong with it."""


@dataclass(frozen=True)
class Dimension:
    """Rational exponents of `BASE_UNITS`.

    Example:
        >>> speed = parse_unit("m/s").dimension
        >>> str(speed ** Fraction(1, 2)), (speed / speed).dimensionless
        ('m^(1/2)*s^(-1/2)', True)
    """

    exponents: tuple[Fraction, ...] = (Fraction(0),) * len(BASE_UNITS)

    @property
    def dimensionless(self) -> bool:
        """True if every exponent is zero."""
        return not any(self.exponents)

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(tuple(a + b for a, b in zip(self.exponents, other.exponents)))

    def __truediv__(self, other: Dimension) -> Dimension:
        return Dimension(tuple(a - b for a, b in zip(self.exponents, other.exponents)))

    def __pow__(self, power: Fraction) -> Dimension:
        return Dimension(tuple(a * power for a in self.exponents))

    def __str__(self) -> str:
        factors = [_factor(name, power) for name, power in zip(BASE_UNITS, self.exponents) if power]
        return "*".join(factors) or "1"


def _factor(name: str, power: Fraction) -> str:
    if power == 1:
        return name
    return f"{name}^{power}" if power.denominator == 1 and power > 0 else f"{name}^({power})"


@dataclass(frozen=True)
class Unit:
    """A dimension and the number of coherent SI units that one of this unit makes."""

    scale: Fraction
    dimension: Dimension

    def __mul__(self, other: Unit) -> Unit:
        return Unit(self.scale * other.scale, self.dimension * other.dimension)

    def __truediv__(self, other: Unit) -> Unit:
        return Unit(self.scale / other.scale, self.dimension / other.dimension)

    def power(self, exponent: Fraction) -> Unit:
        """Returns a rational power of the unit.

        Raises:
            UnitError: If the scale has no exact root, as in `L^(1/2)`.
        """
        if exponent.denominator != 1 and self.scale != 1:
            raise UnitError("a fractional power needs a unit of scale 1, such as m or s")
        scale = self.scale**exponent.numerator if self.scale != 1 else Fraction(1)
        return Unit(scale, self.dimension**exponent)


DIMENSIONLESS = Dimension()
ONE = Unit(Fraction(1), DIMENSIONLESS)


def _base(name: str) -> Unit:
    exponents = tuple(Fraction(int(name == base)) for base in BASE_UNITS)
    return Unit(Fraction(1), Dimension(exponents))


PREFIXES = {
    "p": Fraction(1, 10**12),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    "c": Fraction(1, 100),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
}
PREFIXABLE = (
    "m",
    "g",
    "s",
    "A",
    "K",
    "mol",
    "N",
    "J",
    "W",
    "Pa",
    "Hz",
    "V",
    "ohm",
    "F",
    "C",
    "S",
    "T",
    "L",
    "l",
    "M",
)
DEFINITIONS = (  # every unit is made of those above it
    ("N", "kg*m/s^2", Fraction(1)),
    ("J", "N*m", Fraction(1)),
    ("W", "J/s", Fraction(1)),
    ("Pa", "N/m^2", Fraction(1)),
    ("Hz", "1/s", Fraction(1)),
    ("C", "A*s", Fraction(1)),
    ("V", "J/C", Fraction(1)),
    ("ohm", "V/A", Fraction(1)),
    ("F", "C/V", Fraction(1)),
    ("S", "1/ohm", Fraction(1)),
    ("T", "V*s/m^2", Fraction(1)),
    ("g", "kg", Fraction(1, 1000)),
    ("L", "m^3", Fraction(1, 1000)),
    ("l", "L", Fraction(1)),
    ("min", "s", Fraction(60)),
    ("h", "s", Fraction(3600)),
    ("day", "s", Fraction(86400)),
    ("M", "mol/L", Fraction(1)),
    ("bar", "Pa", Fraction(100_000)),
    ("%", "1", Fraction(1, 100)),
)
UNITS: dict[str, Unit] = {name: _base(name) for name in BASE_UNITS}

_TOKEN = re.compile(r"\s*(?:[A-Za-z%]+|[0-9]+|\*\*|[-*/^().])", re.ASCII)
_WORDS = {
    "meter": "m",
    "metre": "m",
    "gram": "g",
    "liter": "L",
    "litre": "L",
    "mole": "mol",
    "molar": "M",
    "sec": "s",
    "second": "s",
    "min": "min",
    "minute": "min",
    "hr": "h",
    "hour": "h",
    "day": "day",
    "ampere": "A",
    "amp": "A",
    "kelvin": "K",
    "newton": "N",
    "joule": "J",
    "watt": "W",
    "pascal": "Pa",
    "volt": "V",
    "ohm": "ohm",
    "coulomb": "C",
    "farad": "F",
    "individual": "ind",
    "percent": "%",
}
"""Units as words in the singular, in any case."""
_WORD_PREFIXES = {"nano": "n", "micro": "u", "milli": "m", "centi": "c", "kilo": "k", "mega": "M"}
_WORD_POWERS = {"square": Fraction(2), "squared": Fraction(2), "cubic": Fraction(3), "cubed": Fraction(3)}


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Reads a unit such as `kg*m/s^2`, `umol/L/s`, `m^(1/2)`, `1/day`, or `1`.

    A product is written with `*`, a dot or a blank, a power with `^`, `**` or nothing: `umol m-2 s-1`,
    `kg.m2/s`. Products and quotients are read from the left, so `a/b/c` is `a/(b*c)`. Words are read,
    too: `moles per cubic metre`.

    Raises:
        UnitError: If the text is no unit.

    Example:
        >>> parse_unit("mmol/L").scale, str(parse_unit("V/m").dimension)
        (Fraction(1, 1), 'm*kg*s^(-3)*A^(-1)')
    """
    if len(text) > MAX_UNIT_LENGTH:
        raise UnitError(f"a unit has at most {MAX_UNIT_LENGTH} characters")
    return _UnitParser(_tokens(text)).parse()


def is_unit(text: str) -> bool:
    """Returns whether a text is a unit."""
    try:
        parse_unit(text)
    except UnitError:
        return False
    return True


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise UnitError(f"{text[position:].lstrip()[0]!r} has no place in a unit")
        tokens.append(match.group(0).strip())
        position = match.end()
    return tokens


class _UnitParser:
    """Recursive descent over the tokens of a unit."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.position = 0
        self.nesting = 0

    def parse(self) -> Unit:
        unit = self._product()
        if self.position < len(self.tokens):
            raise UnitError(f"{self.tokens[self.position]!r} is out of place in a unit")
        return unit

    def _next(self) -> str:
        if self.position == len(self.tokens):
            raise UnitError("a unit is incomplete")
        self.position += 1
        return self.tokens[self.position - 1]

    def _accept(self, choices: Iterable[str]) -> str | None:
        if self.position < len(self.tokens) and self.tokens[self.position] in choices:
            return self._next()
        return None

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise UnitError(f"{token!r} is missing in a unit")

    def _product(self) -> Unit:
        unit = self._power()
        while self.position < len(self.tokens) and self.tokens[self.position] != ")":
            operator = self._accept(("*", "/", ".", "per"))  # without one, a product
            factor = self._power()
            unit = unit / factor if operator in ("/", "per") else unit * factor
        return unit

    def _power(self) -> Unit:
        token = self._next()
        if token == "(":
            self.nesting += 1
            if self.nesting > MAX_NESTING:
                raise UnitError("a unit is nested too deep")
            unit = self._product()
            self._expect(")")
            self.nesting -= 1
        elif token in ("square", "cubic"):
            unit = _named(self._next()).power(_WORD_POWERS[token])
        else:
            unit = _named(token)
        if word := self._accept(("squared", "cubed")):
            return unit.power(_WORD_POWERS[word])
        written = self._accept(("^", "**")) or (token != "1" and self._at_number())
        return unit.power(self._exponent()) if written else unit

    def _at_number(self) -> bool:
        following = self.tokens[self.position : self.position + 1]
        return bool(following) and (following[0] == "-" or following[0].isdecimal())

    def _exponent(self) -> Fraction:
        if not self._accept("("):
            return self._integer()
        exponent = self._integer()
        if self._accept("/"):
            below = self._integer()
            if below == 0:
                raise UnitError("an exponent divides by zero")
            exponent /= below
        self._expect(")")
        return exponent

    def _integer(self) -> Fraction:
        sign = -1 if self._accept("-") else 1
        token = self._next()
        if not token.isdecimal() or len(token) > 2 or int(token) > MAX_EXPONENT:
            raise UnitError(f"an exponent is a whole number up to {MAX_EXPONENT}, not {token!r}")
        return Fraction(sign * int(token))


def _named(token: str) -> Unit:
    token = _symbol(token)
    if token == "1":
        return ONE
    if token in UNITS:
        return UNITS[token]
    prefix, name = token[:1], token[1:]
    if prefix in PREFIXES and name in PREFIXABLE:
        return Unit(PREFIXES[prefix] * UNITS[name].scale, UNITS[name].dimension)
    raise UnitError(f"{token!r} is not a unit that is known here")


def _symbol(token: str) -> str:
    """Returns the symbol of a unit that is written as a word; other tokens as they are."""
    word = token.lower().removesuffix("s")
    prefix = next((name for name in _WORD_PREFIXES if word.startswith(name)), "")
    if word[len(prefix) :] in _WORDS:
        return _WORD_PREFIXES.get(prefix, "") + _WORDS[word[len(prefix) :]]
    return "day" if token == "d" else token


for _name, _definition, _scale in DEFINITIONS:
    _unit = parse_unit(_definition)
    UNITS[_name] = Unit(_scale * _unit.scale, _unit.dimension)
