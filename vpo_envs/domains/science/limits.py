"""How a formula behaves as one of its variables tends to 0 or to infinity.

Three steps, none of which looks at a clock, so that the result is the same on every machine:

1. Leading terms: every node is expanded to the first term of its series in the small variable t
   (x itself, or 1/x), or found to be smaller or larger than any power of it.
2. Where leading terms cancel, as in `1 - exp(-x)`, again with longer series, whose algebra is
   sympy's (see `germs`). The number of terms, of nodes and of digits bounds the work.
3. Where there is no such series (logarithms, oscillations) or a bound is met: numerically, from
   values on a geometric sequence that approaches the limit.

Why not sympy's own `limit` under a time limit? What a time limit cuts off depends on the machine and
its load, so that the same answer could earn different rewards; without one, a fifth of random short
formulas keeps `limit` busy for more than a second. Here the bound is on the work itself, and most
formulas are settled exactly by step 1, a hundred times faster. The tests hold the two against each
other, on every law of every family and on the hidden laws and rivals of tasks: they agree on all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, lcm
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.science import germs
from vpo_envs.domains.science.expression import Apply, Expr, Symbol, evaluate, exact_constant, walk
from vpo_envs.domains.science.germs import Germ, UndecidedError

End = Literal["zero", "infinity"]
Kind = Literal["zero", "finite", "infinite"]
ENDS: tuple[End, ...] = ("zero", "infinity")

TERMS = (1, 3, 6)
"""Lengths of the series, tried in order, in whole powers of the variable."""
MAX_WORK = 300
"""Bound on (divisions, powers and functions) * (length of a series)^2; longer series are not tried."""
DECADES = np.arange(2.0, 13.0)
"""The numeric sequence, in powers of ten of the variable's own scale."""
FLAT = 1e-4
"""Change per decade, in decades, below which a sequence has converged."""


@dataclass(frozen=True)
class Limit:
    """What a formula does at one end of a variable's range.

    Attributes:
        kind: Tends to zero, to a finite value other than zero, or grows without bound.
        exponent: The power of the variable that the formula is proportional to in the limit, 0 for
            a finite value; None where it follows no power, as an exponential or a logarithm.
    """

    kind: Kind
    exponent: Fraction | None


def find_limit(expr: Expr, variable: str, end: End, values: Mapping[str, float]) -> Limit | None:
    """The limit of an expression in one variable, the others held fixed.

    Args:
        expr: Any expression.
        variable: The symbol that tends to 0 from above, or to infinity.
        end: Which of the two.
        values: Positive numbers for the other symbols, and a typical one for the variable, from
            which the numeric sequence starts.

    Returns:
        The limit, or None where there is none or it cannot be told.

    Example:
        >>> from vpo_envs.domains.science.formula import parse_formula
        >>> law = parse_formula("V*(1 - exp(-x/K))", ["V", "K", "x"])
        >>> find_limit(law, "x", "zero", {"V": 2.0, "K": 5.0, "x": 1.0})
        Limit(kind='zero', exponent=Fraction(1, 1))
        >>> find_limit(law, "x", "infinity", {"V": 2.0, "K": 5.0, "x": 1.0})
        Limit(kind='finite', exponent=Fraction(0, 1))
    """
    nodes = list(walk(expr))
    costly = sum(isinstance(node, Apply) and node.op not in ("+", "-", "*", "neg") for node in nodes)
    varying = _varying(nodes, variable)
    q = _ramification(nodes)
    for terms in TERMS:
        # Leading terms may have any exponents; longer series run in powers of t^(1/q).
        length = 1 if terms == 1 else terms * q
        if costly * length**2 > MAX_WORK:
            break
        try:
            return _classify(_Expansion(varying, end, values, length, q).expand(expr), end)
        except UndecidedError:
            continue
    return _numeric_limit(expr, variable, end, values)


def _varying(nodes: list[Expr], variable: str) -> set[int]:
    """Identities of the nodes that the variable occurs in."""
    varying: set[int] = set()
    for node in reversed(nodes):  # children before parents
        children = node.args if isinstance(node, Apply) else ()
        if node == Symbol(variable) or any(id(child) in varying for child in children):
            varying.add(id(node))
    return varying


def _ramification(nodes: list[Expr]) -> int:
    """A common denominator for the exponents; at least that of those which occur, up to a bound."""
    common = 1
    for node in nodes:
        if isinstance(node, Apply) and node.op in ("sqrt", "^") and common**2 <= MAX_WORK:
            exponent = Fraction(1, 2) if node.op == "sqrt" else exact_constant(node.args[1])
            if exponent is not None:
                common = lcm(common, exponent.denominator)
    return common


def _classify(germ: Germ, end: End) -> Limit:
    if isinstance(germ, germs.Beyond):
        return Limit("infinite" if germ.large else "zero", None)
    if not germ.sign:
        return Limit("zero", None)
    kind: Kind = "finite" if germ.order == 0 else "zero" if germ.order > 0 else "infinite"
    return Limit(kind, germ.order if end == "zero" else -germ.order)


class _Expansion:
    """Expands an expression, bottom up, to so many terms."""

    def __init__(self, varying: set[int], end: End, values: Mapping[str, float], terms: int, q: int) -> None:
        self.varying = varying
        self.values = values
        self.terms = terms
        self.q = q
        self.order = Fraction(1 if end == "zero" else -1)

    def expand(self, expr: Expr) -> Germ:
        """The germ of an expression.

        Raises:
            UndecidedError: If the terms do not suffice, or it has no series.
        """
        if id(expr) not in self.varying:
            return self._constant(expr)
        if not isinstance(expr, Apply):
            return germs.monomial(self.order, self.terms, self.q)
        if expr.op == "^":
            return self._power(*expr.args)
        args = [self.expand(arg) for arg in expr.args]
        return self._apply(expr.op, args[0], args[-1])

    def _constant(self, expr: Expr) -> Germ:
        value = exact_constant(expr)
        if value is None:
            number = float(evaluate(expr, self.values))
            if not isfinite(number) or abs(number) > 1e30 or 0 < abs(number) < 1e-30:
                raise UndecidedError
            value = Fraction(repr(number))  # the decimal as printed has far fewer digits
        return germs.constant(value, self.terms, self.q)

    def _power(self, base: Expr, exponent: Expr) -> Germ:
        fixed = exact_constant(exponent)
        if fixed is not None:
            return germs.power(self.expand(base), fixed)
        return self._exp(germs.multiply(self.expand(exponent), germs.log(self.expand(base))))

    def _exp(self, germ: Germ) -> Germ:
        return germs.exp(germ, self.terms, self.q)

    def _apply(self, op: str, left: Germ, right: Germ) -> Germ:
        if op == "+":
            return germs.add(left, right)
        if op == "-":
            return germs.add(left, germs.negate(right))
        if op == "*":
            return germs.multiply(left, right)
        if op == "/":
            return germs.divide(left, right)
        if op == "neg":
            return germs.negate(left)
        if op == "sqrt":
            return germs.power(left, Fraction(1, 2))
        if op == "exp":
            return self._exp(left)
        if op == "log":
            return germs.log(left)
        if op == "abs":
            return germs.negate(left) if left.sign < 0 else left
        if op == "cos":
            return germs.cos(left, self.terms, self.q)
        if op in ("sin", "tan", "tanh"):
            return germs.odd(op, left, self.terms, self.q)
        return self._hyperbolic(op, left)

    def _hyperbolic(self, op: str, germ: Germ) -> Germ:
        rising = self._exp(germ)
        falling = germs.power(rising, Fraction(-1))
        total = germs.add(rising, falling if op == "cosh" else germs.negate(falling))
        return germs.multiply(total, germs.constant(Fraction(1, 2), self.terms, self.q))


def _numeric_limit(expr: Expr, variable: str, end: End, values: Mapping[str, float]) -> Limit | None:
    """Reads the limit off the values on a geometric sequence."""
    steps = 10.0 ** (DECADES if end == "infinity" else -DECADES)
    sequence = np.broadcast_to(evaluate(expr, {**values, variable: values[variable] * steps}), steps.shape)
    if np.isnan(sequence).any() or len(set(np.sign(sequence[sequence != 0]))) > 1:
        return None
    sizes = np.abs(sequence)
    if sizes[-1] == 0:
        return Limit("zero", None) if (sizes[1:] <= sizes[:-1]).all() else None
    if np.isinf(sizes).any():
        return Limit("infinite", None) if (sizes[1:] >= sizes[:-1]).all() else None
    if not sizes.all():
        return None
    slopes = np.diff(np.log10(sizes))[-5:]
    if abs(slopes[-1]) < FLAT:
        return Limit("finite", Fraction(0))
    if slopes.min() < 0 < slopes.max():
        return None
    return Limit("infinite" if slopes[-1] > 0 else "zero", _exponent(slopes, end))


def _exponent(slopes: NDArray[np.float64], end: End) -> Fraction | None:
    """The power that a steady slope stands for, a multiple of 1/12; None if it is not steady."""
    exponent = Fraction(round(12 * float(slopes[-1])), 12)
    if np.abs(slopes - float(exponent)).max() > 1e-3:
        return None
    return exponent if end == "infinity" else -exponent
