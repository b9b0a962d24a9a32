"""A problem: a hidden law, measurements, rivals that explain them too, and possible experiments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.science.experiments import Dial, cost, discrimination, worth
from vpo_envs.domains.science.expression import Expr, evaluate
from vpo_envs.domains.science.laws import Family, Quantity
from vpo_envs.domains.science.limits import End, Limit, find_limit

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Behaviour:
    """A limit that the law is known to have.

    Attributes:
        symbol: The input that tends to 0 or to infinity.
        end: Which of the two.
        limit: Of the hidden law.
    """

    symbol: str
    end: End
    limit: Limit

    @property
    def proportional(self) -> bool:
        """True where the power is part of the statement: only whole and half powers are told apart."""
        exponent = self.limit.exponent
        return bool(exponent) and exponent is not None and exponent.denominator <= 2

    def holds(self, limit: Limit | None) -> bool:
        """Returns whether a limit is as stated."""
        if limit is None or limit.kind != self.limit.kind:
            return False
        return not self.proportional or limit.exponent == self.limit.exponent


@dataclass(frozen=True, eq=False)
class Problem:
    """All that a task is made of; arrays are never written to.

    Attributes:
        family: The setting.
        law: The hidden law, its coefficients filled in.
        constants: Values of the named constants, in the units printed.
        scales: Natural scale of every input, and of the output under its own symbol.
        measured: Inputs of the measurements, each of shape (n,).
        observed: The measurements, shape (n,).
        probed: Inputs of the held-out points, on both sides of the measured range.
        noise: Relative standard deviation of a measurement.
        behaviours: Limits of the hidden law that the task states.
        rivals: Other laws of the family, fitted to the measurements, best first.
        dials: One for each input.
    """

    family: Family
    law: Expr
    constants: Mapping[str, float]
    scales: Mapping[str, float]
    measured: Mapping[str, Array]
    observed: Array
    probed: Mapping[str, Array]
    noise: float
    behaviours: tuple[Behaviour, ...]
    rivals: tuple[Expr, ...]
    dials: tuple[Dial, ...]

    @property
    def output(self) -> Quantity:
        """The quantity that the law gives."""
        return self.family.output

    @cached_property
    def target(self) -> Array:
        """The hidden law at the held-out points, free of noise."""
        return self.predict(self.law, self.probed)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Symbols of the inputs, in the order of the dials."""
        return tuple(part.quantity.symbol for part in self.family.inputs)

    @cached_property
    def settings(self) -> tuple[Array, ...]:
        """Every combination of settings, one array per input, each of shape (count, ..., count)."""
        return tuple(np.meshgrid(*(dial.settings for dial in self.dials), indexing="ij"))

    @cached_property
    def credits(self) -> Array:
        """Cost of every experiment, shape (count, ..., count)."""
        return cost(self.dials, self.settings)

    @cached_property
    def power(self) -> Array:
        """Discrimination of the hidden law and its rivals by every experiment, same shape."""
        inputs = dict(zip(self.inputs, self.settings))
        predictions = np.stack([self.predict(law, inputs) for law in (self.law, *self.rivals)])
        return discrimination(predictions, self.noise)

    @cached_property
    def feasibility(self) -> Array:
        """Power per credit as a share of the best experiment's, same shape."""
        return worth(self.power, self.credits)

    @cached_property
    def best_settings(self) -> tuple[int, ...]:
        """The most feasible experiment (the first, if several are), as indices on the dials."""
        best = np.unravel_index(int(self.feasibility.argmax()), self.feasibility.shape)
        return tuple(int(index) for index in best)

    def predict(self, law: Expr, inputs: Mapping[str, Array]) -> Array:
        """Returns a law at given inputs, in the shape of these."""
        shape = np.shape(next(iter(inputs.values())))
        return np.broadcast_to(evaluate(law, {**self.constants, **inputs, "pi": np.pi}), shape)

    def limit(self, law: Expr, symbol: str, end: End) -> Limit | None:
        """Returns the limit of a law in one input, the others at the middle of their measured range."""
        return find_limit(law, symbol, end, self._typical)

    @cached_property
    def _typical(self) -> dict[str, float]:
        middles = {name: float(np.sqrt(x.min() * x.max())) for name, x in self.measured.items()}
        return {**self.constants, **middles, "pi": float(np.pi)}
