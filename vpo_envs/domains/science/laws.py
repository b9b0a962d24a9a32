"""Families of laws: a setting, its quantities with units, and the laws that compete in it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from vpo_envs.domains.science.expression import (
    Apply,
    Expr,
    Number,
    Symbol,
    complexity,
    substitute,
    without_ones,
)
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.limits import ENDS, End, Limit, find_limit
from vpo_envs.domains.science.program import Program
from vpo_envs.domains.science.units import Dimension, parse_unit

AMPLITUDE, SHAPE = "a", "b"
"""Names of the dimensionless coefficients in law templates: a prefactor, and one that sets a scale."""

MIN_NODES = 7
"""Complexity, without coefficients, of the simplest law that a task hides: shorter ones leave no choice."""
MAX_NODES = 24
"""Largest complexity, without coefficients, of a law composed of two."""
ONE = Fraction(1)


@dataclass(frozen=True)
class Quantity:
    """A symbol, its unit and its meaning."""

    symbol: str
    unit: str
    meaning: str

    @property
    def dimension(self) -> Dimension:
        """The dimension of its unit."""
        return parse_unit(self.unit).dimension


@dataclass(frozen=True)
class Input:
    """A quantity that the experimenter sets.

    Attributes:
        quantity: What is set.
        scale: Its natural scale, a formula of the constants.
        low: Start of the measured range, in multiples of the scale.
        high: End of the measured range.
        reach: The largest setting, and the end of the held-out range.
    """

    quantity: Quantity
    scale: str
    low: float = 0.15
    high: float = 1.0
    reach: float = 8.0


@dataclass(frozen=True)
class Constant:
    """A named constant whose value, log-uniform between two bounds, is known to the experimenter."""

    quantity: Quantity
    low: float
    high: float


@dataclass(frozen=True)
class Form:
    """A law template and its properties for any positive coefficients.

    Attributes:
        template: The law in the quantities and the coefficients.
        limits: How it ends in every input, see `Family.limits`.
        power: Whether the coefficient `b` is an exponent, which multiplies those of the limits.
        sizes: Its complexity by whether the amplitude is 1 and whether the shape is.
    """

    template: Expr
    limits: dict[tuple[str, End], Limit | None]
    power: bool
    sizes: dict[tuple[bool, bool], int]

    def size(self, amplitude: Fraction, shape: Fraction) -> int:
        """Returns the complexity of the law with these coefficients."""
        return self.sizes[amplitude == 1, shape == 1]


@dataclass(frozen=True, eq=False)
class Family:
    """A setting and the laws that compete in it.

    Units within a family are coherent: numbers may be put into a law as printed.

    Attributes:
        name: One word.
        field: `physics`, `chemistry` or `biology`.
        story: What is observed, a sentence or two.
        output: The quantity that the law gives.
        scale: Its natural scale, a formula of the constants.
        inputs: The quantities that it depends on.
        constants: Named constants; they carry all dimensions a law needs.
        templates: The laws, with `a` and `b` for the dimensionless coefficients.
    """

    name: str
    field: str
    story: str
    output: Quantity
    scale: str
    inputs: tuple[Input, ...]
    constants: tuple[Constant, ...]
    templates: tuple[str, ...]

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """Inputs and constants by symbol: what a formula may use."""
        quantities = [part.quantity for part in self.inputs]
        quantities += [part.quantity for part in self.constants]
        return {quantity.symbol: quantity for quantity in quantities}

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """The dimension of every symbol that a formula may use."""
        return {symbol: quantity.dimension for symbol, quantity in self.quantities.items()}

    @cached_property
    def laws(self) -> tuple[Expr, ...]:
        """The competing laws as expressions in the quantities and the coefficients."""
        return tuple(self.parse(template) for template in self.templates)

    @cached_property
    def hidden_laws(self) -> tuple[Expr, ...]:
        """Those with enough to them to be the truth of a task."""
        return tuple(law for law in self.laws if complexity(with_coefficients(law, ONE, ONE)) >= MIN_NODES)

    @cached_property
    def common_laws(self) -> tuple[Expr, ...]:
        """Laws that anyone may try first: a constant, and in each input saturation and decay."""
        texts = [f"{AMPLITUDE}*({self.scale})"]
        for part in self.inputs:
            ratio = f"{part.quantity.symbol}/({SHAPE}*({part.scale}))"
            texts += [f"{texts[0]}*tanh({ratio})", f"{texts[0]}*exp(-{ratio})"]
        return tuple(self.parse(text) for text in texts)

    @cached_property
    def power_laws(self) -> tuple[Expr, ...]:
        """In each input a rising and a falling power, whose exponent is the coefficient `b`."""
        return tuple(
            self.parse(f"{AMPLITUDE}*({self.scale})*({ratio})^{SHAPE}")
            for part in self.inputs
            for ratio in (
                f"{part.quantity.symbol}/({part.scale})",
                f"({part.scale})/{part.quantity.symbol}",
            )
        )

    @cached_property
    def composed_laws(self) -> tuple[Expr, ...]:
        """Sums and products of two of the laws; only the first has a coefficient inside."""
        amplitude, scale = Symbol(AMPLITUDE), self.parse(self.scale)
        found = []
        for first in self.hidden_laws:
            for second in self.laws:
                if first != second:
                    bare = without_ones(substitute(first, {AMPLITUDE: Number(ONE)}))
                    plain = with_coefficients(second, ONE, ONE)
                    found.append(Apply("*", (amplitude, Apply("+", (bare, plain)))))
                    found.append(Apply("*", (first, Apply("/", (plain, scale)))))
        return tuple(law for law in found if complexity(with_coefficients(law, ONE, ONE)) <= MAX_NODES)

    def limits_of(self, law: Expr) -> dict[tuple[str, End], Limit | None]:
        """Returns the limits of any law of the family, composed ones included."""
        if law in self.limits:
            return self.limits[law]
        if law not in self._composed_limits:
            self._composed_limits[law] = self._find_limits(law)
        return self._composed_limits[law]

    @cached_property
    def scales(self) -> dict[str, Expr]:
        """Natural scales of the output and the inputs, by symbol."""
        texts = {self.output.symbol: self.scale}
        texts.update((part.quantity.symbol, part.scale) for part in self.inputs)
        return {symbol: self.parse(text) for symbol, text in texts.items()}

    @cached_property
    def program(self) -> Program:
        """All forms, to be evaluated together."""
        return Program([form.template for form in self.forms])

    def forms_beside(self, law: Expr) -> tuple[Form, ...]:
        """Returns the forms of the family, and that of a composed law."""
        if law in self.limits:
            return self.forms
        return (*self.forms, Form(law, self.limits_of(law), False, _sizes(law)))

    @cached_property
    def _composed_limits(self) -> dict[Expr, dict[tuple[str, End], Limit | None]]:
        return {}

    def _find_limits(self, law: Expr) -> dict[tuple[str, End], Limit | None]:
        values = dict.fromkeys((*self.quantities, AMPLITUDE, SHAPE), 1.0)
        ends = [(part.quantity.symbol, end) for part in self.inputs for end in ENDS]
        return {(symbol, end): find_limit(law, symbol, end, values) for symbol, end in ends}

    @cached_property
    def limits(self) -> dict[Expr, dict[tuple[str, End], Limit | None]]:
        """The limits of every law, common ones and powers included, in every input.

        Coefficients and constants are positive, and none of these laws ends otherwise for other
        positive values (save that `b` multiplies the exponents of the power laws), so that one table
        serves all tasks of the family.
        """
        return {law: self._find_limits(law) for law in (*self.laws, *self.common_laws, *self.power_laws)}

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """All laws that a task refers to: the family's, common ones and powers."""
        return tuple(
            Form(law, limits, law in self.power_laws, _sizes(law)) for law, limits in self.limits.items()
        )

    def parse(self, text: str) -> Expr:
        """Reads a template over the quantities and the coefficients."""
        return parse_formula(text, (*self.quantities, AMPLITUDE, SHAPE))


def _sizes(law: Expr) -> dict[tuple[bool, bool], int]:
    numbers = {True: ONE, False: ONE + 1}
    return {
        (amplitude, shape): complexity(with_coefficients(law, numbers[amplitude], numbers[shape]))
        for amplitude in numbers
        for shape in numbers
    }


def with_coefficients(law: Expr, amplitude: Fraction, shape: Fraction) -> Expr:
    """Returns the law with numbers for its coefficients; those that are 1 are not written."""
    numbers = {AMPLITUDE: Number(amplitude), SHAPE: Number(shape)}
    return without_ones(substitute(law, numbers))
