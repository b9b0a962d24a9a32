"""A parser for formulas that models write: a short grammar, a whitelist, and limits on everything.

    formula := term (("+" | "-") term)*
    term    := signed (("*" | "/") signed)*
    signed  := ("+" | "-") signed | power
    power   := atom (("^" | "**") signed)?
    atom    := number | name | function "(" formula ")" | "(" formula ")"

so `-x^2` is `-(x^2)`, `2^3^2` is `2^9` and products are always written out. Functions may be in any
case and prefixed by `np.` or `math.`; `e^x` is `exp(x)`, unless `e` is a name of the task. ASCII only: a
look-alike from another script is an unknown character (`spelling` replaces common typographic signs
beforehand). No model text ever reaches `eval` or sympy's parsers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from vpo_envs.domains.science.expression import FUNCTIONS, Apply, Expr, Number, Symbol

MAX_CHARACTERS = 400
MAX_TOKENS = 150
MAX_DEPTH = 24
MAX_DIGITS = 15
MAX_MAGNITUDE = 30
"""Largest decimal exponent of a literal, in size."""

ALIASES = {"ln": "log"}
CONSTANTS = ("pi",)
EULER = Apply("exp", (Number(Fraction(1)),))

NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NAME = r"(?:(?:np|numpy|math)\.)?(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
_TOKEN = re.compile(rf"\s*(?:(?P<number>{NUMBER})|{_NAME}|(?P<op>\*\*|[-+*/^()]))")


class FormulaError(ValueError):
    """A text that is not a formula; the message says why, in words for the one who wrote it."""


def parse_formula(text: str, names: Collection[str]) -> Expr:
    """Reads a formula.

    Args:
        text: Any string.
        names: The variables and constants that it may use, besides `pi`.

    Raises:
        FormulaError: If the text is no formula or exceeds a limit.

    Example:
        >>> parse_formula("2*x^-1", ["x"]) == parse_formula("2 * x ** (-1)", ["x"])
        True
        >>> parse_formula("eval(x)", ["x"])
        Traceback (most recent call last):
        vpo_envs.domains.science.formula.FormulaError: unknown name 'eval'; use pi, x
    """
    formula, rest = parse_leading(text, names)
    if rest:
        raise FormulaError(f"{rest[:20]!r} is out of place")
    return formula


def parse_leading(text: str, names: Collection[str]) -> tuple[Expr, str]:
    """Reads the formula that a text starts with.

    Returns:
        The formula and the text after it, such as a unit.

    Raises:
        FormulaError: If the text starts with no formula or exceeds a limit.

    Example:
        >>> parse_leading("2*x m/s", ["x"])[1]
        'm/s'
    """
    if len(text) > MAX_CHARACTERS:
        raise FormulaError(f"the formula has more than {MAX_CHARACTERS} characters")
    parser = _Parser(_tokens(text), names)
    formula = parser.parse()
    return formula, "" if parser.end is None else text[parser.end :].strip()


def parse_number(text: str) -> Fraction:
    """The exact value of a literal.

    Raises:
        FormulaError: If it has too many digits or too large an exponent.
    """
    mantissa, _, exponent = text.lower().partition("e")
    # The length is looked at first: turning thousands of digits into an integer is not free.
    if len(mantissa) > MAX_DIGITS + 1 or len(exponent) > 4 or abs(int(exponent or 0)) > MAX_MAGNITUDE:
        raise FormulaError(f"{text[:20]!r} is too long or too large a number")
    return Fraction(Decimal(text))


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """(kind, text, start) of every token."""
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError(f"{text[position:].lstrip()[:1]!r} has no place in a formula")
        kind = str(match.lastgroup)
        tokens.append((kind, match[kind], match.start(kind)))
        position = match.end()
    if len(tokens) > MAX_TOKENS:
        raise FormulaError(f"the formula has more than {MAX_TOKENS} tokens")
    return tokens


class _Parser:
    """Recursive descent; the recursion is counted, so nesting ends in an error, not in a crash."""

    def __init__(self, tokens: list[tuple[str, str, int]], names: Collection[str]) -> None:
        self.tokens = tokens
        self.names = names
        self.position = 0
        self.depth = 0

    def parse(self) -> Expr:
        return self._sum()

    @property
    def end(self) -> int | None:
        """Where what has been read ends in the text; None if all has."""
        return self.tokens[self.position][2] if self.position < len(self.tokens) else None

    def _next(self) -> tuple[str, str]:
        if self.position == len(self.tokens):
            raise FormulaError("the formula is incomplete")
        self.position += 1
        return self.tokens[self.position - 1][:2]

    def _accept(self, *choices: str) -> str | None:
        if self.position < len(self.tokens):
            kind, text, _ = self.tokens[self.position]
            if kind == "op" and text in choices:
                self.position += 1
                return text
        return None

    def _sum(self) -> Expr:
        expr = self._product()
        while op := self._accept("+", "-"):
            expr = Apply(op, (expr, self._product()))
        return expr

    def _product(self) -> Expr:
        expr = self._signed()
        while op := self._accept("*", "/"):
            expr = Apply(op, (expr, self._signed()))
        return expr

    def _signed(self) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(f"the formula is nested deeper than {MAX_DEPTH} levels")
        sign = self._accept("+", "-")
        if sign:
            operand = self._signed()
            expr = Apply("neg", (operand,)) if sign == "-" else operand
        else:
            expr = self._power()
        self.depth -= 1
        return expr

    def _power(self) -> Expr:
        start = self.position
        base = self._atom()
        if not self._accept("^", "**"):
            return base
        exponent = self._signed()
        euler = base == EULER and self.tokens[start][1] == "e"
        return Apply("exp", (exponent,)) if euler else Apply("^", (base, exponent))

    def _atom(self) -> Expr:
        kind, text = self._next()
        if kind == "number":
            return Number(parse_number(text))
        if kind == "name":
            return self._named(text)
        if text != "(":
            raise FormulaError(f"{text!r} is out of place")
        return self._closed()

    def _closed(self) -> Expr:
        expr = self._sum()
        if not self._accept(")"):
            raise FormulaError("a closing bracket is missing")
        return expr

    def _named(self, name: str) -> Expr:
        if name in self.names or name in CONSTANTS:
            return Symbol(name)
        if name == "e":
            return EULER
        function = ALIASES.get(name.lower(), name.lower())
        if function not in FUNCTIONS:
            known = ", ".join(sorted({*self.names, *CONSTANTS}))
            raise FormulaError(f"unknown name {name[:20]!r}; use {known}")
        if not self._accept("("):
            raise FormulaError(f"{name} needs its argument in brackets")
        return Apply(function, (self._closed(),))
