"""A light expression tree, into which formulas are parsed.

Sympy evaluates powers and simplifies on construction, which model output must not trigger; these
trees do nothing until asked, and `to_sympy` exports only what is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

MAX_POWER = 20
"""Largest exponent, in size, that is folded exactly or exported to sympy."""
MAX_BITS = 2048
"""Size of the largest exact constant."""


@dataclass(frozen=True)
class Number:
    """A dimensionless literal, exact."""

    value: Fraction


@dataclass(frozen=True)
class Symbol:
    """A variable or a named constant."""

    name: str


@dataclass(frozen=True)
class Apply:
    """An operator (`+ - * / ^ neg`) or a function applied to its arguments."""

    op: str
    args: tuple[Expr, ...]


Expr = Number | Symbol | Apply

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "abs": np.abs,
}
OPERATORS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "neg": np.negative,
}
UFUNCS = {**OPERATORS, **FUNCTIONS}
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "^": 4}


def walk(expr: Expr) -> Iterator[Expr]:
    """Returns every node, parents before children."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Apply):
            stack.extend(reversed(node.args))


def complexity(expr: Expr) -> int:
    """Returns the number of nodes: one per number, symbol, operator, function; a literal's sign is free."""
    nodes = 0
    for node in walk(expr):
        nodes += not (isinstance(node, Apply) and node.op == "neg" and isinstance(node.args[0], Number))
    return nodes


def evaluate(expr: Expr, values: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
    """Returns the value of an expression, broadcast over array values; nan or inf where it has none.

    Args:
        expr: Any expression.
        values: A number or array for each of its symbols.
    """
    with np.errstate(all="ignore"):
        return np.asarray(_evaluate(expr, values), float)


def _evaluate(expr: Expr, values: Mapping[str, ArrayLike]) -> Any:
    if isinstance(expr, Number):
        return float(expr.value)
    if isinstance(expr, Symbol):
        return values[expr.name]
    return UFUNCS[expr.op](*[_evaluate(arg, values) for arg in expr.args])


def substitute(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replaces symbols by expressions."""
    if isinstance(expr, Symbol):
        return values.get(expr.name, expr)
    if isinstance(expr, Number):
        return expr
    return Apply(expr.op, tuple(substitute(arg, values) for arg in expr.args))


def without_ones(expr: Expr) -> Expr:
    """Drops factors, divisors and exponents that are the number 1."""
    if not isinstance(expr, Apply):
        return expr
    args = tuple(without_ones(arg) for arg in expr.args)
    one = Number(Fraction(1))
    if expr.op == "*" and args[0] == one:
        return args[1]
    if expr.op == "*" and args[0] == Apply("neg", (one,)):
        return Apply("neg", (args[1],))
    if expr.op in "*/^" and args[1] == one:
        return args[0]
    return Apply(expr.op, args)


def exact_constant(expr: Expr) -> Fraction | None:
    """Returns the rational value of an expression without symbols, or None where it has none of bounded size.

    Example:
        >>> half = Apply("/", (Number(Fraction(1)), Number(Fraction(2))))
        >>> exact_constant(half), exact_constant(Apply("sqrt", (half,)))
        (Fraction(1, 2), None)
    """
    if isinstance(expr, Number):
        return expr.value
    if isinstance(expr, Symbol):
        return None
    args = [exact_constant(arg) for arg in expr.args]
    left = args[0]
    right = args[-1]
    if left is None or right is None:
        return None
    if expr.op == "neg":
        return -left
    if expr.op == "/":
        value = left / right if right else None
    elif expr.op == "^":
        whole = right.denominator == 1 and abs(right) <= MAX_POWER and (left or right > 0)
        value = left**right.numerator if whole else None
    elif expr.op in "+-*":
        value = {"+": left + right, "-": left - right, "*": left * right}[expr.op]
    else:
        return None
    if value is None or max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        return None
    return value


def to_text(expr: Expr, *, spaced: bool = False) -> str:
    """Writes an expression with the fewest brackets; the parser reads it back as the same tree.

    Args:
        expr: Any expression that the parser can produce.
        spaced: Whether to put a blank between all tokens, for tokenizers that split there.

    Example:
        >>> V, S, K = map(Symbol, "VSK")
        >>> law = Apply("/", (Apply("*", (V, S)), Apply("+", (K, S))))
        >>> to_text(law), to_text(law, spaced=True)
        ('V*S/(K + S)', 'V * S / ( K + S )')
    """
    blank = " " if spaced else ""
    if isinstance(expr, Number):
        return decimal_text(expr.value)
    if isinstance(expr, Symbol):
        return expr.name
    if expr.op in FUNCTIONS:
        return f"{expr.op}{blank}({blank}{to_text(expr.args[0], spaced=spaced)}{blank})"
    binding = _BINDING[expr.op]
    if expr.op == "neg":
        return f"-{blank}{_bracketed(expr.args[0], binding, spaced)}"
    # The side on which an operator does not associate needs brackets at equal binding too.
    tight = (binding + 1, _BINDING["neg"]) if expr.op == "^" else (binding, binding + 1)
    left, right = (_bracketed(arg, least, spaced) for arg, least in zip(expr.args, tight))
    gap = " " if spaced or binding == 1 else ""
    return f"{left}{gap}{expr.op}{gap}{right}"


def _bracketed(expr: Expr, least: int, spaced: bool) -> str:
    text = to_text(expr, spaced=spaced)
    if not isinstance(expr, Apply) or _BINDING.get(expr.op, least) >= least:
        return text
    blank = " " if spaced else ""
    return f"({blank}{text}{blank})"


def decimal_text(value: Fraction) -> str:
    """Returns a literal's decimal text, shortest form."""
    number = (Decimal(value.numerator) / Decimal(value.denominator)).normalize()
    plain = f"{number:f}"
    return plain if len(plain) <= 12 else f"{number:e}".replace("e+", "e")


def to_sympy(expr: Expr) -> sympy.Expr:
    """Returns the same expression in sympy, its symbols positive.

    Raises:
        ValueError: If it holds a power of constants too large to be written out.

    Example:
        >>> to_sympy(Apply("^", (Symbol("x"), Number(Fraction(1, 2)))))
        sqrt(x)
    """
    if isinstance(expr, Number):
        return sympy.Rational(expr.value.numerator, expr.value.denominator)
    if isinstance(expr, Symbol):
        return sympy.pi if expr.name == "pi" else sympy.Symbol(expr.name, positive=True)
    args = [to_sympy(arg) for arg in expr.args]
    if expr.op in FUNCTIONS:
        return getattr(sympy, "Abs" if expr.op == "abs" else expr.op)(args[0])
    if expr.op == "neg":
        return -args[0]
    left, right = args
    if expr.op == "^":
        if right.is_number and not _small_power(left, right):
            raise ValueError("a power is too large to export to sympy")
        return left**right
    return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[expr.op](right)


def _small_power(base: sympy.Expr, exponent: sympy.Expr) -> bool:
    """Returns whether sympy, which raises numbers to powers on sight, would keep this one short."""
    if not exponent.is_Rational or abs(exponent) > MAX_POWER:
        return False
    bits = max((max(abs(n.p), n.q).bit_length() for n in base.atoms(sympy.Rational)), default=0)
    return bool(bits * max(1, abs(exponent)) <= MAX_BITS)


def canonical_text(expr: Expr) -> str:
    """Writes an expression so that the order of summands and factors does not matter.

    Example:
        >>> V, S, K = map(Symbol, "VSK")
        >>> one = Apply("/", (Apply("*", (V, S)), Apply("+", (K, S))))
        >>> two = Apply("/", (Apply("*", (S, V)), Apply("+", (S, K))))
        >>> canonical_text(one) == canonical_text(two)
        True
    """
    if not isinstance(expr, Apply):
        return to_text(expr)
    if expr.op in ("+", "-", "neg"):
        return f"({' '.join(sorted(_terms(expr, '+', '-')))})"
    if expr.op in ("*", "/"):
        return f"({' '.join(sorted(_terms(expr, '*', '/')))})"
    return f"{expr.op}({','.join(canonical_text(arg) for arg in expr.args)})"


def _terms(expr: Expr, sign: str, inverse: str) -> list[str]:
    """Returns the terms of a sum (or the factors of a product), each with its sign."""
    stack, terms = [(expr, False)], []
    while stack:
        node, inverted = stack.pop()
        if isinstance(node, Apply) and node.op in (sign, inverse):
            left, right = node.args
            stack += [(left, inverted), (right, inverted != (node.op == inverse))]
        elif isinstance(node, Apply) and node.op == "neg" and sign == "+":
            stack.append((node.args[0], not inverted))
        else:
            terms.append((inverse if inverted else sign) + canonical_text(node))
    return terms
