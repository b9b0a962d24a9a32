"""Leading terms with truncated power series: the algebra beneath `limits`.

A germ describes a function of t as t tends to 0 from above: either a Puiseux series known to so many
terms, or something smaller or larger than every power of t. Series are multiplied, inverted and
exponentiated by sympy (`sympy.polys.ring_series`, over the rationals); their length bounds the work.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy.polys import ring_series
from sympy.polys.domains import QQ
from sympy.polys.rings import PolyElement, ring

MAX_BITS = 400
"""Size of a coefficient at which a series is given up."""
MAX_POWER = 20
MAX_LOGARITHM = 70.0
"""Largest logarithm, in size, of an irrational constant."""
CANCELLED = QQ(1, 10**12)
"""A sum this small against its terms is a cancellation: irrational constants are held to 16 digits."""

_RING, _T = ring("t", QQ)
_ONE = _RING(1)


class UndecidedError(Exception):
    """The terms that are known do not settle the question."""


@dataclass(frozen=True)
class Series:
    """coefficient * t^order * unit, where the unit is 1 + ... in powers of t^(1/q).

    Attributes:
        coefficient: Not zero, save in the series that is exactly zero.
        order: Exponent of the leading term.
        unit: Polynomial with constant term 1, in the variable t^(1/q).
        known: Number of terms of the unit that are known, at least 1.
        q: Ramification, the same for all series of one expansion.
    """

    coefficient: Fraction
    order: Fraction
    unit: PolyElement
    known: int
    q: int

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.coefficient > 0) - (self.coefficient < 0)

    def steps(self, order: Fraction) -> int:
        """A difference of orders in powers of t^(1/q)."""
        steps = order * self.q
        if steps.denominator != 1:
            raise UndecidedError
        return int(steps)

    def like(self, coefficient: Fraction, order: Fraction, unit: PolyElement, known: int) -> Series:
        """A series of the same expansion; gives up on numbers that outgrow the bound."""
        numbers = [(coefficient.numerator, coefficient.denominator)]
        numbers += [(value.numerator, value.denominator) for value in unit.values()]
        if max(int(part).bit_length() for number in numbers for part in number) > MAX_BITS:
            raise UndecidedError
        return Series(coefficient, order, unit, known, self.q)


@dataclass(frozen=True)
class Beyond:
    """Larger (`large`) or smaller than every power of t; `sign` is 1 or -1."""

    large: bool
    sign: int


Germ = Series | Beyond


def constant(value: Fraction, known: int, q: int) -> Series:
    """A number as a series, unless it outgrows the bound."""
    return Series(Fraction(0), Fraction(0), _ONE, known, q).like(value, Fraction(0), _ONE, known)


def monomial(order: Fraction, known: int, q: int) -> Series:
    """t^order as a series."""
    return Series(Fraction(1), order, _ONE, known, q)


def add(left: Germ, right: Germ) -> Germ:
    """The sum of two germs."""
    if isinstance(left, Beyond):
        return _add_beyond(left, right)
    if isinstance(right, Beyond):
        return _add_beyond(right, left)
    if not left.sign or not right.sign:
        return left if left.sign else right
    if left.order > right.order:
        left, right = right, left
    if left.known == 1:
        return left if right.order > left.order else _add_leading(left, right)
    shift = left.steps(right.order - left.order)
    known = min(left.known, right.known + shift)
    upper = left.unit * _rational(left.coefficient)
    lower = right.unit * _rational(right.coefficient) * _T**shift if shift < known else _RING(0)
    total = {}
    for power, value in (upper + lower).items():
        terms = max(abs(upper.get(power, QQ(0))), abs(lower.get(power, QQ(0))))
        if power[0] < known and abs(value) > CANCELLED * terms:
            total[power] = value
    return _from_terms(left, total, left.order, known)


def _add_leading(left: Series, right: Series) -> Germ:
    total = left.coefficient + right.coefficient
    if abs(total) <= _fraction(CANCELLED) * max(abs(left.coefficient), abs(right.coefficient)):
        raise UndecidedError
    return left.like(total, left.order, _ONE, 1)


def _add_beyond(left: Beyond, right: Germ) -> Germ:
    if isinstance(right, Series):
        # Beside something smaller than any power, a series stands as it is.
        return left if left.large or not right.sign else right
    if left.large != right.large:
        return left if left.large else right
    if left.sign == right.sign:
        return left
    raise UndecidedError


def _from_terms(like: Series, terms: dict[tuple[int], Any], order: Fraction, known: int) -> Series:
    """The series with these terms beyond `order`, divided by the first of them."""
    if not terms:
        raise UndecidedError
    first = min(terms)
    leading = terms[first]
    unit = _RING.from_dict({(power[0] - first[0],): value / leading for power, value in terms.items()})
    return like.like(_fraction(leading), order + Fraction(first[0], like.q), unit, known - first[0])


def negate(germ: Germ) -> Germ:
    """The germ with its sign changed."""
    if isinstance(germ, Beyond):
        return Beyond(germ.large, -germ.sign)
    return Series(-germ.coefficient, germ.order, germ.unit, germ.known, germ.q)


def multiply(left: Germ, right: Germ) -> Germ:
    """The product of two germs."""
    if isinstance(left, Beyond) and isinstance(right, Beyond):
        if left.large != right.large:
            raise UndecidedError
        return Beyond(left.large, left.sign * right.sign)
    if isinstance(left, Beyond):
        return Beyond(left.large, left.sign * right.sign) if right.sign else right
    if isinstance(right, Beyond):
        return multiply(right, left)
    if not left.sign or not right.sign:
        return left if not left.sign else right
    known = min(left.known, right.known)
    if len(left.unit) == 1 or len(right.unit) == 1:
        unit = _cut(left.unit if len(right.unit) == 1 else right.unit, known)
    else:
        unit = ring_series.rs_mul(left.unit, right.unit, _T, known)
    return left.like(left.coefficient * right.coefficient, left.order + right.order, unit, known)


def power(germ: Germ, exponent: Fraction) -> Germ:
    """A germ to a rational power.

    Raises:
        UndecidedError: Also for roots of what is negative and for division by zero.
    """
    if isinstance(germ, Beyond):
        if exponent == 0 or (germ.sign < 0 and exponent.denominator != 1):
            raise UndecidedError
        return Beyond(germ.large == (exponent > 0), germ.sign if exponent.numerator % 2 else 1)
    if not germ.sign:
        if exponent <= 0:
            raise UndecidedError
        return germ
    if abs(exponent) > MAX_POWER or (germ.sign < 0 and exponent.denominator != 1):
        raise UndecidedError
    if exponent.denominator == 1:
        coefficient = germ.coefficient**exponent.numerator
    else:
        coefficient = _exponential(math.log(germ.coefficient) * float(exponent))
    unit = germ.unit
    if len(unit) > 1:
        if exponent == -1:
            unit = ring_series.rs_series_inversion(unit, _T, germ.known)
        else:
            logarithm = ring_series.rs_log(unit, _T, germ.known)
            unit = ring_series.rs_exp(logarithm * _rational(exponent), _T, germ.known)
    return germ.like(coefficient, germ.order * exponent, unit, germ.known)


def divide(left: Germ, right: Germ) -> Germ:
    """The quotient of two germs."""
    return multiply(left, power(right, Fraction(-1)))


def exp(germ: Germ, known: int, q: int) -> Germ:
    """The exponential of a germ; `known` and `q` are those of the expansion."""
    if isinstance(germ, Beyond):
        return Beyond(germ.sign > 0, 1) if germ.large else constant(Fraction(1), known, q)
    if not germ.sign:
        return constant(Fraction(1), known, q)
    if germ.order < 0:
        return Beyond(germ.sign > 0, 1)
    value, rest, terms = _split(germ, known)
    unit = ring_series.rs_exp(rest, _T, terms) if rest else _ONE
    return germ.like(_exponential(float(value)) if value else Fraction(1), Fraction(0), unit, terms)


def log(germ: Germ) -> Germ:
    """The logarithm of a germ with a finite positive limit; others are no series."""
    if isinstance(germ, Beyond) or germ.order != 0 or germ.sign <= 0:
        raise UndecidedError
    value = math.log(germ.coefficient)
    terms = dict(ring_series.rs_log(germ.unit, _T, germ.known).items()) if len(germ.unit) > 1 else {}
    if abs(value) > 1e-12:
        terms[(0,)] = _rational(_rounded(value))
    return _from_terms(germ, terms, Fraction(0), germ.known)


def odd(name: str, germ: Germ, known: int, q: int) -> Germ:
    """`sin`, `tan` or `tanh` of a germ; the first two need a finite limit."""
    series, function = _ODD[name]
    if not germ.sign or (isinstance(germ, Beyond) and not germ.large):
        return germ
    if isinstance(germ, Beyond) or germ.order < 0:
        if name != "tanh":
            raise UndecidedError
        return constant(Fraction(germ.sign), known, q)
    if known == 1 and germ.order > 0:
        return germ
    return _analytic(germ, known, series, function)


def cos(germ: Germ, known: int, q: int) -> Germ:
    """The cosine of a germ with a finite limit."""
    if not germ.sign or (isinstance(germ, Beyond) and not germ.large):
        return constant(Fraction(1), known, q)
    if isinstance(germ, Beyond) or germ.order < 0:
        raise UndecidedError
    return _analytic(germ, known, ring_series.rs_cos, math.cos)


def _analytic(
    germ: Series, known: int, series: Callable[..., PolyElement], function: Callable[[float], float]
) -> Series:
    """A function that is analytic at the germ's limit."""
    if germ.order == 0:
        # Only the value at the limit; nearby zeros and further terms are left to the numeric step.
        value = float(function(float(germ.coefficient)))
        if abs(value) < 1e-6:
            raise UndecidedError
        return germ.like(_rounded(value), Fraction(0), _ONE, 1)
    _, rest, terms = _split(germ, known)
    value_at_zero = _RING(int(series is ring_series.rs_cos))
    total = series(rest, _T, terms) if rest else value_at_zero
    return _from_terms(germ, dict(total.items()), Fraction(0), terms)


_ODD: dict[str, tuple[Callable[..., PolyElement], Callable[[float], float]]] = {
    "sin": (ring_series.rs_sin, math.sin),
    "tan": (ring_series.rs_tan, math.tan),
    "tanh": (ring_series.rs_tanh, math.tanh),
}


def _split(germ: Series, known: int) -> tuple[Fraction, PolyElement, int]:
    """Value at t = 0, the series of what is left, and how many terms of their sum are known."""
    shift = known if known == 1 and germ.order > 0 else germ.steps(germ.order)
    terms = min(known, shift + germ.known)
    polynomial = _RING(0) if shift >= terms else germ.unit * _rational(germ.coefficient) * _T**shift
    if shift == 0:
        return germ.coefficient, polynomial - _rational(germ.coefficient), terms
    return Fraction(0), _cut(polynomial, terms), terms


def _cut(polynomial: PolyElement, terms: int) -> PolyElement:
    return ring_series.rs_trunc(polynomial, _T, terms) if len(polynomial) > 1 else polynomial


def _rational(value: Fraction) -> Any:
    return QQ(value.numerator, value.denominator)


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))


def _exponential(value: float) -> Fraction:
    if abs(value) > MAX_LOGARITHM:
        raise UndecidedError
    return Fraction(math.exp(value))


def _rounded(value: float) -> Fraction:
    """An irrational constant to 16 digits."""
    if abs(math.log(abs(value))) > MAX_LOGARITHM:
        raise UndecidedError
    return Fraction(value)
