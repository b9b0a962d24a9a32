"""A parser for formulas that models write: a short grammar, a whitelist, and limits on everything.

    formula := term (("+" | "-") term)*
    term    := signed (("*" | "/" | nothing) signed)*
    signed  := ("+" | "-") signed | power
    power   := atom (("^" | "**") signed)?
    atom    := number | name | function "(" formula ")" | function atom | "(" formula ")"

so `-x^2` is `-(x^2)` and `2^3^2` is `2^9`. Square brackets are brackets. A product may be written without
a sign where only one reading is usual: `2 x`, `2x`, `k (1 - x)`, and `kx` where `k` and `x` are names.
Refused are `1/2x`, `x/k L`, `e^-k t` and `log x y`. `1/2 x` is `(1/2) x`. `2*10^-3` is one number.
Functions may be in any case and prefixed by `np.` or `math.`; `e^x` is `exp(x)`, unless `e` is a name of
the task; `K_0` is `K0`. ASCII only: a look-alike from another script is an unknown character (`spelling`
replaces common typographic signs and LaTeX beforehand). No model text ever reaches `eval` or sympy's
parsers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from vpo_envs.domains.science.expression import FUNCTIONS, Apply, Expr, Number, Symbol, exact_constant

MAX_CHARACTERS = 400
MAX_TOKENS = 150
MAX_DEPTH = 24
MAX_DIGITS = 15
MAX_MAGNITUDE = 30
"""Largest decimal exponent of a literal, in size."""

ALIASES = {"ln": "log", "log_e": "log"}
CONSTANTS = ("pi",)
EULER = Apply("exp", (Number(Fraction(1)),))

NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NAME = r"(?:(?:np|numpy|math)\.)?(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
_TOKEN = re.compile(rf"(?:(?P<number>{NUMBER})|{_NAME}|(?P<op>\*\*|[-+*/^()]))")
_BRACKETS = str.maketrans("[]{}", "()()")
_SPLIT_LENGTH = 12
"""Longest run of letters that is looked at as a product of names."""

Token = tuple[str, str, int]
"""Kind, text and place of a token."""


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
        if _TOKEN.match(rest.translate(_BRACKETS)) is None:
            raise FormulaError(f"{rest[0]!r} has no place in a formula")
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
    parser = _Parser(_tokens(text.translate(_BRACKETS), names), names)
    formula = parser.parse()
    return formula, "" if parser.end is None else text[parser.end :].strip()


def parse_number(text: str) -> Fraction:
    """Returns the exact value of a literal.

    Raises:
        FormulaError: If it has too many digits or too large an exponent.
    """
    mantissa, _, exponent = text.lower().partition("e")
    # The length is looked at first: turning thousands of digits into an integer is not free.
    if len(mantissa) > MAX_DIGITS + 1 or len(exponent) > 4 or abs(int(exponent or 0)) > MAX_MAGNITUDE:
        raise FormulaError(f"{text[:20]!r} is too long or too large a number")
    return Fraction(Decimal(text))


def _tokens(text: str, names: Collection[str]) -> list[Token]:
    """Splits a text into tokens, up to a character that has no place in a formula."""
    tokens: list[Token] = []
    position = 0
    while True:
        while text[position : position + 1].isspace():
            position += 1
        if position == len(text):
            break
        match = _TOKEN.match(text, position)
        if match is None:
            tokens.append(("stray", text[position], position))
            break
        kind = str(match.lastgroup)
        parts = _factors(match[kind], names) if kind == "name" else [match[kind]]
        start = match.start(kind)
        for part in parts:
            tokens.append((kind, part, start))
            start += len(part)
        position = match.end()
    if len(tokens) > MAX_TOKENS:
        raise FormulaError(f"the formula has more than {MAX_TOKENS} tokens")
    return tokens


def _factors(word: str, names: Collection[str]) -> list[str]:
    """Returns the names that a word is a product of, where there is one such reading; else the word."""
    if word in names or word in CONSTANTS or len(word) > _SPLIT_LENGTH or _function(word):
        return [word]
    joined = word.replace("_", "")
    if joined in names:
        return [word]
    ways: list[list[list[str]]] = [[[]]]  # of every start of the word, at most two readings
    for end in range(1, len(word) + 1):
        found = [
            [*before, word[start:end]]
            for start in range(end)
            if word[start:end] in names
            for before in ways[start]
        ]
        ways.append(found[:2])
    return ways[-1][0] if len(ways[-1]) == 1 else [word]


def _function(word: str) -> str | None:
    name = ALIASES.get(word.lower(), word.lower())
    return name if name in FUNCTIONS else None


class _Parser:
    """Recursive descent; the recursion is counted, so nesting ends in an error, not in a crash."""

    def __init__(self, tokens: list[Token], names: Collection[str]) -> None:
        self.tokens = tokens
        self.names = names
        self.position = 0
        self.depth = 0
        self.loose = False
        """Returns whether the last power has an exponent that a product written without a sign would blur."""

    def parse(self) -> Expr:
        return self._sum()

    @property
    def end(self) -> int | None:
        """End of the part that has been read; None at the end of the text."""
        return self.tokens[self.position][2] if self.position < len(self.tokens) else None

    def _next(self) -> tuple[str, str]:
        if self.position == len(self.tokens):
            raise FormulaError("the formula is incomplete")
        self.position += 1
        return self.tokens[self.position - 1][:2]

    def _at(self, *kinds: str, text: str = "") -> bool:
        if self.position == len(self.tokens):
            return False
        kind, found, _ = self.tokens[self.position]
        return kind in kinds or (bool(text) and found == text)

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
        divisor = -1  # position of the last divisor
        while True:
            start = self.position
            if op := self._accept("*", "/"):
                divisor = self.position if op == "/" else -1
                expr = _times(op, expr, self._signed())
            elif (factor := self._unsigned_factor()) is None:
                return expr
            else:
                if divisor >= 0 and self._blurs(expr, divisor, start):
                    raise FormulaError("a product after / needs brackets, or a * before it")
                expr = Apply("*", (expr, factor))
                divisor = -1

    def _unsigned_factor(self) -> Expr | None:
        """Returns the factor of a product without a sign; None where none follows, as before a unit."""
        if not self._at("name", text="("):
            return None
        start, depth, loose = self.position, self.depth, self.loose
        try:
            factor = self._power()
        except FormulaError:
            self.position, self.depth, self.loose = start, depth, loose
            return None
        if loose:
            raise FormulaError("an exponent with a product needs brackets")
        return factor

    def _blurs(self, quotient: Expr, divisor: int, end: int) -> bool:
        """Returns whether a factor after this quotient could belong to its divisor."""
        kind, text, _ = self.tokens[divisor]
        if text == "(" or (kind == "name" and _function(text) and text not in self.names):
            return False
        numbers = isinstance(quotient, Apply) and all(isinstance(arg, Number) for arg in quotient.args)
        place = self.tokens[end][2]
        apart = place > self.tokens[end - 1][2] + len(self.tokens[end - 1][1])
        return not (numbers and apart)

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
        self.loose = False
        if not self._accept("^", "**"):
            return base
        closed = self._at(text="(")
        exponent = self._signed()
        self.loose = not closed and not _literal(exponent)
        euler = base == EULER and self.tokens[start][1] == "e"
        return Apply("exp", (exponent,)) if euler else Apply("^", (base, exponent))

    def _atom(self) -> Expr:
        kind, text = self._next()
        if kind == "number":
            return Number(parse_number(text))
        if kind == "name":
            return self._named(text)
        if kind == "stray":
            raise FormulaError(f"{text!r} has no place in a formula")
        if text != "(":
            raise FormulaError(f"{text!r} is out of place")
        return self._closed()

    def _closed(self) -> Expr:
        expr = self._sum()
        if not self._accept(")"):
            self._check_stray()
            raise FormulaError("a closing bracket is missing")
        return expr

    def _check_stray(self) -> None:
        if self._at("stray"):
            raise FormulaError(f"{self.tokens[self.position][1]!r} has no place in a formula")

    def _named(self, name: str) -> Expr:
        if name in self.names or name in CONSTANTS:
            return Symbol(name)
        if name.replace("_", "") in self.names:
            return Symbol(name.replace("_", ""))
        if name == "e":
            return EULER
        function = _function(name)
        if function is None:
            known = ", ".join(sorted({*self.names, *CONSTANTS}))
            raise FormulaError(f"unknown name {name[:20]!r}; use {known}")
        if self._accept("("):
            return Apply(function, (self._closed(),))
        if self._accept("^", "**"):  # sin^2(x)
            exponent = self._atom()
            if not _literal(exponent) or not self._accept("("):
                raise FormulaError(f"{name} needs its argument in brackets")
            return Apply("^", (Apply(function, (self._closed(),)), exponent))
        self._check_stray()
        if not self._at("number", "name") or _function(self.tokens[self.position][1]):
            raise FormulaError(f"{name} needs its argument in brackets")
        argument = self._power()
        if self._at("number", "name", text="(") or self._at(text="*") or self._at(text="/"):
            raise FormulaError(f"{name} needs its argument in brackets")
        return Apply(function, (argument,))


def _literal(expr: Expr) -> bool:
    return isinstance(expr, Number) or (
        isinstance(expr, Apply) and expr.op == "neg" and isinstance(expr.args[0], Number)
    )


def _times(op: str, left: Expr, right: Expr) -> Expr:
    """Returns a product or quotient; a number times a power of ten is one number."""
    power = _power_of_ten(right) if op == "*" else None
    if power is not None:
        if isinstance(left, Number):
            return Number(left.value * power)
        if isinstance(left, Apply) and _literal(left):
            return Apply("neg", (_times("*", left.args[0], right),))
        if isinstance(left, Apply) and left.op == "*" and isinstance(left.args[1], Number):
            return Apply("*", (left.args[0], Number(left.args[1].value * power)))
    return Apply(op, (left, right))


def _power_of_ten(expr: Expr) -> Fraction | None:
    if not isinstance(expr, Apply) or expr.op != "^" or expr.args[0] != Number(Fraction(10)):
        return None
    exponent = exact_constant(expr.args[1]) if _literal(expr.args[1]) else None
    if exponent is None or exponent.denominator != 1 or abs(exponent) > MAX_MAGNITUDE:
        return None
    return Fraction(10) ** exponent.numerator
