"""Many formulas evaluated together: what they share is computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from vpo_envs.domains.science.expression import UFUNCS, Apply, Expr, Symbol


class Program:
    """The steps that evaluate a list of expressions, each common part once.

    Args:
        exprs: Any expressions.

    Example:
        >>> from fractions import Fraction
        >>> from vpo_envs.domains.science.expression import Number
        >>> x, two = Symbol("x"), Number(Fraction(2))
        >>> [float(value) for value in Program([Apply("*", (two, x)), x]).run({"x": 3.0})]
        [6.0, 3.0]
    """

    def __init__(self, exprs: Sequence[Expr]) -> None:
        self._places: dict[Expr, int] = {}
        self._steps: list[tuple[Any, Any]] = []
        self._outputs = [self._add(expr) for expr in exprs]

    def run(self, values: Mapping[str, ArrayLike]) -> list[Any]:
        """Returns the value of every expression; nan or inf where it has none.

        Args:
            values: A number or array for each of the symbols.
        """
        found: list[Any] = []
        with np.errstate(all="ignore"):
            for function, source in self._steps:
                if function is None:
                    found.append(values[source] if isinstance(source, str) else source)
                else:
                    found.append(function(*[found[place] for place in source]))
        return [found[place] for place in self._outputs]

    def _add(self, expr: Expr) -> int:
        if expr not in self._places:
            step: tuple[Any, Any]
            if isinstance(expr, Apply):
                step = UFUNCS[expr.op], tuple(self._add(arg) for arg in expr.args)
            else:
                step = None, expr.name if isinstance(expr, Symbol) else float(expr.value)
            self._steps.append(step)
            self._places[expr] = len(self._steps) - 1
        return self._places[expr]
