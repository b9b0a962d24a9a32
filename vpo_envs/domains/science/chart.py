"""A plot of the measurements and the proposed laws in characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.science.expression import Expr
from vpo_envs.domains.science.problem import Problem

WIDTH, HEIGHT = 64, 16
HEADROOM = 2.0
"""Top of the plot, in multiples of the largest measurement."""


def draw_chart(problem: Problem, laws: Sequence[Expr | None]) -> str:
    """Returns the output over the first input: `o` measurements, `1`, `2` ... the laws of the candidates.

    Other inputs of the curves are held at the middle of their measured range. A law that leaves the
    plot is not drawn there; where two meet, the later one is seen.

    Args:
        problem: The problem.
        laws: Of every candidate, None where it has none.
    """
    symbol = problem.inputs[0]
    right = float(problem.probed[symbol].max())
    top = HEADROOM * float(problem.observed.max())
    grid = np.full((HEIGHT, WIDTH), " ")
    x = (np.arange(WIDTH) + 0.5) * right / WIDTH
    inputs = {name: np.full(WIDTH, np.sqrt(m.min() * m.max())) for name, m in problem.measured.items()}
    for number, law in enumerate(laws, start=1):
        if law is not None:
            _plot(grid, x / right, problem.predict(law, {**inputs, symbol: x}) / top, str(number % 10))
    _plot(grid, problem.measured[symbol] / right, problem.observed / top, "o")
    unit = problem.family.inputs[0].quantity.unit
    rows = ["|" + "".join(row) for row in grid]
    rows[0] += f" {problem.output.symbol} = {top:.3g} {problem.output.unit}"
    return "\n".join([*rows, "+" + "-" * WIDTH + f" {symbol} = {right:.3g} {unit}"])


def _plot(grid: NDArray[np.str_], x: NDArray[np.float64], y: NDArray[np.float64], mark: str) -> None:
    """Marks the points of the unit square."""
    for column, height in zip((x * WIDTH).astype(int), y):
        if column < WIDTH and 0 <= height < 1:
            grid[HEIGHT - 1 - int(height * HEIGHT), column] = mark
