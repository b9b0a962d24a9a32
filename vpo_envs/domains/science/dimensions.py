"""Dimensional analysis of expressions, exact: rational exponents, no numbers guessed.

A bare number is dimensionless; a number with a dimension must be written with the named constants of
the task, as in `1.3*tau`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from vpo_envs.domains.science.expression import Apply, Expr, Number, Symbol, exact_constant, to_text
from vpo_envs.domains.science.units import DIMENSIONLESS, Dimension

LARGEST = 10**18
"""Of numerators and denominators of exponents: powers of powers grow without bound."""


class DimensionError(ValueError):
    """An expression that mixes dimensions; the message says where."""


def dimension_of(expr: Expr, dimensions: Mapping[str, Dimension]) -> Dimension:
    """Returns the dimension of an expression.

    Sums need equal dimensions, functions and exponents dimensionless arguments (`abs` and `sqrt`
    take any), and what has a dimension may only be raised to an exact rational power.

    Args:
        expr: Any expression.
        dimensions: Of each of its symbols.

    Raises:
        DimensionError: If the expression has no dimension.
    """
    if isinstance(expr, Number):
        return DIMENSIONLESS
    if isinstance(expr, Symbol):
        return dimensions.get(expr.name, DIMENSIONLESS)
    found = _applied(expr, [dimension_of(arg, dimensions) for arg in expr.args])
    if any(max(abs(power.numerator), power.denominator) > LARGEST for power in found.exponents):
        raise DimensionError(f"{expr.op} makes a power out of all bounds")
    return found


def _applied(expr: Apply, args: list[Dimension]) -> Dimension:
    first, last = args[0], args[-1]
    if expr.op in "+-":
        if first != last:
            left, right = expr.args
            raise DimensionError(f"{to_text(left)} is in {first} but {to_text(right)} in {last}")
        return first
    if expr.op == "*":
        return first * last
    if expr.op == "/":
        return first / last
    if expr.op in ("neg", "abs"):
        return first
    if expr.op == "sqrt":
        return first ** Fraction(1, 2)
    if expr.op == "^" and last.dimensionless:
        if first.dimensionless:
            return first
        exponent = exact_constant(expr.args[1])
        if exponent is None:
            raise DimensionError(f"{to_text(expr.args[0])} is in {first} and has no fixed power")
        return first**exponent
    if not last.dimensionless:
        raise DimensionError(
            f"{expr.op} needs a dimensionless argument; {to_text(expr.args[-1])} is in {last}"
        )
    return DIMENSIONLESS
